"""A drawing beside a statement, as this patient sees it.

Decides what is marked in it, and what of it a passage's digest covers.

Invariants:
- A side is marked only where all sites are on it: a picture never says more than the words beside it.
- A statement without a drawing has the same digest as before there were any.

Refuses to know how a drawing looks: the template holds its digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consent.model.template_parts import Drawing
from consent.model.values import Site

BODY = "body"
_MARKED = frozenset({"left", "right", "both", "midline"})


def mark(sites: Sequence[Site]) -> str:
    """The side of all sites, where a body can be marked with it; empty where they differ."""
    sides = {site.side for site in sites}
    return next(iter(sides)) if len(sides) == 1 and sides <= _MARKED else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A drawing as it is on the screen: its name, what is marked in it, what it shows in words, and its digest."""

    name: str
    mark: str
    says: str
    digest: str

    @property
    def covered(self) -> dict[str, str]:
        """What a passage's digest covers of it."""
        return {"drawing": self.name, "mark": self.mark, "says": self.says, "sha256": self.digest}


def seen(drawing: Drawing | None, sites: Sequence[Site]) -> Seen | None:
    """A statement's drawing for this patient; None where it has none."""
    if drawing is None:
        return None
    return Seen(drawing.name, mark(sites) if drawing.name == BODY else "", drawing.says, drawing.digest)
