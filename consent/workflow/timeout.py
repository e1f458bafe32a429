"""The time-out and what follows it: begun, read card by card, started, ended.

Decides what a press in the room means, and whose press counts.

Invariants:
- The law is asked on the record as it is at each press: a withdrawal a second ago stops it (H10).
- The reader does not perform (H12); the same reader answers every card; a press counts for the card that was shown.
- A disagreement is kept at once, from anybody, and ends that reading; a clinician who performs it resolves that.
- After the start every verb here succeeds whatever the record says, and one tap is enough (H13).

Refuses to go on with half of an old reading.
"""

from typing import Literal

from consent.errors import BadInput, NotAllowed, StaleEpisode, WrongState
from consent.model.blockers import Blocker
from consent.model.day import Stage, TimeOut
from consent.model.episode import Episode
from consent.model.events_day import (
    EndingExplained,
    HaltResolved,
    ProcedureEnded,
    ProcedureStarted,
    TimeOutAgreed,
    TimeOutBegun,
    TimeOutCompleted,
    TimeOutHalted,
    TimeOutLapsed,
)
from consent.model.timeout import (
    Card,
    against,
    before_start,
    card_now,
    cards,
    check_reader,
    lapsed,
    repeated,
    running,
    shown,
)
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import Decision, Desk, change, just, load
from consent.workflow.offer import status_of
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged
from consent.workflow.visitor import Visit

START = "start"
"""The card after the last one: nothing but the button that starts."""


def retired(desk: Desk, episode: Episode) -> bool:
    """Whether the clinic has taken the text that was signed out of use."""
    return episode.pinned is not None and status_of(desk, episode.template) == "retired"


def disagrees(desk: Desk, episode: Episode) -> tuple[Blocker, ...]:
    """What stands against going on with a time-out now, for the screens."""
    return against(episode, at=desk.now(), retired=retired(desk, episode))


@ruled
def begin(desk: Desk, visit: Visit, *, episode: str) -> Episode:
    """Begin to read the time-out.

    Raises:
        NotAllowed: Who asks performs the procedure, or something still stands against it.
        WrongState: An earlier one stopped and nobody has resolved it; or it is not that time of the day.
    """
    old, stamp = retired(desk, load(desk, episode)), visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        if now.day.stage is Stage.HALTED:
            raise WrongState("The last time-out stopped.", "A clinician who performs this resolves it first.")
        _check_nothing(against(now, at=stamp.at, retired=old))
        check_reader(now, visit.staff.id)
        here = running(now)
        if here and here.begun.reader.id == visit.staff.id and not here.agreed and not lapsed(here, at=stamp.at):
            return just()
        return just(TimeOutBegun(time_out=desk.entropy.name("t"), reader=visit.staff.ref))

    return change(desk, stamp, episode=episode, decide=decide)


def _check_nothing(found: tuple[Blocker, ...]) -> None:
    if found:
        raise NotAllowed(f"{len(found)} things stand against it.", "Settle them first.")


def _mine(now: Episode, visit: Visit, *, time_out: str, at: str) -> TimeOut:
    here = running(now)
    if here is None or here.name != time_out:
        raise StaleEpisode("This time-out is over.")
    check_reader(now, visit.staff.id)
    if here.begun.reader.id != visit.staff.id:
        raise NotAllowed(f"{here.begun.reader.name} reads this time-out.", "Or begin it again.")
    if lapsed(here, at=at):
        raise StaleEpisode("This time-out has lapsed.", "Read it again.")
    return here


@ruled
def agree(desk: Desk, visit: Visit, *, episode: str, time_out: str, card: str) -> Episode:
    """One card was said aloud and all agreed. The last one completes the time-out.

    Raises:
        StaleEpisode: Another card is on, or the time-out is over or has lapsed.
        NotAllowed: Somebody else reads, or something has come up against it.
    """
    old, stamp = retired(desk, load(desk, episode)), visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        here = _mine(now, visit, time_out=time_out, at=stamp.at)
        if card in here.agreed or repeated(here, at=stamp.at):
            return just()
        _check_nothing(against(now, at=stamp.at, retired=old))
        on = card_now(now)
        if on is None or on.key != card:
            raise StaleEpisode("Another card is to be read now.")
        agreed = TimeOutAgreed(time_out=time_out, card=card, shown=shown(now, on))
        last = on.key == cards(now)[-1].key
        return just(agreed, TimeOutCompleted(time_out=time_out)) if last else just(agreed)

    return change(desk, stamp, episode=episode, decide=decide)


@ruled
def halt(desk: Desk, visit: Visit, *, episode: str, time_out: str, card: str) -> Episode:
    """Somebody does not agree: stop. It counts from anybody at the bedside, at any card, also when all were agreed to.

    Raises:
        StaleEpisode: The time-out is over.
    """

    def decide(now: Episode) -> Decision:
        last = now.day.time_out
        if last and last.name == time_out and last.halted:
            return just()
        here = running(now)
        if here is None or here.name != time_out:
            raise StaleEpisode("This time-out is over.")
        on = next((one for one in cards(now) if one.key == card), None) or Card(key=START, kind="unsure", lines=())
        return just(TimeOutHalted(time_out=time_out, card=on.key, shown=shown(now, on)))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def resolve(desk: Desk, visit: Visit, *, episode: str, note: str) -> Episode:
    """Somebody entitled found out what did not agree; the time-out is read again from its start.

    Raises:
        BadInput: There is no note.
        NotAllowed: This person is not privileged for the procedure.
        WrongState: No time-out stopped.
    """
    if not note.strip():
        raise BadInput("What it was is missing.", "Write what did not agree, and what was done.")

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        name = now.day.time_out.name if now.day.stage is Stage.HALTED and now.day.time_out else ""
        if not name:
            raise WrongState("No time-out has stopped.")
        with accepting("The note"):
            resolved = HaltResolved(time_out=name, note=note, by=visit.staff.ref)
        check_printable(desk.press, resolved.note)
        return just(resolved)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def lapse(desk: Desk, visit: Visit, *, episode: str, why: Literal["repositioned", "left_room"]) -> Episode:
    """The patient was turned, or somebody left the room: it is read again."""

    def decide(now: Episode) -> Decision:
        here = running(now)
        return just(TimeOutLapsed(time_out=here.name, why=why)) if here else just()

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def start(desk: Desk, visit: Visit, *, episode: str, time_out: str) -> Episode:
    """The procedure begins.

    Raises:
        StaleEpisode: The time-out is over or has lapsed.
        NotAllowed: Somebody else reads, or something stands against it.
    """
    old, stamp = retired(desk, load(desk, episode)), visit.stamp(desk)

    def decide(now: Episode) -> Decision:
        if now.day.started_at and now.day.started_on == time_out:
            return just()
        here = _mine(now, visit, time_out=time_out, at=stamp.at)
        _check_nothing(before_start(now, at=stamp.at, retired=old))
        return just() if repeated(here, at=stamp.at) else just(ProcedureStarted(time_out=time_out))

    return change(desk, stamp, episode=episode, decide=decide)


@ruled
def end(
    desk: Desk, visit: Visit, *, episode: str, how: Literal["finished", "stopped_by_patient", "stopped_by_us"]
) -> Episode:
    """It is over. Said again with another word, the last one counts; both are kept."""

    def decide(now: Episode) -> Decision:
        if now.day.ended and now.day.ended.how == how:
            return just()
        return just(ProcedureEnded(how=how, by=visit.staff.ref))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


@ruled
def explain(desk: Desk, visit: Visit, *, episode: str, note: str) -> Episode:
    """What was behind a stop, written afterwards by a clinician who performs the procedure.

    Raises:
        BadInput: There is no note.
    """
    if not note.strip():
        raise BadInput("What happened is missing.", "Write it in a few words.")
    with accepting("The note"):
        explained = EndingExplained(note=note, by=visit.staff.ref)
    check_printable(desk.press, explained.note)

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        return just() if explained in now.day.explained else just(explained)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)
