"""Reading what a browser sends, bounded before it is parsed.

Invariants:
- The size is counted as the bytes come in; what is declared is not believed.
- A body that dribbles in is given up.
"""

import re
from urllib.parse import parse_qs

import anyio
from starlette.requests import ClientDisconnect, Request

from consent.errors import BadInput, TooLarge
from consent.wiring import MOST_JUDGED
from consent.words import say

PATIENCE = 20.0
FILE_PATIENCE = 60.0
FORM_PATIENCE = 4.0
FORM = 8 * 1024
FILE = MOST_JUDGED
"""Bytes of a file that somebody wants to have judged."""
FILE_TYPE = "multipart/form-data"
_BOUNDARY = re.compile(r'boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_BLANK = len(b"\r\n\r\n")
FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


async def read(request: Request, *, limit: int, kind: str, patience: float = PATIENCE) -> bytes:
    """The body.

    Raises:
        TooLarge: More than ``limit`` bytes.
        BadInput: Another content type, or it never came whole.
    """
    if kind_of(request) != kind:
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


def kind_of(request: Request) -> str:
    """The content type that is declared, without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def file(request: Request) -> bytes:
    """The one file of a form (RFC 7578), in memory alone: Starlette's own reading would write it to the disk.

    Raises:
        TooLarge: The form has more than ``FILE`` bytes and a little.
        BadInput: It is no such form, or it never came whole.
    """
    raw = await read(request, limit=FILE + FORM, kind=FILE_TYPE, patience=FILE_PATIENCE)
    boundary = _BOUNDARY.search(request.headers["content-type"])
    mark = b"--" + (boundary[1] or boundary[2]).encode("latin-1") if boundary else b""
    head = raw.find(b"\r\n\r\n", 0, FORM)
    end = raw.find(b"\r\n" + mark, head)
    if not mark or not raw.startswith(mark + b"\r\n") or head < 0 or end < head + _BLANK:
        raise BadInput(say("door.wrong_type"))
    return raw[head + _BLANK : end]
