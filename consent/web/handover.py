"""Giving the tablet to the patient and taking it back, and signing out: what changes the cookie.

Invariants:
- A cookie changes by POST only, from our Origin, with a header that no form can send.
- A hand-over needs a one-use ticket of the page that offered it.
- The sockets of the session that was locked or ended are cut before the answer leaves.
"""

from html import escape

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from consent.errors import BadInput, NotSignedIn
from consent.settings import settings
from consent.web import body, cookie, threads
from consent.web.answers import in_json, sorry
from consent.web.page import page, problem
from consent.web.sockets import Sockets
from consent.wiring import desk
from consent.words import say
from consent.workflow import visit as visits
from consent.workflow.visit import Visit

HAND_OVER = "hand_over:"
SIGN_OUT = "sign_out"


class Asked(BaseModel):
    """What the door component asks for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    purpose: str = Field(max_length=200, pattern=r"^(sign_out|hand_over:.+)$")
    ticket: str = Field(default="", max_length=128)


@in_json
async def door(request: Request) -> Response:
    """Sign out, or hand over."""
    visit: Visit = request.scope["consent.visit"]
    sockets: Sockets = request.scope["consent.sockets"]
    if request.headers.get("x-consent-door") != "1":
        raise BadInput(say("door.wrong_type"))
    asked = _asked(await body.read(request, limit=body.FORM, kind=body.JSON_TYPE))
    answer = JSONResponse({"goto": "/"})
    if asked.purpose == SIGN_OUT:
        await threads.verb(visits.sign_out, desk(), visit)
        cookie.clear(answer, settings().public_url)
    else:
        episode = asked.purpose.removeprefix(HAND_OVER)
        token = await threads.verb(visits.hand_over, desk(), visit, episode=episode, ticket=asked.ticket)
        cookie.put(answer, token, settings().public_url)
    sockets.end(visit.session.id)
    return answer


def _asked(raw: bytes) -> Asked:
    try:
        return Asked.model_validate_json(raw)
    except ValidationError as error:
        raise BadInput(say("door.wrong_type")) from error


async def staff(request: Request) -> Response:
    """The page where staff take the tablet back."""
    visit: Visit = request.scope["consent.visit"]
    return _form() if visit.is_patient else RedirectResponse("/", status_code=303)


async def take_back(request: Request) -> Response:
    """End the patient's session and unlock the staff's."""
    visit: Visit = request.scope["consent.visit"]
    sockets: Sockets = request.scope["consent.sockets"]
    if not visit.is_patient:
        return RedirectResponse("/", status_code=303)
    try:
        fields = await body.form(request)
        token = await threads.secret(visits.take_back, desk(), visit, secret=fields.get("password", ""))
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        return _form(trouble=problem(what, next_step), status=200 if isinstance(error, NotSignedIn) else status)
    sockets.end(visit.session.id)
    answer = RedirectResponse("/", status_code=303)
    cookie.put(answer, token, settings().public_url)
    return answer


def _form(*, trouble: str = "", status: int = 200) -> Response:
    fields = (
        f"{trouble}"
        f'<p class="hint">{escape(say("staff.hint"))}</p>'
        '<form method="post" action="/staff">'
        f'<label for="password">{escape(say("staff.password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="off" required maxlength="200" autofocus>'
        f'<div class="foot"><button type="submit">{escape(say("staff.button"))}</button>'
        f'<a href="/">{escape(say("staff.back"))}</a></div>'
        "</form>"
    )
    return page(heading=say("staff.title"), body=fields, status=status)
