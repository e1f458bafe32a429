"""Reading what a browser sends, bounded before it is parsed.

Invariants:
- The size is counted as the bytes come in; what is declared is not believed.
- A body that dribbles in is given up.
"""

from urllib.parse import parse_qs

import anyio
from starlette.requests import ClientDisconnect, Request

from consent.errors import BadInput, TooLarge
from consent.words import say

PATIENCE = 20.0
FORM_PATIENCE = 4.0
FORM = 8 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


async def read(request: Request, *, limit: int, kind: str, patience: float = PATIENCE) -> bytes:
    """The body.

    Raises:
        TooLarge: More than ``limit`` bytes.
        BadInput: Another content type, or it never came whole.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != kind:
        raise BadInput(say("door.wrong_type"))
    kept = bytearray()
    try:
        with anyio.fail_after(patience):
            async for chunk in request.stream():
                kept += chunk
                if len(kept) > limit:
                    raise TooLarge(say("door.too_large"))
    except (TimeoutError, ClientDisconnect) as error:
        raise BadInput(say("door.not_whole")) from error
    return bytes(kept)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form: the first value of each, as it was typed. A stranger's has to come at once."""
    raw = await read(request, limit=FORM, kind=FORM_TYPE, patience=FORM_PATIENCE)
    try:
        fields = parse_qs(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=10, errors="strict")
    except ValueError as error:
        raise BadInput(say("door.wrong_type")) from error
    return {name: values[0] for name, values in fields.items()}
