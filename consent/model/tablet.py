"""The tablet in a patient's hands: how large its text is, who holds it, who was asked alone, when it was wiped.

Decides what those events make of it, as a part of the episode.

Invariants:
- Whoever gets the tablet anew says anew who holds it.
- Preparing again keeps the text size; who was there belonged to another reading.

Refuses to know the clock: every time is the one that an event carries.
"""

from dataclasses import dataclass, replace

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
    wiped_at: str = ""
    """When it was last wiped after this patient."""

    def prepared_again(self) -> "Tablet":
        """What stays when the patient reads another text."""
        return Tablet(size=self.size, aloud=self.aloud, wiped_at=self.wiped_at)


KINDS = ("HandedOver", "TextSizeChosen", "HolderDeclared", "AskedAlone", "TabletWiped")


def after(tablet: Tablet, one: Recorded) -> Tablet:
    """The tablet after one more event."""
    event, at = one.event, one.header.at
    match event.kind:
        case "HandedOver":
            return replace(tablet, holder="")
        case "TextSizeChosen":
            return replace(tablet, size=event.size, aloud=event.aloud)
        case "HolderDeclared":
            new = (event.name,) if event.holder == "companion" else ()
            companions = tuple(dict.fromkeys((*tablet.companions, *new)))
            return replace(tablet, holder=event.holder, declared=one.header.number, companions=companions)
        case "AskedAlone":
            return replace(tablet, alone_with=event.by, alone_at=at)
        case "TabletWiped":
            return replace(tablet, wiped_at=at)
        case _:
            return tablet
