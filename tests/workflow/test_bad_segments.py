"""Segments that are not as they have to be, and erasures that break one rule: what the verifiers say of them."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import verify as by_itself
from consent.model.audit import Row
from consent.model.canon import canonical, instant, leaf_digest
from consent.model.entry import Entry, Stamp, enter
from consent.model.events import Event, MattersNoted
from consent.model.events_draft import DraftClosed, DraftErased
from consent.model.events_keeping import (
    AGREE_WITHIN,
    ErasureDropped,
    ErasureProposed,
    HoldLifted,
    HoldSet,
    RecordErased,
)
from consent.model.events_log import EntryAnchored
from consent.workflow import segment
from tests.fakes.archive import KEY, MemoryArchive
from tests.workflow.test_both_logs import AT, NOTED, ONE, OTHER, judged_by_both, log_of_five_streams

KEYS = [by_itself.read_key(str(KEY.public()))]
Lines = list[dict[str, Any]]


def lines_of(archive: MemoryArchive, *, first: int = 0, until: int | None = None) -> Lines:
    return [json.loads(segment.written(line)) for line in segment.stretch(archive, first=first, until=until)]


def judged(lines: Lines, *heads: by_itself.Head) -> by_itself.LogReport:
    return by_itself.judge_segment((segment.written(line) for line in lines), keys=KEYS, outside=heads)


def heads_of(*notes: bytes) -> list[by_itself.Head]:
    return [by_itself.read_checkpoint(note, KEYS) for note in notes]


def at_place(lines: Lines, place: int) -> int:
    return next(at for at, line in enumerate(lines) if line.get("place") == place)


def _first(**changed: object) -> Callable[[Lines], int]:
    def change(lines: Lines) -> int:
        lines[0] |= changed
        return 1

    return change


def _entry(**changed: object) -> Callable[[Lines], int]:
    def change(lines: Lines) -> int:
        at = at_place(lines, 5)
        lines[at] |= changed
        return at + 1

    return change


def _end(**changed: object) -> Callable[[Lines], int]:
    def change(lines: Lines) -> int:
        lines[-1] |= changed
        return len(lines)

    return change


def _twice(lines: Lines) -> int:
    at = at_place(lines, 5)
    lines.insert(at, lines[at])
    return at + 2


def _behind_the_end(lines: Lines) -> int:
    lines.append(lines[at_place(lines, 20)])
    return len(lines)


def _document_behind_the_end(lines: Lines) -> int:
    lines.append(next(line for line in lines if "document" in line))
    return len(lines)


def _ends_early(lines: Lines) -> int:
    at = at_place(lines, 20)
    del lines[at:-1]
    return at + 1


def _beyond(lines: Lines) -> int:
    lines[0]["until"] = 20
    return at_place(lines, 20) + 1


def _one_above_more(lines: Lines) -> int:
    at = at_place(lines, 5)
    lines[at]["above"] += lines[at]["above"]
    return at + 1


NO_SEGMENT: dict[str, Callable[[Lines], int]] = {
    "another version": _first(segment=2),
    "its end before its begin": _first(**{"from": 3, "until": 2, "left": ["", ""]}),
    "more than the log has": _first(until=22),
    "a begin that is no number": _first(**{"from": "0"}),
    "an end that is no number": _first(until=True),
    "hashes before its begin where there are none": _first(left=["A" * 43 + "="]),
    "too few hashes before its begin": _first(**{"from": 3, "left": []}),
    "an entry twice": _twice,
    "an entry behind its end": _beyond,
    "a line behind the last": _behind_the_end,
    "a document behind the last line": _document_behind_the_end,
    "the last line too early": _ends_early,
    "a last line that says it is not": _end(end=False),
    "a number of waiting entries that is none": _end(waiting=-1),
    "a hash above too many": _one_above_more,
    "a stream that is no text": _entry(stream=5),
    "a number that is none": _entry(number="2"),
    "a leaf that is no text": _entry(leaf=7),
}


@pytest.mark.parametrize("wrong", NO_SEGMENT)
def test_the_first_line_that_no_segment_has_is_named(wrong: str) -> None:
    lines = lines_of(log_of_five_streams()[0])
    number = NO_SEGMENT[wrong](lines)
    assert judged(lines).faults[-1] == (-1, f"line {number} of the file is not as it has to be")


PARTLY = "what it said is gone, and may not be; if it was erased, not all of that is in this file"


def test_every_stretch_of_a_log_is_proved_and_none_with_another_past_or_future() -> None:
    archive, outside = log_of_five_streams()
    heads = heads_of(*(one.note.written for one in outside))
    for first in range(21):
        for until in range(first + 1, 22):
            lines = lines_of(archive, first=first, until=until)
            report = judged(lines, *heads)
            seen = {what.partition(": ")[2] or what for _, what in report.faults if "document" not in what}
            assert seen <= {PARTLY}, (first, until)
            assert (report.entries, report.anchored, report.unanchored) == (until - first, until - first, 0)
            assert report.unused == ([10] if first > 10 else []), (first, until)
            for part in ("left", "right"):
                for at, line in enumerate(lines):
                    for which in range(len(line.get(part, ()))):
                        other = deepcopy(lines)
                        other[at][part][which] = "A" * 43 + "="
                        changed = judged(other, *heads).faults
                        assert any("is not the one that a checkpoint" in what for _, what in changed), (first, until)


def test_hashes_up_to_a_checkpoint_are_as_many_as_they_have_to_be_and_stand_at_the_end() -> None:
    archive, outside = log_of_five_streams()
    (head,) = heads_of(outside[1].note.written)
    lines = lines_of(archive, until=15)
    at = next(at for at, line in enumerate(lines) if "right" in line)
    assert judged(lines, head).anchored == 15
    for wrong in (lines[at] | {"right": lines[at]["right"][:-1]}, lines[at] | {"checkpoint": 15}):
        assert judged([*lines[:at], wrong, *lines[at + 1 :]], head).faults[-1][1].startswith(f"line {at + 1} of")
    early = [*lines[:5], lines[at], *lines[5:at], *lines[at + 1 :]]
    assert judged(early, head).faults[-1] == (-1, "line 6 of the file is not as it has to be")
    late = [line | {"checkpoint": 9} if line.get("checkpoint") == 10 else line for line in lines]
    assert judged(late, head).faults[-1][1].endswith("of the file is not as it has to be")
    assert (-1, "the file ends before its last line") in judged(lines[:-1], head).faults
    assert judged([], head).faults == [(-1, "the file is empty")]


def test_hashes_up_to_a_checkpoint_in_the_middle_anchor_nothing_that_was_written_anew_behind_them() -> None:
    archive, outside = log_of_five_streams()
    heads = heads_of(*(one.note.written for one in outside))
    honest = next(line for line in lines_of(archive, until=10) if "right" in line)
    other = deepcopy(archive)
    other.notes.clear()
    row = other.kept[19]
    assert row is not None
    header = canonical(json.loads(row.header or b"{}") | {"actor": "p-3"})
    other.kept[19] = row._replace(header=header, leaf=leaf_digest(header))
    other.sequence()
    lines = lines_of(other, until=20)
    at = at_place(lines, 10)
    lines.insert(at, {"checkpoint": 21, "right": honest["right"]})
    report = judged(lines, *heads)
    assert report.faults[-1] == (-1, f"line {at + 1} of the file is not as it has to be")
    assert report.anchored == 0


def test_a_line_ends_and_is_no_longer_than_a_document_needs() -> None:
    lines = [segment.written(line) for line in lines_of(log_of_five_streams()[0])]
    for wrong in (lines[3][:-1], b" " * (by_itself.LINE_LIMIT - len(lines[3]) + 1) + lines[3]):
        told = by_itself.judge_segment([*lines[:3], wrong, *lines[4:]], keys=KEYS)
        assert told.faults == [(-1, "line 4 of the file is not as it has to be")]
    longest = b" " * (by_itself.LINE_LIMIT - len(lines[3])) + lines[3]
    assert by_itself.judge_segment([*lines[:3], longest, *lines[4:]], keys=KEYS).faults == []


def test_a_stretch_tells_from_when_on_nobody_outside_covers_it_and_counts_what_waits() -> None:
    archive, outside = log_of_five_streams()
    heads, lines = heads_of(outside[0].note.written), lines_of(archive)
    lines[-1] |= {"waiting": 3}
    report = judged(lines, *heads)
    header = json.loads((archive.kept[10] or Row(0, None, 0, None, "", None, None)).header or b"{}")
    assert (report.anchored, report.waiting, report.unanchored) == (10, 3, 14)
    assert report.since == header["at"] != AT
    part = lines_of(archive, until=20)
    part[-1] |= {"waiting": 3}
    assert judged(part, *heads).waiting == 0


def test_what_the_store_has_twice_or_without_an_entry_is_named() -> None:
    lines = lines_of(log_of_five_streams()[0])
    lines[-1] |= {"doubles": [["episode:e-1", 2]], "strays": [["episode:e-9", 1]]}
    assert judged(lines).faults == [
        (-1, "episode:e-1 2: there are two of it"),
        (-1, "episode:e-9 1: there is what it says, but no entry"),
    ]


def test_of_a_changed_header_no_hash_above_it_is_held_against_what_it_makes() -> None:
    archive = deepcopy(log_of_five_streams()[0])
    archive.notes.clear()
    row = archive.kept[5]
    assert row is not None
    told = json.loads(row.header or b"{}") | {"device": "another"}
    archive.kept[5] = row._replace(header=canonical(told))
    assert judged(lines_of(archive)).faults == [(5, f"{row.stream} {row.number}: its header was changed")]
    archive.kept[5] = row
    archive.hashes[2, 1] = bytes(32)
    assert judged(lines_of(archive)).faults == [(4, "the stored hash above it, on level 2, is wrong")]


def test_a_checkpoint_over_nothing_holds() -> None:
    archive = MemoryArchive()
    over_nothing = archive.sign()
    archive.kept = deepcopy(log_of_five_streams()[0].kept)
    archive.sequence()
    ours, theirs = judged_by_both(archive, [over_nothing])
    assert [one.what for one in ours.faults] == [what for _, what in theirs.faults] == ["its document is gone"]


def test_an_entry_before_the_first_of_its_stream_is_named_by_both() -> None:
    archive, _ = deepcopy(log_of_five_streams())
    row = archive.kept[19]
    assert row is not None
    told = json.loads(row.header or b"{}") | {"number": 0}
    header = canonical(told)
    archive.kept[19] = row._replace(number=0, header=header, leaf=leaf_digest(header))
    archive.notes.clear()
    ours, theirs = judged_by_both(archive, [archive.sign()])
    assert [one.place for one in ours.faults] == [19]
    assert theirs.faults == [(19, f"{row.stream} 0: it does not follow the entry before it")]


def test_what_was_erased_is_told_in_words() -> None:
    archive, outside = log_of_five_streams()
    assert judged_by_both(archive, list(outside))[1].erased == [
        "episode:e-3: erased on 2026-03-02, a draft that nobody had signed.",
        "episode:e-4: erased on 2026-03-02, by two persons, Ada Stone and Bo Vale (law).",
    ]


STOOD = EntryAnchored(entry=4, place=3, log="bedside-consent/log-1", size=9, root="A" * 43 + "=", proof="p")
LAST = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOLD, LIFT = HoldSet(why="audit", matter="7", by=ONE), HoldLifted(matter="7", by=ONE)
PROPOSED, DROPPED = ErasureProposed(reason="law", by=ONE), ErasureDropped(by=ONE)


def _erased(*before: Event, actor: str = "p-2", waited: timedelta = timedelta(), **said: object) -> list[Entry]:
    """The chain of one record, which two persons erased as they may, but for what is said."""
    given: dict[str, Any] = {"reason": "law", "proposal": len(before), "proposed": ONE, "proposed_at": AT}
    given |= {"agreed": OTHER, "events": len(before), "documents": (), "stood": STOOD}
    events = [*before, RecordErased.model_validate(given | said)]
    return _chained(events, actor=actor, last=instant(LAST + waited))


def _chained(events: list[Event], *, actor: str = "p-1", last: str = AT) -> list[Entry]:
    made: list[Entry] = []
    for number, event in enumerate(events, start=1):
        ends = number == len(events)
        stamp = Stamp(actor=actor if ends else "p-1", at=last if ends else AT, device="tablet 1", sign_in="s-1")
        previous = made[-1].leaf if made else None
        entry, _ = enter(event, stamp, stream="episode:e-1", number=number, previous=previous, salt=bytes(32))
        made.append(entry)
    return made


TICK = timedelta(microseconds=1)
ERASURES: dict[str, tuple[bool, list[Entry]]] = {
    "by two, in time": (True, _erased(NOTED, PROPOSED, waited=AGREE_WITHIN)),
    "a draft of one entry": (True, _chained([DraftClosed(days=30), DraftErased(closed=AT, days=90, events=1)])),
    "after a hold that was lifted": (True, _erased(HOLD, LIFT, PROPOSED)),
    "after an earlier proposal was dropped": (True, _erased(PROPOSED, DROPPED, PROPOSED)),
    "too late": (False, _erased(NOTED, PROPOSED, waited=AGREE_WITHIN + TICK)),
    "by one who proposed and agreed": (False, _erased(NOTED, PROPOSED, actor="p-1", agreed=ONE)),
    "by another than who agreed": (False, _erased(NOTED, PROPOSED, actor="p-3")),
    "by another than who proposed": (False, _erased(NOTED, PROPOSED, proposed=OTHER, agreed=ONE, actor="p-1")),
    "under a hold": (False, _erased(HOLD, PROPOSED)),
    "though it was held meanwhile": (False, _erased(NOTED, PROPOSED, HOLD, LIFT, proposal=2)),
    "though the proposal was dropped": (False, _erased(NOTED, PROPOSED, DROPPED, proposal=2)),
    "without a proposal": (False, _erased(NOTED, NOTED)),
    "of another moment": (False, _erased(NOTED, PROPOSED, proposed_at="2026-03-02T08:00:00.000000Z")),
    "of fewer events": (False, _erased(NOTED, PROPOSED, events=1)),
    "with more after it": (
        False,
        [*_erased(NOTED, PROPOSED), *_chained([NOTED, PROPOSED, NOTED, MattersNoted(worry="no")])[3:]],
    ),
}


@pytest.mark.parametrize("case", ERASURES)
def test_what_two_may_erase_and_how_is_judged_alike_by_both(case: str) -> None:
    fits, chain = ERASURES[case]
    gone = next(at for at, one in enumerate(chain) if b"Erased" in (one.payload or b""))
    rows = [
        Row(
            place,
            one.stream,
            one.number,
            one.header,
            one.leaf,
            *((None,) * 2 if place < gone else (one.payload, one.salt)),
        )
        for place, one in enumerate(chain)
    ]
    archive = MemoryArchive(list(rows))
    ours, theirs = judged_by_both(archive, [archive.sign()])
    assert [bool(ours.faults), bool(theirs.faults)] == [not fits] * 2
    assert bool(theirs.erased) == fits
