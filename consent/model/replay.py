"""What was on the patient's tablet, page by page and in order, rebuilt from the events of a record.

Decides which pages were there, from when until when, and whether the words can be made again as they were.

Invariants:
- Words are made of the pinned text and of what the record said at that moment: later changes do not reach them.
- The digests that were kept of a page are held against the words that are made again; a page without any says so.
- A time that no event tells is not known. Where an event tells that a page was gone by then, the time is the most that
  it can have been there.

Refuses to guess: nobody knows from this whether somebody looked, or what stood beside the page as help.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from consent.model import canon
from consent.model.blocks import Block, digest
from consent.model.document import body
from consent.model.entry import Recorded
from consent.model.episode import Episode, after
from consent.model.events import Event, Presented, StatementsShown
from consent.model.presentation import Page, reading
from consent.model.tablet import SIGNING
from consent.model.values import ShownText

Ending = Literal["next", "signed", "elsewhere", "back", "pause", "handed", "refused", "wiped", "unknown"]
Likeness = Literal["same", "other", "unkept"]
"""The same words; other words; no digest was kept of any, since the page has a quiz or fields only."""

_ENDS: Mapping[str, Ending] = {
    "ReadingFinished": "elsewhere",
    "HandedBack": "back",
    "IdentityConfirmed": "pause",
    "IdentityMissed": "pause",
    "HandedOver": "handed",
    "Refused": "refused",
    "Signed": "signed",
    "TabletWiped": "wiped",
}
_EXACT = frozenset({"next", "signed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that was done on a page, and when."""

    at: str
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One page while it was on the tablet."""

    number: int
    """The number of the event that opened it."""
    key: str
    opened: str
    time: int
    """The how-manieth time this page was there: 1 is the first."""
    language: str
    then: Episode
    """The record as it was at that moment."""
    page: Page | None = None
    """The page made again; None: this program makes none of that name."""
    signed: tuple[Block, ...] = ()
    """On the page to sign: the text that a signature covers."""
    likeness: Likeness
    unlike: tuple[str, ...] = ()
    """Parts whose words could not be made again."""
    acts: tuple[Act, ...] = ()
    until: str = ""
    ended: Ending = "unknown"

    @property
    def exact(self) -> bool:
        """Whether the end is the moment at which it went, and not one by which it was gone."""
        return self.ended in _EXACT

    @property
    def seconds(self) -> int | None:
        """How long it was there, or at most; None: not known, also where a clock was set back in between."""
        if not self.until or self.until < self.opened:
            return None
        return round((canon.parse_instant(self.until) - canon.parse_instant(self.opened)).total_seconds())


@dataclass(slots=True)
class _Telling:
    """The pages so far, and which of them is on the tablet."""

    frames: list[Shown] = field(default_factory=list)
    is_open: bool = False
    kept: dict[str, tuple[ShownText, ...]] = field(default_factory=dict)
    covers: str = ""

    def close(self, *, at: str, ended: Ending) -> None:
        """The page on the tablet is gone."""
        if self.is_open:
            last = self.frames[-1]
            ended = "elsewhere" if ended == "signed" and last.key != SIGNING else ended
            self.frames[-1] = replace(last, until=at, ended=ended)
        self.is_open = False

    def open(self, one: Recorded, then: Episode, *, key: str) -> None:
        """A page came; drawn anew in the same words, it is the one that is there."""
        made = _made(then, key, kept=self.kept.get(key, ()), covers=self.covers)
        shown = replace(made, number=one.header.number, opened=one.header.at)
        if self.is_open and _alike(self.frames[-1], shown):
            return
        self.close(at=one.header.at, ended="next")
        times = sum(frame.key == key for frame in self.frames)
        self.frames.append(replace(shown, time=times + 1))
        self.is_open = True

    def act(self, one: Recorded) -> None:
        """Something was done: it belongs to the page that it is about."""
        act = Act(at=one.header.at, event=one.event)
        for place in reversed(range(len(self.frames))):
            frame = self.frames[place]
            if _about(frame, one.event) or (self.is_open and place == len(self.frames) - 1 and _anywhere(one.event)):
                self.frames[place] = replace(frame, acts=(*frame.acts, act))
                return


def frames(episode: str, recorded: Sequence[Recorded]) -> tuple[Shown, ...]:
    """All pages that were on the patient's tablet, in order.

    Args:
        episode: The name of the record.
        recorded: All its events, from the first.
    """
    telling, now = _Telling(), Episode(id=episode)
    for one in recorded:
        before, now = now, after(now, one)
        _follow(telling, one, before=before, now=now)
    return tuple(telling.frames)


def _follow(telling: _Telling, one: Recorded, *, before: Episode, now: Episode) -> None:
    match one.event:
        case StatementsShown(page=key, shown=shown):
            telling.kept[key] = shown
            telling.open(one, now, key=key)
        case Presented(to="patient", covers=covers):
            telling.covers = covers
            telling.open(one, before, key=SIGNING)
        case event if event.kind == "ShownAgain":
            telling.open(one, now, key=event.page)
        case event:
            telling.act(one)
            if ended := _ENDS.get(event.kind):
                telling.close(at=one.header.at, ended=ended)


def _made(then: Episode, key: str, *, kept: tuple[ShownText, ...], covers: str) -> Shown:
    """The page as this program makes it of the record at that moment, held against what was kept of it."""
    blank = Shown(
        number=0, key=key, opened="", time=1, language=then.template.language, then=then, likeness="unkept", page=None
    )
    if key == SIGNING:
        signed = body(then)
        return replace(blank, signed=signed, likeness="same" if digest(signed) == covers else "other")
    page = next((page for page in reading(then.case) if page.key == key), None)
    made = {passage.part: passage.digest for passage in page.passages} if page else {}
    was = {text.part: text.digest for text in kept}
    unlike = tuple(part for part in {**was, **made} if was.get(part) != made.get(part))
    likeness: Likeness = "other" if page is None or unlike else "same" if was else "unkept"
    return replace(blank, page=page, likeness=likeness, unlike=unlike)


def _alike(there: Shown, now: Shown) -> bool:
    return all(getattr(there, name) == getattr(now, name) for name in ("key", "page", "signed", "likeness"))


def _about(frame: Shown, event: Event) -> bool:
    """Whether something was done on that page: it names the page, or a part of it."""
    match event.kind:
        case "MattersNoted":
            return frame.key == "matters"
        case "Signed":
            return frame.key == SIGNING
        case "QuestionAsked":
            return frame.key == event.page
    about = _PART.get(event.kind)
    if about is None or frame.page is None or (event.kind == "UnderstandingChecked" and event.way != "quiz"):
        return False
    parts = {*frame.page.parts, *(passage.part for passage in frame.page.passages)}
    return getattr(event, about) in parts


_PART = {
    "ScreeningAnswered": "question",
    "StatementAcknowledged": "statement",
    "UnderstandingChecked": "concept",
    "TellingChosen": "concept",
    "ChoiceMade": "clause",
}


def _anywhere(event: Event) -> bool:
    """What can be done from every page; it belongs to the one that is there."""
    return event.kind in {"TextSizeChosen", "Refused"}
