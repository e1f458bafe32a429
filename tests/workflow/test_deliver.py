"""Finished documents leave: to the chart by the outbox, to a person by an export that is written down first."""

import json
from dataclasses import replace

import pytest

from consent.errors import Broken, Busy, NotAllowed, NotFound, StoreRefused
from consent.model.events_beside import DocumentExported
from consent.model.status import Status
from consent.ports import EVERYTHING, OutboxItem
from consent.workflow import deliver, seal
from tests.fakes.outlet import FolderlessOutlet
from tests.samples.story import MRN, NAME, Story


@pytest.fixture
def sealed(story: Story) -> Story:
    story.at(Status.SEALED)
    return story


def digest(story: Story) -> str:
    made = story.now.sealed
    assert made
    return made.event.document


def test_a_delivery_is_written_down_and_done_once(sealed: Story) -> None:
    assert [deliver.deliver_due(sealed.desk) for _ in range(3)] == [1, 0, 0]
    delivered = sealed.now.delivered
    assert delivered
    assert delivered.event.name.endswith(".pdf")
    assert (sealed.outlet.calls, sealed.kinds().count("Delivered")) == (1, 1)


def test_what_goes_with_it_names_patient_text_and_digests(sealed: Story) -> None:
    deliver.deliver_due(sealed.desk)
    ((document, metadata),) = sealed.outlet.got.values()
    told = json.loads(metadata)
    assert told["patient"] == {"name": NAME, "birth_date": "1948-03-07", "mrn": MRN}
    assert told["document"]["sha256"] == document.digest
    assert told["procedure"]["version"] == "1.0"
    assert (told["outcome"], told["mode"], told["refused_at"]) == ("consented", "demo", None)
    assert told["signed_at"] <= told["attested_at"] <= told["sealed_at"]


def test_a_refusal_reaches_the_chart_as_a_refusal(story: Story) -> None:
    story.at(Status.REFUSED)
    seal.work_once(story.desk)
    ((_, metadata),) = story.outlet.got.values()
    told = json.loads(metadata)
    assert (told["outcome"], told["signed_at"]) == ("refused", None)
    assert told["refused_at"]


def test_there_is_nothing_to_tell_before_the_document_is_finished(story: Story) -> None:
    with pytest.raises(NotFound):
        deliver.metadata(story.at(Status.ATTESTED))


def test_a_failed_delivery_stays_owed_and_is_tried_later_and_later(sealed: Story) -> None:
    sealed.outlet.faults += [Busy("The chart did not answer.")] * 9
    waits = []
    for _ in range(9):
        assert deliver.deliver_due(sealed.desk) == 0
        waited = 0
        while not sealed.ledger.owed(now=sealed.desk.now()):
            sealed.clock.advance(minutes=1)
            waited += 1
        waits.append(waited)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert deliver.deliver_due(sealed.desk) == 1
    assert sealed.kinds().count("DeliveryFailed") == 9


def test_a_failure_is_visible_until_it_is_delivered(sealed: Story) -> None:
    sealed.outlet.faults.append(StoreRefused("The chart folder is missing." + "!" * 900))
    deliver.deliver_due(sealed.desk)
    assert sealed.now.last_problem.startswith("The chart folder is missing.")
    sealed.clock.advance(minutes=1)
    deliver.deliver_due(sealed.desk)
    assert sealed.now.last_problem == ""
    assert sealed.now.status is Status.FILED


def test_a_document_that_was_changed_in_the_store_is_not_delivered(sealed: Story) -> None:
    kept = sealed.ledger.document(EVERYTHING, digest(sealed))
    sealed.ledger.documents[kept.digest] = replace(kept, content=b"%PDF-fake other")
    assert deliver.deliver_due(sealed.desk) == 0
    assert sealed.outlet.got == {}
    assert "not the one that was sealed" in sealed.now.last_problem
    with pytest.raises(Broken):
        deliver.export(sealed.desk, sealed.staff("audit"), document=kept.digest)


def test_delivered_but_not_written_down_is_delivered_again_under_the_same_name(sealed: Story) -> None:
    item = sealed.ledger.owed(now=sealed.desk.now())[0]
    sealed.ledger.full = True
    assert deliver.deliver_due(sealed.desk) == 0
    sealed.ledger.full = False
    sealed.clock.advance(minutes=2)
    assert deliver.deliver_due(sealed.desk) == 1
    assert list(sealed.outlet.got) == [item.document]
    assert sealed.kinds().count("Delivered") == 1


def test_two_workers_deliver_one_after_the_other_and_write_it_once(sealed: Story) -> None:
    sealed.ledger.others(lambda: deliver.deliver_due(sealed.desk))
    assert deliver.deliver_due(sealed.desk) == 1
    assert sealed.kinds().count("Delivered") == 1


def test_a_failure_behind_a_success_is_not_shown_as_a_problem(sealed: Story) -> None:
    item = sealed.ledger.owed(now=sealed.desk.now())[0]
    deliver.deliver_due(sealed.desk)
    sealed.ledger.settled.clear()
    sealed.ledger.outbox[item.id] = replace(item)
    sealed.outlet.faults.append(Busy("The chart did not answer."))
    assert deliver.deliver_due(sealed.desk) == 0
    assert sealed.now.last_problem == ""


def test_every_outlet_gets_it_and_one_that_fails_does_not_stop_the_other(story: Story) -> None:
    second = FolderlessOutlet("archive")
    story.desk = replace(story.desk, outlets=(story.outlet, second))
    story.at(Status.SEALED)
    second.faults.append(Busy("The archive did not answer."))
    assert deliver.deliver_due(story.desk) == 1
    assert story.now.outlets == ("chart-folder",)
    story.clock.advance(minutes=1)
    assert deliver.deliver_due(story.desk) == 1
    assert deliver.deliver_due(story.desk) == 0
    assert sorted(story.now.outlets) == ["archive", "chart-folder"]
    assert (story.outlet.calls, second.calls) == (1, 2)


def test_what_is_owed_to_an_outlet_that_is_gone_stays_owed(sealed: Story) -> None:
    gone = OutboxItem(id="fax:1", episode=sealed.episode, outlet="fax", document=digest(sealed))
    sealed.ledger.outbox = {"fax:1": gone}
    assert deliver.deliver_due(sealed.desk) == 0
    assert sealed.ledger.owed(now=sealed.desk.now()) == (gone,)


def test_g12_who_looked_is_written_down_once_a_visit_and_before_anything_is_shown(sealed: Story) -> None:
    auditor = sealed.staff("audit")
    stream = f"access:{sealed.episode}"
    for _ in range(3):
        assert deliver.view(sealed.desk, auditor, episode=sealed.episode) == sealed.now
    assert sealed.kinds(stream) == ["RecordViewed"]
    deliver.view(sealed.desk, sealed.staff("audit"), episode=sealed.episode)
    assert sealed.kinds(stream) == ["RecordViewed"] * 2
    assert sealed.ledger.read(stream)[0].header.actor == sealed.ids["audit"]


def test_looking_does_not_disturb_the_patients_next_tap(story: Story) -> None:
    version = story.at(Status.READING).version
    deliver.view(story.desk, story.staff("okafor"), episode=story.episode)
    assert story.now.version == version


def test_g13_when_it_cannot_be_written_down_nothing_is_shown_and_nothing_leaves(sealed: Story) -> None:
    auditor, name = sealed.staff("audit"), digest(sealed)
    sealed.ledger.full = True
    with pytest.raises(Busy):
        deliver.view(sealed.desk, auditor, episode=sealed.episode)
    with pytest.raises(Busy):
        deliver.export(sealed.desk, auditor, document=name)


def test_a_record_that_is_not_there_leaves_no_trace(story: Story) -> None:
    with pytest.raises(NotFound):
        deliver.view(story.desk, story.staff("audit"), episode="e-nobody")
    assert story.ledger.streams("access:") == ()


def test_g12_every_export_is_written_down_with_its_document(sealed: Story) -> None:
    auditor, name = sealed.staff("audit"), digest(sealed)
    for _ in range(2):
        assert deliver.export(sealed.desk, auditor, document=name) == sealed.ledger.document(EVERYTHING, name).content
    events = [one.event for one in sealed.ledger.read(f"access:{sealed.episode}")]
    assert events == [DocumentExported(document=name)] * 2


def test_a_patients_session_exports_nothing(sealed: Story) -> None:
    with pytest.raises(NotAllowed):
        deliver.export(sealed.desk, sealed.tablet, document=digest(sealed))
    with pytest.raises(NotFound):
        deliver.export(sealed.desk, sealed.staff("audit"), document="0" * 64)
