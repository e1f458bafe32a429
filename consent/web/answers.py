"""How the door says no: a status and two sentences, or a reference number.

Invariants:
- What went wrong inside reaches a browser as a reference number only (threats.md F17).
"""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from consent.errors import (
    BadInput,
    Busy,
    ConsentError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    TooLarge,
)
from consent.mishap import reference
from consent.words import say

STATUS: tuple[tuple[type[ConsentError], int], ...] = (
    (TooLarge, 413),
    (BadInput, 422),
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (Refused, 409),
    (NotFound, 404),
    (Busy, 503),
)


def sorry(error: Exception) -> tuple[int, str, str]:
    """Status, what happened, and what to do next."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status, error.what, error.next_step
    return 500, say("mishap.what"), say("mishap.next", reference=reference(error))


def in_json(route: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """For what a component asks by ``fetch``: whatever is raised becomes ``{"say": …, "next": …}``."""

    @wraps(route)
    async def answered(request: Request) -> Response:
        try:
            return await route(request)
        except Exception as error:  # noqa: BLE001 - the person gets words, the log a reference
            status, what, next_step = sorry(error)
            return JSONResponse({"say": what, "next": next_step}, status_code=status)

    return answered
