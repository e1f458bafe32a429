"""A day's packets: for those within reach who are not done, and written down before they leave."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from consent.errors import BadInput, Broken, Busy, NotAllowed, NotFound
from consent.model.events_paper import PacketPrinted
from consent.model.status import Status
from consent.workflow import packets, prepare
from tests.samples.story import CLINIC, Story, replace_mode

DAY = "2026-11-24"


def printed(story: Story, login: str = "okafor", day: str = DAY) -> list[dict[str, Any]]:
    """The packets of the file."""
    pdf = packets.print_day(story.desk, story.staff(login), day=day)
    documents: list[dict[str, Any]] = json.loads(pdf.partition(b"\n")[2])["documents"]
    return documents


def looked(story: Story, episode: str) -> list[object]:
    return [one.event for one in story.ledger.read(f"access:{episode}")]


def test_g12_each_patient_of_the_day_has_a_packet_and_each_is_written_down(story: Story) -> None:
    first = story.open().id
    second = story.open(name="Ann Lee", mrn="77", appointment=datetime(2026, 11, 24, 17, tzinfo=UTC)).id
    story.open(name="Next Day", mrn="78", appointment=datetime(2026, 11, 25, 17, tzinfo=UTC))
    assert [one["head"]["episode"] for one in printed(story)] == [first, second]
    for episode in (first, second):
        assert looked(story, episode) == [PacketPrinted(text=story.template.ref)]


def test_the_day_is_the_clinics_own(story: Story) -> None:
    late = story.open(appointment=datetime(2026, 11, 25, 4, 30, tzinfo=UTC)).id
    assert [one["head"]["episode"] for one in printed(story)] == [late]


@pytest.mark.parametrize("status", [Status.OPENED, Status.PREPARED, Status.READING, Status.DISCUSSED])
def test_headings_go_down_a_level_at_a_time(story: Story, status: Status) -> None:
    story.at(status)
    (one,) = printed(story)
    levels = [block["level"] for block in one["blocks"] if block["role"] == "heading"]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_who_said_no_has_none(story: Story) -> None:
    story.at(Status.REFUSED)
    with pytest.raises(NotFound, match="nobody to print for"):
        printed(story)
    assert PacketPrinted(text=story.template.ref) not in looked(story, story.episode)


def test_only_patients_within_reach_are_printed(story: Story) -> None:
    theirs = story.open().id
    prepare.assign_unit(story.desk, story.staff("okafor"), episode=theirs, unit="Surgery")
    mine = story.open(name="Ann Lee", mrn="77").id
    assert [one["head"]["episode"] for one in printed(story)] == [mine]
    assert PacketPrinted(text=story.template.ref) not in looked(story, theirs)


@pytest.mark.parametrize("login", ["desk", "lund", "audit", "admin"])
def test_only_those_at_the_bedside_may(story: Story, login: str) -> None:
    story.open()
    with pytest.raises(NotAllowed):
        printed(story, login)


def test_g13_nothing_leaves_that_cannot_be_written_down(story: Story) -> None:
    story.open()
    nurse = story.staff("okafor")
    story.ledger.full = True
    with pytest.raises(Busy):
        packets.print_day(story.desk, nurse, day=DAY)


def test_a_file_that_does_not_pass_the_check_does_not_leave(story: Story) -> None:
    story.open()
    story.press.finding = "P08"
    with pytest.raises(Broken):
        printed(story)
    assert looked(story, story.episode) == []


def test_a_version_that_was_withdrawn_is_printed_for_nobody(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.at(Status.PREPARED)
    monkeypatch.setattr("consent.workflow.offer.status_of", lambda *_: "retired")
    (packet,) = printed(story)
    assert not [block for block in packet["blocks"] if block["role"] == "blank_signature"]
    assert looked(story, story.episode)[-1] == PacketPrinted()


def test_in_production_no_draft_is_printed() -> None:
    story = Story()
    story.open()
    story.desk = replace(story.desk, clinic=replace_mode(CLINIC, "production"))
    (packet,) = printed(story)
    assert not [block for block in packet["blocks"] if block["role"] == "blank_signature"]


@pytest.mark.parametrize("day", ["2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_refused(story: Story, day: str) -> None:
    with pytest.raises((BadInput, NotFound)):
        printed(story, day=day)
