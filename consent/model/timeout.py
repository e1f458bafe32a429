"""The time-out: the cards that are read aloud, who may read them, and when the procedure may start.

Decides what stands on each card, in which order they come, and what a complete time-out is (UP.01.03.01; WHO).

Invariants:
- The patient speaks first; what they say is hidden until they have said it (H2, H12).
- Who performs does not read (H12). Whoever began reads all of it.
- One card after the other; what stands on it comes from the signed consent and is kept with the answer as a digest.
- It is complete only when every card was agreed to and nothing stands against it; it holds for ten minutes.

Refuses to start on anything less, and to stop anything once it has started (H13).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from consent.errors import NotAllowed
from consent.model import canon, needs
from consent.model.arrival import before_time_out
from consent.model.blockers import Blocker
from consent.model.day import Stage, TimeOut
from consent.model.document import body_digest
from consent.model.episode import Episode
from consent.model.moments import date_words, moment_words
from consent.model.presentation import SIDE_WORDS, fill, given
from consent.model.status import Status
from consent.model.template import ScreeningQuestion
from consent.words import say

HOLDS = timedelta(minutes=10)
REPEATED = timedelta(milliseconds=700)
"""A press so soon after the last one is the same press: a clicker that bounces, a hand that shakes."""

Kind = Literal["spoken", "who", "what", "where", "consent", "allergies", "needs", "unsure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card: large lines, and smaller ones below them."""

    key: str
    kind: Kind
    lines: tuple[str, ...]
    small: tuple[str, ...] = ()


def cards(episode: Episode) -> tuple[Card, ...]:
    """All cards of this record, in their order."""
    return tuple(_cards(episode))


def _cards(episode: Episode) -> Iterator[Card]:
    patient, case = episode.plan.patient, episode.case
    yield Card(key="spoken", kind="spoken", lines=tuple(say(f"timeout.spoken.{one}") for one in _SPOKEN))
    yield Card(key="who", kind="who", lines=(patient.name, date_words(patient.birth_date)))
    yield Card(key="what", kind="what", lines=(case.template.plain_name,), small=(case.template.title,))
    for number, site in enumerate(case.tailored.sites, start=1):
        side = SIDE_WORDS[site.side].upper()
        lines = tuple(part for part in (side, site.place, site.level) if part)
        yield Card(key=f"where-{number}", kind="where", lines=lines)
    yield Card(
        key="consent", kind="consent", lines=(*_refused(episode), *_standing(episode)), small=_none_refused(episode)
    )
    yield Card(key="allergies", kind="allergies", lines=(*_allergies(episode), *_told(episode)))
    if noted := episode.needs:
        signal = noted.signal or say("timeout.no_signal")
        yield Card(key="needs", kind="needs", lines=(signal,), small=needs.named(noted))
    yield Card(key="unsure", kind="unsure", lines=(say("timeout.unsure"), say("timeout.unsure.patient")))


_SPOKEN = ("name", "born", "what", "where")


def _standing(episode: Episode) -> tuple[str, ...]:
    last = episode.day.confirmed
    signed, attested = episode.signed, episode.attested
    filed = say("timeout.filed" if episode.status is Status.FILED else "timeout.not_filed")
    return tuple(
        line
        for line in (
            say("timeout.signed", when=_when(episode, signed.at)) if signed else "",
            say("timeout.attested", name=attested.event.by.name) if attested else "",
            say("timeout.confirmed", when=_when(episode, last.at)) if last else "",
            filed,
        )
        if line
    )


def _when(episode: Episode, instant: str) -> str:
    """Day and clock time; everybody in the room is in the clinic's zone."""
    return moment_words(instant, episode.plan.clinic.zone).rsplit(" ", 2)[0]


def _refused(episode: Episode) -> tuple[str, ...]:
    return tuple(
        say("timeout.refused", ask=fill(episode.case, clause.ask))
        for clause in episode.template.clauses
        if episode.choices.get(clause.id) == "no"
    )


def _none_refused(episode: Episode) -> tuple[str, ...]:
    return () if _refused(episode) else (say("timeout.none_refused"),)


def _allergies(episode: Episode) -> tuple[str, ...]:
    asked = [one for one in episode.template.screening if one.tells == "allergies" and one.id in episode.answers]
    return tuple(_answer(episode, one) for one in asked) or (say("timeout.allergies_unknown"),)


def _told(episode: Episode) -> tuple[str, ...]:
    """Everything else that the patient said yes or "not sure" to and no clinician set aside (H5)."""
    return tuple(
        _answer(episode, one)
        for one in episode.template.screening
        if one.tells is None and one.id in episode.answers and given(episode.case, one.id) in {"yes", "not_sure"}
    )


def _answer(episode: Episode, asked: ScreeningQuestion) -> str:
    answer, review = episode.answers[asked.id], episode.reviews.get(asked.id)
    said = f"{fill(episode.case, asked.ask)} {say(f'answer.{answer.answer}').upper()}."
    return " ".join(
        part for part in (said, answer.detail, f"({review.note})" if review and review.note else "") if part
    )


def shown(episode: Episode, card: Card) -> str:
    """The digest of what stands on a card."""
    return canon.text_digest("\n".join((card.kind, *card.lines, *card.small)), language=episode.template.language)


def running(episode: Episode) -> TimeOut | None:
    """The time-out that is being read or is complete."""
    return episode.day.time_out if episode.day.stage is Stage.TIME_OUT else None


def card_now(episode: Episode) -> Card | None:
    """The card to be read now; None when none is being read, or all are agreed to."""
    here = running(episode)
    return None if here is None else next((card for card in cards(episode) if card.key not in here.agreed), None)


def holds_until(time_out: TimeOut) -> str:
    """Until when a complete time-out holds; empty while it is not complete."""
    done = time_out.completed_at
    return canon.instant(canon.parse_instant(done) + HOLDS) if done else ""


def lapsed(time_out: TimeOut, *, at: str) -> bool:
    """Whether it has been complete for ten minutes, or was left half-read for as long."""
    since = time_out.completed_at or time_out.last_at
    return canon.parse_instant(at) - canon.parse_instant(since) >= HOLDS


def repeated(time_out: TimeOut, *, at: str) -> bool:
    """Whether a press comes so soon after the last one that it is the same."""
    return canon.parse_instant(at) - canon.parse_instant(time_out.last_at) < REPEATED


def check_reader(episode: Episode, person: str) -> None:
    """Who performs does not read.

    Raises:
        NotAllowed: This person performs the procedure.
    """
    if episode.case.tailored.performer.id == person:
        raise NotAllowed("You perform this procedure.", "Somebody else in the room reads the time-out.")


def against(episode: Episode, *, at: str, retired: bool = False) -> tuple[Blocker, ...]:
    """What disagrees with going on with a time-out now: the STOP of the machine."""
    found = before_time_out(episode, at=at, retired=retired)
    signed, attested = episode.signed, episode.attested
    if signed and attested and not signed.event.covers == attested.event.covers == body_digest(episode):
        found = (*found, Blocker(code="differs", who="clinician"))
    return found


def before_start(episode: Episode, *, at: str, retired: bool = False) -> tuple[Blocker, ...]:
    """What stands between this record and the start of the procedure."""
    found, here = against(episode, at=at, retired=retired), running(episode)
    if here is None or not here.completed_at:
        return (*found, Blocker(code="no_time_out", who="staff"))
    if lapsed(here, at=at):
        return (*found, Blocker(code="lapsed", who="staff"))
    return found
