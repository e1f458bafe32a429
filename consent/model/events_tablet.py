"""What is said about the tablet itself: how large its text is, who holds it, which page is on it again, its wiping.

Decides what an episode's stream can say about that; ``events`` puts it into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.

Refuses to say why somebody has company, or what was answered alone: that is between the patient and the staff.
"""

from typing import Literal

from consent.model.events_beside import Happening
from consent.model.people import PersonRef
from consent.model.text import Key, Short

TextSize = Literal["normal", "large", "largest"]
Holder = Literal["patient", "companion", "staff"]


class TextSizeChosen(Happening):
    """The patient chose how large the text is; ``aloud``: no size is easy to read, so a person reads aloud."""

    kind: Literal["TextSizeChosen"] = "TextSizeChosen"
    size: TextSize
    aloud: bool = False


class HolderDeclared(Happening):
    """Somebody said who holds the tablet; ``name`` says who a companion is."""

    kind: Literal["HolderDeclared"] = "HolderDeclared"
    holder: Holder
    name: Short = ""


class TabletWiped(Happening):
    """The tablet was wiped after this patient, behind a screen that ignored touch (H15)."""

    kind: Literal["TabletWiped"] = "TabletWiped"


class TellingChosen(Happening):
    """The patient will say a concept in own words, to a person who judges it: teach-back rather than the quiz."""

    kind: Literal["TellingChosen"] = "TellingChosen"
    concept: Key


class ShownAgain(Happening):
    """A page was on the screen again with the words that it had: turned back to, or come back to after a pause."""

    kind: Literal["ShownAgain"] = "ShownAgain"
    page: Key


class AskedAlone(Happening):
    """Staff asked the patient without the companion: free to say yes or no (H9)."""

    kind: Literal["AskedAlone"] = "AskedAlone"
    by: PersonRef


TabletEvent = TextSizeChosen | HolderDeclared | AskedAlone | TabletWiped | TellingChosen | ShownAgain
