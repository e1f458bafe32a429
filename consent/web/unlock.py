"""The page that wakes a staff session which was idle.

Decides where its holder goes on: on the page they were on, and on no other address.

Invariants:
- The name of the account is shown, no patient's; PIN or password, and a new token (catalogue H22).
- ``next`` is one of our pages with its pointers, or it is ignored (catalogue H27).
"""

from html import escape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent.errors import NotSignedIn
from consent.model.access import PAGES
from consent.settings import settings
from consent.web import body, cookie, threads
from consent.web.answers import sorry
from consent.web.form import button, field, link
from consent.web.page import page, problem
from consent.web.whence import address_of
from consent.wiring import desk
from consent.words import say
from consent.workflow import visit as visits
from consent.workflow.visitor import Visit

POINTERS = frozenset({"episode", "step", "day", "edit", "person"}) | {
    *("state", "since", "until", "procedure", "clinician", "below", "above")
}


async def show(request: Request) -> Response:
    """The form; whoever is awake goes on."""
    visit: Visit = request.scope["consent.visit"]
    goto = own(request.query_params.get("next", ""))
    if visit.is_patient or not visit.asleep:
        return RedirectResponse(goto, status_code=303)
    return _form(visit, goto=goto)


async def enter(request: Request) -> Response:
    """Wake the session, or say that it did not work."""
    visit: Visit = request.scope["consent.visit"]
    goto = own(request.query_params.get("next", ""))
    if visit.is_patient or not visit.asleep:
        return RedirectResponse(goto, status_code=303)
    try:
        fields = await body.form(request)
        token = await threads.secret(
            visits.unlock, desk(), visit, secret=fields.get("password", ""), address=address_of(request)
        )
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        status = 200 if isinstance(error, NotSignedIn) else status
        return _form(visit, goto=goto, trouble=problem(what, next_step), status=status)
    answer = RedirectResponse(goto, status_code=303)
    cookie.put(answer, token, settings().public_url)
    return answer


def own(address: str) -> str:
    """The address if it is one of our pages, with its pointers; else the start."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    name = parts.path.removeprefix("/")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or name not in PAGES:
        return "/"
    pointers = [(key, value) for key, value in parse_qsl(parts.query) if key in POINTERS]
    return f"/{name}?{urlencode(pointers)}" if pointers else f"/{name}"


def _form(visit: Visit, *, goto: str, trouble: str = "", status: int = 200) -> Response:
    fields = (
        f"{trouble}"
        f'<p><strong>{escape(visit.staff.name)}</strong></p><p class="hint">{escape(say("unlock.why"))}</p>'
        f'<form method="post" action="/unlock?next={quote(goto, safe="")}">'
        f"{field('password', 'unlock.secret', kind='password', focus=True)}"
        f'<div class="foot">{button("unlock.button")}{link("unlock.other", "/sign-in")}</div>'
        "</form>"
    )
    return page(heading=say("unlock.title"), body=fields, status=status)
