"""A running clinic with one session of each kind of person, as the catalogue's tests of the door ask it.

Decides who there is: the demo's people, and one of each role that the demo gives to nobody alone.

Invariants:
- One server for all of these tests: none of them ends a session or uses up an attempt that another relies on.
- Its people are awake at the start of every test, however long the ones before took.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from consent.model.canon import parse_instant
from consent.model.people import Role
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import accounts, handover, rehearsal, seal, visit
from consent.workflow.desk import Desk, load
from tests.running_app import NO_TLS, RunningApp, running

DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
STRANGER = "anonymous"
LOGINS = {
    Role.CLINICIAN: "stone",
    Role.NURSE: "okafor",
    Role.FRONT_DESK: "desk",
    Role.REVIEWER: "only-reviews",
    Role.AUDITOR: "only-audits",
    Role.COMPLIANCE: "vale",
    Role.ADMIN: "admin",
}
WHO = (STRANGER, *(role.value for role in Role))


@dataclass
class OpenClinic:
    """The running server, its store, and the cookie of each kind of person.

    Attributes:
        server: The real program.
        desk: The desk on its store.
        reading: The episode that the patient's tablet is bound to.
        sealed: An episode with a finished document.
        cookies: The session's cookie by role; none for a stranger.
    """

    server: RunningApp
    desk: Desk
    reading: str
    sealed: str
    cookies: dict[str, str] = field(default_factory=dict)
    awake: datetime | None = None

    @property
    def document(self) -> str:
        """The digest of the finished document."""
        return seal_of(self.desk, self.sealed)

    @property
    def day(self) -> str:
        """The day of the clinic on which its patients come."""
        row = self.desk.ledger.row(EVERYTHING, self.reading)
        assert row is not None
        return parse_instant(row.appointment).astimezone(ZoneInfo(self.desk.clinic.zone)).date().isoformat()

    def session(self, login: str, *, device: str = "browser") -> str:
        """Another session of somebody; gives its cookie."""
        return visit.sign_in(self.desk, login=login, secret=rehearsal.PASSWORD, device=device)

    def keep_awake(self) -> None:
        """Let each person do something, at most once a minute: they would be asleep after five."""
        now = self.desk.clock.now()
        if self.awake and now - self.awake < timedelta(minutes=1):
            return
        self.awake = now
        for cookie in filter(None, self.cookies.values()):
            here = visit.look_up(self.desk, cookie)
            assert here is not None
            visit.touch(self.desk, here)

    def ask(self, method: str, path: str, *, cookie: str = "", content: bytes = b"", **headers: str) -> httpx.Response:
        """One request, with our own Origin unless another is given; redirects are not followed."""
        known = {"Cookie": f"consent_session={cookie}"} if cookie else {}
        sent = (
            {"Origin": self.server.base_url} | known | {name.replace("_", "-"): text for name, text in headers.items()}
        )
        address = f"{self.server.base_url}{path}"
        return httpx.request(method, address, headers=sent, content=content, timeout=30, verify=NO_TLS)


def seal_of(desk: Desk, episode: str) -> str:
    """The digest of an episode's finished document."""
    row = desk.ledger.row(EVERYTHING, episode)
    assert row is not None
    return row.document


def handed_over(desk: Desk, episode: str, *, by: str = "okafor") -> str:
    """The cookie of a patient's tablet."""
    staff = rehearsal.signed_in(desk, by)
    ticket = visit.new_ticket(desk, staff, purpose=f"hand_over:{episode}")
    return handover.hand_over(desk, staff, episode=episode, ticket=ticket)


def furnish(desk: Desk) -> tuple[str, str]:
    """Add who is missing, one prepared patient and one finished record; gives both episodes."""
    for role in (Role.REVIEWER, Role.AUDITOR):
        accounts.set_up(desk, login=LOGINS[role], name=f"Only {role.value}", secret=rehearsal.PASSWORD, roles=(role,))
    first, second = (row.episode for row in desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[:2])
    stone = rehearsal.signed_in(desk, "stone")
    rehearsal.prepare_it(desk, stone, episode=first)
    rehearsal.prepare_it(desk, stone, episode=second)
    stone = rehearsal.patient_reads(desk, stone, episode=second)
    rehearsal.talk(desk, stone, episode=second)
    stone = rehearsal.patient_signs(desk, stone, episode=second)
    rehearsal.clinician_signs(desk, stone, episode=second)
    seal.work_once(desk)
    assert load(desk, second).sealed
    return first, second


@pytest.fixture(scope="session")
def open_clinic(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenClinic]:
    """The running clinic, opened once."""
    folder = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("clinic") / "records"))
    desk, store = opened(Settings(mode="demo", records=folder))
    reading, sealed = furnish(desk)
    with running(folder) as server:
        open_now = OpenClinic(server, desk, reading, sealed)
        open_now.cookies |= {role.value: open_now.session(login) for role, login in LOGINS.items()}
        open_now.cookies |= {Role.PATIENT.value: handed_over(desk, reading), STRANGER: ""}
        yield open_now
    store.close()


@pytest.fixture
def clinic(open_clinic: OpenClinic) -> OpenClinic:
    """The running clinic, everybody awake."""
    open_clinic.keep_awake()
    return open_clinic
