"""A notice: what was said after the document was finished, as a document of its own on one page.

Decides what stands in the notice of a withdrawal, of a confirmation and of a correction, and in which order.

Invariants:
- It is made of one event, and of what was fixed when its making began: whatever happens later, the same blocks.
- It names the document that it belongs to by its digest, and the notice made last before it by its own.
- Words of people stand in it as they were kept; a withdrawal without a word says that none is needed.

Refuses to repeat, mend or replace anything of the document.
"""

from collections.abc import Iterator

from consent.errors import WrongState
from consent.model import blocks as b
from consent.model.document import anchored
from consent.model.episode import Episode
from consent.model.events_day import ConsentConfirmed, ConsentWithdrawn
from consent.model.events_notices import NoticeBegun
from consent.model.made import Made
from consent.model.moments import moment_words
from consent.model.noticed import Notice
from consent.model.presentation import sites_words
from consent.model.whose import patient_rows, person_words, running_head
from consent.words import say

_GROUP = 8
_TABLE_OF_TWO = (4, 5)


def notice(episode: Episode, told: Notice) -> b.Document:
    """The notice as a document, ready for the press.

    Raises:
        WrongState: Its making has not begun.
    """
    if told.begun is None:
        raise WrongState("This notice is not being made yet.")
    name = title(episode, told)
    return b.Document(
        title=f"{name}: {episode.template.plain_name}",
        lang=episode.template.language,
        page=episode.plan.clinic.page,
        head=running_head(episode),
        blocks=(
            b.Heading(level=1, text=name),
            *_said(episode, told),
            *_whose(episode),
            *_about(episode, told, told.begun),
        ),
        created=told.begun.event.at,
    )


def title(episode: Episode, told: Notice) -> str:
    """What the notice is, in a few words."""
    match told.told.event:
        case ConsentConfirmed(result=result):
            return say(f"notice.confirmation.{result}")
        case ConsentWithdrawn():
            return say("notice.withdrawal")
        case _:
            return say(f"notice.correction.{episode.outcome}")


def _said(episode: Episode, told: Notice) -> Iterator[b.Block]:
    event = told.told.event
    by, when = person_words(event.by.name, event.by.title), moment_words(told.told.at, episode.plan.clinic.zone)
    match event:
        case ConsentConfirmed():
            lead = say("notice.confirmation.lead", asked=say("checklist.confirm.ask"))
            answer = say("notice.answer", text=say(f"checklist.{event.result}"))
            lines = [f"{answer}\n{say('notice.note', text=event.note)}" if event.note else answer]
        case ConsentWithdrawn():
            lead = say(f"notice.withdrawal.{'during' if told.started else 'before'}")
            lines = [say("notice.said", text=event.said) if event.said else say("notice.silent")]
        case _:
            lead, lines = say("notice.correction.lead"), [event.text]
    yield b.Paragraph(text=lead, strong=True)
    for line in (*lines, say(f"notice.by.{told.of}", name=by, when=when)):
        yield b.Paragraph(text=line)


def _whose(episode: Episode) -> Iterator[b.Block]:
    plan = episode.plan
    rows = (
        *patient_rows(episode),
        (say("document.procedure"), episode.template.title),
        (say("document.sites"), sites_words(episode.case.tailored.sites)),
        (say("document.appointment"), moment_words(episode.appointment, plan.clinic.zone)),
        (say("notice.record"), episode.id),
    )
    yield b.Heading(level=2, text=say("notice.whose"))
    yield b.Table(header=(say("document.fact"), say("document.value")), rows=rows, widths=_TABLE_OF_TWO)


def _about(episode: Episode, told: Notice, begun: Made[NoticeBegun]) -> Iterator[b.Block]:
    digest = begun.event.about
    groups = " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
    yield b.Heading(level=2, text=say("notice.about"))
    yield b.Paragraph(text=say(f"notice.about.{episode.outcome}", digest=digest))
    yield b.Paragraph(text=say("notice.about.groups", groups=groups))
    yield b.Paragraph(text=say("notice.stays"))
    yield b.Heading(level=2, text=say("notice.proof"))
    yield b.Paragraph(text=say("notice.seal"), note=True)
    yield b.ListBlock(
        items=(
            *((say("notice.before", digest=told.before),) if told.before else ()),
            say("notice.told", number=str(told.entry), when=moment_words(begun.event.at, episode.plan.clinic.zone)),
            say("document.proof.head", number=str(begun.number), head=begun.leaf),
            say("notice.inside" if anchored(episode, begun.number) is None else "notice.inside.log"),
        ),
        small=True,
    )
