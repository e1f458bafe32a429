"""The sign-in page.

Decides nothing: the desk proves who somebody is, and says the same for an unknown name, a wrong password and a
locked account.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent.errors import NotSignedIn
from consent.model.people import Person
from consent.settings import settings
from consent.web import body, cookie, threads
from consent.web.answers import sorry
from consent.web.page import page, problem
from consent.wiring import DEMO_PASSWORD, desk
from consent.words import say
from consent.workflow import visit

DEVICE = "browser"


async def show(request: Request) -> Response:
    """The form; whoever is signed in goes on."""
    if request.scope["consent.visit"] is not None:
        return RedirectResponse("/", status_code=303)
    return await _form()


async def enter(request: Request) -> Response:
    """Sign in, or say that it did not work."""
    if request.scope["consent.visit"] is not None:
        return RedirectResponse("/", status_code=303)
    login = ""
    try:
        fields = await body.form(request)
        login = fields.get("login", "").strip()
        token = await threads.secret(
            visit.sign_in, desk(), login=login, secret=fields.get("password", ""), device=DEVICE
        )
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        status = 200 if isinstance(error, NotSignedIn) else status
        return await _form(login=login, trouble=problem(what, next_step), status=status)
    answer = RedirectResponse("/", status_code=303)
    cookie.put(answer, token, settings().public_url)
    return answer


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
