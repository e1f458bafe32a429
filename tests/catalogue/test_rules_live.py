"""The one table of rules over the running program: every address and page, asked for by everybody there is.

Invariants:
- What is expected comes from the table; what somebody gets who may is written here, address by address.
- Streamlit's routes are those that the real program builds, listed by a process of its own; new ones are asked for too.
"""

import itertools
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import httpx
import pytest
import streamlit as st
from websockets.exceptions import InvalidStatus

from consent.model.access import ADDRESSES, PAGES, Known
from consent.model.people import MAY, Capability, Role
from consent.web.addresses import rule_of
from consent.web.headers import assets_of
from consent.web.routes import ROUTES
from consent.words import say
from tests.catalogue.open_clinic import STRANGER, WHO, OpenClinic
from tests.headless import Tab
from tests.house.sources import ROOT

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READS = {"GET", "HEAD"}
COMPONENT = "consent.pad/pad.js"
REACHED: dict[str, dict[str, int]] = {
    "GET /healthz": {"": 200},
    "GET /drawings/{drawing}.svg": {"": 200},
    "GET /sign-in": {"": 303, STRANGER: 200},
    "POST /sign-in": {"": 303, STRANGER: 422},
    "GET /verify": {"": 200},
    "POST /verify": {"": 422},
    "GET /unlock": {"": 303},
    "POST /unlock": {"": 303},
    "GET /staff": {"": 303, "patient": 200},
    "POST /staff": {"": 303, "patient": 422},
    "POST /door": {"": 422},
    "POST /api/sign/patient": {"": 422},
    "POST /api/sign/clinician": {"": 422},
    "GET /paper/{day}.pdf": {"": 200},
    "POST /register.csv": {"": 422},
    "GET /log.checkpoint": {"": 200},
    "GET /documents/{digest}.pdf": {"": 200},
    "GET /documents/{digest}/large-print.pdf": {"": 200},
    "GET /": {"": 200},
    "GET /{page}": {"": 200},
    "GET /_stcore/health": {"": 200},
    "GET /_stcore/host-config": {"": 200},
    "GET /_stcore/bidi-components/{component}": {"": 200},
    "SOCKET /_stcore/stream": {"": 101},
}
"""What somebody gets who may ask, with an empty body: a status, and another one by role."""
MARKS = {
    "access": "access.title",
    "account": "account.title",
    "attest": "step.title",
    "audit": "audit.means",
    "checklist": "step.title",
    "glass": "glass.title",
    "people": "people.title",
    "prepare": "step.title",
    "read": "hello.title",
    "record": "timeline.title",
    "register": "register.title",
    "sign": "sign.not_yet",
    "talk": "talk.reading",
    "timeout": "timeout.checklist",
    "today": "today.title",
    "wipe": "wipe.title",
}
"""The words that only the page itself shows, for a patient who has the tablet."""


def may(who: str, rule: Capability | Known) -> bool:
    """Whether the table lets this one ask."""
    if who == STRANGER:
        return rule is Known.STRANGER
    return isinstance(rule, Known) or rule in MAY[Role(who)]


def paths(clinic: OpenClinic, form: str) -> list[str]:
    """An address with something real in the place of its parts; every page in the place of ``{page}``."""
    if form == "/{page}":
        return [f"/{page}" for page in PAGES]
    real = {"{digest}": clinic.document, "{component}": COMPONENT, "{day}": clinic.day, "{drawing}": "body"}
    for part, value in real.items():
        form = form.replace(part, value)
    return [form]


def opened(clinic: OpenClinic, who: str) -> int:
    """The status with which the socket answers."""
    try:
        with Tab.open(clinic.server.base_url, cookie=clinic.cookies[who]):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def refused(who: str, path: str, *, method: str) -> int:
    """How the door says no."""
    if method == "SOCKET" or who != STRANGER:
        return 403
    leads_away = method in READS and (path in {"/", "/unlock", "/staff"} or path[1:] in PAGES)
    return 303 if leads_away else 401


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", list(ADDRESSES))
def test_every_address_answers_those_whom_the_table_names_and_nobody_else(
    clinic: OpenClinic, address: str, who: str
) -> None:
    method, _, form = address.partition(" ")
    rule = ADDRESSES[address]
    for path in paths(clinic, form):
        wanted = REACHED[address].get(who, REACHED[address][""]) if may(who, rule) else 0
        wanted = wanted or refused(who, path, method=method)
        if method == "SOCKET":
            assert opened(clinic, who) == wanted
            continue
        answer = clinic.ask(method, path, cookie=clinic.cookies[who])
        assert answer.status_code == wanted, (path, answer.text[:200])
        if who == STRANGER and wanted == 303:
            assert answer.headers["location"] == "/sign-in"
        if method == "GET":
            assert clinic.ask("HEAD", path, cookie=clinic.cookies[who]).status_code == wanted


def test_what_each_address_gives_is_written_down_here() -> None:
    assert set(REACHED) == set(ADDRESSES)
    assert set(MARKS) == set(PAGES)


@pytest.mark.parametrize("who", [STRANGER, "admin", "clinician", "patient"])
def test_every_other_method_of_every_address_is_refused(clinic: OpenClinic, who: str) -> None:
    forms = {address.partition(" ")[2] for address in ADDRESSES}
    for form, method in itertools.product(sorted(forms), METHODS):
        asked = "GET" if method == "HEAD" else method
        if f"{asked} {form}" in ADDRESSES:
            continue
        for path in paths(clinic, form):
            answer = clinic.ask(method, path, cookie=clinic.cookies[who])
            assert answer.status_code in {404, 405}, (method, path)
            assert answer.text == ("" if method == "HEAD" else say("door.closed"))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("page", list(PAGES))
def test_h37_every_page_by_its_address_shows_itself_to_those_who_may(clinic: OpenClinic, page: str, who: str) -> None:
    if who == STRANGER:
        with pytest.raises(InvalidStatus):
            Tab.open(clinic.server.base_url, path=page)
        assert clinic.ask("GET", f"/{page}?episode={clinic.reading}").headers["location"] == "/sign-in"
        return
    with Tab.open(clinic.server.base_url, cookie=clinic.cookies[who], path=page) as tab:
        tab.run(page, f"episode={clinic.reading}")
        shown = (tab.page_not_found, tab.says(say(MARKS[page])), tab.says(say("gate.not_yours")))
        allowed = PAGES[page] in MAY[Role(who)]
        assert shown == ("", allowed, not allowed), tab.texts()
        assert tab.page == page
        if not allowed:
            assert not tab.says("Eleanor")
            assert not tab.says("0004417")


@cache
def built() -> list[tuple[str, str]]:
    """Every route of the program as it is built: methods and form; a mount has neither."""
    program = (
        "import json, app\n"
        "kinds = lambda route: sorted(getattr(route, 'methods', None) or [type(route).__name__])\n"
        "routes = app.app._build_starlette_app().routes\n"
        "print(json.dumps([(kinds(route), route.path or '/') for route in routes]))"
    )
    command = [sys.executable, "-c", program]
    environment = {"CONSENT_MODE": "demo", "PATH": "", "HOME": str(ROOT)}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return [(method, form) for methods, form in json.loads(told.stdout.splitlines()[-1]) for method in methods]


def concrete(clinic: OpenClinic, form: str) -> str:
    """A route's form as somebody would ask for it."""
    return re.sub(r"\{\w+(?::\w+)?\}", "x", form.replace("{digest}", clinic.document))


def test_every_route_of_ours_has_a_rule_and_every_rule_a_route() -> None:
    ours = {f"{method} {route.path}" for route in ROUTES for method in (route.methods or set()) if method != "HEAD"}
    mine = {address for address in ADDRESSES if not re.search(r" (/|/\{page\}|/_stcore/.*)$", address)}
    assert ours == mine
    assert ours <= {f"{method} {form}" for method, form in built()}


def test_every_route_of_streamlit_is_listed() -> None:
    forms = {form for _, form in built()}
    assert {"/_stcore/health", "/media/{file_id:path}", "/_stcore/stream", "/component/{path:path}"} <= forms
    assert ("Mount", "/") in built()


@pytest.mark.parametrize("who", [STRANGER, "admin"])
def test_a_route_of_streamlit_without_a_rule_cannot_be_reached(clinic: OpenClinic, who: str) -> None:
    own = {route.path for route in ROUTES}
    for method, form in built():
        path = concrete(clinic, form)
        if form in own or method == "WebSocketRoute" or (method == "Mount" and path == "/"):
            continue
        answer = clinic.ask(method, path, cookie=clinic.cookies[who])
        if rule_of(method, path) is None:
            assert answer.status_code in {404, 405}, (method, path)
            assert method == "HEAD" or answer.text == say("door.closed"), (method, path)
        else:
            assert answer.status_code == (401 if who == STRANGER else 200), (method, path)


def test_every_kind_of_route_is_one_that_was_asked_for() -> None:
    sockets = [form for method, form in built() if method == "WebSocketRoute"]
    assert [form for form in sockets if rule_of("SOCKET", form) is None] == []
    assert {method for method, _ in built()} <= {*METHODS, "WebSocketRoute", "Mount"}


@pytest.mark.parametrize("who", [STRANGER, "admin"])
@pytest.mark.parametrize(
    "path", ["/index.html", "/anything", "/static", "/static/", "/static/none.js", "/_stcore", "//"]
)
def test_streamlits_folder_gives_its_own_files_and_nothing_else(clinic: OpenClinic, path: str, who: str) -> None:
    answer = clinic.ask("GET", path, cookie=clinic.cookies[who])
    assert (answer.status_code, answer.text) == (404, say("door.closed"))


def test_what_a_stranger_may_ask_for_is_exactly_what_the_table_says(clinic: OpenClinic) -> None:
    files = assets_of(Path(st.__file__).parent / "static")
    asked = {(method, concrete(clinic, form)) for method, form in built() if method in METHODS}
    asked |= {(method, path) for method in ("GET", "POST", "PUT") for path in files}
    for address in ADDRESSES:
        method, _, form = address.partition(" ")
        asked |= {(method, path) for path in paths(clinic, form) if method in METHODS}
    answered = set()
    plainly = {"Origin": clinic.server.base_url, "Accept-Encoding": "identity"}  # packing each file would take long
    with httpx.Client(base_url=clinic.server.base_url, headers=plainly) as stranger:
        for method, path in asked:
            answer = stranger.request(method, path)
            if answer.headers.get("location") != "/sign-in" and answer.status_code not in {401, 404, 405}:
                answered.add(f"{'GET' if method == 'HEAD' else method} {path}")
    public = [address for address, rule in ADDRESSES.items() if rule is Known.STRANGER]
    named = {f"GET {path}" for address in public for path in paths(clinic, address.partition(" ")[2])}
    named |= {address for address in public if not address.startswith("GET ")}
    assert answered == named | {f"GET {path}" for path in files}
