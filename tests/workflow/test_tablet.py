"""Around the pages: how large the text is, who holds the tablet, who was asked alone, and a break."""

import pytest

from consent.errors import BadInput, NotAllowed, WrongState
from consent.model.blocks import Paragraph
from consent.model.document import body
from consent.model.episode import Episode
from consent.model.status import Status
from consent.workflow import discuss, read, sign, visit
from tests.samples.story import Story


def said(now: Episode) -> str:
    return "\n".join(block.text for block in body(now) if isinstance(block, Paragraph))


def test_the_text_size_is_kept_before_anybody_is_identified(story: Story) -> None:
    story.at(Status.READING)
    assert story.now.tablet.size == ""
    read.choose_size(story.desk, story.tablet, size="largest", aloud=True)
    read.choose_size(story.desk, story.tablet, size="largest", aloud=True)
    assert (story.now.tablet.size, story.now.tablet.aloud) == ("largest", True)
    assert story.kinds().count("TextSizeChosen") == 1


def test_preparing_again_keeps_the_text_size_and_forgets_who_held_the_tablet(story: Story) -> None:
    story.at(Status.READING)
    read.choose_size(story.desk, story.tablet, size="large")
    story.identify()
    read.declare_holder(story.desk, story.tablet, holder="companion", name="My son Ben")
    story.prepare(why="It hurts when you sew")
    assert (story.now.tablet.size, story.now.tablet.holder, story.now.tablet.companions) == ("large", "", ())


def test_who_holds_the_tablet_is_asked_each_time_after_the_identifiers(story: Story) -> None:
    story.at(Status.READING)
    due = [story.now.holder_due]
    for _ in range(2):
        due.append(story.identify().holder_due)
        due.append(read.declare_holder(story.desk, story.tablet, holder="patient").holder_due)
    assert due == [False, True, False, True, False]
    assert story.kinds().count("HolderDeclared") == 2


def test_nobody_declares_anything_before_the_identifiers(story: Story) -> None:
    story.at(Status.READING)
    with pytest.raises(NotAllowed):
        read.declare_holder(story.desk, story.tablet, holder="patient")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_companion_has_a_name(story: Story, name: str) -> None:
    story.at(Status.READING)
    story.identify()
    with pytest.raises(BadInput):
        read.declare_holder(story.desk, story.tablet, holder="companion", name=name)


def test_a_companion_may_hold_the_tablet_and_never_signs(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.identify()
    read.declare_holder(story.desk, story.tablet, holder="companion", name="My son Ben")
    discuss.ask_alone(story.desk, story.staff("okafor"), episode=story.episode)
    assert story.missing() == {"companion"}
    with pytest.raises((BadInput, WrongState, NotAllowed)):
        sign.present_to_patient(story.desk, story.tablet)
    read.declare_holder(story.desk, story.tablet, holder="patient")
    assert story.missing() == set()
    assert story.now.tablet.companions == ("My son Ben",)


def test_a_patient_with_company_is_asked_alone_before_the_talk_is_recorded(story: Story) -> None:
    story.at(Status.READ)
    story.identify()
    read.declare_holder(story.desk, story.tablet, holder="companion", name="My son Ben")
    with pytest.raises(BadInput):
        story.talk()
    nurse = story.staff("okafor")
    for _ in range(2):
        discuss.ask_alone(story.desk, nurse, episode=story.episode)
    assert story.kinds().count("AskedAlone") == 1
    assert story.talk().status is Status.DISCUSSED


def test_company_stands_in_the_document_only_where_it_was_declared(story: Story) -> None:
    assert "Somebody was with the patient" not in said(story.at(Status.READ))
    story.identify()
    for name in ("My son Ben", "My son Ben", "Ana"):
        read.declare_holder(story.desk, story.tablet, holder="companion", name=name)
    discuss.ask_alone(story.desk, story.staff("okafor"), episode=story.episode)
    assert "held the tablet for a time: My son Ben; Ana." in said(story.now)
    assert "Ngozi Okafor, RN asked the patient alone" in said(story.now)


def test_a_break_sleeps_at_once_and_name_and_date_wake_it(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    visit.rest(story.desk, story.tablet)
    asleep = visit.look_up_id(story.desk, story.tablet.session.id)
    assert asleep
    assert asleep.asleep
    assert not asleep.away
    story.tablet = asleep
    story.identify()
    awake = visit.look_up_id(story.desk, story.tablet.session.id)
    assert awake
    assert not awake.asleep


def test_who_will_say_it_in_own_words_goes_on_and_is_asked_in_the_talk(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    for _ in range(2):
        read.tell_in_words(story.desk, story.tablet, concept="where")
    story.read()
    story.finish()
    assert story.kinds().count("TellingChosen") == 1
    assert "where" not in story.now.checks
    assert ("not_understood", "where") in {(one.code, one.about) for one in discuss.what_is_missing(story.now)}
    discuss.judge(story.desk, story.staff("stone"), episode=story.episode, concept="where", result="understood")
    assert story.talk().status is Status.DISCUSSED


def test_the_quiz_stays_open_to_who_chose_to_tell(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    read.tell_in_words(story.desk, story.tablet, concept="where")
    read.quiz(story.desk, story.tablet, concept="where", round_number=1, answer=0)
    assert story.now.understood("where")
