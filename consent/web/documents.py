"""Finished documents and the log's newest checkpoint, to those who may read them.

Decides nothing: the desk asks who may, writes the access event, then gives the bytes.

Invariants:
- Never through Streamlit's media: its addresses need no login and outlive the tab (F1, F2).
- The file's name says nothing about the patient; nothing is kept by browser or proxy.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consent.web import threads
from consent.web.answers import sorry
from consent.wiring import desk
from consent.workflow import browse
from consent.workflow.deliver import export, export_large

_POLICY = "default-src 'none'; frame-ancestors 'none'"


async def pdf(request: Request) -> Response:
    """One document as it was sealed."""
    return await _sent(request, export, name="consent")


async def large(request: Request) -> Response:
    """A copy of it in large print."""
    return await _sent(request, export_large, name="large-print-copy")


async def checkpoint(request: Request) -> Response:
    """The log's newest checkpoint, as a file to be kept elsewhere."""
    return await _given(request, browse.checkpoint, kept='attachment; filename="log.checkpoint"', kind="text/plain")


async def _sent(request: Request, verb: Callable[..., bytes], *, name: str) -> Response:
    digest: str = request.path_params["digest"]
    kept = f'inline; filename="{name}-{digest[:12]}.pdf"'
    return await _given(request, verb, kept=kept, kind="application/pdf", document=digest)


async def _given(request: Request, verb: Callable[..., bytes], *, kept: str, kind: str, **asked: str) -> Response:
    """What a verb gives, as a file; ``kept``: how a browser takes it."""
    try:
        content = await threads.verb(verb, desk(), request.scope["consent.visit"], **asked)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        return PlainTextResponse(f"{what} {next_step}", status_code=status)
    headers = {"content-disposition": kept, "content-security-policy": _POLICY}
    return Response(content, media_type=kind, headers=headers)
