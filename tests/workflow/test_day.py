"""On arrival: the consent confirmed, the checklist item by item, what a "no" leads to; and a consent taken back."""

import json
from collections.abc import Callable

import pytest

from consent.errors import BadInput, NotAllowed, NotFound, WrongState
from consent.model.day import Stage
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import day, deliver, seal
from tests.samples.story import Story


@pytest.fixture
def filed(story: Story) -> Story:
    story.at(Status.FILED)
    return story


def test_each_answer_is_kept_with_who_and_when_and_twice_is_once(filed: Story) -> None:
    now = filed.check("washed")
    assert filed.check("washed", by="stone").version == now.version
    known = filed.now.day.checked["washed"]
    assert (known.answer.answer, known.answer.by.name, known.at) == ("yes", "Ngozi Okafor", filed.desk.now())
    assert filed.check("washed", "not_applicable").day.checked["washed"].answer.answer == "not_applicable"
    filed.clock.advance(hours=24)
    assert filed.check("washed", "not_applicable").version > now.version + 1


def test_only_what_this_patient_is_asked_can_be_answered(filed: Story) -> None:
    for item in ("planned", "marked", "wish", "no-such-item"):
        with pytest.raises(NotFound):
            filed.check(item)


def test_confirming_is_one_event_and_can_be_done_again(filed: Story) -> None:
    first = filed.confirm()
    assert filed.confirm().version == first.version
    filed.clock.advance(minutes=2)
    assert filed.confirm().version == first.version + 1


def test_what_has_changed_is_written_and_a_clinician_confirms_after_it(filed: Story) -> None:
    with pytest.raises(BadInput, match="What has changed"):
        filed.confirm("changed")
    filed.confirm("changed", "a cough since Sunday")
    for by in ("okafor", "hale"):
        with pytest.raises(NotAllowed):
            filed.confirm(note="fine", by=by)
    with pytest.raises(BadInput, match="what was done"):
        filed.confirm(by="stone")
    assert filed.confirm(note="lungs clear, talked again", by="stone").day.confirmed
    filed.confirm()


def test_a_no_stays_until_somebody_entitled_says_that_it_goes_ahead(filed: Story) -> None:
    filed.check("washed", "no")
    filed.clock.advance(minutes=2)
    with pytest.raises(NotAllowed, match="clinician settles it"):
        filed.check("washed")
    for by in ("okafor", "hale"):
        with pytest.raises(NotAllowed):
            filed.settle("washed", "goes_ahead", note="clean enough", by=by)
    with pytest.raises(BadInput, match="needs a reason"):
        filed.settle("washed", "goes_ahead", note=" ", by="stone")
    assert filed.now.day.checked["washed"].open
    now = filed.settle("washed", "goes_ahead", note="washed here", by="stone")
    assert not now.day.checked["washed"].open


def test_a_clinician_who_performs_it_may_also_find_it_in_order(filed: Story) -> None:
    filed.check("washed", "no")
    filed.settle("washed", "clinician_decides")
    assert not filed.check("washed", by="stone").day.checked["washed"].open


def test_a_slip_of_the_finger_is_taken_back_at_once_by_the_same_person(filed: Story) -> None:
    filed.check("washed", "no")
    with pytest.raises(NotAllowed):
        filed.check("washed", by="hale")
    filed.clock.advance(seconds=59)
    assert not filed.check("washed").day.checked["washed"].open
    assert filed.kinds().count("PreparationChecked") == 2


def test_a_slip_that_somebody_has_taken_on_is_not_taken_back(filed: Story) -> None:
    filed.check("washed", "no")
    filed.settle("washed", "clinician_decides")
    with pytest.raises(NotAllowed):
        filed.check("washed")


def test_a_no_has_an_owner(filed: Story) -> None:
    filed.check("washed", "no")
    decided = filed.settle("washed", "clinician_decides", note="a cream on it").day.checked["washed"].decided
    assert decided
    assert (decided.owner.name, decided.by.name) == ("Avery Stone", "Ngozi Okafor")
    postponed = filed.settle("washed", "postponed").day.checked["washed"]
    assert postponed.decided
    assert (postponed.decided.owner.name, postponed.postponed) == ("Ngozi Okafor", True)
    staff = filed.staff("okafor")
    for nobody in ("nobody", filed.ids["desk"]):
        with pytest.raises(BadInput, match="nobody of that name"):
            day.decide_exception(
                filed.desk,
                staff,
                episode=filed.episode,
                item="washed",
                outcome="postponed",
                owner=nobody,
            )


def test_the_same_decision_twice_is_one_event(filed: Story) -> None:
    filed.check("washed", "no")
    now = filed.settle("washed", "clinician_decides")
    assert filed.settle("washed", "clinician_decides").version == now.version


def test_what_is_in_order_needs_no_decision(filed: Story) -> None:
    for answered in (False, True):
        if answered:
            filed.check("washed")
        with pytest.raises(WrongState, match="in order"):
            filed.settle("washed", "postponed")


def test_sugar_is_measured_at_once_and_nothing_else_is() -> None:
    story = Story()
    story.at(Status.READING)
    story.read("yes")
    story.finish()
    story.talk()
    story.sign()
    story.attest()
    story.check("washed", "no")
    with pytest.raises(BadInput, match="Nothing is measured"):
        story.settle("washed", "measure_now")
    story.check("planned", "no")
    assert story.settle("planned", "measure_now").day.checked["planned"].open
    story.settle("planned", "clinician_decides", note="142 mg/dL at 09:10")
    assert story.now.day.checked["planned"].open


def test_a_note_that_cannot_be_printed_is_refused(filed: Story) -> None:
    filed.check("washed", "no")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: filed.confirm("changed", "\U0001f600"),
        lambda: filed.settle("washed", "clinician_decides", note="\U0001f600"),
        lambda: filed.withdraw(said="\U0001f600"),
    )
    for refused in attempts:
        with pytest.raises(BadInput, match="no sign for"):
            refused()


@pytest.mark.parametrize("status", [Status.ATTESTED, Status.SEALED, Status.FILED])
def test_d14_a_withdrawal_leaves_the_document_and_stops_the_day(story: Story, status: Status) -> None:
    story.at(status)
    now = story.withdraw(said="I am afraid")
    assert now.day.withdrawn
    assert (now.day.withdrawn.event.by.name, now.day.stage) == ("Ngozi Okafor", Stage.WITHDRAWN)
    assert (now.status, now.outcome, now.standing) == (status, "consented", "withdrawn")
    row = story.ledger.row(EVERYTHING, story.episode)
    assert row
    assert (row.outcome, row.day) == ("withdrawn", "withdrawn")
    for refused in (story.confirm, story.begin, lambda: story.check("washed")):
        with pytest.raises((WrongState, NotAllowed)):
            refused()
    assert story.withdraw().version == now.version


def test_d14_what_was_withdrawn_before_it_was_filed_is_filed_unchanged_and_the_chart_is_told(story: Story) -> None:
    story.at(Status.ATTESTED)
    covered = story.digest()
    story.withdraw()
    seal.work_once(story.desk)
    now = story.now
    assert (now.status, now.sealed is not None) == (Status.FILED, True)
    assert story.digest() == covered
    got = {document.kind.partition("-")[0]: (document, metadata) for document, metadata in story.outlet.got.values()}
    assert sorted(got) == ["consented", "withdrawal"]
    (document, metadata), (_, told) = got["consented"], got["withdrawal"]
    assert json.loads(metadata)["outcome"] == "withdrawn"
    assert json.loads(told)["notice"]["belongs_to"] == document.digest


def test_d12_before_the_clinician_has_signed_it_is_the_patients_no(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    now = story.withdraw(said="not now")
    assert (now.status, now.outcome, story.kinds()[-1]) == (Status.REFUSED, "refused", "Refused")
    with pytest.raises((WrongState, NotAllowed)):
        story.attest()
    assert story.withdraw().version == now.version


def test_d15_of_a_withdrawal_and_an_attestation_at_once_the_withdrawal_stands(story: Story) -> None:
    story.at(Status.PATIENT_SIGNED)
    story.attest()
    assert story.withdraw().standing == "withdrawn"
    assert story.kinds().index("Attested") < story.kinds().index("ConsentWithdrawn")


@pytest.mark.parametrize("status", [Status.OPENED, Status.READING, Status.DISCUSSED])
def test_nothing_unsigned_is_withdrawn(story: Story, status: Status) -> None:
    story.at(status)
    with pytest.raises(WrongState, match="no signed consent"):
        story.withdraw()


def test_a_withdrawal_in_the_middle_is_kept_and_the_procedure_can_still_be_ended(filed: Story) -> None:
    filed.check_in()
    filed.start(filed.time_out())
    now = filed.withdraw()
    assert now.day.withdrawn
    assert (now.day.stage, now.day.withdrawn.stage) == (Stage.STARTED, Stage.STARTED)


def test_the_row_says_where_the_day_is_and_since_when(filed: Story) -> None:
    filed.check("washed", "no")
    row = filed.ledger.row(EVERYTHING, filed.episode)
    assert row
    assert (row.day, row.day_at, row.status) == ("exception", filed.desk.now(), "filed")
    assert deliver.today(filed.desk, filed.staff("okafor"), since="0", until="9")[0].day == "exception"
