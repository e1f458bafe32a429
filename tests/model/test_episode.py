"""Where an episode stands and what may come next."""

from dataclasses import replace
from typing import get_args

import pytest

from consent.errors import Broken, NotFound, WrongState
from consent.model import day
from consent.model import events as ev
from consent.model.day import MOVES
from consent.model.entry import Stamp, enter
from consent.model.episode import _APPLY, Episode, after, check_transition, fold
from consent.model.events_beside import SignedIn
from consent.model.status import TRANSITIONS, Status
from consent.workflow.read import answer_screening
from tests.samples.story import FACTS, SITE, Story

KINDS = [kind.model_fields["kind"].default for kind in get_args(ev.EpisodeEvent)]
LATE = {Status.ATTESTED, Status.REFUSED, Status.SEALING, Status.SEALED, Status.FILED, Status.CLOSED, Status.ERASED}


def test_the_table_names_every_event_of_an_episode_and_no_other() -> None:
    assert set(TRANSITIONS) == set(KINDS) == set(_APPLY) | set(MOVES)
    assert set(day._APPLY) == set(MOVES)
    assert not set(_APPLY) & set(MOVES)


def test_every_status_is_reached_from_the_first() -> None:
    reached = {Status.NONE}
    for _ in Status:
        reached |= {to for way in TRANSITIONS.values() for at, to in way.items() if at in reached}
    assert reached == set(Status)


def test_only_sealing_leads_to_sealed_and_only_a_signature_or_a_refusal_to_sealing() -> None:
    ways = [(kind, at, to) for kind, way in TRANSITIONS.items() for at, to in way.items() if at is not to]
    assert {(kind, at) for kind, at, to in ways if to is Status.SEALED} == {("Sealed", Status.SEALING)}
    assert {at for _, at, to in ways if to is Status.SEALING} == {Status.ATTESTED, Status.REFUSED}
    assert {at for _, at, to in ways if to is Status.ATTESTED} == {Status.PATIENT_SIGNED}
    assert {at for _, at, to in ways if to is Status.PATIENT_SIGNED} == {Status.DISCUSSED}
    assert {(kind, at) for kind, at, to in ways if to is Status.DISCUSSED} == {("Discussed", Status.READ)}


def test_nothing_of_the_body_changes_once_the_patient_has_signed() -> None:
    after_signing = {kind for kind in KINDS if Status.PATIENT_SIGNED in TRANSITIONS[kind]}
    stays = {"HandedBack", "Presented", "Redrawn", "UnitAssigned", "TabletWiped", "HoldSet", "HoldLifted"}
    assert after_signing == stays | {"Attested", "Refused"}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in MOVES])
def test_what_the_table_does_not_allow_is_refused_and_cannot_be_folded(kind: str, status: Status) -> None:
    episode = Episode(id="e-1", status=status)
    if status in TRANSITIONS[kind]:
        check_transition(episode, kind)
        return
    with pytest.raises(WrongState) as caught:
        check_transition(episode, kind)
    assert ("finished" in caught.value.what) == (status in LATE)


def test_an_event_in_the_wrong_place_breaks_the_record() -> None:
    stamp = Stamp(actor="u-1", at="2026-11-24T14:00:00.000000Z", device="d", sign_in="s-1")
    _, one = enter(ev.HandedOver(), stamp, stream="episode:e-1", number=1, previous=None, salt=bytes(32))
    with pytest.raises(Broken):
        after(Episode(id="e-1"), one)
    _, other = enter(SignedIn(), stamp, stream="episode:e-1", number=1, previous=None, salt=bytes(32))
    with pytest.raises(Broken):
        after(Episode(id="e-1"), other)


def test_an_episode_without_events_has_no_plan_and_no_text() -> None:
    empty = fold("e-1", ())
    with pytest.raises(NotFound):
        _ = empty.plan
    for part in ("template", "ref", "case"):
        with pytest.raises(WrongState):
            getattr(empty, part)


def test_preparing_again_takes_back_all_but_the_questions(story: Story) -> None:
    before = story.at(Status.DISCUSSED)
    assert before.answers
    assert before.shown
    story.prepare(sites=[SITE.model_copy(update={"side": "right"})], facts=FACTS)
    now = story.now
    kept = replace(Episode(id=now.id), version=now.version, head=now.head, status=Status.PREPARED)
    kept = replace(kept, opened=before.opened, pinned=before.pinned, tailored=now.tailored)
    assert now == replace(kept, questions=before.questions, keeping=now.keeping)
    assert now.questions


def test_handing_over_again_asks_who_is_there_again(story: Story) -> None:
    story.at(Status.READ)
    story.hand_over()
    assert not story.now.identified_at
    assert "identity" in story.missing()


def test_a_screening_answer_that_changes_is_looked_at_again(story: Story) -> None:
    story.at(Status.READING)
    story.read(thinner="yes")
    story.finish()
    story.talk()
    assert "blood-thinner" in story.now.reviews
    answer_screening(story.desk, story.tablet, question="blood-thinner", answer="not_sure")
    assert "blood-thinner" not in story.now.reviews
    assert "review" in story.missing()


def test_the_outcome_is_consented_refused_or_nothing_yet(story: Story) -> None:
    assert story.at(Status.PATIENT_SIGNED).outcome == ""
    story.attest()
    assert story.now.outcome == "consented"
    other = Story()
    assert other.at(Status.REFUSED).outcome == "refused"
