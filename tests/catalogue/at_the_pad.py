"""A patient brought before the signature in a demo store, and what their pad posts; not a test itself."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from consent.model.document import body_digest
from consent.workflow import handover, read, rehearsal, sign, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit
from tests.samples.story import ink


@dataclass(frozen=True)
class AtThePad:
    """A tablet in a patient's hands with everything read and talked about.

    Attributes:
        desk: The desk on the store.
        episode: The record.
        token: The cookie of the patient's session.
        presentation: The request to sign that is on the screen.
    """

    desk: Desk
    episode: str
    token: str
    presentation: str

    @property
    def tablet(self) -> Visit:
        """The patient's visit."""
        found = visit.look_up(self.desk, self.token)
        assert found
        return found

    def body(self, *, shift: int = 0, mark: Any = None, **parts: Any) -> bytes:
        """What the pad posts: ink of this record alone, or another mark."""
        own = ink(shift + sum(map(ord, self.episode)) % 1500)
        covers = body_digest(load(self.desk, self.episode))
        return json.dumps({"covers": covers, "mark": own if mark is None else mark, **parts}).encode()

    def kinds(self) -> list[str]:
        """The kinds of the record's events."""
        return [one.event.kind for one in self.desk.ledger.read(f"episode:{self.episode}")]

    def sign(self) -> str:
        """The patient signs, without a browser."""
        return sign.sign_as_patient(self.desk, self.tablet, presentation=self.presentation, body=self.body())

    def documents(self) -> list[str]:
        """The digests of the record's finished documents."""
        events = [one.event for one in self.desk.ledger.read(f"episode:{self.episode}")]
        return [event.document for event in events if event.kind == "Sealed"]


def handed(desk: Desk, episode: str, *, by: str = "stone") -> str:
    """Hand the tablet over to a patient who says who they are; gives the cookie."""
    staff = rehearsal.signed_in(desk, by)
    ticket = visit.new_ticket(desk, staff, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, staff, episode=episode, ticket=ticket)
    tablet = visit.look_up(desk, token)
    assert tablet
    patient = load(desk, episode).plan.patient
    read.confirm_identity(desk, tablet, name=patient.name, birth_date=date.fromisoformat(patient.birth_date))
    return token


def at_the_pad(desk: Desk, *, number: int = 0) -> AtThePad:
    """Play the story of one of the day's patients up to the page that is signed."""
    _, born, mrn, _ = rehearsal.PATIENTS[number]
    (row,) = desk.ledger.rows_of(mrn=mrn, birth_date=born.isoformat())
    episode = row.episode
    stone = rehearsal.signed_in(desk, "stone")
    rehearsal.prepare_it(desk, stone, episode=episode)
    stone = rehearsal.patient_reads(desk, stone, episode=episode)
    rehearsal.talk(desk, stone, episode=episode)
    token = handed(desk, episode)
    tablet = visit.look_up(desk, token)
    assert tablet
    rehearsal.read_pages(desk, tablet)
    asked = sign.present_to_patient(desk, tablet).presented
    assert asked
    return AtThePad(desk, episode, token, asked.presentation)
