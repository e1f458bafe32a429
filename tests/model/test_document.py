"""The document: everything that was shown, answered, asked and said, and two signatures over the same digest.

golden/document.json holds the body of the sample story and its digest. Renew it when words or order of the document
were changed on purpose, with: python -m tests.model.test_document
"""

import json
from pathlib import Path

import pytest

from consent.errors import WrongState
from consent.model import blocks as b
from consent.model.document import body, body_digest, document
from consent.model.episode import Episode
from consent.model.presentation import passages, reading
from consent.model.status import Status
from consent.model.values import MedicineLine
from consent.workflow import discuss, read
from tests.samples.story import MRN, NAME, Story
from tests.samples.template import sample

GOLDEN = Path(__file__).parent / "golden" / "document.json"


def told(thinner: str = "not_sure") -> Story:
    """The sample story with something in every part of the document, up to sealing."""
    story = Story()
    story.at(Status.READING)
    story.identify()
    read.note_matters(story.desk, story.tablet, hope="To write again", worry="")
    read.answer_screening(
        story.desk,
        story.tablet,
        question="blood-thinner",
        answer=thinner,  # type: ignore[arg-type]  # yes, no or not_sure
        detail="A small white pill",
    )
    read.show(story.desk, story.tablet, page="concept-where")
    read.quiz(story.desk, story.tablet, concept="where", round_number=1, answer=1)
    story.read(thinner)
    read.ask(story.desk, story.tablet, page="risks-scar", text="Will it show?")
    read.ask(story.desk, story.tablet, page="risks-scar", text="Who will be there?")
    read.finish(story.desk, story.tablet, way="interpreter", by="Lin Wei")
    asked = story.now.questions[1].question
    staff = story.staff("stone")
    discuss.answer_question(story.desk, staff, episode=story.episode, question=asked, way="in_person")
    discuss.judge(
        story.desk, staff, episode=story.episode, concept="where", result="accepted", said="There", note="Pointed"
    )
    story.talk()
    story.sign()
    story.attest()
    return story


def sealing(story: Story) -> Episode:
    story.press.faults.append(WrongState("Not now."))
    with pytest.raises(WrongState):
        story.seal()
    return story.now


def words(blocks: tuple[b.Block, ...]) -> str:
    return json.dumps([block.model_dump(mode="json") for block in blocks], ensure_ascii=False)


def table(episode: Episode, heading: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the first table behind that heading."""
    blocks = iter(body(episode))
    assert any(isinstance(block, b.Heading) and block.text == heading for block in blocks)
    return next(block.rows for block in blocks if isinstance(block, b.Table))


def test_the_body_of_the_sample_is_the_one_it_always_was() -> None:
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    now = told().now
    assert [block.model_dump(mode="json") for block in body(now)] == kept["body"]
    assert body_digest(now) == kept["digest"]


def test_every_text_that_was_shown_stands_in_the_document_and_no_other() -> None:
    now = told().now
    printed = words(body(now))
    for page in reading(now.case):
        for passage in page.passages:
            for line in passage.text.split("\n"):
                assert line in printed
    assert "It may bleed." in printed
    assert "It may bleed." not in words(body(told("no").now))


def test_a_refusal_before_reading_prints_nothing_as_shown(story: Story) -> None:
    now = story.at(Status.REFUSED)
    printed = words(body(now))
    assert not any(passage.text in printed for passage in passages(now.case))
    assert {"A cream", "Wash the skin."} & set(printed.split('"')) == set()


def test_every_answer_stands_there_with_what_the_clinician_decided() -> None:
    now = told().now
    asked = table(now, "What the patient told us")
    assert asked[0] == ("Do you take a blood thinner?", "Not sure. A small white pill", "Applies (Avery Stone). Seen")
    assert asked[1] == ("Did you take a pill to relax today?", "No", "Nothing to decide")


def test_an_answer_nobody_decided_about_says_so(story: Story) -> None:
    story.at(Status.READING)
    story.read("yes")
    assert table(story.now, "What the patient told us")[0][2] == "Not decided"


def test_every_question_stands_with_its_answer() -> None:
    asked = table(told().now, "Questions the patient asked")
    assert [question for question, _ in asked] == ["Will it show?", "Who will be there?"]
    assert asked[0][1].startswith("Yes. (Avery Stone, ")
    assert asked[1][1].startswith("Answered in person by Avery Stone, ")


def test_an_unanswered_question_says_so(story: Story) -> None:
    assert table(story.at(Status.READ), "Questions the patient asked")[0][1] == "Not answered."


def test_each_round_of_a_concept_stands_with_who_judged() -> None:
    ((concept, rounds), _) = table(told().now, "What the patient understood")
    assert concept == "Where it is done"
    assert 'Round 1, quiz on the tablet. Asked: Where is the wart? Tapped: "I do not know" (not yet)' in rounds
    assert "judged by Avery Stone: went on with a reason: Pointed" in rounds


def test_a_no_to_a_choice_is_as_clear_as_a_yes() -> None:
    assert table(told().now, "Choices of their own") == (("May we take a photo for teaching?", "No"),)


def test_what_was_left_empty_says_so(story: Story) -> None:
    now = story.at(Status.PREPARED)
    printed = words(body(now))
    for sentence in (
        "The patient entered nothing here.",
        "Not answered",
        "The patient asked no written question.",
        "Not checked",
        "No talk was recorded.",
        "The patient did not finish reading.",
    ):
        assert sentence in printed


def test_parts_that_the_template_does_not_have_are_left_out() -> None:
    statements = tuple(one for one in sample().model_dump()["statements"] if one["id"] != "bleeding")
    statements = tuple({**one, "sources": (), "likelihood": _uncounted(one)} for one in statements)
    ways = tuple({**one, "findings": ()} for one in sample().model_dump()["alternatives"])
    bare = sample(
        screening=(),
        clauses=(),
        preparation=(),
        checklist=(),
        concepts=(),
        sources=(),
        statements=statements,
        alternatives=ways,
    )
    story = Story(bare)
    story.at(Status.PREPARED)
    titles = [block.text for block in body(story.now) if isinstance(block, b.Heading)]
    gone = {"What the patient told us", "Choices of their own", "What the patient understood", "How to get ready"}
    assert not gone & set(titles)
    last = body(story.now)[-1]
    assert isinstance(last, b.ListBlock)
    assert last.items == ("None",)


def _uncounted(statement: dict[str, object]) -> object:
    return {"words": "rarely"} if statement["likelihood"] else None


def test_a_count_is_drawn_up_to_a_hundred_and_said_beyond() -> None:
    printed = body(told().now)
    (figure,) = [block for block in printed if isinstance(block, b.IconArray)]
    assert (figure.filled, figure.total) == (12, 20)
    assert "150 of 1,000 people" in words(printed)


def test_a_finding_stands_with_who_was_studied_at_the_statement_and_at_the_other_way() -> None:
    notes = [block.text for block in body(told().now) if isinstance(block, b.Paragraph) and block.note]
    findings = [note for note in notes if "It came back later than with cream" in note]
    assert len(findings) == 2
    assert all("1,200" in note and "Adults with a wart" in note and "another reason" in note for note in findings)


def test_short_statements_stand_together_with_one_line_of_sources() -> None:
    texts = [block.text for block in body(told().now) if isinstance(block, b.Paragraph)]
    place = next(at for at, text in enumerate(texts) if text.startswith("A cold tip freezes the wart of hand"))
    assert texts[place + 1] == "Source: s1."
    assert "A wart may go away by itself. You may say no at any time." in texts


def test_what_is_said_to_this_patient_only_says_why() -> None:
    size, depth = sample().model_dump()["facts"]
    raises = ({**depth["raises"][0], "statements": ("sore",)},)
    story = Story(sample(facts=(size, {**depth, "raises": raises})))
    story.at(Status.READ)
    printed = body(story.now)
    place = next(at for at, block in enumerate(printed) if block == b.Paragraph(text="The skin is sore for a week."))
    note = printed[place + 1]
    assert isinstance(note, b.Paragraph)
    assert note.text.endswith("Because your wart is deep")


def test_medicines_stand_one_by_one() -> None:
    assert "Warfarin: Pause 2 days (agreed with Dr. Wu)" in words(body(told().now))


def test_a_risk_that_was_tapped_says_so_and_one_that_was_not_as_well(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    read.show(story.desk, story.tablet, page="risks-scar")
    assert "did not tap" in words(body(story.now))
    assert "did not tap" not in words(body(told().now))


def test_both_signatures_cover_the_digest_of_the_same_body() -> None:
    now = sealing(told())
    signatures = [block for block in document(now).blocks if isinstance(block, b.SignatureBlock)]
    assert [one.title for one in signatures] == ["Patient", "Clinician"]
    assert {one.covers for one in signatures} == {body_digest(now)}
    assert [(one.printed_name, one.signer_role) for one in signatures] == [(NAME, "Patient"), ("Avery Stone", "MD")]
    assert [one.meaning for one in signatures] == [signer.meaning for signer in now.template.signers]
    assert all(one.strokes and one.typed is None for one in signatures)


def test_a_typed_signature_is_printed_as_typed(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.sign({"way": "typed", "name": "josé müller-ñandú"})
    story.attest()
    (first, _) = [block for block in document(sealing(story)).blocks if isinstance(block, b.SignatureBlock)]
    assert (first.typed, first.strokes) == ("josé müller-ñandú", ())


def test_the_document_is_the_title_the_body_the_signatures_and_the_proof() -> None:
    now = sealing(told())
    made = document(now)
    assert made.blocks[0] == b.Heading(level=1, text="Consent to a procedure")
    assert made.blocks[1 : len(body(now)) + 1] == body(now)
    assert sum(isinstance(block, b.Heading) and block.level == 1 for block in made.blocks) == 1
    assert now.sealing
    assert now.sealing.leaf in words(made.blocks)
    assert now.ref.digest in words(made.blocks)


def test_every_page_carries_both_identifiers_and_no_file_title_a_name() -> None:
    made = document(sealing(told()))
    assert (made.head.patient, made.head.mrn) == (NAME, MRN)
    assert NAME not in made.title
    assert made.head.banner == "Demo. Not for patients"


def test_there_is_no_document_before_sealing_has_begun(story: Story) -> None:
    with pytest.raises(WrongState):
        document(story.at(Status.ATTESTED))
    with pytest.raises(WrongState):
        body(Story().open())


@pytest.mark.parametrize(
    ("reason", "said"), [("", "No reason was given; none is needed."), ("I want to wait", "I want to wait")]
)
def test_a_refusal_is_a_record_of_its_own(story: Story, reason: str, said: str) -> None:
    story.at(Status.READING)
    story.refuse(reason)
    made = document(sealing(story))
    assert made.blocks[0] == b.Heading(level=1, text="Record of a refusal")
    assert made.title.startswith("Record of a refusal")
    assert said in words(made.blocks)
    assert not any(isinstance(block, b.SignatureBlock) for block in made.blocks)


def test_a_no_after_signing_leaves_the_signature_over_what_it_covered(story: Story) -> None:
    covered = story.at(Status.PATIENT_SIGNED).signed
    assert covered
    story.refuse("I changed my mind")
    now = sealing(story)
    assert body_digest(now) == covered.event.covers
    made = document(now)
    assert made.blocks[0] == b.Heading(level=1, text="Record of a refusal")
    assert [block.covers for block in made.blocks if isinstance(block, b.SignatureBlock)] == [body_digest(now)]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("by_myself", "alone"),
        ("device_read", "The tablet read it"),
        ("person_read", "Lin Wei read it"),
        ("interpreter", "with an interpreter: Lin Wei"),
    ],
)
def test_how_it_was_read_stands_there(story: Story, way: str, said: str) -> None:
    story.at(Status.READING)
    story.read()
    read.finish(story.desk, story.tablet, way=way, by="Lin Wei")  # type: ignore[arg-type]  # one of the four ways
    assert said in words(body(story.now))


def test_a_talk_without_a_note_has_no_empty_line(story: Story) -> None:
    story.at(Status.READING)
    story.read()
    story.finish()
    discuss.record_talk(story.desk, story.staff("stone"), episode=story.episode, minutes=5)
    assert "Note: " not in words(body(story.now))
    assert "for 5 minutes" in words(body(story.now))


def test_the_same_episode_gives_the_same_document() -> None:
    assert document(sealing(told())) == document(sealing(told()))


def test_a_plan_stands_there_even_when_nothing_else_is_to_prepare(story: Story) -> None:
    story.at(Status.READING)
    story.plan(MedicineLine(medicine="Aspirin", change=False))
    printed = body(story.now)
    assert b.Heading(level=2, text="How to get ready") in printed
    assert b.ListBlock(items=("Aspirin: take as usual",)) in printed


if __name__ == "__main__":
    episode = told().now
    kept = {"digest": body_digest(episode), "body": [block.model_dump(mode="json") for block in body(episode)]}
    GOLDEN.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
