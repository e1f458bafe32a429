"""What the patient needs to see, hear, speak and sign, and the signal that stops the procedure.

Decides when it is noted, and what is missing from it.

Invariants:
- Nothing is preset; an interpreter needs a language (45 CFR 92.201).
- It can be noted anew until a time-out is read: what the room was told does not change behind its back.

Refuses to know who may interpret: that is the clinic's policy, and the screen reminds of it.
"""

from collections.abc import Sequence

from consent.errors import BadInput, WrongState
from consent.model.day import Stage
from consent.model.episode import Episode, check_transition
from consent.model.events_clinician import NeedsNoted
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import Decision, Desk, change, just
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

OPEN = (Stage.AHEAD, Stage.ARRIVED, Stage.HALTED)
"""Before a time-out is read, and after one that stopped."""


def noted(
    desk: Desk, visit: Visit, *, needs: Sequence[str], language: str = "", interpreter: str = "", signal: str = ""
) -> NeedsNoted:
    """What was entered, as an event; what belongs to an interpreter is dropped where none is needed.

    Raises:
        BadInput: The language is missing, or something cannot be kept or printed.
    """
    interpreted = "interpreter" in needs
    if interpreted and not language.strip():
        raise BadInput("An interpreter is needed, but the language is missing.", "Enter the language and save again.")
    check_printable(desk.press, *(text for text in (language, interpreter, signal) if text))
    with accepting("What the patient needs"):
        return NeedsNoted.model_validate(
            {
                "needs": tuple(needs),
                "language": language if interpreted else "",
                "interpreter": interpreter if interpreted else "",
                "signal": signal,
                "by": visit.staff.ref,
            }
        )


def new(now: Episode, event: NeedsNoted | None) -> list[NeedsNoted]:
    """The event, where it says something else than what is noted already."""
    known = now.needs or NeedsNoted(needs=(), by=now.plan.clinician)
    return [event] if event and event.model_copy(update={"by": known.by}) != known else []


@ruled
def note(
    desk: Desk,
    visit: Visit,
    *,
    episode: str,
    needs: Sequence[str],
    language: str = "",
    interpreter: str = "",
    signal: str = "",
) -> Episode:
    """Note all of it anew.

    Raises:
        BadInput: The language is missing, or something cannot be kept or printed.
        WrongState: A time-out is being read, or it is over.
    """
    event = noted(desk, visit, needs=needs, language=language, interpreter=interpreter, signal=signal)

    def decide(now: Episode) -> Decision:
        check_transition(now, event.kind)
        if now.day.stage not in OPEN:
            raise WrongState("The time-out has begun.", "Say it aloud, and stop the time-out if anybody is unsure.")
        return just(*new(now, event))

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)
