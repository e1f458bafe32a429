"""Giving the tablet to the patient and taking it back, signing out, enrolling: what changes a cookie.

Invariants:
- A cookie changes by POST only, from our Origin; the door's also with a header that no form can send.
- A hand-over and an enrolment need a one-use ticket of the page that offered it.
- The sockets of the session that was locked or ended are cut before the answer leaves.
"""

from html import escape

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from consent.errors import BadInput, NotSignedIn
from consent.settings import settings
from consent.web import body, cookie, threads
from consent.web.answers import in_json, sorry
from consent.web.form import BY_KEY, button, field, link
from consent.web.page import page, problem
from consent.web.sockets import Sockets
from consent.web.whence import address_of
from consent.wiring import desk
from consent.words import say
from consent.workflow import devices, handover
from consent.workflow import visit as visits
from consent.workflow.visitor import Visit

HAND_OVER, ENROL = "hand_over:", "enrol:"


class Asked(BaseModel):
    """What the door component asks for.

    ``active``: somebody touched the screen; ``rest``: the patient has a break; ``wiped``: staff wiped the tablet;
    ``tapped``: with a tap of its own.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    purpose: str = Field(max_length=300, pattern=r"^(active|rest|wiped|sign_out|(hand_over|enrol):.+)$")
    ticket: str = Field(default="", max_length=128)
    tapped: bool = True


@in_json
async def door(request: Request) -> Response:
    """Sign out, hand over, make this device known, stay awake, have a break, or wipe."""
    visit: Visit = request.scope["consent.visit"]
    sockets: Sockets = request.scope["consent.sockets"]
    if request.headers.get("x-consent-door") != "1":
        raise BadInput(say("door.wrong_type"))
    asked = _asked(await body.read(request, limit=body.FORM, kind=body.JSON_TYPE))
    answer = JSONResponse({"goto": "/"})
    public_url = settings().public_url
    if asked.purpose == "active":
        await threads.verb(visits.touch, desk(), visit)
        return answer
    if asked.purpose == "rest":
        await threads.verb(visits.rest, desk(), visit)
        return answer
    if asked.purpose == handover.WIPE:
        await threads.verb(handover.wiped, desk(), visit, ticket=asked.ticket)
        return answer
    if asked.purpose.startswith(ENROL):
        label = asked.purpose.removeprefix(ENROL)
        token = await threads.verb(devices.enrol, desk(), visit, label=label, ticket=asked.ticket)
        cookie.put(answer, token, public_url, which=cookie.DEVICE)
        return answer
    if asked.purpose.startswith(HAND_OVER):
        episode = asked.purpose.removeprefix(HAND_OVER)
        token = await threads.verb(
            handover.hand_over, desk(), visit, episode=episode, ticket=asked.ticket, tapped=asked.tapped
        )
        cookie.put(answer, token, public_url)
    else:
        await threads.verb(visits.sign_out, desk(), visit)
        cookie.clear(answer, public_url)
    sockets.end(visit.session.id)
    return answer


def _asked(raw: bytes) -> Asked:
    try:
        return Asked.model_validate_json(raw)
    except ValidationError as error:
        raise BadInput(say("door.wrong_type")) from error


async def staff(request: Request) -> Response:
    """The page where staff take the tablet back, or let the patient go on after a longer absence."""
    visit: Visit = request.scope["consent.visit"]
    return _form(visit) if visit.is_patient else RedirectResponse("/", status_code=303)


async def take_back(request: Request) -> Response:
    """End the patient's session and begin or unlock the staff's; or wake the patient's."""
    visit: Visit = request.scope["consent.visit"]
    sockets: Sockets = request.scope["consent.sockets"]
    if not visit.is_patient:
        return RedirectResponse("/", status_code=303)
    login = ""
    try:
        fields = await body.form(request)
        login = fields.get("login", "").strip()
        proof = {"secret": fields.get("password", ""), "login": login, "address": address_of(request)}
        if fields.get("go_on"):
            await threads.secret(handover.let_go_on, desk(), visit, **proof)
            return RedirectResponse("/", status_code=303)
        tapped = bool(fields.get("tapped"))
        back = await threads.secret(handover.take_back, desk(), visit, **proof, tapped=tapped)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        status = 200 if isinstance(error, NotSignedIn) else status
        return _form(visit, login=login, trouble=problem(what, next_step), status=status)
    sockets.end(visit.session.id)
    answer = RedirectResponse(_goes_on_with(back.episode), status_code=303)
    cookie.put(answer, back.token, settings().public_url)
    return answer


def _goes_on_with(episode: str) -> str:
    """Staff land on the next step of the record that they handed over, or on the list when another was opened since."""
    return f"/?episode={episode}" if episode else "/"


def _form(visit: Visit, *, login: str = "", trouble: str = "", status: int = 200) -> Response:
    go_on = button("staff.go_on", name="go_on", quiet=True) if visit.away or visit.asleep else ""
    fields = (
        f"{trouble}"
        f'<p class="hint">{escape(say("staff.away" if visit.away else "staff.hint"))}</p>'
        f'<form method="post" action="/staff">{BY_KEY}'
        f"{field('password', 'staff.password', kind='password', focus=True)}"
        f"<details{' open' if login else ''}><summary>{escape(say('staff.login_hint'))}</summary>"
        f"{field('login', 'staff.login', value=login, need=False)}</details>"
        f'<div class="foot">{button("staff.button", name="tapped")}{go_on}'
        f"{'' if visit.away else link('staff.back', '/')}</div>"
        "</form>"
    )
    return page(heading=say("staff.title"), body=fields, status=status)
