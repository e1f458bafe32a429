"""The tablet in a patient's hands: how large its text is, who holds it, who was asked alone, when it was wiped.

Decides what those events make of it, as a part of the episode.

Invariants:
- Whoever gets the tablet anew says anew who holds it.
- Preparing again keeps the text size; who was there belonged to another reading.
- A page is on it until another one is, or until an event tells that somebody did something else with it.

Refuses to know the clock: every time is the one that an event carries.
"""

from dataclasses import dataclass, replace
from typing import Any

from consent.model.entry import Recorded
from consent.model.people import PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablet:
    """What is known about it."""

    size: str = ""
    """Of the text on the patient's pages; empty: nobody has chosen yet."""
    aloud: bool = False
    """No size is easy to read: a person reads aloud."""
    holder: str = ""
    """Who holds it, as declared last; empty since it was handed over."""
    declared: int = 0
    """The number of the event that says so."""
    companions: tuple[str, ...] = ()
    """Who was with the patient and held it."""
    alone_with: PersonRef | None = None
    """Who asked the patient without the companion."""
    alone_at: str = ""
    telling: frozenset[str] = frozenset()
    """Concepts that the patient will say in own words, to a person."""
    wiped_at: str = ""
    """When it was last wiped after this patient."""
    page: str = ""
    """The page that is on it; empty where no event tells: it was put aside, slept, or left the pages."""

    def prepared_again(self) -> "Tablet":
        """What stays when the patient reads another text."""
        return Tablet(size=self.size, aloud=self.aloud, wiped_at=self.wiped_at)


KINDS = ("HandedOver", "TextSizeChosen", "HolderDeclared", "AskedAlone", "TabletWiped", "TellingChosen", "ShownAgain")
SIGNING = "sign"
"""The key of the page on which the patient signs."""
_PUT_ASIDE = frozenset({"HandedOver", "HandedBack", "IdentityConfirmed", "IdentityMissed", "ReadingFinished"})


def after(tablet: Tablet, one: Recorded) -> Tablet:
    """The tablet after one more event."""
    event, at = one.event, one.header.at
    changed: dict[str, Any] = {"page": ""} if event.kind in _PUT_ASIDE else {}
    match event.kind:
        case "HandedOver":
            changed |= {"holder": ""}
        case "StatementsShown" | "ShownAgain":
            changed = {"page": event.page}
        case "Presented" if event.to == "patient":
            changed = {"page": SIGNING}
        case "TextSizeChosen":
            changed = {"size": event.size, "aloud": event.aloud}
        case "HolderDeclared":
            new = (event.name,) if event.holder == "companion" else ()
            companions = tuple(dict.fromkeys((*tablet.companions, *new)))
            changed = {"holder": event.holder, "declared": one.header.number, "companions": companions}
        case "AskedAlone":
            changed = {"alone_with": event.by, "alone_at": at}
        case "TellingChosen":
            changed = {"telling": tablet.telling | {event.concept}}
        case "TabletWiped":
            changed = {"wiped_at": at}
    return replace(tablet, **changed)
