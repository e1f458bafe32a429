"""Catalogue H8: what belongs to another unit or patient is told like what is not there, at every address and verb.

Time is compared by what is looked at: the same queries, so the same work.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event

from consent.errors import ConsentError, NotFound
from consent.model.access import ADDRESSES, PAGES, TAPS, VERBS, Reach
from consent.model.events import Presented
from consent.model.people import MAY, Capability, Role
from consent.model.status import Status
from consent.web.addresses import rule_of
from consent.web.routes import ROUTES
from consent.workflow import accounts, deliver, prepare, rehearsal, rule, visit
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit
from tests.catalogue.at_the_door import NORTHERN, Door, northern, shown, standing
from tests.fakes.ledger import MemoryLedger
from tests.samples.story import SECRET, Story
from tests.workflow.test_permissions import VERBS_TRIED


@dataclass(frozen=True)
class Thing:
    """Something that a request can name: a record, its document, and its requests to sign."""

    episode: str
    digest: str
    to_patient: str
    to_clinician: str


NOBODYS = Thing("e-abcdefghijkmnpqrstuvwxyz23", "0" * 64, "p-a", "p-b")
Ask = Callable[[Door, str, Thing], httpx.Response]


def get(path: str) -> Ask:
    return lambda door, token, thing: door.ask("GET", path.format(thing=thing), token)


def post(path: str) -> Ask:
    form = {"login": "x", "password": "y"}
    return lambda door, token, thing: door.ask("POST", path.format(thing=thing), token, form=form)


def hand_over(door: Door, token: str, thing: Thing) -> httpx.Response:
    known = visit.look_up(door.desk, token)
    assert known
    ticket = "made-up" if known.is_patient else ""
    purpose = f"hand_over:{thing.episode}"
    return door.door(purpose, token, ticket=ticket or visit.new_ticket(door.desk, known, purpose=purpose))


ASKED: dict[str, Ask] = {
    "GET /healthz": get("/healthz?episode={thing.episode}"),
    "GET /drawings/{drawing}.svg": get("/drawings/body.svg?episode={thing.episode}"),
    "GET /sign-in": get("/sign-in?next=/record?episode={thing.episode}"),
    "POST /sign-in": post("/sign-in?episode={thing.episode}"),
    "GET /verify": get("/verify?code={thing.episode}"),
    "POST /verify": lambda door, token, thing: door.ask("POST", "/verify", token, form={"episode": thing.episode}),
    "GET /unlock": get("/unlock?next=%2Frecord%3Fepisode%3D{thing.episode}"),
    "POST /unlock": post("/unlock?next=%2Frecord%3Fepisode%3D{thing.episode}"),
    "GET /staff": get("/staff?episode={thing.episode}"),
    "POST /staff": post("/staff?episode={thing.episode}"),
    "POST /door": hand_over,
    "POST /api/sign/patient": lambda door, token, thing: door.sign("patient", token, key=thing.to_patient),
    "POST /api/sign/clinician": lambda door, token, thing: door.sign("clinician", token, key=thing.to_clinician),
    "GET /documents/{digest}.pdf": get("/documents/{thing.digest}.pdf"),
    "GET /documents/{digest}/large-print.pdf": get("/documents/{thing.digest}/large-print.pdf"),
    "GET /paper/{day}.pdf": get("/paper/2000-01-01.pdf?episode={thing.episode}"),
    "POST /register.csv": lambda door, token, thing: door.ask(
        "POST", "/register.csv", token, body={"text": NORTHERN, "clinician": thing.episode}
    ),
    "GET /log.checkpoint": get("/log.checkpoint?episode={thing.episode}"),
    "GET /": get("/?episode={thing.episode}"),
    "GET /{page}": get("/record?episode={thing.episode}"),
    "GET /_stcore/health": get("/_stcore/health?episode={thing.episode}"),
    "GET /_stcore/host-config": get("/_stcore/host-config?episode={thing.episode}"),
    "GET /_stcore/bidi-components/{component}": get("/_stcore/bidi-components/consent.pad/pad.js?e={thing.episode}"),
}
"""How each address is asked for something. The socket's pages are asked one by one below."""


@pytest.fixture(scope="module")
def door(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with standing(furnished, tmp_path_factory.mktemp("objects")) as made:
        yield made


@pytest.fixture(scope="module")
def theirs(door: Door) -> Thing:
    """The other unit's finished record."""
    asked = [one.event for one in door.desk.ledger.read(f"episode:{door.theirs}") if isinstance(one.event, Presented)]
    named = {one.to: one.presentation for one in asked}
    return Thing(door.theirs, door.document(door.theirs), named["patient"], named["clinician"])


@pytest.fixture(scope="module")
def tokens(door: Door) -> dict[str, str]:
    """Cookies of people to whom the other unit's record is none of theirs."""
    staff = {login: door.signed_in(login) for login in ("stone", "okafor", "desk", "reyes", "admin")}
    return staff | {"patient": door.handed(door.mine)}


def told(answer: httpx.Response, thing: Thing) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, with the pointer that was sent and what is random each time taken out."""
    random = {"date"} | ({"set-cookie"} if "_streamlit_xsrf" in answer.headers.get("set-cookie", "") else set())
    headers = {name: value.replace(thing.episode, "…") for name, value in answer.headers.items() if name not in random}
    return answer.status_code, answer.text.replace(thing.episode, "…"), headers


def test_h08_every_address_has_a_rule_and_is_tried_here() -> None:
    assert set(ASKED) | {"SOCKET /_stcore/stream"} == set(ADDRESSES)
    for route in ROUTES:
        path = route.path.format(digest="0" * 64, day="2026-11-25", drawing="body") if "{" in route.path else route.path
        assert [method for method in route.methods or () if rule_of(method, path) is None] == []


@pytest.mark.parametrize("address", list(ASKED))
@pytest.mark.parametrize("who", ["stone", "okafor", "desk", "reyes", "admin", "patient"])
def test_h08_an_address_tells_anothers_object_like_none(
    door: Door, *, theirs: Thing, tokens: dict[str, str], who: str, address: str
) -> None:
    before = door.kinds(f"access:{door.theirs}"), door.kinds(f"episode:{door.theirs}")
    other, none = (told(ASKED[address](door, tokens[who], thing), thing) for thing in (theirs, NOBODYS))
    assert other == none
    assert rehearsal.PATIENTS[0][0] not in other[1]
    assert (door.kinds(f"access:{door.theirs}"), door.kinds(f"episode:{door.theirs}")) == before


def test_h08_to_whom_it_belongs_the_same_addresses_tell_it_apart(door: Door, theirs: Thing) -> None:
    token = door.signed_in("north")
    for address in ("POST /door", "POST /api/sign/clinician", "GET /documents/{digest}.pdf"):
        other, none = (told(ASKED[address](door, token, thing), thing) for thing in (theirs, NOBODYS))
        assert other != none


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.parametrize("who", ["stone", "okafor", "patient"])
def test_h08_a_page_tells_anothers_record_like_none(
    door: Door, *, theirs: Thing, tokens: dict[str, str], who: str, page: str
) -> None:
    with door.tab(tokens[who], path=page) as tab:
        other = shown(tab.run(page, f"episode={theirs.episode}"))
        none = shown(tab.run(page, f"episode={NOBODYS.episode}"))
    assert [text.replace(theirs.episode, "…") for text in other] == [
        text.replace(NOBODYS.episode, "…") for text in none
    ]
    assert "RecordViewed" not in [
        one.event.kind
        for one in door.desk.ledger.read(f"access:{door.theirs}")
        if one.header.actor in {door.person("stone"), door.person("okafor")}
    ]


class Watched:
    """A ledger that notes what it is asked for."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self.ledger, self.asked = ledger, list[str]()

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self.ledger, name)


@pytest.fixture(scope="module")
def two_units() -> Story:
    """A finished record of the unit South, and ``west`` of another, with every role but the auditor's."""
    story = Story()
    story.at(Status.FILED)
    roles = [role for role in Role if role is not Role.PATIENT and Capability.SEE_EVERY_UNIT not in MAY[role]]
    admin = story.staff("admin")
    accounts.add_person(story.desk, admin, login="west", name="West", secret=SECRET, roles=roles, units=["West"])
    return story


def tried(story: Story, work: Callable[[Story, Visit], object], *, episode: str) -> tuple[str, list[str]]:
    """What somebody of another unit is told about a record, and what the ledger was asked for meanwhile."""
    west = story.visit_of(visit.sign_in(story.desk, login="west", secret=SECRET, device="d"))
    watched, copied = Watched(story.ledger), object.__new__(Story)
    copied.__dict__ |= story.__dict__ | {"episode": episode, "desk": _with(story.desk, watched)}
    try:
        work(copied, west)
    except ConsentError as error:
        return f"{type(error).__name__} {error}", watched.asked
    return "", watched.asked


def _with(desk: Desk, ledger: object) -> Desk:
    parts = {name: getattr(desk, name) for name in inspect.signature(Desk).parameters}
    return Desk(**(parts | {"ledger": ledger}))


OF_A_UNIT = frozenset().union(*(may for may in MAY.values() if Capability.SEE_EVERY_UNIT not in may))
"""What somebody may do who does not see every unit."""


@pytest.mark.parametrize(
    "name", [name for name, one in VERBS.items() if one.reach is Reach.NAMED and one.may in OF_A_UNIT]
)
def test_h08_a_verb_looks_at_the_same_for_anothers_record_and_for_none(two_units: Story, name: str) -> None:
    other = tried(two_units, VERBS_TRIED[name], episode=two_units.episode)
    none = tried(two_units, VERBS_TRIED[name], episode=NOBODYS.episode)
    assert other == none
    assert other == (f"NotFound {NotFound(rule.NOT_YOURS)}", ["row"])


@pytest.mark.parametrize("name", [name for name, one in TAPS.items() if one.reach is Reach.NAMED])
def test_h08_a_tap_looks_at_the_same_for_anothers_record_and_for_none(two_units: Story, name: str) -> None:
    def tap(story: Story, west: Visit) -> None:
        rule.check(story.desk, west, TAPS[name], episode=story.episode)

    other, none = (tried(two_units, tap, episode=one) for one in (two_units.episode, NOBODYS.episode))
    assert other == none == (f"NotFound {NotFound(rule.NOT_YOURS)}", ["row"])


def test_h08_the_real_store_is_asked_the_same_for_anothers_record_and_for_none(desk: Desk) -> None:
    theirs = northern(desk)
    assert theirs.sealed
    stone = rehearsal.signed_in(desk, "stone")
    verbs: tuple[tuple[Callable[[str], object], str, str], ...] = (
        (lambda one: deliver.view(desk, stone, episode=one), theirs.id, NOBODYS.episode),
        (lambda one: prepare.assign_unit(desk, stone, episode=one, unit="x"), theirs.id, NOBODYS.episode),
        (lambda one: deliver.export(desk, stone, document=one), theirs.sealed.event.document, NOBODYS.digest),
    )
    for verb, other, none in verbs:
        assert queries(verb, other) == queries(verb, none)


def queries(verb: Callable[[str], object], named: str) -> list[str]:
    """The statements with which the database answered that there is nothing."""
    heard: list[str] = []

    def hear(*told: Any) -> None:
        heard.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with pytest.raises(NotFound):
            verb(named)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert len(heard) > 1
    return heard
