"""The running server with two units behind it: what is asked at its door, and what its store holds.

Decides who is there: the demo's staff belong to the clinic as a whole, ``north`` to another unit, whose one patient
has a finished record.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
from websockets.exceptions import ConnectionClosed

from consent.model import canon
from consent.model.episode import Episode
from consent.model.people import Role
from consent.ports import EVERYTHING, SessionRow
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import accounts, devices, handover, prepare, rehearsal, seal, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit
from tests.headless import Tab
from tests.running_app import RunningApp, running

SESSION, DEVICE = "consent_session", "consent_device"
NORTHERN = "Halvard Östberg"
BORN, MRN = date(1963, 2, 9), "0005150"


@dataclass(frozen=True)
class Door:
    """The server, the desk on its store, and the file behind both.

    Attributes:
        app: The running server.
        desk: The desk on its store, as another process would use it.
        file: The store.
        mine: A prepared episode within the demo staff's reach.
        theirs: The finished record of the other unit.
    """

    app: RunningApp
    desk: Desk
    file: Path
    mine: str
    theirs: str

    def ask(
        self, method: str, path: str, token: str = "", *, device: str = "", headers: Mapping[str, str] | None = None,
        body: object = None, form: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """One request as a browser with these two cookies sends it."""
        url, sent = self.app.base_url, {"Origin": self.app.base_url, **cookies(token, device), **(headers or {})}
        return httpx.request(method, f"{url}{path}", headers=sent, json=body, data=form, timeout=60)

    def door(self, purpose: str, token: str, *, ticket: str = "", device: str = "") -> httpx.Response:
        """What the door component posts."""
        body, ours = {"purpose": purpose, "ticket": ticket}, {"X-Consent-Door": "1"}
        return self.ask("POST", "/door", token, device=device, headers=ours, body=body)

    def sign(self, who: str, token: str, *, key: str, covers: str = "0" * 64) -> httpx.Response:
        """What the pad posts."""
        wave = [[1000 + 400 * step, 5000 + 900 * (step % 3), 20 * step, 500] for step in range(12)]
        body = {"covers": covers, "mark": {"way": "drawn", "strokes": [{"points": wave}]}, "secret": rehearsal.PASSWORD}
        return self.ask("POST", f"/api/sign/{who}", token, headers={"Idempotency-Key": key}, body=body)

    def signed_in(self, login: str, *, secret: str = rehearsal.PASSWORD, device: str = "", was: str = "") -> str:
        """Sign in over HTTP; gives the token, empty when it did not work."""
        given = {"login": login, "password": secret}
        answer = self.ask("POST", "/sign-in", was, device=device, form=given)
        return answer.cookies.get(SESSION) or ""

    def tab(self, token: str, *, device: str = "", path: str = "", query: str = "", session: str = "") -> Tab:
        """An open tab of a browser with these two cookies."""
        sent = cookies(token, device)
        return Tab.open(self.app.base_url, headers=sent, path=path, query=query, session=session)

    def session(self, token: str) -> SessionRow:
        """The session of a token, as it is kept."""
        row = self.desk.sessions.by_token(canon.sha256_hex(token.encode()))
        assert row is not None
        return row

    def wind_back(self, token: str, **column_and_minutes: int) -> str:
        """Let a time of a session be so many minutes ago: the server's clock cannot be moved. Gives that time."""
        ((column, minutes),) = column_and_minutes.items()
        at = canon.instant(self.desk.clock.now() - timedelta(minutes=minutes))
        with sqlite3.connect(self.file, timeout=10) as connection:
            connection.execute(f"UPDATE session SET {column} = ? WHERE id = ?", (at, self.session(token).id))  # noqa: S608 - a column of ours
        connection.close()
        return at

    def kinds(self, stream: str) -> list[str]:
        """The kinds of the events of a stream."""
        return [one.event.kind for one in self.desk.ledger.read(stream)]

    def person(self, login: str) -> str:
        """The id of an account."""
        account = self.desk.people.by_login(login)
        assert account is not None
        return account.person.id

    def handed(self, episode: str, *, by: str = "okafor") -> str:
        """Give the tablet to the patient of a record; gives the token of the patient's session."""
        staff = rehearsal.signed_in(self.desk, by)
        ticket = visit.new_ticket(self.desk, staff, purpose=f"hand_over:{episode}")
        return handover.hand_over(self.desk, staff, episode=episode, ticket=ticket)

    def known_device(self, label: str) -> tuple[str, str]:
        """Make a device known; gives its cookie and its name."""
        admin = rehearsal.signed_in(self.desk, "admin")
        ticket = visit.new_ticket(self.desk, admin, purpose=f"enrol:{label}")
        cookie = devices.enrol(self.desk, admin, label=label, ticket=ticket)
        return cookie, devices.known_here(self.desk, cookie)

    def document(self, episode: str) -> str:
        """The digest of a finished record's document."""
        sealed = load(self.desk, episode).sealed
        assert sealed is not None
        return sealed.event.document


def cookies(token: str, device: str = "") -> dict[str, str]:
    """The Cookie header of a browser that has these two."""
    sent = "; ".join(f"{name}={value}" for name, value in ((SESSION, token), (DEVICE, device)) if value)
    return {"Cookie": sent} if sent else {}


def first_prepared(desk: Desk, *, at: int = 0) -> str:
    """Prepare a patient of the day whom the demo's staff treat; gives the episode."""
    staff = rehearsal.signed_in(desk, "stone")
    rows = [row for row in desk.ledger.worklist(EVERYTHING, since="2000", until="2100") if row.patient_name != NORTHERN]
    return rehearsal.prepare_it(desk, staff, episode=rows[at].episode).id


def northern(desk: Desk) -> Episode:
    """Hire the other unit's clinician and play the story of their one patient to its end."""
    privileges = (rehearsal.PROCEDURE, rehearsal.MAPPING)
    accounts.set_up(
        desk, login="north", name="Runa North", secret=rehearsal.PASSWORD, title="MD", roles=(Role.CLINICIAN,),
        privileges=privileges, units=("North",),
    )  # fmt: skip
    staff = rehearsal.signed_in(desk, "north")
    episode = booked(desk, staff).id
    rehearsal.prepare_it(desk, staff, episode=episode)
    staff = rehearsal.patient_reads(desk, staff, episode=episode)
    rehearsal.talk(desk, staff, episode=episode)
    staff = rehearsal.patient_signs(desk, staff, episode=episode)
    rehearsal.clinician_signs(desk, staff, episode=episode)
    seal.work_once(desk)
    return load(desk, episode)


def booked(desk: Desk, staff: Visit) -> Episode:
    """Plan the procedure of the other unit's patient, today."""
    return prepare.open_episode(
        desk, staff, name=NORTHERN, birth_date=BORN, mrn=MRN, procedure=rehearsal.PROCEDURE,
        appointment=desk.clock.now(), clinician=staff.staff.id,
    )  # fmt: skip


@contextmanager
def standing(furnished: Path, folder: Path) -> Iterator[Door]:
    """The server on a copy of the furnished clinic, with both units, until the end of the block."""
    records = Path(shutil.copytree(furnished, folder / "records"))
    desk, store = opened(Settings(mode="demo", records=records))
    theirs = northern(desk).id
    mine = first_prepared(desk)
    with running(records) as app:
        yield Door(app=app, desk=desk, file=records / "consent.sqlite", mine=mine, theirs=theirs)
    store.close()


def shown(tab: Tab) -> list[str]:
    """The words on a page, without what the page is told about the time that is left."""
    return [text for text in tab.texts() if not text.startswith('{"lang"')]


def closed_with(tab: Tab, *, within: float = 5) -> int:
    """The code with which the server closes a socket in that many seconds."""
    try:
        tab.wait_until(lambda _: False, timeout=within)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0
    raise AssertionError("the socket stayed open")
