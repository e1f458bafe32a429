"""Whose document something is: the running head, and the rows that name patient and people.

Decides how every document of a record names its patient.

Invariants:
- The same in each of them: what belongs together looks alike.

Refuses to say anything else of a record.
"""

from consent.model import blocks as b
from consent.model.episode import Episode
from consent.model.moments import date_words
from consent.words import say


def running_head(episode: Episode) -> b.RunningHead:
    """What stands on every page. Raises WrongState before a template is pinned."""
    plan = episode.plan
    return b.RunningHead(
        patient=plan.patient.name,
        birth_date=date_words(plan.patient.birth_date),
        mrn=plan.patient.mrn,
        episode=episode.id,
        version=f"{episode.ref.id} {episode.ref.version}",
        facility=plan.clinic.facility,
        banner=say("document.demo") if plan.clinic.mode == "demo" else "",
    )


def patient_rows(episode: Episode) -> tuple[tuple[str, str], ...]:
    """Name, date of birth and record number, for a table of two columns."""
    patient = episode.plan.patient
    return (
        (say("document.patient"), patient.name),
        (say("document.birth_date"), date_words(patient.birth_date)),
        (say("document.mrn"), patient.mrn),
    )


def person_words(name: str, title: str) -> str:
    """A member of staff with the title, where there is one."""
    return f"{name}, {title}" if title else name
