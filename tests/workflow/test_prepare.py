"""Opening an episode, preparing it, and planning medicines."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from consent.errors import (
    AlreadyDone,
    BadInput,
    Broken,
    NotAllowed,
    NotFound,
    StaleEpisode,
    TemplateRefused,
    Unprintable,
    WrongState,
)
from consent.model.status import Status
from consent.model.values import MedicineLine
from consent.workflow import approve, prepare
from tests.samples.story import CLINIC, FACTS, MRN, NAME, SITE, Story
from tests.samples.template import PROCEDURE, sample

WARFARIN = MedicineLine(medicine="Warfarin", change=True, how="Pause 2 days", agreed_with="Dr. Wu")


def test_an_episode_keeps_both_identifiers_as_they_were_typed(story: Story) -> None:
    plan = story.open(name="  Jose\u0301 Müller-Ñandú ").plan
    assert (plan.patient.name, plan.patient.birth_date, plan.patient.mrn) == (NAME, "1948-03-07", MRN)
    assert plan.clinician.id == story.ids["stone"]
    assert plan.appointment == "2026-11-24T15:30:00.000000Z"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"name": ""}, "The patient cannot be kept (name)"),
        ({"name": "Ann\u202eLee"}, "U+202E"),
        ({"name": "Ann\0Lee"}, "U+0000"),
        ({"name": "Ann\ud800"}, "(name)"),
        ({"name": "a" * 201}, "201"),
        ({"name": "=1+1"}, "letter"),
        ({"mrn": ""}, "(mrn)"),
        ({"mrn": "a\0b"}, "(mrn)"),
        ({"birth_date": date(2026, 11, 25)}, "The date of birth cannot be kept"),
        ({"birth_date": date(1879, 1, 1)}, "before 1880"),
        ({"clinician": "u-nobody"}, "no such member of staff"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_that_repeat_nothing(
    story: Story, parts: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        story.open(**parts)
    assert said in caught.value.what
    assert "Ann" not in str(caught.value)
    assert story.ledger.streams("episode:") == ()


@pytest.mark.parametrize(("parts", "point"), [({"name": "Ann 𠀀 Lee"}, "U+20000"), ({"mrn": "7\U0001d7d5"}, "U+1D7D5")])
def test_a_character_that_cannot_be_printed_is_named_at_once(story: Story, parts: dict[str, Any], point: str) -> None:
    with pytest.raises(Unprintable, match=point.replace("+", r"\+")):
        story.open(**parts)


def test_a_procedure_without_a_text_cannot_be_planned(story: Story) -> None:
    with pytest.raises(NotFound):
        story.open(procedure="nobody-knows")


def test_an_appointment_needs_a_zone(story: Story) -> None:
    with pytest.raises(Broken):
        story.open(appointment=datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001 - the missing zone is the point


def test_somebody_who_left_is_nobodys_clinician(story: Story) -> None:
    story.people.deactivate(story.ids["stone"])
    with pytest.raises(BadInput):
        story.open()


def test_preparing_pins_the_newest_text_once(story: Story) -> None:
    story.at(Status.PREPARED)
    first = story.now.ref
    story.templates.shelf.append(sample(version="2.0"))
    story.prepare()
    assert story.now.ref == first
    assert story.kinds() == ["EpisodeOpened", "TemplatePinned", "Tailored", "Tailored"]
    other = Story(sample(version="2.0"))
    assert other.at(Status.PREPARED).ref.version == "2.0"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"sites": []}, "What was entered cannot be kept"),
        ({"sites": [SITE] * 9}, "What was entered cannot be kept"),
        ({"why": " \u200b "}, "(why)"),
        ({"why": "a" * 4001}, "4001"),
        ({"helpers": ["a" * 201]}, "(helpers 0)"),
        ({"performer": "u-nobody"}, "no such member"),
        ({"facts": {"size": "4"}}, "Not set yet: Depth"),
        ({"facts": {"size": " ", "depth": "flat"}}, "Not set yet: Width"),
        ({"facts": {"size": "", "depth": ""}}, "Not set yet: Width; Depth"),
        ({"facts": {**FACTS, "depth": "bottomless"}}, "not in its list"),
        ({"facts": {**FACTS, "colour": "red"}}, "not in its list"),
    ],
)
def test_what_is_missing_or_wrong_is_said(story: Story, parts: dict[str, Any], said: str) -> None:
    story.open()
    with pytest.raises(BadInput) as caught:
        story.prepare(**parts)
    assert said in caught.value.what
    assert story.now.status is Status.OPENED


@pytest.mark.parametrize(
    "parts",
    [
        {"why": "𠀀"},
        {"helpers": ["𠀀"]},
        {"facts": {**FACTS, "size": "𠀀"}},
        {"sites": [SITE.model_copy(update={"place": "𠀀"})]},
        {"sites": [SITE.model_copy(update={"level": "𠀀"})]},
    ],
)
def test_whatever_will_be_printed_is_checked_when_it_is_entered(story: Story, parts: dict[str, Any]) -> None:
    story.open()
    with pytest.raises(Unprintable):
        story.prepare(**parts)


def test_the_performer_must_be_privileged(story: Story) -> None:
    story.open()
    with pytest.raises(NotAllowed, match="performer is not privileged"):
        story.prepare(performer=story.ids["hale"])


def test_a_record_of_nobody_cannot_be_prepared(story: Story) -> None:
    with pytest.raises(NotFound):
        story.prepare(episode="e-nobody")


@pytest.mark.parametrize("status", [Status.PATIENT_SIGNED, Status.ATTESTED, Status.REFUSED, Status.SEALED])
def test_nothing_is_prepared_again_after_a_signature_or_a_refusal(story: Story, status: Status) -> None:
    covered = story.at(status)
    with pytest.raises(WrongState):
        story.prepare()
    assert story.now == covered


def test_the_other_side_is_read_again_from_the_start(story: Story) -> None:
    story.at(Status.DISCUSSED)
    story.ready_to_sign()
    presentation, covers = story.present(story.tablet, "patient")
    story.prepare(sites=[SITE.model_copy(update={"side": "right"})])
    assert story.digest() != covers
    assert story.now.presented is None
    assert {"identity", "page", "not_finished", "not_discussed"} <= story.missing()
    assert presentation


def test_two_people_who_prepare_at_once_do_not_overwrite_each_other(story: Story) -> None:
    seen = story.open().version
    story.prepare(by="okafor", why="First", seen=seen)
    with pytest.raises(StaleEpisode):
        story.prepare(by="stone", why="Second", seen=seen)
    assert story.now.case.tailored.why == "First"
    story.prepare(by="stone", why="Second", seen=story.now.version)
    assert story.now.case.tailored.why == "Second"


def test_somebody_who_writes_at_the_same_moment_makes_preparing_stale(story: Story) -> None:
    story.open()
    story.ledger.others(lambda: story.prepare(why="First"), stream="episode:")
    with pytest.raises(StaleEpisode):
        story.prepare(why="Second")
    assert story.now.case.tailored.why == "First"


def production(**changes: Any) -> Story:
    story = Story(sample(**changes), clinic=CLINIC.model_copy(update={"mode": "production"}))
    story.open()
    return story


def approved(story: Story) -> None:
    approve.answer_flag(story.desk, story.staff("lund"), template=story.template, flag="f1", answer="Yes")
    approve.approve(story.desk, story.staff("reyes"), template=story.template)


def test_production_shows_no_draft() -> None:
    story = production()
    with pytest.raises(NotAllowed, match="No version of this text"):
        story.prepare()
    approved(story)
    pinned = story.prepare().pinned
    assert pinned
    assert pinned.status == "approved"


def test_a_demo_shows_a_draft_and_says_so(story: Story) -> None:
    pinned = story.at(Status.PREPARED).pinned
    assert pinned
    assert pinned.status == "draft"


def test_a_withdrawn_text_is_shown_nowhere(story: Story) -> None:
    approve.retire(story.desk, story.staff("lund"), template=story.template, reason="Old numbers")
    story.open()
    with pytest.raises(NotAllowed, match="No version of this text"):
        story.prepare()
    shipped = Story(sample(status="retired"))
    shipped.open()
    with pytest.raises(NotAllowed, match="No version of this text"):
        shipped.prepare()


def test_the_same_version_with_another_content_is_refused() -> None:
    story = production()
    approved(story)
    story.templates.shelf[:] = [sample(title="Freezing two warts")]
    with pytest.raises(TemplateRefused) as caught:
        story.prepare()
    assert caught.value.where == f"{PROCEDURE} 1.0"


def reading(story: Story, thinner: str = "yes") -> Story:
    story.at(Status.READING)
    story.read(thinner)
    story.finish()
    return story


def test_a_plan_is_kept_line_by_line(story: Story) -> None:
    reading(story)
    keep = MedicineLine(medicine="Insulin", change=False)
    planned = story.plan(WARFARIN, keep).medicines
    assert planned
    assert planned.lines == (WARFARIN, keep)
    assert planned.by.id == story.ids["stone"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (WARFARIN.model_copy(update={"how": ""}), "how is not said"),
        (WARFARIN.model_copy(update={"agreed_with": ""}), "who agreed is not said"),
        (WARFARIN.model_copy(update={"how": "𠀀"}), "no sign"),
    ],
)
def test_a_change_says_how_and_who_agreed(story: Story, line: MedicineLine, said: str) -> None:
    reading(story)
    with pytest.raises(BadInput, match=said):
        story.plan(line)
    assert story.now.medicines is None


def test_changing_a_plan_asks_again_who_agreed(story: Story) -> None:
    reading(story).plan()
    with pytest.raises(BadInput, match="who agreed"):
        story.plan(WARFARIN.model_copy(update={"agreed_with": ""}))


def test_without_a_blood_thinner_nobody_has_to_agree(story: Story) -> None:
    reading(story, "no").plan(WARFARIN.model_copy(update={"agreed_with": ""}))
    assert story.now.medicines


def test_a_plan_of_more_lines_than_fit_is_refused_in_words(story: Story) -> None:
    reading(story)
    with pytest.raises(BadInput, match="The plan cannot be kept"):
        story.plan(*[WARFARIN] * 31)


@pytest.mark.parametrize("status", [Status.OPENED, Status.PATIENT_SIGNED])
def test_medicines_are_planned_between_preparing_and_signing(story: Story, status: Status) -> None:
    story.at(status)
    with pytest.raises(WrongState):
        story.plan()


def test_a_plan_for_nobodys_record_is_refused(story: Story) -> None:
    with pytest.raises(NotFound):
        prepare.plan_medicines(story.desk, story.staff("stone"), episode="e-nobody", lines=[])


def test_the_appointment_is_kept_in_utc(story: Story) -> None:
    when = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert story.open(appointment=when).plan.appointment.endswith("Z")


def test_an_older_approved_version_is_shown_while_a_newer_one_waits() -> None:
    story = production()
    approved(story)
    newer = sample(version="9.0.0")
    story.templates.shelf.append(newer)
    pinned = story.prepare().pinned
    assert pinned
    assert pinned.ref == story.template.ref


@pytest.mark.parametrize(("value", "kind"), [("wide", "a whole number"), ("1.5", "a whole number")])
def test_a_typed_fact_is_what_it_says_to_be(story: Story, value: str, kind: str) -> None:
    story.open()
    with pytest.raises(BadInput, match=kind):
        story.prepare(facts={**FACTS, "size": value})


def test_the_person_in_charge_is_a_clinician(story: Story) -> None:
    with pytest.raises(BadInput, match="has to be a clinician"):
        story.open(clinician=story.staff("okafor").staff.id)


def test_two_taps_plan_one_record(story: Story) -> None:
    first = story.open()
    assert story.open().id == first.id
    assert len(story.ledger.rows) == 1


def test_after_a_no_the_same_plan_is_a_record_of_its_own(story: Story) -> None:
    story.at(Status.READING)
    refused = story.refuse()
    assert story.open().id != refused.id


def test_a_plan_that_another_unit_has_is_said_and_not_shown(story: Story) -> None:
    first = story.open(unit="Surgery", clinician=story.ids["stone"])
    with pytest.raises(AlreadyDone, match="already"):
        story.open()
    assert len(story.kinds(f"episode:{first.id}")) == 2
