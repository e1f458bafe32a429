"""The time-out in the law: its cards, who reads, how long it holds, and what has to be true before a start."""

import pytest

from consent.errors import NotAllowed
from consent.model.status import Status
from consent.model.timeout import before_start, card_now, cards, check_reader, lapsed, running, shown
from consent.model.values import Site
from tests.samples.story import SITE, Story
from tests.samples.template import content, sample


def kinds(story: Story) -> list[str]:
    return [card.kind for card in cards(story.now)]


def lines(story: Story, key: str) -> str:
    card = next(card for card in cards(story.now) if card.key == key)
    return " / ".join((*card.lines, *card.small))


def codes(story: Story) -> list[str]:
    return [one.code for one in before_start(story.now, at=story.desk.now())]


def with_screening(**changes: object) -> Story:
    first, second = content()["screening"]
    return Story(sample(screening=(first, second | changes)))


def test_the_patient_speaks_before_anything_of_the_record_is_shown(story: Story) -> None:
    story.at(Status.FILED)
    assert kinds(story) == ["spoken", "who", "what", "where", "consent", "allergies", "unsure"]
    first = " ".join(cards(story.now)[0].lines)
    assert not [one for one in (*story.now.plan.patient.name.split(), "1948", "wart", "hand", "left") if one in first]


def test_each_site_is_a_card_of_its_own_with_its_side_first() -> None:
    story = Story()
    story.open()
    story.prepare(sites=[SITE, Site(place="foot", side="both", level="big toe")])
    assert [card.lines for card in cards(story.now) if card.kind == "where"] == [
        ("LEFT SIDE", "hand"),
        ("BOTH SIDES", "foot", "big toe"),
    ]


def test_the_consent_card_tells_what_was_refused(story: Story) -> None:
    story.at(Status.FILED)
    story.check_in()
    told = lines(story, "consent")
    assert "Signed Tue 24 Nov 2026, 09:00 / Also signed by Avery Stone" in told
    assert "Patient still wants it: Tue 24 Nov 2026, 09:00 / In the chart" in told
    assert "NO to: May we take a photo for teaching?" in told


def test_a_document_on_its_way_is_told_and_no_refusal_too() -> None:
    story = Story(sample(clauses=()))
    story.at(Status.SEALED)
    assert "Not in the chart yet" in lines(story, "consent")
    assert "No choice was refused." in lines(story, "consent")


def test_allergies_are_asked_when_the_record_knows_nothing(story: Story) -> None:
    story.at(Status.FILED)
    assert lines(story, "allergies") == "Not known in this record. Ask now."


def test_allergies_are_told_when_the_record_knows_and_so_is_what_was_raised() -> None:
    story = with_screening(ask="Did you ever react badly to tape?", tells="allergies", raises=())
    story.at(Status.READING)
    story.read("yes")
    story.finish()
    assert lines(story, "allergies") == "Did you ever react badly to tape? NO. / Do you take a blood thinner? YES."
    story.talk()
    assert "YES. (Seen)" in lines(story, "allergies")


def test_what_tells_nothing_leaves_no_trace_in_a_template() -> None:
    assert "tells" not in sample().model_dump(mode="json")["screening"][0]
    told = with_screening(tells="allergies").template
    assert told.model_dump(mode="json")["screening"][1]["tells"] == "allergies"
    assert "measure" not in sample().model_dump(mode="json")["checklist"][0]


def test_the_performer_does_not_read(story: Story) -> None:
    story.at(Status.FILED)
    check_reader(story.now, story.ids["okafor"])
    with pytest.raises(NotAllowed, match="You perform this procedure"):
        check_reader(story.now, story.ids["stone"])


def test_a_time_out_that_is_half_read_starts_nothing(story: Story) -> None:
    story.at(Status.FILED)
    story.check_in()
    story.agree(story.begin(), until="unsure")
    assert codes(story) == ["no_time_out"]
    here = running(story.now)
    assert here
    assert not lapsed(here, at=story.desk.now())
    story.clock.advance(minutes=10)
    assert lapsed(here, at=story.desk.now())


def test_a_time_out_is_lapsed_ten_minutes_after_its_end_and_not_before(story: Story) -> None:
    story.at(Status.FILED)
    story.check_in()
    story.time_out()
    assert codes(story) == []
    assert card_now(story.now) is None
    story.clock.advance(minutes=9, seconds=57)
    assert codes(story) == []
    story.clock.advance(seconds=1)
    assert codes(story) == ["lapsed"]


def test_a_card_has_another_digest_when_another_thing_stands_on_it(story: Story) -> None:
    story.at(Status.SEALED)
    cards_before = {card.key: shown(story.now, card) for card in cards(story.now)}
    assert len(set(cards_before.values())) == len(cards_before)
    story.confirm()
    cards_after = {card.key: shown(story.now, card) for card in cards(story.now)}
    assert {key for key in cards_after if cards_after[key] != cards_before[key]} == {"consent"}
