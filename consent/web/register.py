"""The register's list as a file, to those who may take it out.

Decides nothing: the desk asks who may, writes the event, then gives part after part.

Invariants:
- What was searched for comes in the body: an address is kept by browsers and proxies, and a search can be a name.
- The file is never whole in memory here; when the browser goes, nothing more is read.
- A list that breaks off ends the connection, so that no browser takes it for a whole one.
"""

from collections.abc import AsyncIterator, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from consent.errors import BadInput, Broken
from consent.mishap import reference
from consent.web import body, threads
from consent.web.answers import in_json
from consent.wiring import desk
from consent.words import say
from consent.workflow import register
from consent.workflow.visitor import Visit

ROWS = "x-consent-rows"
_LONGEST = 200


class Asked(BaseModel):
    """The filter as the page has it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(default="", max_length=_LONGEST)
    state: str = Field(default="", max_length=20)
    since: str = Field(default="", max_length=10)
    until: str = Field(default="", max_length=10)
    procedure: str = Field(default="", max_length=64)
    clinician: str = Field(default="", max_length=64)


@in_json
async def export(request: Request) -> Response:
    """The list that a filter finds, part by part."""
    visit: Visit = request.scope["consent.visit"]
    raw = await body.read(request, limit=body.FORM, kind=body.JSON_TYPE)
    try:
        asked = Asked.model_validate_json(raw)
    except ValidationError as error:
        raise BadInput(say("door.wrong_type")) from error
    wanted = register.wanted(desk(), **asked.model_dump())
    rows = await threads.verb(register.begin_export, desk(), visit, wanted=wanted)
    file = register.parts(desk(), visit.session.id, wanted=wanted)
    headers = {ROWS: str(rows), "content-disposition": 'attachment; filename="register.csv"'}
    return StreamingResponse(_sent(file), media_type="text/csv; charset=utf-8", headers=headers)


async def _sent(file: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each part when the browser has taken the one before."""
    try:
        while part := await threads.verb(next, file, b""):
            yield part
    except Exception as error:  # noqa: BLE001 - whatever it was, the log has a reference and no message
        reference(error)
        raise Broken("A list broke off before it was complete.") from None
