"""The edge of the desk: what comes in from people becomes values of the law, or a sentence on what to correct.

Decides how a refusal by a model is said to a person.

Invariants:
- The sentence never holds what was typed (it may be a patient's name).
- Whatever will be printed is checked against the document's fonts here, not at sealing (house.md, life of a record 1).

Refuses to repair input.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from consent.errors import BadInput, Unprintable
from consent.ports import Press


@contextmanager
def accepting(what: str) -> Iterator[None]:
    """Turn a model's refusal into a sentence that begins with ``what`` (as "The patient's name")."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        place = " ".join(str(part).replace("_", " ") for part in first["loc"])
        raise BadInput(f"{what} cannot be kept{f' ({place})' if place else ''}: {reason}") from None
    except ValueError as error:
        raise BadInput(f"{what} cannot be kept: {error}") from None


def check_printable(press: Press, *texts: str) -> None:
    """Every character of the texts can be printed.

    Raises:
        Unprintable: Names the code points that no font has.
    """
    missing = sorted({char for text in texts for char in press.unprintable(text)})
    if missing:
        points = ", ".join(f"U+{ord(char):04X}" for char in missing[:5])
        raise Unprintable(f"The document has no sign for {points}.")
