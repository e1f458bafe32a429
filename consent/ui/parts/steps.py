"""Where a patient is in the reading, and which page comes before and after it.

Decides the way through the pages. What must be read, answered and tapped is decided in ``consent.model.blockers``.

Invariants:
- The place is a pointer in the address; without one, or with a wrong one, it is the first page with something to do.
- The last page is reached only when nothing is left to do.
"""

from consent.model.blockers import before_finish
from consent.model.episode import Episode
from consent.model.presentation import Page, reading
from consent.model.status import Status
from consent.words import say

NO, HOW, WAIT, SIGN = "no", "how", "wait", "sign"


def pages(episode: Episode) -> dict[str, Page]:
    """All pages by key, in reading order."""
    return {page.key: page for page in reading(episode.case)}


def to_do(episode: Episode) -> tuple[str, ...]:
    """Pages with something to do, in reading order."""
    return tuple(dict.fromkeys(one.about for one in before_finish(episode) if one.about))


def here(episode: Episode, pointed: str) -> str:
    """The place to show: the one pointed at where that makes sense, else the first with something to do."""
    left = to_do(episode)
    if pointed == NO or pointed in pages(episode):
        return pointed
    if left:
        return left[0]
    return {Status.READING: HOW, Status.READ: WAIT}.get(episode.status, SIGN)


def following(episode: Episode, key: str) -> str:
    """The place after a page; empty: wherever ``here`` leads."""
    if episode.status is Status.DISCUSSED:
        return next((page for page in to_do(episode) if page != key), "")
    order = list(pages(episode))
    place = order.index(key) + 1
    return order[place] if place < len(order) else ""


def previous(episode: Episode, key: str) -> str:
    """The page before a page; empty before the first."""
    order = list(pages(episode))
    return order[order.index(key) - 1] if key in order[1:] else ""


def settled(episode: Episode, page: Page) -> bool:
    """Whether nothing is left to do on this page; a question may be left after the last round of the quiz."""
    if page.key in to_do(episode):
        return False
    tries = {concept.id: len(concept.tries) for concept in episode.template.concepts}
    return all(
        part in episode.tablet.telling
        or episode.understood(part)
        or len(episode.checks.get(part, ())) >= tries.get(part, 0)
        for part in page.parts
        if page.key.startswith("concept-")
    )


def place(episode: Episode, key: str) -> str:
    """As "Risks · 2 of 5"."""
    section = pages(episode)[key].section
    there = [page.key for page in reading(episode.case) if page.section == section]
    number, count = str(there.index(key) + 1), str(len(there))
    return say("read.place", section=say(f"section.{section}"), number=number, count=count)
