"""The log as an auditor reads it."""

from typing import cast

import pytest

from consent.errors import BadInput, NotFound
from consent.model import entry
from consent.model.status import Status
from consent.ports.audit import Archive
from consent.ports.log import Sought
from consent.workflow import browse, log, publish
from consent.workflow.audit import Report
from consent.workflow.visitor import PATIENT
from tests.fakes.log import MemoryTarget
from tests.samples.story import Story


@pytest.fixture
def filed() -> Story:
    story = Story()
    story.at(Status.FILED)
    return story


def kinds(story: Story, sought: Sought) -> list[str]:
    found, _ = browse.lines(story.desk, story.staff("audit"), sought=sought)
    return [one.header.kind for one in found if one.header]


def verified(story: Story, *, outside: tuple[bytes, ...] = (), brought: str = "") -> tuple[Report, int]:
    archive = cast("Archive", story.desk.log)
    return browse.verify(
        story.desk,
        story.staff("audit"),
        archive=archive,
        outside=outside,
        brought=brought,
        record=story.episode,
    )


def test_a_line_tells_who_did_what_and_whether_a_checkpoint_covers_it(filed: Story) -> None:
    auditor = filed.staff("audit")
    log.covered(filed.desk)
    filed.withdraw()
    log.sequence(filed.desk)
    found, older = browse.lines(filed.desk, auditor, sought=browse.sought(filed.desk, record=filed.episode))
    assert older
    assert len(found) == browse.PAGE
    top = found[0]
    assert (top.header and top.header.kind, top.covered) == ("ConsentWithdrawn", False)
    assert all(one.covered for one in found[1:])
    next_page, _ = browse.lines(filed.desk, auditor, sought=Sought(), below=found[-1].line.id)
    assert next_page[0].line.id < found[-1].line.id


def test_a_record_is_what_happened_to_it_and_who_looked(filed: Story) -> None:
    filed.desk.log.sequence(most=999, whole=True)
    streams = browse.sought(filed.desk, record=filed.episode).streams
    assert streams == (f"episode:{filed.episode}", f"access:{filed.episode}")
    assert kinds(filed, Sought(streams=streams, kind="Signed")) == ["Signed"]
    assert set(kinds(filed, Sought(streams=streams, actor=PATIENT))) >= {"Signed"}
    assert "Attested" not in kinds(filed, Sought(streams=streams, actor=PATIENT))


def test_days_are_the_clinics_and_a_filter_that_is_none_is_refused(filed: Story) -> None:
    day = filed.now.signed.at[:10] if filed.now.signed else ""
    assert kinds(filed, browse.sought(filed.desk, since=day, until=day))
    assert kinds(filed, browse.sought(filed.desk, since="2001-01-01", until="2001-01-01")) == []
    with pytest.raises(BadInput):
        browse.sought(filed.desk, since="yesterday")


def test_a_header_that_says_another_place_than_its_own_is_told_as_damaged(filed: Story) -> None:
    last = filed.ledger.order[-1]
    object.__setattr__(last, "header", last.header.replace(b'"number":', b'"number":9'))
    found, _ = browse.lines(filed.desk, filed.staff("audit"), sought=Sought())
    assert [one.header is None for one in found[:3]].count(True) == 1


def test_how_far_it_is_covered_and_who_has_it_outside(filed: Story) -> None:
    auditor, target = filed.staff("audit"), MemoryTarget()
    object.__setattr__(filed.desk, "targets", (target,))
    log.covered(filed.desk)
    now = browse.standing(filed.desk, auditor)
    assert now.newest
    assert now.entries == now.newest.size
    assert now.sent == (("memory", None),)
    assert (now.unanchored, now.since) == (now.entries, entry.at(filed.ledger.order[0].header))
    assert now.late
    publish.publish(filed.desk)
    now = browse.standing(filed.desk, auditor)
    assert now.sent[0][1]
    assert not now.late
    assert (now.unanchored, now.since) == (0, "")
    filed.withdraw()
    log.sequence(filed.desk)
    now = browse.standing(filed.desk, auditor)
    written = filed.ledger.order[now.entries - now.unanchored]
    assert now.unanchored > 0
    assert now.since == entry.at(written.header)
    assert browse.checkpoint(filed.desk, auditor) == target.got[-1].note


def test_there_is_no_checkpoint_to_take_before_the_first(story: Story) -> None:
    assert browse.standing(story.desk, story.staff("audit")).newest is None
    with pytest.raises(NotFound):
        browse.checkpoint(story.desk, story.staff("audit"))


def test_a_record_is_anchored_by_the_folder_or_by_what_somebody_brings(filed: Story) -> None:
    note = log.covered(filed.desk).note.written
    report, against = verified(filed)
    assert (report.anchored, against) == (0, 0)
    for given in ({"outside": (note,)}, {"brought": note.decode()}, {"brought": f"\n{note.decode().strip()}\r\n"}):
        report, against = verified(filed, **given)
        assert (report.faults, report.unanchored, against) == ([], 0, 1)


def test_the_proof_in_a_document_anchors_its_record_up_to_its_making(filed: Story) -> None:
    proof = filed.now.anchors[-1].event.proof
    report, against = verified(filed, brought=proof)
    assert (report.faults, against) == ([], 1)
    assert 0 < report.unanchored < report.anchored


@pytest.mark.parametrize("brought", ["no checkpoint", "c2sp.org/tlog-proof@v1\nindex 0\n\nno checkpoint"])
def test_what_is_no_checkpoint_of_this_log_is_refused(filed: Story, brought: str) -> None:
    with pytest.raises(BadInput, match="no checkpoint of this log"):
        verified(filed, brought=brought)
