"""What the patient does on the tablet."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from consent.errors import BadInput, NoMatch, NotAllowed, NotFound, Unprintable, WrongState
from consent.model.blockers import before_finish
from consent.model.status import Status
from consent.workflow import read
from tests.samples.story import BORN, NAME, Story

TAPS: dict[str, Callable[[Story], Any]] = {
    "MattersNoted": lambda s: read.note_matters(s.desk, s.tablet, hope="To write", worry="A scar"),
    "ScreeningAnswered": lambda s: read.answer_screening(s.desk, s.tablet, question="sedated", answer="no"),
    "StatementsShown": lambda s: read.show(s.desk, s.tablet, page="risks-scar"),
    "QuestionAsked": lambda s: read.ask(s.desk, s.tablet, page="matters", text="Why me?"),
    "ChoiceMade": lambda s: read.choose(s.desk, s.tablet, clause="photo", choice="yes"),
    "UnderstandingChecked": lambda s: read.quiz(s.desk, s.tablet, concept="where", round_number=1, answer=0),
}


@pytest.fixture
def reading(story: Story) -> Story:
    story.at(Status.READING)
    story.identify()
    return story


@pytest.mark.parametrize("kind", TAPS)
def test_each_answer_is_kept_as_it_is_given_and_twice_is_once(reading: Story, kind: str) -> None:
    for _ in range(2):
        TAPS[kind](reading)
    assert reading.kinds()[-2:] == ["IdentityConfirmed", kind]


@pytest.mark.parametrize("kind", TAPS)
def test_nothing_is_shown_or_kept_before_the_patient_said_who_they_are(story: Story, kind: str) -> None:
    story.at(Status.READING)
    with pytest.raises(NotAllowed, match="name and date of birth"):
        TAPS[kind](story)
    assert story.kinds()[-1] == "HandedOver"


@pytest.mark.parametrize("kind", TAPS)
@pytest.mark.parametrize("status", [Status.PATIENT_SIGNED, Status.SEALED])
def test_no_answer_changes_after_the_signature(story: Story, kind: str, status: Status) -> None:
    signed = story.at(status)
    with suppress(WrongState):
        TAPS[kind](story)
    assert story.now == signed


def test_name_and_birth_date_in_any_case_and_form_are_the_patient(story: Story) -> None:
    story.at(Status.READING)
    typed = " jose\u0301  MÜLLER-ñandú"
    assert read.confirm_identity(story.desk, story.tablet, name=typed, birth_date=BORN).identified_at


@pytest.mark.parametrize(("name", "born"), [("Ann Lee", BORN), (NAME, date(1948, 7, 3)), ("", BORN), ("\ud800", BORN)])
def test_what_does_not_match_is_refused_and_not_kept(story: Story, name: str, born: date) -> None:
    story.at(Status.READING)
    with pytest.raises(NoMatch) as caught:
        read.confirm_identity(story.desk, story.tablet, name=name, birth_date=born)
    assert "Ann" not in str(caught.value)
    last = story.ledger.entries(f"episode:{story.episode}")[-1]
    assert last.payload == b'{"kind":"IdentityMissed","schema_":1}'


def missed(story: Story, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NoMatch):
            read.confirm_identity(story.desk, story.tablet, name="Ann Lee", birth_date=BORN)


def test_three_misses_call_the_staff(story: Story) -> None:
    story.at(Status.READING)
    missed(story, 3)
    with pytest.raises(NotAllowed, match="give the tablet back"):
        story.identify()
    story.hand_over()
    assert story.identify().identified_at


def test_a_match_starts_the_count_again(story: Story) -> None:
    story.at(Status.READING)
    missed(story, 2)
    story.identify()
    missed(story, 2)
    assert story.identify().misses == 0


def test_a_miss_after_a_match_stops_the_signature(story: Story) -> None:
    story.at(Status.DISCUSSED)
    missed(story, 1)
    assert story.missing() == {"identity"}
    with pytest.raises(NotAllowed):
        story.present(story.tablet, "patient")


@pytest.mark.parametrize(
    "verb",
    [
        lambda s: read.answer_screening(s.desk, s.tablet, question="nobody", answer="no"),
        lambda s: read.show(s.desk, s.tablet, page="nobody"),
        lambda s: read.choose(s.desk, s.tablet, clause="nobody", choice="no"),
        lambda s: read.quiz(s.desk, s.tablet, concept="nobody", round_number=1, answer=0),
        lambda s: read.quiz(s.desk, s.tablet, concept="where", round_number=1, answer=2),
        lambda s: read.quiz(s.desk, s.tablet, concept="where", round_number=1, answer=-1),
        lambda s: read.acknowledge(s.desk, s.tablet, statement="nobody", digest="0" * 64),
    ],
)
def test_what_the_text_does_not_have_cannot_be_answered(reading: Story, verb: Callable[[Story], Any]) -> None:
    before = reading.now
    with pytest.raises(NotFound):
        verb(reading)
    assert reading.now == before


@pytest.mark.parametrize(
    "verb",
    [
        lambda s, text: read.note_matters(s.desk, s.tablet, hope=text, worry=""),
        lambda s, text: read.note_matters(s.desk, s.tablet, hope="", worry=text),
        lambda s, text: read.answer_screening(s.desk, s.tablet, question="sedated", answer="no", detail=text),
        lambda s, text: read.ask(s.desk, s.tablet, page="matters", text=text),
        lambda s, text: read.finish(s.desk, s.tablet, way="interpreter", by=text),
        lambda s, text: read.refuse(s.desk, s.tablet, reason=text),
    ],
)
def test_what_a_patient_writes_is_bounded_and_printable(reading: Story, verb: Callable[[Story, str], Any]) -> None:
    before = reading.now
    for text, refusal in (
        ("𠀀", Unprintable),
        ("a" * 4001, BadInput),
        ("a" * 1_000_000, BadInput),
        ("\ud800", BadInput),
    ):
        with pytest.raises(refusal):
            verb(reading, text)
    assert reading.now == before


def test_an_answer_that_is_no_answer_is_refused_in_words(reading: Story) -> None:
    with pytest.raises(BadInput, match="Your answer cannot be kept"):
        read.answer_screening(reading.desk, reading.tablet, question="sedated", answer="maybe")  # type: ignore[arg-type]  # the wrong word is the point
    with pytest.raises(BadInput, match="Who read it cannot be kept"):
        read.finish(reading.desk, reading.tablet, way="by_magic")  # type: ignore[arg-type]  # the wrong word is the point


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b"])
def test_an_empty_question_is_refused(reading: Story, text: str) -> None:
    with pytest.raises(BadInput):
        read.ask(reading.desk, reading.tablet, page="matters", text=text)


def test_a_question_may_be_asked_again_once_it_was_answered(reading: Story) -> None:
    TAPS["QuestionAsked"](reading)
    read.ask(reading.desk, reading.tablet, page="matters", text="And then?")
    assert len({asked.question for asked in reading.now.questions}) == 2


def test_a_page_is_kept_with_the_digests_of_what_stood_on_it(reading: Story) -> None:
    now = read.show(reading.desk, reading.tablet, page="risks-sore")
    page = read.page_of(now, "risks-sore")
    assert {part: now.shown[part] for part in ("sore", "blister")} == {
        passage.part: passage.digest for passage in page.passages
    }


def test_a_page_whose_text_changed_is_kept_again(reading: Story) -> None:
    reading.read("yes")
    reading.plan()
    before = len(reading.kinds())
    read.show(reading.desk, reading.tablet, page="ready")
    read.show(reading.desk, reading.tablet, page="ready")
    assert reading.kinds()[before:] == ["StatementsShown"]
    assert reading.now.pages_shown.count("ready") == 1


def test_a_page_that_is_turned_back_to_is_kept_and_one_that_is_drawn_anew_is_not(reading: Story) -> None:
    for page in ("risks-scar", "ready", "risks-scar", "risks-scar"):
        read.show(reading.desk, reading.tablet, page=page)
    assert reading.kinds()[-2:] == ["StatementsShown", "ShownAgain"]
    reading.identify()
    read.show(reading.desk, reading.tablet, page="risks-scar")
    assert reading.kinds()[-2:] == ["IdentityConfirmed", "ShownAgain"]


def test_a_tap_counts_only_for_the_text_that_was_shown(reading: Story) -> None:
    digest = read.page_of(reading.now, "risks-scar").passages[0].digest
    for wrong in (digest, "0" * 64):
        with pytest.raises(NotFound, match="changed"):
            read.acknowledge(reading.desk, reading.tablet, statement="scar", digest=wrong)
    read.show(reading.desk, reading.tablet, page="risks-scar")
    for _ in range(2):
        read.acknowledge(reading.desk, reading.tablet, statement="scar", digest=digest)
    assert reading.kinds()[-2:] == ["StatementsShown", "StatementAcknowledged"]


def test_a_choice_can_be_changed_before_signing(reading: Story) -> None:
    TAPS["ChoiceMade"](reading)
    assert read.choose(reading.desk, reading.tablet, clause="photo", choice="no").choices == {"photo": "no"}


def test_a_quiz_goes_round_by_round_until_it_is_understood(reading: Story) -> None:
    def tap(round_number: int, answer: int) -> list[str]:
        now = read.quiz(reading.desk, reading.tablet, concept="where", round_number=round_number, answer=answer)
        return [check.result for check in now.checks.get("where", ())]

    assert tap(2, 1) == []
    assert tap(1, 1) == ["not_yet"]
    assert tap(1, 0) == ["not_yet"]
    assert tap(2, 1) == ["not_yet", "understood"]
    assert tap(3, 1) == ["not_yet", "understood"]


def test_after_three_misses_the_tablet_asks_no_more(reading: Story) -> None:
    for number, wrong in ((1, 1), (2, 0), (3, 1), (4, 1), (0, 1)):
        read.quiz(reading.desk, reading.tablet, concept="where", round_number=number, answer=wrong)
    assert [check.round for check in reading.now.checks["where"]] == [1, 2, 3]
    assert not reading.now.understood("where")


def test_finishing_says_how_much_is_left(reading: Story) -> None:
    left = len(before_finish(reading.now))
    with pytest.raises(BadInput, match=f"{left} things"):
        reading.finish()


@pytest.mark.parametrize("way", ["person_read", "interpreter"])
def test_whoever_read_it_aloud_is_named(reading: Story, way: str) -> None:
    reading.read()
    with pytest.raises(BadInput, match="who read it"):
        read.finish(reading.desk, reading.tablet, way=way)  # type: ignore[arg-type]  # one of the two
    assert read.finish(reading.desk, reading.tablet, way=way, by="Lin").status is Status.READ  # type: ignore[arg-type]  # one of the two


def test_finishing_twice_is_once_and_another_way_is_another(reading: Story) -> None:
    reading.read()
    reading.finish()
    reading.finish()
    read.finish(reading.desk, reading.tablet, way="device_read")
    assert reading.kinds()[-2:] == ["ReadingFinished", "ReadingFinished"]


@pytest.mark.parametrize("status", [Status.READING, Status.READ, Status.DISCUSSED, Status.PATIENT_SIGNED])
def test_saying_no_takes_one_tap_and_no_reason_until_it_is_attested(story: Story, status: Status) -> None:
    story.at(status)
    for _ in range(2):
        story.refuse()
    assert story.now.status is Status.REFUSED
    assert story.kinds().count("Refused") == 1


def test_a_tablet_in_other_hands_cannot_say_no(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotAllowed, match="name and date of birth"):
        read.refuse(story.desk, story.tablet)
    assert story.now.status is Status.READING


@pytest.mark.parametrize("status", [Status.ATTESTED, Status.SEALED])
def test_after_the_attestation_the_record_is_finished(story: Story, status: Status) -> None:
    story.at(status)
    with pytest.raises(WrongState):
        story.refuse()


@pytest.mark.parametrize("verb", [Story.prepare, Story.hand_over, Story.talk, Story.sign, Story.identify])
def test_a_refusal_never_turns_into_a_consent(story: Story, verb: Callable[[Story], Any]) -> None:
    story.at(Status.READ)
    refused = story.refuse("I want to wait")
    with pytest.raises((WrongState, NotAllowed)):
        verb(story)
    assert story.now == refused
    assert story.seal().outcome == "refused"


def test_a_tablet_of_another_patient_reaches_only_its_own_record(story: Story) -> None:
    story.at(Status.READING)
    mine, my_tablet = story.episode, story.tablet
    story.open(name="Ann Lee", mrn="77")
    story.prepare()
    story.hand_over()
    before = story.now
    read.confirm_identity(story.desk, my_tablet, name=NAME, birth_date=BORN)
    assert story.now == before
    assert story.kinds(f"episode:{mine}")[-1] == "IdentityConfirmed"
