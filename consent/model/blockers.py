"""What still stands between an episode and a signature: a list, not an exception.

Decides the conditions of each signature. Each blocker says who can take it away and with which words.

Invariants:
- No path to a signature leads around the talk, an open question, an unread page or an unmet concept (H3, H7).
- A companion who holds the tablet may read aloud and never signs; staff asked the patient once without them (H3, H9).
- An optional clause must be answered, with yes or no alike.
- A minor does not sign alone (H9, catalogue A19). The age of majority is not the same in every US state: 19 in Alabama
  (Code § 26-1-1), 21 in Mississippi (Code § 1-3-27), for health care 19 in Nebraska (§ 30-3402). The clinic sets it.

Refuses to weigh: every blocker blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from consent.model import canon
from consent.model.episode import Episode
from consent.model.presentation import Page, holds, plans_missing, reading, to_review
from consent.model.status import Status
from consent.model.text import full_years


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One thing that is missing. ``code`` names the sentence in ``words``; ``about`` is a page, question or concept."""

    code: str
    who: Literal["patient", "clinician", "staff"]
    about: str = ""


def before_finish(episode: Episode) -> tuple[Blocker, ...]:
    """What the patient has still to do before the reading is finished."""
    return tuple(_before_finish(episode))


def _before_finish(episode: Episode) -> Iterator[Blocker]:
    if not episode.identified_at:
        yield Blocker(code="identity", who="patient")
    for page in reading(episode.case):
        if page.key not in episode.pages_shown or _stale(episode, page):
            yield Blocker(code="page", who="patient", about=page.key)
            continue
        yield from _on_page(episode, page)


def _stale(episode: Episode, page: Page) -> bool:
    return any(episode.shown.get(passage.part) != passage.digest for passage in page.passages)


def _on_page(episode: Episode, page: Page) -> Iterator[Blocker]:
    for passage in page.passages:
        if passage.acknowledge and episode.acknowledged.get(passage.part) != passage.digest:
            yield Blocker(code="acknowledge", who="patient", about=page.key)
    for part in page.parts:
        if page.key.startswith("screening") and part not in episode.answers:
            yield Blocker(code="screening", who="patient", about=page.key)
        if page.key == "choices" and part not in episode.choices:
            yield Blocker(code="choice", who="patient", about=page.key)
        if page.key.startswith("concept-") and part not in {*episode.checks, *episode.tablet.telling}:
            yield Blocker(code="concept", who="patient", about=page.key)


def is_minor(episode: Episode, *, at: str) -> bool:
    """Whether at that moment, by the clinic's calendar, the patient is too young to sign alone."""
    plan = episode.plan
    day = canon.parse_instant(at).astimezone(ZoneInfo(plan.clinic.zone)).date()
    return full_years(date.fromisoformat(plan.patient.birth_date), on=day) < plan.clinic.adult_age


def before_discussed(episode: Episode) -> tuple[Blocker, ...]:
    """What has to be settled for the talk to be complete."""
    return (*before_finish(episode), *_before_discussed(episode))


def _before_discussed(episode: Episode) -> Iterator[Blocker]:
    if episode.identified_at and is_minor(episode, at=episode.identified_at):
        yield Blocker(code="minor", who="clinician")
    if episode.finished is None:
        yield Blocker(code="not_finished", who="patient")
    if episode.tablet.companions and episode.tablet.alone_with is None:
        yield Blocker(code="asked_alone", who="clinician")
    for asked in episode.open_questions:
        yield Blocker(code="question", who="clinician", about=asked.question)
    for question in dict.fromkeys(owner for owner, _ in to_review(episode.case)):
        yield Blocker(code="review", who="clinician", about=question)
    for item in plans_missing(episode.case):
        yield Blocker(code="plan", who="clinician", about=item)
    for concept in episode.template.concepts:
        if holds(episode.case, concept.only_if) and not episode.understood(concept.id):
            yield Blocker(code="not_understood", who="clinician", about=concept.id)


def before_patient_signs(episode: Episode) -> tuple[Blocker, ...]:
    """What stands between this episode and the patient's signature."""
    missing = before_discussed(episode)
    if episode.discussed is None:
        return (*missing, Blocker(code="not_discussed", who="clinician"))
    if not missing and not episode.identified_to_sign:
        return (*missing, Blocker(code="identity", who="patient"))
    if episode.tablet.holder == "companion":
        return (*missing, Blocker(code="companion", who="patient"))
    return missing


def before_attested(episode: Episode) -> tuple[Blocker, ...]:
    """What stands between this episode and the clinician's signature."""
    if episode.status is not Status.PATIENT_SIGNED:
        return (*before_patient_signs(episode), Blocker(code="patient_unsigned", who="patient"))
    return ()
