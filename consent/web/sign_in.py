"""The sign-in page.

Decides nothing: the desk proves who somebody is, and says the same for an unknown name, a wrong password and a
locked account.
"""

from functools import partial
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent.errors import NotSignedIn
from consent.model.people import Person
from consent.settings import settings
from consent.web import body, cookie, threads
from consent.web.answers import sorry
from consent.web.form import link
from consent.web.page import page, problem
from consent.web.whence import address_of
from consent.wiring import DEMO_PASSWORD, desk
from consent.words import say
from consent.workflow import devices, visit
from consent.workflow.visitor import Visit

DEVICE = "browser"


async def show(request: Request) -> Response:
    """The form; whoever is signed in goes on."""
    if _is_awake(request):
        return RedirectResponse("/", status_code=303)
    return await _form()


async def enter(request: Request) -> Response:
    """Sign in, or say that it did not work."""
    if _is_awake(request):
        return RedirectResponse("/", status_code=303)
    login = ""
    try:
        fields = await body.form(request)
        login = fields.get("login", "").strip()
        token = await threads.secret(partial(_sign_in, request, login, fields.get("password", "")))
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        status = 200 if isinstance(error, NotSignedIn) else status
        return await _form(login=login, trouble=problem(what, next_step), status=status)
    answer = RedirectResponse("/", status_code=303)
    cookie.put(answer, token, settings().public_url)
    return answer


def _is_awake(request: Request) -> bool:
    """Somebody is here already; a locked screen may be left to somebody else, a patient's tablet may not."""
    known: Visit | None = request.scope["consent.visit"]
    return known is not None and (known.is_patient or not known.asleep)


def _sign_in(request: Request, login: str, secret: str) -> str:
    here, left = desk(), request.scope["consent.visit"]
    token = cookie.read(request.headers.get("cookie", ""), settings().public_url, which=cookie.DEVICE)
    device = devices.known_here(here, token) or DEVICE
    begun = visit.sign_in(here, login=login, secret=secret, device=device, address=address_of(request))
    if left is not None:
        visit.sign_out(here, left)
    return begun


async def _form(*, login: str = "", trouble: str = "", status: int = 200) -> Response:
    fields = (
        f"{trouble}"
        '<form method="post" action="/sign-in">'
        f'<label for="login">{escape(say("sign_in.name"))}</label>'
        '<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required '
        f'maxlength="100" value="{escape(login)}"{"" if trouble else " autofocus"}>'
        f'<label for="password">{escape(say("sign_in.password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required '
        f'maxlength="200"{" autofocus" if trouble else ""}>'
        f'<button type="submit">{escape(say("sign_in.button"))}</button>'
        "</form>"
    )
    fields += f"<p>{link('verify.title', '/verify')}</p>"
    demo = await _demo_accounts() if settings().mode == "demo" else ""
    return page(heading=say("sign_in.title"), body=fields + demo, status=status)


async def _demo_accounts() -> str:
    accounts = await threads.look_up(desk().people.all)
    rows = "".join(
        f"<tr><td><code>{escape(account.login)}</code></td><td>{escape(_who(account.person))}</td></tr>"
        for account in accounts
    )
    return (
        f"<h2>{escape(say('sign_in.demo_title'))}</h2>"
        f'<p class="hint">{escape(say("sign_in.demo_password"))} <code>{escape(DEMO_PASSWORD)}</code></p>'
        f"<table><thead><tr><th>{escape(say('sign_in.demo_name'))}</th><th>{escape(say('sign_in.demo_who'))}</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _who(person: Person) -> str:
    roles = ", ".join(say(f"role.{role.value}") for role in person.roles)
    return f"{person.name}, {person.title or roles}"
