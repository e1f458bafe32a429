"""Drawings leave to whoever asks: they are the same for everybody (``consent.drawings``)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from consent.drawings import DRAWINGS

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_KEPT: Final = "public, max-age=3600"


async def drawing(request: Request) -> Response:
    """One drawing. The table of addresses knows no other names."""
    headers = {"content-security-policy": _POLICY, "cache-control": _KEPT}
    return Response(DRAWINGS[request.path_params["drawing"]], media_type="image/svg+xml", headers=headers)
