"""What a page of a replay said and what was done on it, in blocks and words.

Decides how it is told: the words as they stood there, then what was tapped, each with its time.

Invariants:
- A page says what it said when it came; answers that were given on it stand with what was done, never among its words.
- What stood there as a button is told as text.

Refuses to tell the words of a page that this program cannot make.
"""

from collections.abc import Iterator, Sequence

from consent.model import blocks as b
from consent.model.comparing import rows_of
from consent.model.events import MattersNoted, UnderstandingChecked
from consent.model.presentation import Passage, fill
from consent.model.replay import Act, Shown
from consent.model.tablet import SIGNING
from consent.model.telling import drawing, figures
from consent.words import say

_MINUTE, _HOUR = 60, 3600


def title(frame: Shown) -> str:
    """The title of the page, as the patient saw it."""
    if frame.key == SIGNING:
        return say("replay.signing")
    return frame.page.title if frame.page else frame.key


def length(seconds: int) -> str:
    """As "34 s", "2 min 10 s", "1 h 2 min"."""
    if seconds < _MINUTE:
        return say("replay.s", s=str(seconds))
    if seconds < _HOUR:
        return say("replay.min", min=str(seconds // _MINUTE), s=str(seconds % _MINUTE))
    return say("replay.h", h=str(seconds // _HOUR), min=str(seconds % _HOUR // _MINUTE))


def dwell(frame: Shown) -> str:
    """How long it was there: known, at most, or not known."""
    if frame.seconds is None:
        return say("replay.not_known")
    said = length(frame.seconds)
    return said if frame.exact else say("replay.at_most", length=said)


def ending(frame: Shown, *, clock: str) -> str:
    """Until when it was there, as "10:04:12, another page came"; ``clock`` is that moment in the reader's words."""
    return say(f"replay.until.{frame.ended}", at=clock) if frame.until else say("replay.not_known")


def summary(frames: Sequence[Shown]) -> tuple[str, ...]:
    """How many pages, how long, in which language; whether in the same words; what that tells; of which text."""
    then, pages = frames[-1].then, len({frame.key for frame in frames})
    known = [frame.seconds for frame in frames if frame.exact and frame.seconds is not None]
    languages = ", ".join(dict.fromkeys(frame.language for frame in frames))
    count = {like: sum(frame.likeness == like for frame in frames) for like in ("same", "other", "unkept")}
    held = count["same"] + count["other"]
    like = "same" if not count["other"] else "other"
    alike = say(f"replay.{like}", same=str(count["same"]), other=str(count["other"]), all=str(held))
    rest = say("replay.rest", count=str(count["unkept"])) if count["unkept"] else ""
    opened, total = str(len(frames)), length(sum(known))
    return (
        say("replay.sum", pages=str(pages), times=opened, length=total, known=str(len(known)), language=languages),
        f"{alike} {rest}".strip(),
        say("replay.limits"),
        say("replay.text", procedure=then.template.title, version=then.ref.version, digest=then.ref.digest),
    )


def told(frame: Shown) -> tuple[b.Block, ...]:
    """What stood on the page below its title."""
    if frame.key == SIGNING:
        return frame.signed
    page, then = frame.page, frame.then
    if page is None:
        return ()
    if page.key == "matters":
        asked = tuple(b.Paragraph(text=say(f"matters.{name}")) for name in ("lead", "hope", "worry"))
        return (*asked, *([b.Paragraph(text=_written(then.matters), note=True)] if then.matters else []))
    if page.section == "understood":
        return tuple(_concept(frame))
    if page.key.startswith("way-"):
        return (b.ListBlock(items=rows_of(page)[1:]),)
    lead = [b.Paragraph(text=say("choices.lead"))] if page.section == "choices" else []
    return (*lead, *(block for passage in page.passages for block in of_passage(frame, passage)))


def of_passage(frame: Shown, passage: Passage) -> Iterator[b.Block]:
    """One text with what belongs to it, and what the patient had said to it before."""
    for reason in passage.because:
        yield b.Paragraph(text=say("read.to_discuss", reason=reason) if passage.to_discuss else reason, note=True)
    yield b.Paragraph(text=passage.text)
    yield from drawing(passage)
    if passage.likelihood:
        yield b.Paragraph(text=say("document.likelihood", words=passage.likelihood) + ".", note=True)
    yield from figures(passage)
    if passage.acknowledge and not _tapped(frame, passage):
        yield b.Paragraph(text=say("replay.button", label=say("read.tap")), note=True)
    if before := _before(frame, passage):
        yield b.Paragraph(text=say("replay.answered", answer=before), note=True)


def _tapped(frame: Shown, passage: Passage) -> bool:
    return frame.then.acknowledged.get(passage.part) == passage.digest


def _before(frame: Shown, passage: Passage) -> str:
    """What the patient had said to it when the page came."""
    then, part, section = frame.then, passage.part, frame.page.section if frame.page else ""
    if section == "you" and part in then.answers:
        return say(f"answer.{then.answers[part].answer}")
    if section == "choices" and part in then.choices:
        return say(f"answer.{then.choices[part]}")
    return say("read.have_read") if passage.acknowledge and _tapped(frame, passage) else ""


def _written(matters: MattersNoted) -> str:
    return say("replay.did.matters", hope=matters.hope or say("replay.none"), worry=matters.worry or say("replay.none"))


def _concept(frame: Shown) -> Iterator[b.Block]:
    """The rounds that were there one after the other, or how it had ended before."""
    then, part = frame.then, frame.page.parts[0] if frame.page else ""
    concept = next(one for one in then.template.concepts if one.id == part)
    done, rounds = then.checks.get(part, ()), len(concept.tries)
    if then.understood(part):
        yield b.Paragraph(text=say("quiz.right"))
        yield b.Paragraph(text=fill(then.case, done[-1].said))
        return
    if len(done) >= rounds:
        yield b.Paragraph(text=say("quiz.together"))
        return
    missed = [act for act in frame.acts if _is_missed(act)]
    for number in range(len(done), min(len(done) + len(missed) + 1, rounds)):
        one = concept.tries[number]
        if one.explanation is None:
            yield b.Paragraph(text=say("telling.chosen" if part in then.tablet.telling else "telling.lead"))
            yield b.Paragraph(text=say("quiz.lead"))
        else:
            yield b.Paragraph(text=f"{say('quiz.again')} {fill(then.case, one.explanation)}")
        yield b.Paragraph(text=fill(then.case, one.question), strong=True)
        yield b.ListBlock(items=tuple(fill(then.case, answer.text) for answer in one.answers))


def _is_missed(act: Act) -> bool:
    return isinstance(act.event, UnderstandingChecked) and act.event.result == "not_yet"


def acted(frame: Shown) -> tuple[tuple[str, str], ...]:
    """What was done on it: when, and what in words."""
    return tuple((act.at, _act(frame, act)) for act in frame.acts)


def _act(frame: Shown, act: Act) -> str:
    event = act.event
    texts = {passage.part: passage.text for passage in frame.page.passages} if frame.page else {}
    said = ""
    match event.kind:
        case "ScreeningAnswered":
            answer = say(f"answer.{event.answer}") + (f": {event.detail}" if event.detail else "")
            said = say("replay.did.answered", ask=texts[event.question], answer=answer)
        case "ChoiceMade":
            said = say("replay.did.answered", ask=texts[event.clause], answer=say(f"answer.{event.choice}"))
        case "StatementAcknowledged":
            said = say("replay.did.tapped", label=say("read.tap"))
        case "UnderstandingChecked":
            said = say(f"replay.did.quiz.{event.result}", answer=event.said)
        case "MattersNoted":
            said = _written(event)
        case "QuestionAsked":
            said = say("replay.did.asked", text=event.text)
        case "TextSizeChosen":
            said = say("replay.did.size", size=say(f"help.size.{event.size}"))
        case "Refused" | "TellingChosen" | "Signed":
            said = say(f"replay.did.{event.kind}")
    return said


def seen_by(frame: Shown) -> str:
    """Who held the tablet as declared, and how large its text was."""
    tablet = frame.then.tablet
    name = tablet.companions[-1] if tablet.holder == "companion" and tablet.companions else ""
    held = say(f"replay.held.{tablet.holder or 'unknown'}") + (f" ({name})" if name else "")
    size = say(f"help.size.{tablet.size}") if tablet.size else say("replay.not_known")
    return say("replay.held", holder=held, size=size)
