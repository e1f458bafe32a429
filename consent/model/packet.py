"""A paper packet: what one patient's consent needs when the tablets do not work, as blocks for the press.

Decides what stands on its pages and in which order: who and what, the text, what the patient and the clinician fill
in by hand, the signatures, and a time-out card on a page of its own.

Invariants:
- Same record, same moment, same blocks. Every page says when it was printed and that it counts only when signed.
- What the record knows is printed; everything else is empty boxes and lines, none ticked before.
- Who has signed already is not asked to sign again; a text that may not be given has no place for a signature.

Refuses to be the record: nothing that is written on it comes back by itself.
"""

from collections.abc import Iterator

from consent.model import blocks as b
from consent.model import needs
from consent.model import presentation as read
from consent.model.canon import instant, parse_instant
from consent.model.episode import Episode
from consent.model.moments import date_words, moment_words
from consent.model.packet_text import BLANK, Leaf, fill, for_whom, given, standing, text
from consent.model.status import CONSENTED, Status
from consent.model.template import Action, Clause, Concept, Fact, ScreeningQuestion, Template
from consent.words import say

GROUP = 4
_WAITING = (Status.OPENED, Status.PREPARED, Status.READING, Status.READ, Status.DISCUSSED, Status.PATIENT_SIGNED)


def code(episode: Episode) -> str:
    """The record's id in short groups, to be read out and typed."""
    head, _, tail = episode.id.rpartition("-")
    groups = [tail[start : start + GROUP] for start in range(0, len(tail), GROUP)]
    return " ".join((f"{head}-{groups[0]}" if head else groups[0], *groups[1:]))


def needs_paper(episode: Episode) -> bool:
    """Whether something is left to be done for this patient: nobody said no, took it back, or is done."""
    waits = episode.status in _WAITING or (episode.status in CONSENTED and episode.outcome == "consented")
    return waits and not episode.day.withdrawn and not episode.day.ended


def packet(episode: Episode, template: Template | None, *, page: str, at: str, witnesses: int) -> b.Document:
    """The packet of one patient.

    Args:
        episode: The record.
        template: The version that may be given to this patient; None when none may.
        page: The paper that is printed on, ``letter`` or ``a4``.
        at: When it is printed.
        witnesses: How many people have to be there when a patient cannot write.
    """
    plan = episode.plan
    title = template.plain_name if template else plan.procedure
    printed = instant(parse_instant(at).replace(second=0, microsecond=0))
    return b.Document.model_validate(
        {
            "title": say("paper.packet", title=title),
            "lang": template.language if template else "en",
            "page": page,
            "head": b.RunningHead(
                patient=plan.patient.name,
                birth_date=date_words(plan.patient.birth_date),
                mrn=plan.patient.mrn,
                episode=episode.id,
                version=f"{template.id} {template.version}" if template else plan.procedure,
                facility=plan.clinic.facility,
                banner=say("document.demo") if plan.clinic.mode == "demo" else "",
                foot=say("paper.foot", when=_when(episode, printed).rsplit(" ", 1)[0], code=code(episode)),
            ),
            "blocks": (
                b.Heading(level=1, text=say("paper.packet", title=title)),
                *_first_page(episode, template),
                *_to_sign(episode, template, witnesses=witnesses),
                *_card(episode, template),
            ),
            "created": printed,
        }
    )


def _when(episode: Episode, moment: str) -> str:
    return moment_words(moment, episode.plan.clinic.zone)


def _first_page(episode: Episode, template: Template | None) -> Iterator[b.Block]:
    plan, tailored = episode.plan, episode.tailored
    yield b.Paragraph(text=say("paper.what"), strong=True)
    rows = [
        (say("document.patient"), plan.patient.name),
        (say("document.birth_date"), date_words(plan.patient.birth_date)),
        (say("document.mrn"), plan.patient.mrn),
        (say("document.procedure"), template.title if template else plan.procedure),
        (say("document.appointment"), _when(episode, episode.appointment)),
        *needs.rows(episode.needs),
        (say("document.responsible"), _person(plan.clinician.name, plan.clinician.title)),
        (say("document.facility"), plan.clinic.facility),
        (say("paper.code"), code(episode)),
        (say("paper.stood"), _stood(episode)),
    ]
    if tailored:
        rows[5:5] = [
            (say("document.sites"), read.sites_words(tailored.sites)),
            (say("document.performer"), _person(tailored.performer.name, tailored.performer.title)),
            (say("document.helpers"), ", ".join(tailored.helpers) or say("document.nothing")),
        ]
    yield b.Table(header=(say("document.fact"), say("document.value")), rows=tuple(rows), widths=(2, 5))
    if tailored:
        yield b.Heading(level=2, text=say("document.why"))
        yield b.Paragraph(text=tailored.why)
    else:
        for key in ("sites", "why", "performer"):
            yield b.WritingLines(label=say(f"paper.write.{key}"), count=2)
    if template:
        yield from _facts(Leaf(episode=episode, template=template))


def _person(name: str, title: str) -> str:
    return f"{name}, {title}" if title else name


def _stood(episode: Episode) -> str:
    signed, attested = episode.signed, episode.attested
    if signed and attested:
        return say("paper.stood.signed", patient=_when(episode, signed.at), clinician=_when(episode, attested.at))
    if signed:
        return say("paper.stood.patient_signed", when=_when(episode, signed.at))
    return say(f"paper.stood.{episode.status.value}")


def _facts(leaf: Leaf) -> Iterator[b.Block]:
    """What the clinician sets: as it was set, or to be ticked and filled in."""
    if not leaf.template.facts:
        return
    every = all(given(leaf, fact.id) for fact in leaf.template.facts)
    yield b.Heading(level=2, text=say("paper.facts.set" if every else "paper.facts"))
    yield b.Table(
        header=(say("document.fact"), say("document.value")),
        rows=tuple((fact.ask, _fact(leaf, fact)) for fact in leaf.template.facts),
        widths=(3, 4),
    )


def _fact(leaf: Leaf, fact: Fact) -> str:
    value = given(leaf, fact.id)
    if value:
        return {option.id: option.label for option in fact.options}.get(value) or read.typed_words(fact, value)
    if fact.options:
        return "\n".join(say("paper.box", text=option.label) for option in fact.options)
    return f"{BLANK} {fact.unit}".strip()


def _to_sign(episode: Episode, template: Template | None, *, witnesses: int) -> Iterator[b.Block]:
    """The text, what is filled in, and the signatures; one sentence when there is nothing to sign."""
    if episode.attested:
        yield b.Paragraph(text=say("paper.is_signed"), strong=True)
        return
    if template is None:
        yield b.Paragraph(text=say("paper.no_text"), strong=True)
        return
    leaf = Leaf(episode=episode, template=template)
    yield b.PageBreak()
    yield from text(leaf)
    yield b.PageBreak()
    yield from _patient_part(leaf)
    yield from _talk(leaf)
    yield b.PageBreak()
    yield from _signatures(leaf, witnesses=witnesses)


def _patient_part(leaf: Leaf) -> Iterator[b.Block]:
    yield b.Heading(level=2, text=say("paper.patient_part"))
    matters = leaf.episode.matters
    for key, told in (("hope", matters.hope if matters else ""), ("worry", matters.worry if matters else "")):
        if told:
            yield b.Paragraph(text=say(f"document.{key}", text=told))
        else:
            yield b.WritingLines(label=say(f"paper.{key}"), count=2)
    if leaf.template.screening:
        header = (say("paper.ask"), say("paper.answer"), say("paper.decision"))
        rows = tuple(_screened(leaf, one) for one in leaf.template.screening)
        yield b.Heading(level=3, text=say("document.screening"))
        yield b.Table(header=header, rows=rows, widths=(6, 3, 3))
    for asked in leaf.episode.questions:
        yield b.Paragraph(text=say("paper.asked", text=asked.text))
    yield b.WritingLines(label=say("paper.questions"), count=4)
    if leaf.template.clauses:
        yield b.Heading(level=3, text=say("document.choices"))
        yield b.Paragraph(text=say("paper.choices.lead"))
        yield b.Table(
            header=(say("paper.ask"), say("paper.answer")),
            rows=tuple((fill(leaf, one.ask), _chosen(leaf, one.id)) for one in leaf.template.clauses),
            widths=(5, 2),
        )


def _chosen(leaf: Leaf, clause: str) -> str:
    choice = leaf.episode.choices.get(clause)
    return say("paper.on_tablet", answer=say(f"document.{choice}")) if choice else say("paper.yes_no")


def _screened(leaf: Leaf, question: ScreeningQuestion) -> tuple[str, str, str]:
    answer, review = leaf.episode.answers.get(question.id), leaf.episode.reviews.get(question.id)
    ask = [fill(leaf, question.ask)]
    stops = [key for add in question.raises if add.action is Action.STOP_AND_ASK for key in add.when]
    if stops:
        said = ", ".join(say(f"paper.answer.{key}") for key in dict.fromkeys(stops))
        ask.append(say("paper.stop", answers=said))
    if answer:
        told = say("paper.on_tablet", answer=say(f"document.{answer.answer}"))
        said = f"{told}. {answer.detail}" if answer.detail else told
    else:
        ask.extend([f"{question.detail} {BLANK}{BLANK}"] if question.detail else [])
        said = say("paper.yes_no_unsure")
    decided = say("document.by", decision=say(f"document.{review.decision}"), name=review.by.name) if review else ""
    return "\n".join(ask), said, decided or say("paper.decide" if question.raises else "paper.seen")


def _talk(leaf: Leaf) -> Iterator[b.Block]:
    yield b.PageBreak()
    yield b.Heading(level=2, text=say("paper.talk"))
    concepts = [one for one in leaf.template.concepts if standing(leaf, one.only_if) != "ruled_out"]
    if concepts:
        header = (say("paper.understood.ask"), say("paper.understood.counts"), say("document.result"))
        yield b.Heading(level=3, text=say("paper.understood"))
        yield b.Table(header=header, rows=tuple(_concept(leaf, one) for one in concepts), widths=(4, 4, 4))
    planned = read.medicine_lines(leaf.case) if leaf.case else ()
    if planned:
        yield b.Heading(level=3, text=say("document.medicines"))
        yield b.ListBlock(items=planned)
    elif any(item.plan == "medicines" for item in leaf.template.preparation):
        yield b.WritingLines(label=say("paper.talk.medicines"), count=4)
    for key, count in (("note", 4), ("interpreter", 1), ("by", 1), ("no", 2)):
        yield b.WritingLines(label=say(f"paper.talk.{key}"), count=count)


def _concept(leaf: Leaf, concept: Concept) -> tuple[str, str, str]:
    ask = fill(leaf, concept.tries[0].question)
    if concept.only_if and standing(leaf, concept.only_if) == "open":
        ask = f"{for_whom(leaf, concept.only_if.any_of)}\n{ask}"
    told = leaf.episode.understood(concept.id)
    result = say("paper.on_tablet", answer=say("document.result.understood")) if told else ""
    return ask, fill(leaf, concept.understood), result or say("paper.understood.boxes")


def _signatures(leaf: Leaf, *, witnesses: int) -> Iterator[b.Block]:
    meaning = {signer.role: fill(leaf, signer.meaning) for signer in leaf.template.signers}
    yield b.Heading(level=2, text=say("document.signatures"))
    signed = leaf.episode.signed
    if signed:
        yield b.Paragraph(text=say("paper.signed_before", when=_when(leaf.episode, signed.at)), strong=True)
    else:
        yield b.Paragraph(text=say("paper.sign"), strong=True)
        yield b.BlankSignature(title=say("document.patient_signature"), meaning=meaning["patient"])
        for number in range(1, witnesses + 1):
            title = say("paper.witness", number=str(number))
            yield b.BlankSignature(title=title, meaning=say("paper.witness.meaning"))
    yield b.BlankSignature(title=say("document.clinician_signature"), meaning=meaning["clinician"])


def _card(episode: Episode, template: Template | None) -> Iterator[b.Block]:
    patient, tailored = episode.plan.patient, episode.tailored
    leaf = Leaf(episode=episode, template=template) if template else None
    sites = tailored.sites if tailored else ()
    places = [", ".join(p for p in (read.SIDE_WORDS[s.side].upper(), s.place, s.level) if p) for s in sites]
    first = "\n".join(say(f"timeout.spoken.{key}") for key in ("name", "born", "what", "where"))
    who = (patient.name, date_words(patient.birth_date), patient.mrn)
    rows = (
        ("first", first),
        ("who", "\n".join(who)),
        ("what", f"{template.plain_name}\n{template.title}" if template else episode.plan.procedure),
        ("where", "\n".join(places) or BLANK + BLANK),
        ("consent", _consent(episode)),
        ("allergies", _allergies(episode)),
        ("needs", _needs(episode)),
        ("unsure", f"{say('timeout.unsure')} {say('timeout.unsure.patient')}"),
        *(("also", line) for line in (_also(leaf) if leaf else ())),
    )
    yield b.PageBreak()
    yield b.Heading(level=2, text=say("paper.card"))
    yield b.Paragraph(text=say("paper.card.lead"), strong=True)
    yield b.Table(
        header=(say("paper.card.item"), say("paper.card.plan"), say("paper.card.agreed")),
        rows=tuple((say(f"paper.card.{key}"), plan, say("paper.card.agree")) for key, plan in rows),
        widths=(2, 6, 2),
    )
    yield b.WritingLines(label=say("paper.card.reader"), count=1)
    yield b.WritingLines(label=say("paper.card.times"), count=1)


def _also(leaf: Leaf) -> Iterator[str]:
    """What the text's own list has for a time-out of some patients only: what everybody is asked stands above."""
    for item in leaf.template.checklist:
        where = standing(leaf, item.only_if)
        if item.phase == "time_out" and item.only_if and where != "ruled_out":
            told = f"{for_whom(leaf, item.only_if.any_of)}\n" if where == "open" else ""
            yield told + fill(leaf, item.text)


def _consent(episode: Episode) -> str:
    signed = episode.signed
    if not (signed and episode.attested):
        return say("paper.card.consent.paper", blank=BLANK)
    refused = [fill(Leaf(episode=episode, template=episode.template), one.ask) for one in _refused(episode)]
    said = say("paper.card.consent.refused", asks="; ".join(refused)) if refused else say("timeout.none_refused")
    return f"{say('paper.card.consent.signed', when=_when(episode, signed.at))}\n{said}"


def _refused(episode: Episode) -> list[Clause]:
    return [one for one in episode.template.clauses if episode.choices.get(one.id) == "no"]


def _needs(episode: Episode) -> str:
    noted = episode.needs
    signal = noted.signal if noted else ""
    return "\n".join((signal or BLANK, *needs.named(noted)))


def _allergies(episode: Episode) -> str:
    """What the patient answered on the tablet; else to be asked now."""
    pinned = episode.template.screening if episode.pinned else ()
    told = [(one, episode.answers[one.id]) for one in pinned if one.tells == "allergies" and one.id in episode.answers]
    lines = [f"{one.ask} {say(f'document.{said.answer}').upper()}. {said.detail}".strip() for one, said in told]
    return "\n".join(lines) or say("paper.card.unknown", blank=BLANK)
