"""The document: an episode as a frozen list of blocks. What is shown, signed and printed is this, and nothing else.

Decides what stands in a consent, or in the record of a refusal, and in which order.

Invariants:
- ``body`` is what a signature covers: it holds no signature and nothing that a signature or a refusal changes, so that
  patient and clinician sign the same digest, and it stays theirs when the patient says no after signing.
- ``document`` is the title, the body, the signatures and how to check it; same episode, same blocks.
- What was never on the patient's screen is not in it.

Refuses to leave out an answer because it is empty: it says so.
"""

from collections.abc import Iterator, Sequence

from consent.errors import WrongState
from consent.model import blocks as b
from consent.model import needs
from consent.model.asked import Asked
from consent.model.document_code import code_block
from consent.model.episode import Episode
from consent.model.events import Attested, SealBegun, Signed
from consent.model.events_log import EntryAnchored
from consent.model.made import Made
from consent.model.moments import moment_words
from consent.model.presentation import (
    fill,
    holds,
    medicine_lines,
    preparation,
    sites_words,
    typed_words,
)
from consent.model.signature import Drawn, Mark, Marked, OtherWitness, Spoken, Typed, Witness, witnesses_of
from consent.model.telling import said, ways
from consent.model.whose import patient_rows, person_words, running_head
from consent.model.witness import name_of
from consent.words import say

_TABLE_OF_TWO = (2, 5)


def body(episode: Episode) -> tuple[b.Block, ...]:
    """What a signature covers: everything that was shown, answered, asked and said.

    Raises:
        WrongState: The consent has not been prepared.
    """
    return tuple(_body(episode))


def body_digest(episode: Episode) -> str:
    """The digest of the body: what both signatures name."""
    return b.digest(body(episode))


def document(episode: Episode) -> b.Document:
    """The whole document of a finished episode, ready for the press.

    Raises:
        WrongState: Sealing has not begun.
    """
    if episode.sealing is None:
        raise WrongState("The document of this record is not being made yet.")
    sealing = episode.sealing
    return b.Document(
        title=f"{_title(episode)}: {episode.template.plain_name}",
        lang=episode.template.language,
        page=episode.plan.clinic.page,
        head=running_head(episode),
        blocks=(
            b.Heading(level=1, text=_title(episode)),
            *body(episode),
            *_signatures(episode),
            *_proof(episode, sealing),
        ),
        created=sealing.event.at,
    )


def _title(episode: Episode) -> str:
    return say("document.title.refusal" if episode.refused else "document.title.consent")


def _body(episode: Episode) -> Iterator[b.Block]:
    yield from _plan(episode)
    yield from _matters(episode)
    for section in ("about", "benefits", "risks"):
        yield from said(episode, section)
    yield from ways(episode)
    yield from _ready(episode)
    yield from said(episode, "after")
    yield from _screening(episode)
    yield from _questions(episode)
    yield from _understanding(episode)
    yield from _choices(episode)
    yield from _talk(episode)
    yield from _sources(episode)


def _when(episode: Episode, instant: str) -> str:
    return moment_words(instant, episode.plan.clinic.zone)


def _plan(episode: Episode) -> Iterator[b.Block]:
    plan, case = episode.plan, episode.case
    tailored, template = case.tailored, case.template
    status = say(f"document.template.{episode.pinned.status}") if episode.pinned else ""
    rows = [
        *patient_rows(episode),
        (say("document.identity"), _identity(episode)),
        (say("document.procedure"), template.title),
        (say("document.sites"), sites_words(tailored.sites)),
        (say("document.appointment"), _when(episode, episode.appointment)),
        (say("document.performer"), person_words(tailored.performer.name, tailored.performer.title)),
        (say("document.helpers"), ", ".join(tailored.helpers) or say("document.nothing")),
        *needs.rows(episode.needs_signed),
        (say("document.responsible"), person_words(plan.clinician.name, plan.clinician.title)),
        (say("document.facility"), plan.clinic.facility),
        (say("document.template"), _template_words(episode, status)),
        *_facts(episode),
    ]
    yield b.Heading(level=2, text=say("document.facts"))
    yield _table((say("document.fact"), say("document.value")), rows, widths=_TABLE_OF_TWO)
    yield b.Heading(level=3, text=say("document.why"))
    yield b.Paragraph(text=tailored.why)


def _identity(episode: Episode) -> str:
    given = episode.identified_at
    return say("document.identity.given", when=_when(episode, given)) if given else say("document.identity.none")


def _template_words(episode: Episode, status: str) -> str:
    template = episode.template
    return say(
        "document.template.value",
        title=template.title,
        version=template.version,
        status=status,
        language=template.language,
    )


def _facts(episode: Episode) -> Iterator[tuple[str, str]]:
    for fact in episode.template.facts:
        value = episode.case.tailored.facts.get(fact.id, "")
        labels = {option.id: option.label for option in fact.options}
        words = labels.get(value, typed_words(fact, value)) or say("document.unanswered")
        review = episode.reviews.get(fact.id)
        yield fact.ask, f"{words}. {say('document.decision')}: {review.note}" if review else words


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, widths: tuple[int, ...] = ()) -> b.Table:
    return b.Table(header=header, rows=tuple(rows), widths=widths)


def _matters(episode: Episode) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("document.matters"))
    matters = episode.matters
    said = [("hope", matters.hope), ("worry", matters.worry)] if matters else []
    lines = [say(f"document.{key}", text=text) for key, text in said if text]
    for line in lines or [say("document.no_matters")]:
        yield b.Paragraph(text=line)


def _ready(episode: Episode) -> Iterator[b.Block]:
    items = tuple(item.text for item in preparation(episode.case) if item.part in episode.shown)
    medicines = medicine_lines(episode.case)
    if items or medicines:
        yield b.Heading(level=2, text=say("document.ready"))
    if items:
        yield b.ListBlock(items=items)
    if medicines:
        yield b.Heading(level=3, text=say("document.medicines"))
        yield b.ListBlock(items=medicines)


def _screening(episode: Episode) -> Iterator[b.Block]:
    if not episode.template.screening:
        return
    rows: list[tuple[str, ...]] = []
    for question in episode.template.screening:
        answer, review = episode.answers.get(question.id), episode.reviews.get(question.id)
        said = say(f"document.{answer.answer}") if answer else say("document.unanswered")
        if answer and answer.detail:
            said = f"{said}. {answer.detail}"
        raises = answer and any(answer.answer in add.when for add in question.raises)
        decided = say("document.by", decision=say(f"document.{review.decision}"), name=review.by.name) if review else ""
        if review and review.note:
            decided = f"{decided}. {review.note}"
        rows.append(
            (question.ask, said, decided or say("document.undecided" if raises else "document.nothing_to_decide"))
        )
    yield b.Heading(level=2, text=say("document.screening"))
    header = (say("document.question"), say("document.answer"), say("document.decision"))
    yield _table(header, rows, widths=(5, 3, 3))


def _questions(episode: Episode) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("document.questions"))
    if not episode.questions:
        yield b.Paragraph(text=say("document.no_questions"))
        return
    rows: list[tuple[str, ...]] = [(asked.text, _answer(episode, asked)) for asked in episode.questions]
    yield _table((say("document.question"), say("document.answer")), rows)


def _answer(episode: Episode, asked: Asked) -> str:
    """The answer; before it, those that the patient said did not answer it."""
    before = [say("document.did_not_help", text=one.text, name=one.by.name).strip() for one in asked.earlier]
    return "\n".join((*before, _last_answer(episode, asked)))


def _last_answer(episode: Episode, asked: Asked) -> str:
    if asked.answer is None:
        return say("document.not_answered")
    when, name = _when(episode, asked.answered_at), asked.answer.by.name
    if asked.answer.way == "in_person":
        line = say("document.answered_in_person", name=name, when=when)
        return f"{asked.answer.text} {line}".strip()
    return say("document.answered_typed", text=asked.answer.text, name=name, when=when)


def _understanding(episode: Episode) -> Iterator[b.Block]:
    concepts = [concept for concept in episode.template.concepts if holds(episode.case, concept.only_if)]
    if not concepts:
        return
    rows: list[tuple[str, ...]] = []
    for concept in concepts:
        rounds = [
            say(
                f"document.round.{check.way}",
                round=str(check.round),
                question=fill(episode.case, concept.tries[min(check.round, len(concept.tries)) - 1].question),
                said=check.said,
                name=check.judged_by.name if check.judged_by else "",
                result=say(f"document.result.{check.result}", note=check.note),
            )
            for check in episode.checks.get(concept.id, ())
        ]
        rows.append((concept.name, ". ".join(rounds) or say("document.not_checked")))
    yield b.Heading(level=2, text=say("document.understood"))
    header = (say("document.concept"), say("document.rounds"))
    yield _table(header, rows, widths=(2, 5))


def _choices(episode: Episode) -> Iterator[b.Block]:
    if not episode.template.clauses:
        return
    rows: list[tuple[str, ...]] = [
        (clause.ask, say(f"document.{episode.choices.get(clause.id, 'unanswered')}"))
        for clause in episode.template.clauses
    ]
    yield b.Heading(level=2, text=say("document.choices"))
    yield b.Paragraph(text=say("document.choices.lead"))
    yield _table((say("document.question"), say("document.answer")), rows, widths=(5, 1))


def _talk(episode: Episode) -> Iterator[b.Block]:
    finished, talk = episode.finished, episode.discussed
    yield b.Heading(level=2, text=say("document.reading"))
    way = finished.way if finished else "unfinished"
    yield b.Paragraph(text=say(f"document.reading.{way}", name=finished.by if finished else ""))
    if episode.read_from:
        first, last = _when(episode, episode.read_from), _when(episode, episode.read_to)
        yield b.Paragraph(text=say("document.reading.when", first=first, last=last))
    yield from _company(episode)
    yield b.Heading(level=2, text=say("document.talk"))
    if talk is None:
        yield b.Paragraph(text=say("document.talk.none"))
        return
    by = person_words(talk.event.by.name, talk.event.by.title)
    minutes = str(talk.event.minutes)
    yield b.Paragraph(text=say("document.talk.held", name=by, when=_when(episode, talk.at), minutes=minutes))
    if talk.event.note:
        yield b.Paragraph(text=say("document.talk.note", text=talk.event.note))


def _company(episode: Episode) -> Iterator[b.Block]:
    """Who was with the patient; nothing when nobody was declared."""
    if episode.tablet.companions:
        yield b.Paragraph(text=say("document.companion", names="; ".join(episode.tablet.companions)))
    if alone := episode.tablet.alone_with:
        name = person_words(alone.name, alone.title)
        yield b.Paragraph(text=say("document.asked_alone", name=name, when=_when(episode, episode.tablet.alone_at)))


def _sources(episode: Episode) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("document.sources"))
    yield b.ListBlock(
        items=tuple(
            f"{source.id}: {source.citation}" + (f" {source.link}" if source.link else "")
            for source in episode.template.sources
        )
        or (say("document.nothing"),),
        small=True,
    )


def _signatures(episode: Episode) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("document.signatures"))
    if refused := episode.refused:
        yield b.Paragraph(text=say("document.refused", when=_when(episode, refused.at)), strong=True)
        reason = refused.event.reason
        yield b.Paragraph(
            text=say("document.refused.reason", text=reason) if reason else say("document.refused.no_reason")
        )
    if signed := episode.signed:
        yield b.Paragraph(text=f"{say('document.covers.lead')} {signed.event.covers}")
        if how := signed_how(signed.event.mark):
            yield b.Paragraph(text=how, strong=True)
        yield _signature(episode, signed, role="patient", name=signed.event.printed_name, title="")
        for witness in witnesses_of(signed.event.mark):
            yield _witness(episode, signed, witness)
    if attested := episode.attested:
        by = attested.event.by
        yield b.Paragraph(text=say("document.attests"))
        yield b.ListBlock(items=(*attested.event.statements, say("document.proved")))
        yield _signature(episode, attested, role="clinician", name=by.name, title=by.title)


def signed_how(mark: Mark) -> str:
    """What really happened when a patient could not write; nothing for a signature drawn or typed alone."""
    return say(f"document.{mark.way}", names=witnesses_words(mark)) if isinstance(mark, Marked | Spoken) else ""


def witnesses_words(mark: Mark) -> str:
    """Who was there, with what they are; empty for a signature drawn or typed alone."""
    return "; ".join(_of(one) for one in witnesses_of(mark))


def _of(witness: Witness) -> str:
    if isinstance(witness, OtherWitness):
        return f"{witness.name} ({witness.relation})"
    return person_words(witness.who.name, witness.who.title)


def _witness(episode: Episode, signed: Made[Signed], witness: Witness) -> b.SignatureBlock:
    mark = witness.mark if isinstance(witness, OtherWitness) else None
    own = witness.relation if isinstance(witness, OtherWitness) else witness.who.title
    return b.SignatureBlock(
        title=say("document.witness"),
        printed_name=name_of(witness),
        signer_role=own or say("document.witness"),
        meaning=say(f"document.witness.{signed.event.mark.way}" if mark else "document.witness.proved"),
        signed_at=_when(episode, signed.at),
        covers=signed.event.covers,
        strokes=mark.strokes if isinstance(mark, Drawn) else (),
        aspect=mark.aspect if isinstance(mark, Drawn) else 300,
        typed=mark.name if isinstance(mark, Typed) else None,
    )


def _signature(
    episode: Episode, made: Made[Signed] | Made[Attested], *, role: str, name: str, title: str
) -> b.SignatureBlock:
    event, mark = made.event, made.event.mark
    heading = say(f"document.{role}_signature")
    return b.SignatureBlock(
        title=heading,
        printed_name=name,
        signer_role=title or heading,
        meaning=event.meaning,
        signed_at=_when(episode, made.at),
        covers=event.covers,
        strokes=mark.strokes if isinstance(mark, Drawn | Marked) else (),
        aspect=mark.aspect if isinstance(mark, Drawn | Marked) else 300,
        typed=mark.name if isinstance(mark, Typed) else None,
    )


def _proof(episode: Episode, sealing: Made[SealBegun]) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("document.proof"))
    yield code_block(episode)
    yield b.Paragraph(text=say("document.proof.seal"))
    lines = (
        say("document.proof.template", digest=episode.ref.digest),
        say("document.proof.head", number=str(sealing.number), head=sealing.leaf),
        *_log(episode, sealing),
        say("document.proof.made", when=_when(episode, sealing.event.at)),
        say("document.proof.inside"),
    )
    yield b.ListBlock(items=lines)


def anchored(episode: Episode, number: int) -> EntryAnchored | None:
    """Where the record stood in the clinic's log before that event; None for records of before there was one."""
    return next((one.event for one in reversed(episode.anchors) if one.number < number), None)


def _log(episode: Episode, sealing: Made[SealBegun]) -> tuple[str, ...]:
    one = anchored(episode, sealing.number)
    if one is None:
        return ()
    return (
        say("document.proof.log", entry=str(one.entry), log=one.log),
        say("document.proof.checkpoint", size=str(one.size), root=one.root),
    )
