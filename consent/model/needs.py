"""What a patient needs to see, hear, speak and sign, in words.

Decides how a record, a list and a card of the time-out name it (45 CFR 92.201 and 92.202; 28 CFR 36.303; H8).

Invariants:
- Nothing is said where nobody noted anything: what was printed before anybody asked stays as it is.

Refuses to guess from a name or an age: somebody asked the patient.
"""

from collections.abc import Iterator

from consent.model.events_clinician import NeedsNoted
from consent.words import say


def named(noted: NeedsNoted | None) -> tuple[str, ...]:
    """Each need on its own, the interpreter with the language first."""
    if noted is None:
        return ()
    first = [say("needs.interpreter.named", language=noted.language)] if noted.language else []
    return (*first, *(say(f"needs.{need}") for need in noted.needs if need != "interpreter"))


def rows(noted: NeedsNoted | None) -> Iterator[tuple[str, str]]:
    """What it is, and what was noted, for a table."""
    if noted is None:
        return
    yield say("needs.title"), "; ".join(named(noted)) or say("document.nothing")
    if noted.interpreter:
        yield say("needs.interpreter.who"), noted.interpreter
    if noted.signal:
        yield say("needs.signal"), noted.signal


def line(noted: NeedsNoted | None) -> str:
    """All of it in one line; empty where there is nothing to know."""
    if noted is None:
        return ""
    parts = list(named(noted))
    if noted.interpreter:
        parts[0] = f"{parts[0]} ({noted.interpreter})"
    if noted.signal:
        parts.append(say("needs.signal.named", signal=noted.signal))
    return " · ".join(parts)
