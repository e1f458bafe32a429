"""What was on the patient's tablet, told again from the events alone: order, times, words, and what is not known."""

from dataclasses import replace

from consent.model.document import body
from consent.model.entry import Recorded
from consent.model.events import StatementsShown
from consent.model.replay import Shown, frames
from consent.model.replay_told import acted, dwell, length, seen_by, summary, title, told
from consent.model.status import Status
from consent.workflow import read, sign
from tests.samples.story import Story
from tests.samples.template import sample


def reading(**changes: object) -> Story:
    """A patient who has just said who they are, before the first page; of a text with these changes."""
    story = Story(sample(**changes))
    story.at(Status.READING)
    story.identify()
    return story


def turn(story: Story, *pages: str, seconds: float = 0) -> None:
    """Show pages, each for so long."""
    for page in pages:
        read.show(story.desk, story.tablet, page=page)
        story.clock.advance(seconds=seconds)


def recorded(story: Story) -> list[Recorded]:
    return list(story.ledger.read(f"episode:{story.episode}"))


def seen(story: Story) -> tuple[Shown, ...]:
    return frames(story.episode, recorded(story))


def words(frame: Shown) -> str:
    return "\n".join(getattr(block, "text", "") or "\n".join(getattr(block, "items", ())) for block in told(frame))


def test_pages_come_in_their_order_with_the_time_that_each_was_there() -> None:
    story = reading()
    turn(story, "matters", seconds=30)
    turn(story, "screening-1", seconds=65)
    turn(story, "about-what")
    first, second, third = seen(story)
    assert [one.key for one in (first, second, third)] == ["matters", "screening-1", "about-what"]
    assert (first.seconds, first.ended, dwell(first)) == (30, "next", "30 s")
    assert (second.opened, second.until) == (first.until, third.opened)
    assert dwell(second) == "1 min 5 s"
    assert [title(one) for one in (first, second)] == ["What matters to you", "About you"]


def test_a_page_that_was_turned_back_to_is_there_again() -> None:
    story = reading()
    turn(story, "matters", "about-what", "matters", "about-what", seconds=10)
    assert [(one.key, one.time) for one in seen(story)] == [
        ("matters", 1),
        ("about-what", 1),
        ("matters", 2),
        ("about-what", 2),
    ]
    assert [one.seconds for one in seen(story)] == [10, 10, 10, None]


def test_a_page_that_is_drawn_anew_stays_the_one_that_is_there() -> None:
    story = reading()
    turn(story, "about-what", "about-what", seconds=20)
    events = recorded(story)
    again = replace(events[-1], header=events[-1].header.model_copy(update={"at": story.desk.now()}))
    assert isinstance(again.event, StatementsShown)
    (only,) = frames(story.episode, [*events, again])
    assert (only.time, only.opened, only.seconds) == (1, events[-1].header.at, None)


def test_an_end_that_no_event_tells_is_not_known() -> None:
    story = reading()
    turn(story, "matters", seconds=90)
    (only,) = seen(story)
    assert (only.until, only.ended, only.seconds, dwell(only)) == ("", "unknown", None, "not known")


def test_a_page_before_a_pause_was_there_at_most_until_the_patient_came_back() -> None:
    story = reading()
    turn(story, "matters", seconds=240)
    story.identify()
    turn(story, "matters", seconds=5)
    turn(story, "screening-1", seconds=7)
    story.hand_over()
    before, after, last = seen(story)
    assert (before.ended, before.exact, dwell(before)) == ("pause", False, "at most 4 min 0 s")
    assert (after.time, after.exact, after.seconds) == (2, True, 5)
    assert (last.ended, dwell(last)) == ("handed", "at most 7 s")


def test_a_clock_that_was_set_back_tells_no_time() -> None:
    story = reading()
    turn(story, "matters", seconds=-60)
    turn(story, "about-what")
    assert dwell(seen(story)[0]) == "not known"


def test_a_page_says_what_it_said_then_not_what_it_says_now() -> None:
    story = reading()
    turn(story, "about-why")
    story.prepare(why="It hurts when you walk")
    story.hand_over()
    story.identify()
    turn(story, "about-why")
    before, after = seen(story)
    assert "when you write" in words(before)
    assert "when you walk" in words(after)
    assert [one.likeness for one in (before, after)] == ["same", "same"]


def test_words_that_cannot_be_made_again_are_told_as_such() -> None:
    story = reading()
    turn(story, "about-how", "about-why")
    events = recorded(story)
    place = next(place for place, one in enumerate(events) if isinstance(one.event, StatementsShown))
    kept = events[place].event
    assert isinstance(kept, StatementsShown)
    first, *others = kept.shown
    wrong = kept.model_copy(update={"shown": (first.model_copy(update={"digest": "0" * 64}), *others)})
    events[place] = replace(events[place], event=wrong)
    broken, sound = frames(story.episode, events)
    assert (broken.likeness, broken.unlike, sound.likeness) == ("other", (first.part,), "same")
    assert "1 could not be" in summary((broken, sound))[1]


def test_a_page_of_another_program_is_told_without_words() -> None:
    story = reading()
    turn(story, "about-why")
    *events, last = recorded(story)
    assert isinstance(last.event, StatementsShown)
    gone = replace(last, event=last.event.model_copy(update={"page": "about-gone"}))
    (only,) = frames(story.episode, [*events, gone])
    assert (only.likeness, only.page, title(only), told(only)) == ("other", None, "about-gone", ())


def test_a_page_names_its_language_its_version_and_who_held_it() -> None:
    story = reading(language="es-US", version="2.1")
    read.choose_size(story.desk, story.tablet, size="large")
    read.declare_holder(story.desk, story.tablet, holder="companion", name="My son Ben")
    turn(story, "about-why")
    (only,) = seen(story)
    assert (only.language, only.then.ref.version, only.likeness) == ("es-US", "2.1", "same")
    assert seen_by(only) == "Held by: a companion (My son Ben) · size of the text: Medium"
    assert "language: es-US" in summary([only])[0]


def test_what_was_answered_stands_with_its_page_and_its_time() -> None:
    story = reading()
    turn(story, "screening-1", seconds=8)
    read.answer_screening(story.desk, story.tablet, question="blood-thinner", answer="yes", detail="Warfarin")
    at = story.desk.now()
    turn(story, "risks-scar")
    scar = read.page_of(story.now, "risks-scar").passages[0]
    read.acknowledge(story.desk, story.tablet, statement="scar", digest=scar.digest)
    read.ask(story.desk, story.tablet, page="risks-scar", text="Will it show?")
    turn(story, "screening-1")
    asked, risk, again = seen(story)
    assert acted(asked) == ((at, "Do you take a blood thinner? Yes: Warfarin"),)
    assert [what for _, what in acted(risk)] == ["Tapped “I have read this”", "Asked: Will it show?"]
    assert "Already there: Yes" in words(again)
    assert "Already there" not in words(asked)


def test_a_quiz_shows_each_round_that_was_there() -> None:
    story = reading()
    turn(story, "concept-where")
    read.quiz(story.desk, story.tablet, concept="where", round_number=1, answer=1)
    (only,) = seen(story)
    assert only.likeness == "unkept"
    assert "Where is the wart?" in words(only)
    assert "We marked the wart with you." in words(only)
    assert "What does the mark show?" not in words(only)


def test_the_page_to_sign_is_the_very_text_that_the_signature_covers() -> None:
    story = Story()
    story.at(Status.DISCUSSED)
    story.read()
    story.ready_to_sign()
    signed = body(story.now)
    sign.present_to_patient(story.desk, story.tablet)
    story.clock.advance(seconds=45)
    story.sign()
    last = seen(story)[-1]
    assert (last.key, told(last), last.likeness) == ("sign", signed, "same")
    assert (last.seconds, last.ended, last.exact) == (45, "signed", True)


def test_a_no_ends_the_page_at_the_latest() -> None:
    story = reading()
    turn(story, "about-why", seconds=12)
    story.refuse()
    (only,) = seen(story)
    assert (only.ended, dwell(only), acted(only)[0][1]) == ("refused", "at most 12 s", "Said no")


def test_every_page_of_a_whole_story_is_made_again_in_the_same_words() -> None:
    story = Story()
    story.at(Status.FILED)
    told_again = seen(story)
    assert {one.likeness for one in told_again} == {"same", "unkept"}
    assert {one.key for one in told_again if one.likeness == "unkept"} == {"matters", "concept-where"}
    assert all(told(one) for one in told_again)
    assert not frames(story.episode, recorded(story)[:3])


def test_times_are_told_in_the_largest_parts() -> None:
    assert [length(seconds) for seconds in (0, 59, 60, 3599, 3725)] == [
        "0 s",
        "59 s",
        "1 min 0 s",
        "59 min 59 s",
        "1 h 2 min",
    ]
