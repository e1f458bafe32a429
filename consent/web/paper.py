"""The paper packets of a day, for when the tablets do not work.

Decides nothing: the desk asks who may, writes each access event, then gives the bytes.

Invariants:
- Never through Streamlit's media: its addresses need no login and outlive the tab (F1, F2).
- The file's name says the day and nothing about a patient; nothing is kept by browser or proxy.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consent.web import threads
from consent.web.answers import sorry
from consent.wiring import desk
from consent.workflow.packets import print_day

_POLICY = "default-src 'none'; frame-ancestors 'none'"


async def packets(request: Request) -> Response:
    """One file of all packets of that day within reach."""
    day: str = request.path_params["day"]
    try:
        content = await threads.verb(print_day, desk(), request.scope["consent.visit"], day=day)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        return PlainTextResponse(f"{what} {next_step}", status_code=status)
    headers = {
        "content-disposition": f'inline; filename="paper-{day}.pdf"',
        "content-security-policy": _POLICY,
    }
    return Response(content, media_type="application/pdf", headers=headers)
