"""Whether this process answers. Says nothing else to strangers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def health(_request: Request) -> Response:
    """It does."""
    return JSONResponse({"ok": True})
