"""One patient on the demo's real store, to the finished document, and the document's words as another program reads
them."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from consent.model.episode import Episode
from consent.ports import EVERYTHING
from consent.workflow import handover, prepare, read, rehearsal, seal, visit
from consent.workflow.desk import Desk, load
from consent.workflow.visitor import Visit

BORN = date(1948, 3, 7)
_STEERING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u200e\u200f\u2066\u2067\u2068\u2069"))


def booked(desk: Desk, **changes: Any) -> Episode:
    """Somebody on the list of the demo's clinic."""
    given: dict[str, Any] = {
        "name": "Ann Lee",
        "birth_date": BORN,
        "mrn": "0001234",
        "procedure": rehearsal.PROCEDURE,
        "appointment": datetime(2026, 11, 24, 15, 30, tzinfo=UTC),
        "clinician": next(one.person.id for one in desk.people.all() if one.login == "stone"),
    }
    return prepare.open_episode(desk, rehearsal.signed_in(desk, "desk"), **(given | changes))


def handed_over(desk: Desk, episode: str) -> Visit:
    """The patient's visit, after the nurse handed the tablet over."""
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    found = visit.look_up(desk, handover.hand_over(desk, nurse, episode=episode, ticket=ticket))
    assert found
    return found


def refused(desk: Desk, *, reason: str = "", **changes: Any) -> Episode:
    """The shortest way to a document: prepared, handed over, and the patient says no."""
    now = booked(desk, **changes)
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=now.id)
    patient = handed_over(desk, now.id)
    born = date.fromisoformat(now.plan.patient.birth_date)
    read.confirm_identity(desk, patient, name=now.plan.patient.name, birth_date=born)
    read.refuse(desk, patient, reason=reason)
    seal.work_once(desk)
    return load(desk, now.id)


def printed(desk: Desk, now: Episode, folder: Path) -> str:
    """The words of the finished document as poppler extracts them, all white space as one blank."""
    assert now.sealed, now.last_problem
    file = folder / "printed.pdf"
    file.write_bytes(desk.ledger.document(EVERYTHING, now.sealed.event.document).content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().translate(_STEERING).split())
