"""The paper packet: the whole text for this patient, empty places for all that is open, and a card of its own."""

from itertools import pairwise

import pytest

from consent.model import blocks as b
from consent.model.episode import Episode
from consent.model.packet import code, needs_paper, packet
from consent.model.packet_text import BLANK
from consent.model.status import Status
from consent.model.template import Template
from consent.workflow import day, read
from tests.samples.story import BORN, MRN, NAME, Story
from tests.samples.template import content, sample

AT = "2026-11-23T20:15:42.123456Z"
THINNER = "Do you take a blood thinner?"
WHOM = f"Only if: “{THINNER}” yes, not sure"


def made(episode: Episode, template: Template | None = None, *, at: str = AT, page: str = "letter") -> b.Document:
    return packet(episode, template or sample(), page=page, at=at, witnesses=2)


def texts(document: b.Document) -> list[str]:
    """Everything that is printed, block by block."""
    return [text for block in document.blocks for text in _texts(block)]


def _texts(block: b.Block) -> tuple[str, ...]:
    match block:
        case b.Heading() | b.Paragraph():
            return (block.text,)
        case b.ListBlock():
            return block.items
        case b.Table():
            return tuple(cell for row in block.rows for cell in row)
        case b.WritingLines():
            return (block.label,)
        case b.BlankSignature():
            return (block.title, block.meaning)
        case _:
            return ()


def rows(document: b.Document) -> dict[str, str]:
    """The second cell of each row by its first one."""
    return {row[0]: row[1] for block in document.blocks if isinstance(block, b.Table) for row in block.rows}


def to_sign(document: b.Document) -> list[str]:
    return [block.title for block in document.blocks if isinstance(block, b.BlankSignature)]


@pytest.fixture
def opened(story: Story) -> Story:
    story.at(Status.OPENED)
    return story


@pytest.fixture
def prepared(story: Story) -> Story:
    story.at(Status.PREPARED)
    return story


def test_the_first_page_says_who_what_and_when_and_leaves_lines_for_the_rest(opened: Story) -> None:
    first = made(opened.now).blocks[: list(made(opened.now).blocks).index(b.PageBreak())]
    said = [text for block in first for text in _texts(block)]
    assert {NAME, MRN, "7 Mar 1948", "Freezing a wart", "Tue 24 Nov 2026, 10:30 EST (UTC-0500)"} <= set(said)
    assert code(opened.now) in said
    assert [one.label for one in first if isinstance(one, b.WritingLines)] == [
        "Where: name the spot and the patient's own left or right",
        "Why it is proposed for this patient",
        "To be performed by, and others who may help",
    ]
    assert BORN.isoformat() not in said


def test_every_statement_without_a_condition_is_told(opened: Story) -> None:
    template, told = opened.template, "\n".join(texts(made(opened.now)))
    for statement in template.statements:
        for part in statement.text.replace("{", "}").split("}")[::2]:
            assert part in told, statement.id
    assert f"A cold tip freezes the wart of {BLANK}." in told
    assert "If it turns hot, call 555 0142, at night 555 0199." in told
    assert "[to be decided]" not in told


def test_what_hangs_on_something_open_stands_apart_with_whom_it_is_for(opened: Story) -> None:
    blocks = made(opened.now).blocks
    told = [getattr(block, "text", "") for block in blocks]
    apart = told.index("Conditional parts: talk about these")
    assert told.index(f"{WHOM}\nIt may bleed.") > apart
    assert told.index(f"{WHOM}\nYour medicines: {BLANK}.") > apart
    assert told.index("A blister may form.") < apart
    assert not any("It may bleed." in text for text in told[:apart])


@pytest.mark.parametrize(("answer", "told"), [("no", False), ("yes", True), ("not_sure", True)])
def test_an_answer_that_is_there_decides_what_is_told(story: Story, answer: str, *, told: bool) -> None:
    story.at(Status.READING)
    story.read(thinner=answer)
    said = texts(made(story.now))
    assert ("It may bleed." in said) is told
    assert "Conditional parts: talk about these" not in said
    assert not any("Only if" in text for text in said)


def test_what_the_record_knows_is_printed_and_only_the_rest_is_empty(prepared: Story) -> None:
    prepared.hand_over()
    prepared.identify()
    read.answer_screening(prepared.desk, prepared.tablet, question="blood-thinner", answer="yes", detail="Warfarin")
    document = made(prepared.now)
    table, said = rows(document), texts(document)
    assert table["Where (the patient's own left and right)"] == "hand, left side"
    assert (table["Width"], table["Depth"]) == ("4 mm", "Deep")
    assert table[f"{THINNER}"] == "On the tablet: Yes. Warfarin"
    sedated = "Did you take a pill to relax today?\nOn yes, not sure: stop, and ask a clinician before anybody signs."
    assert table[sedated] == "☐ Yes\n☐ No\n☐ Not sure"
    assert table["May we take a photo for teaching?"] == "☐ Yes\n☐ No"
    assert "The wart is 4 mm wide." in " ".join(said)


def test_facts_that_nobody_set_are_boxes_and_blanks(opened: Story) -> None:
    table = rows(made(opened.now))
    assert table["Width"] == f"{BLANK} mm"
    assert table["Depth"] == "☐ Flat\n☐ Deep"
    assert table[f"{THINNER}\nWhich one? {BLANK}{BLANK}"] == "☐ Yes\n☐ No\n☐ Not sure"


def test_patient_witnesses_and_clinician_have_a_place_to_sign(opened: Story) -> None:
    document = made(opened.now)
    assert to_sign(document) == [
        "Patient",
        "Witness 1, only if the patient cannot write",
        "Witness 2, only if the patient cannot write",
        "Clinician",
    ]
    meanings = [block.meaning for block in document.blocks if isinstance(block, b.BlankSignature)]
    assert (meanings[0], meanings[-1]) == ("I read this and I agree to it.", "I attest what is listed above.")


def test_who_signed_on_the_tablet_is_not_asked_again(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    document = made(story.now)
    assert to_sign(document) == ["Clinician"]
    assert any(text.startswith("The patient signed on the tablet already, ") for text in texts(document))


@pytest.mark.parametrize("signed", [True, False])
def test_without_a_text_or_with_both_signatures_there_is_nothing_to_sign(story: Story, *, signed: bool) -> None:
    story.at(Status.ATTESTED if signed else Status.OPENED)
    document = packet(story.now, story.template if signed else None, page="a4", at=AT, witnesses=2)
    said = "\n".join(texts(document))
    assert to_sign(document) == []
    assert ("Both have signed" in said, "Use the clinic's own form" in said) == (signed, not signed)
    assert "Time-out card" in said
    assert "A cold tip" not in said


def test_the_card_stands_on_a_page_of_its_own_at_the_end(prepared: Story) -> None:
    blocks = made(prepared.now).blocks
    start = max(place for place, block in enumerate(blocks) if isinstance(block, b.PageBreak))
    title, _, table, *lines = blocks[start + 1 :]
    assert title == b.Heading(level=2, text="Time-out card")
    assert isinstance(table, b.Table)
    card = {row[0]: row[1:] for row in table.rows}
    assert card["Who"] == (f"{NAME}\n7 Mar 1948\n{MRN}", "☐ Agreed")
    assert card["Where"][0] == "LEFT SIDE, hand"
    assert card["Allergies"][0] == f"Ask now: {BLANK}"
    assert card["Stop signal"][0] == BLANK
    assert list(card) == ["The patient first", "Who", "What", "Where", "Consent", "Allergies", "Stop signal", "Doubt"]
    assert all(isinstance(line, b.WritingLines) for line in lines)


def test_a_time_out_item_for_some_says_for_whom(opened: Story) -> None:
    whom = content()["concepts"][1]["only_if"]
    item = {"id": "press", "phase": "time_out", "text": "Pressure is at hand.", "only_if": whom}
    template = sample(checklist=(*content()["checklist"], item))
    assert rows(made(opened.now, template))["Also"] == f"{WHOM}\nPressure is at hand."


def test_every_page_says_when_it_was_printed_and_that_it_counts_only_signed(opened: Story) -> None:
    foot = made(opened.now).head.foot
    assert foot == (
        f"Paper packet printed Mon 23 Nov 2026, 15:15 EST. Valid only with signatures.\nRecord: {code(opened.now)}"
    )


def test_the_code_is_the_records_name_in_groups_of_four(opened: Story) -> None:
    groups = code(opened.now).split(" ")
    assert "".join(groups) == opened.episode
    head, first = groups[0].rsplit("-", 1)
    assert head == "e"
    assert all(len(group) == 4 for group in (first, *groups[1:-1]))


def test_the_same_record_in_the_same_minute_gives_the_same_packet(opened: Story) -> None:
    assert made(opened.now) == made(opened.now, at="2026-11-23T20:15:59.000000Z")
    assert made(opened.now) != made(opened.now, at="2026-11-23T20:16:00.000000Z")


def test_no_heading_stands_right_before_a_new_page(opened: Story) -> None:
    for one, two in pairwise(made(opened.now).blocks):
        assert not (isinstance(one, b.Heading) and isinstance(two, b.PageBreak))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NONE])
def test_paper_is_for_whoever_has_something_left_to_do(story: Story, status: Status) -> None:
    if status is Status.SEALING:
        return
    story.at(status)
    assert needs_paper(story.now) is (status not in {Status.REFUSED, Status.CLOSED, Status.ERASED})


def test_who_took_it_back_needs_no_paper(story: Story) -> None:
    story.at(Status.ATTESTED)
    day.withdraw(story.desk, story.staff("okafor"), episode=story.episode)
    assert not needs_paper(story.now)
