"""When what a record says may be erased: after its time or for a stated reason, by two persons, never under a hold.

Decides until when a record is kept, and who may propose and agree.

Invariants:
- Days are the clinic's.
- A legal hold wins over every reason and every clock, drafts included.
- Kept are so many whole years from the latest of: the last that happened to the record, its appointment, and the
  patient's coming of age. So the record of a minor is kept for as many years after that, and nobody has to judge.
- Whoever proposes and whoever agrees are two, and neither treats the patient in this record.

Refuses what is neither finished nor left open, and a notice that is still being made.
"""

from datetime import date

from consent.errors import NotAllowed, NotFound, WrongState
from consent.model import canon
from consent.model.episode import Episode
from consent.model.events_keeping import AGREE_WITHIN, ErasureProposed, Reason
from consent.model.made import Made
from consent.model.moments import date_words, day_of, day_words
from consent.model.status import ERASABLE, Status
from consent.words import say


def kept_until(episode: Episode, *, years: int) -> date:
    """The last day on which a record is kept; its patient's birth date is part of it."""
    of_age = _years_on(date.fromisoformat(episode.plan.patient.birth_date), episode.plan.clinic.adult_age)
    happened = (day_of(at, episode.plan.clinic.zone) for at in (episode.keeping.touched, episode.appointment))
    return _years_on(max(of_age, *happened), years)


def _years_on(day: date, years: int) -> date:
    """The same day so many years later; after 29 February it is 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def check_not_erased(episode: Episode) -> None:
    """It still says something. Raises NotFound."""
    if episode.status is Status.ERASED:
        raise NotFound(say("erase.gone"), say("erase.gone_next"))


def check_not_held(episode: Episode) -> None:
    """No hold stands. Raises NotAllowed."""
    if told := held(episode):
        raise NotAllowed(say("hold.refuses", holds=told), say("hold.refuses_next"))


def held(episode: Episode) -> str:
    """The holds that stand, a sentence each; empty when there is none."""
    days = [(one.event, day_words(one.at, episode.plan.clinic.zone)) for one in episode.keeping.holds.values()]
    return " ".join(say(f"hold.why.{hold.why}", matter=hold.matter, day=day) for hold, day in days)


def check_erasable(episode: Episode, *, reason: Reason, years: int, today: date) -> None:
    """The record is at its end, nothing holds it, and the reason fits.

    Args:
        episode: The record.
        reason: Why.
        years: How many years the clinic keeps records; 0: it has not said.
        today: The day.

    Raises:
        WrongState: It is neither finished nor left open, or a notice of it is not made yet.
        NotAllowed: It is held, or its time is not over.
    """
    if episode.status not in ERASABLE or episode.unmade:
        raise WrongState(say("erase.open"), say("erase.open_next"))
    check_not_held(episode)
    if reason != "retention":
        return
    if not years:
        raise NotAllowed(say("erase.no_years"), say("erase.no_years_next"))
    if today <= (until := kept_until(episode, years=years)):
        raise NotAllowed(say("erase.early", day=date_words(until.isoformat())), say("erase.early_next"))


def check_apart(episode: Episode, person: str) -> None:
    """Whoever decides about it does not treat the patient in this record. Raises NotAllowed."""
    if person in treating(episode):
        raise NotAllowed(say("erase.treats"), say("erase.treats_next"))


def treating(episode: Episode) -> frozenset[str]:
    """Who is in charge, performs, talked with the patient or attested."""
    people = [episode.plan.clinician]
    people += [episode.tailored.performer] if episode.tailored else []
    people += [one.event.by for one in (episode.discussed, episode.attested) if one]
    return frozenset(person.id for person in people)


def standing(episode: Episode, *, at: str) -> Made[ErasureProposed] | None:
    """The proposal that somebody may agree to at that moment; None when there is none, or its time is over."""
    proposal = episode.keeping.proposal
    if proposal is None:
        return None
    waited = canon.parse_instant(at) - canon.parse_instant(proposal.at)
    return proposal if waited <= AGREE_WITHIN else None


def check_second(episode: Episode, person: str, *, at: str) -> Made[ErasureProposed]:
    """Somebody else proposed it, in time; gives the proposal.

    Raises:
        WrongState: Nobody did, or too long ago.
        NotAllowed: It is the same person.
    """
    proposal = standing(episode, at=at)
    if proposal is None:
        raise WrongState(say("erase.no_proposal", days=str(AGREE_WITHIN.days)), say("erase.no_proposal_next"))
    if proposal.event.by.id == person:
        raise NotAllowed(say("erase.same"), say("erase.same_next"))
    return proposal
