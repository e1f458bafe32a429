"""Two verifiers of the log, written apart, say the same of a thousand logs that somebody changed (catalogue G11)."""

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import cache
from random import Random

import pytest

import verify as by_itself
from consent.model.audit import Row
from consent.model.canon import canonical, commitment, leaf_digest, sha256_hex
from consent.model.checkpoint import SignedCheckpoint, read_any
from consent.model.entry import Entry, Stamp, enter
from consent.model.events import Event, MattersNoted, SealBegun, Sealed
from consent.model.events_draft import DraftClosed, DraftErased
from consent.model.events_keeping import ErasureProposed, HoldLifted, HoldSet, RecordErased
from consent.model.events_log import EntryAnchored
from consent.model.people import PersonRef
from consent.workflow import segment
from consent.workflow.audit import Report, in_turn, verify_all
from tests.fakes.archive import KEY, MemoryArchive
from tests.house.sources import ROOT

AT = "2026-03-02T09:00:00.000000Z"
ONE, OTHER = PersonRef(id="p-1", name="Ada Stone"), PersonRef(id="p-2", name="Bo Vale")
PDF, WIPED = b"%PDF-1.7 consent", b"%PDF-1.7 erased"
STOOD = EntryAnchored(entry=4, place=3, log="bedside-consent/log-1", size=9, root="A" * 43 + "=", proof="p")
NOTED = MattersNoted(hope="to eat again")
ERASED = RecordErased(
    reason="law",
    proposal=4,
    proposed=ONE,
    proposed_at=AT,
    agreed=OTHER,
    events=4,
    documents=(sha256_hex(WIPED),),
    stood=STOOD,
)
STREAMS: dict[str, list[Event]] = {
    "episode:e-1": [NOTED] * 5,
    "episode:e-2": [NOTED, NOTED, Sealed(document=sha256_hex(PDF), size=16, blocks="b" * 64), NOTED],
    "episode:e-3": [NOTED, DraftClosed(days=30), DraftErased(closed=AT, days=90, events=2)],
    "episode:e-4": [
        HoldSet(why="audit", matter="7", by=ONE),
        HoldLifted(matter="7", by=ONE),
        Sealed(document=sha256_hex(WIPED), size=15, blocks="b" * 64),
        ErasureProposed(reason="law", by=ONE),
        ERASED,
    ],
    "person:p-1": [NOTED] * 4,
}
GONE = {"episode:e-3", "episode:e-4"}


def _chain(stream: str, events: list[Event]) -> list[Entry]:
    made: list[Entry] = []
    for number, event in enumerate(events, start=1):
        at = AT if stream in GONE else AT.replace("09:00:00", f"09:00:0{number}")
        stamp = Stamp(actor="p-2" if event is ERASED else "p-1", at=at, device="tablet 1", sign_in="s-1")
        previous = made[-1].leaf if made else None
        made.append(enter(event, stamp, stream=stream, number=number, previous=previous, salt=bytes([number]) * 32)[0])
    return made


@cache
def log_of_five_streams() -> tuple[MemoryArchive, tuple[SignedCheckpoint, ...]]:
    """A log of five streams, two of them erased, a checkpoint in its middle and one at its end."""
    archive, outside = MemoryArchive(), []
    waiting = [_chain(*one) for one in STREAMS.items()]
    while any(waiting):
        for chain in filter(None, waiting):
            one = chain.pop(0)
            gone = one.stream in GONE and chain
            payload, salt = (None, None) if gone else (one.payload, one.salt)
            archive.kept.append(Row(len(archive.kept), one.stream, one.number, one.header, one.leaf, payload, salt))
        if len(archive.kept) in {10, 21}:
            outside.append(archive.sign())
    archive.files[sha256_hex(PDF)] = PDF
    return archive, tuple(outside)


def _flipped(content: bytes | None, chance: Random) -> bytes:
    changed = bytearray(content or b"x")
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _retold(row: Row, chance: Random) -> Row:
    """A header that says something else, with its own leaf: what somebody who owns the database can do."""
    told = json.loads(row.header or b"{}")
    key = chance.choice(["stream", "number", "previous", "kind", "actor", "at", "commitment"])
    told[key] = {
        "stream": "episode:e-1", "number": chance.randrange(7), "previous": chance.choice([None, "d" * 64]),
        "kind": chance.choice(["DraftErased", "Sealed", "Signed", "HoldSet", "RecordErased"]), "actor": "p-3",
        "at": "2026-03-12T09:00:00.000000Z", "commitment": "e" * 64,
    }[key]  # fmt: skip
    header = canonical(told)
    return row._replace(header=header, leaf=leaf_digest(header))


def _gone(row: Row, _: Random) -> Row:
    return Row(row.place, None, 0, None, "", None, None)


ROW: list[Callable[[Row, Random], Row]] = [
    lambda row, chance: row._replace(header=_flipped(row.header, chance)),
    lambda row, chance: row._replace(payload=_flipped(row.payload, chance)),
    lambda row, chance: row._replace(salt=_flipped(row.salt, chance)),
    lambda row, chance: row._replace(leaf=_flipped(row.leaf.encode(), chance).decode(errors="replace")),
    lambda row, chance: row._replace(stream=chance.choice(list(STREAMS))),
    lambda row, chance: row._replace(number=chance.randrange(7)),
    lambda row, _: row._replace(payload=None, salt=None),
    lambda row, _: row._replace(salt=(row.salt or b"")[:-1]),
    _retold,
    _gone,
]


def _change_row(archive: MemoryArchive, chance: Random) -> None:
    place = chance.randrange(len(archive.kept))
    if row := archive.kept[place]:
        archive.kept[place] = chance.choice(ROW)(row, chance)


def _swap(archive: MemoryArchive, chance: Random) -> None:
    one, other = (chance.randrange(len(archive.kept)) for _ in range(2))
    archive.kept[one], archive.kept[other] = archive.kept[other], archive.kept[one]
    _in_order(archive)


def _take_out(archive: MemoryArchive, chance: Random) -> None:
    del archive.kept[chance.randrange(len(archive.kept))]
    _in_order(archive)


def _put_between(archive: MemoryArchive, chance: Random) -> None:
    row = archive.kept[chance.randrange(len(archive.kept))]
    archive.kept.insert(chance.randrange(len(archive.kept) + 1), row)
    _in_order(archive)


def _in_order(archive: MemoryArchive) -> None:
    archive.kept = [row and row._replace(place=place) for place, row in enumerate(archive.kept)]


def _lose_place(archive: MemoryArchive, chance: Random) -> None:
    archive.kept[chance.randrange(len(archive.kept))] = None


def _cut(archive: MemoryArchive, chance: Random) -> None:
    del archive.kept[-chance.randrange(1, 5) :]


def _other_hash(archive: MemoryArchive, chance: Random) -> None:
    if place := chance.choice([None, *archive.hashes]):
        archive.hashes[place] = _flipped(archive.hashes[place], chance)
        if chance.random() < 0.3:
            del archive.hashes[place]


def _other_file(archive: MemoryArchive, chance: Random) -> None:
    (digest,) = list(archive.files)[:1] or [""]
    if chance.random() < 0.3:
        archive.files = {}
    elif chance.random() < 0.3:
        archive.files[sha256_hex(WIPED)] = WIPED
    else:
        archive.files[digest] = _flipped(PDF, chance)


def _other_note(archive: MemoryArchive, chance: Random) -> None:
    at = chance.randrange(len(archive.notes))
    one = archive.notes.pop(at)
    if chance.random() < 0.7:
        note = chance.choice([one.note, _flipped(one.note, chance)])
        size = chance.choice([one.size, chance.randrange(30)])
        archive.notes.append(type(one)(size=size, at=one.at, note=note))


def _make_the_tree_anew(archive: MemoryArchive, _: Random) -> None:
    if all(row and len(row.leaf) == 64 and set(row.leaf) <= set("0123456789abcdef") for row in archive.kept):
        archive.sequence()


LOG: list[Callable[[MemoryArchive, Random], None]] = [_change_row] * 4
LOG += [_swap, _take_out, _put_between, _lose_place, _cut, _other_hash, _other_file, _other_note, _make_the_tree_anew]


def _changed(seed: int) -> tuple[MemoryArchive, list[SignedCheckpoint]]:
    """A log that was changed in up to three places, and the checkpoints that lie outside."""
    chance, (archive, signed) = Random(seed), log_of_five_streams()  # noqa: S311 - a seed, not a secret
    archive = deepcopy(archive)
    for _ in range(chance.randrange(4)):
        if archive.kept and archive.notes:
            chance.choice(LOG)(archive, chance)
    return archive, [one for one in signed if chance.random() < 0.6]


def _ours(archive: MemoryArchive, outside: list[SignedCheckpoint]) -> Report:
    return verify_all(archive, archive, outside=outside, keys=[KEY.public()], look=in_turn(archive))  # type: ignore[arg-type]  # of a ledger it asks for entries alone


def _theirs(archive: MemoryArchive, outside: list[SignedCheckpoint]) -> by_itself.LogReport:
    keys = [by_itself.read_key(str(KEY.public()))]
    heads = [by_itself.read_checkpoint(one.note.written, keys) for one in outside]
    return by_itself.judge_segment(map(segment.written, segment.stretch(archive)), keys=keys, outside=heads)


def judged_by_both(archive: MemoryArchive, outside: list[SignedCheckpoint]) -> tuple[Report, by_itself.LogReport]:
    """What ours says, and the one that stands alone."""
    return _ours(archive, outside), _theirs(archive, outside)


def _apart(ours: Report, theirs: by_itself.LogReport) -> str:
    """In what they differ; empty: in nothing."""
    parts = ("entries", "anchored", "unanchored", "since", "documents")
    told = [f"{part}: {getattr(ours, part)}, {getattr(theirs, part)}" for part in parts]
    told = [one for one in told if len(set(one.partition(": ")[2].split(", "))) > 1]
    if bool(ours.faults) != bool(theirs.faults):
        told.append(f"faults: {ours.faults}, {theirs.faults}")
    here, there = (_named([*faults]) for faults in (((one.place, one.what) for one in ours.faults), theirs.faults))
    return "; ".join(
        [*told, *(f"ours alone: {one}" for one in here - there), *(f"theirs: {one}" for one in there - here)]
    )


def _named(faults: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """The entries at fault by their place, and what concerns no single one in words.

    What follows from another fault is told by one or the other as it comes to it: which hashes above an entry that does
    not hold, what comes after one of two that bear one number, what else is wrong where contents are gone.
    """
    twice = {what.split()[0] for _, what in faults if "there are two of it" in what}
    first = [one for one in faults if not ("does not follow" in one[1] and one[1].split()[0] in twice)]
    alone = all("stored hash" in what for place, what in faults if place >= 0)
    told = {(place, what if place < 0 or alone else "") for place, what in first if alone or "stored hash" not in what}
    return {one for one in told if "what it said is gone" not in one[1] and "still there" not in one[1]}


def test_an_untouched_log_is_proved_by_both() -> None:
    archive, outside = log_of_five_streams()
    ours, theirs = _ours(archive, list(outside)), _theirs(archive, list(outside))
    assert (ours.faults, theirs.faults) == ([], [])
    assert (ours.anchored, theirs.anchored, _apart(ours, theirs)) == (21, 21, "")


def test_a_document_of_an_erased_record_that_is_still_there_is_named_by_both() -> None:
    archive, outside = deepcopy(log_of_five_streams()[0]), list(log_of_five_streams()[1])
    archive.files[sha256_hex(WIPED)] = WIPED
    ours, theirs = _ours(archive, outside), _theirs(archive, outside)
    assert [(one.place, one.what) for one in ours.faults] == theirs.faults
    assert theirs.faults == [(-1, "episode:e-4: it was erased, and 1 of its documents are still there")]


@pytest.mark.parametrize("tens", range(10))
def test_g11_both_verifiers_say_the_same_of_a_thousand_changed_logs(tens: int) -> None:
    apart, proved = [], 0
    for seed in range(100 * tens, 100 * tens + 100):
        changed = _changed(seed)
        ours, theirs = _ours(*changed), _theirs(*changed)
        proved += not ours.faults
        if told := _apart(ours, theirs):
            apart.append(f"seed {seed}: {told}")
    assert not apart, "\n".join(apart)
    assert 0 < proved < 60, "some are as they were, most are not"


def test_g11_no_line_of_an_entry_can_be_mangled_and_proved() -> None:
    archive, outside = log_of_five_streams()
    keys = [by_itself.read_key(str(KEY.public()))]
    heads = [by_itself.read_checkpoint(one.note.written, keys) for one in outside]
    lines = [segment.written(one) for one in segment.stretch(archive)]
    entries = [at for at, line in enumerate(lines) if line.startswith(b'{"place"')]
    assert by_itself.judge_segment(lines, keys=keys, outside=heads).faults == []
    passed = []
    for seed in range(1000):
        chance, mangled = Random(seed), list(lines)  # noqa: S311 - a seed, not a secret
        at = chance.choice(entries)
        mangled[at] = chance.choice([_flipped(lines[at], chance), b"", lines[chance.choice(entries)], lines[at][:-9]])
        report = by_itself.judge_segment(filter(None, mangled), keys=keys, outside=heads)
        if mangled != lines and not report.faults:
            passed.append(f"seed {seed}, line {at}: {mangled[at]!r}")
    assert not passed, "\n".join(passed)


def _kept(*rows: Row) -> tuple[MemoryArchive, list[SignedCheckpoint]]:
    archive = MemoryArchive(list(rows))
    return archive, [archive.sign()]


def _row(header: bytes, payload: bytes, *, place: int = 0, stream: str = "episode:e-1", salt: bytes = bytes(32)) -> Row:
    return Row(place, stream, place + 1, header, leaf_digest(header), payload, salt)


def test_g17_both_hold_the_bytes_of_the_first_day_for_good() -> None:
    golden = json.loads((ROOT / "tests/model/golden/entries.json").read_text("utf-8"))
    stream = json.loads(golden[0]["header"])["stream"]
    kept = _kept(
        *(
            _row(one["header"].encode(), one["payload"].encode(), place=place, stream=stream, salt=bytes(range(32)))
            for place, one in enumerate(golden)
        )
    )
    ours, theirs = _ours(*kept), _theirs(*kept)
    assert [{one.what for one in ours.faults}, {what for _, what in theirs.faults}] == [{"its document is gone"}] * 2
    assert ours.anchored == theirs.anchored == len(golden)


SPELT = [
    b'{"kind": "MattersNoted", "hope": "\xc3\xa9"}', b'{"hope":"\\u00e9","kind":"MattersNoted"}',
    b'{"hope":1.0,"kind":"MattersNoted"}', b'{"hope":1,"kind":"MattersNoted"}', b'{"hope":1e0,"kind":"MattersNoted"}',
    b'{"hope":"e\xcc\x81","kind":"MattersNoted"}',
]  # fmt: skip
"""Ways to write a payload; what a version of Python makes of them is not asked."""


@pytest.mark.parametrize("written", range(len(SPELT)))
def test_g17_a_digest_is_over_the_bytes_that_are_stored_and_nothing_is_written_anew(written: int) -> None:
    for said in SPELT:
        told = {"stream": "episode:e-1", "number": 1, "previous": None, "kind": "MattersNoted", "at": AT}
        made = {**told, "commitment": commitment(salt=bytes(32), payload=SPELT[written])}
        kept = _kept(_row(json.dumps(made, indent=1).encode(), said))
        same = said == SPELT[written]
        expected = [] if same else [(0, "episode:e-1 1: what it says was changed")]
        assert [(one.place, one.what) for one in _ours(*kept).faults] == _theirs(*kept).faults == expected


def test_g18_a_byte_that_moves_from_the_payload_to_the_salt_is_named_by_both() -> None:
    archive, outside = deepcopy(log_of_five_streams()[0]), list(log_of_five_streams()[1])
    row = archive.kept[0]
    assert row is not None
    assert row.payload
    assert row.salt
    for at in (1, -1):
        parts = row.salt + row.payload
        archive.kept[0] = row._replace(salt=parts[: 32 + at], payload=parts[32 + at :])
        expected = [(0, "episode:e-1 1: what it says was changed")]
        assert [(one.place, one.what) for one in _ours(archive, outside).faults] == expected
        assert _theirs(archive, outside).faults == expected


@pytest.mark.parametrize(
    "events",
    [
        [SealBegun(at=AT), DraftErased(closed=AT, days=90, events=1)],
        [HoldSet(why="audit", matter="7", by=ONE), DraftErased(closed=AT, days=90, events=1)],
    ],
)
def test_what_one_alone_may_not_erase_is_named_by_both(events: list[Event]) -> None:
    first, last = (
        Row(place, one.stream, one.number, one.header, one.leaf, one.payload, one.salt)
        for place, one in enumerate(_chain("episode:e-1", events))
    )
    kept = _kept(first._replace(payload=None, salt=None), last)
    told = [[one.what for one in _ours(*kept).faults], [what for _, what in _theirs(*kept).faults]]
    assert [[what.partition(",")[0] for what in what_of] for what_of in told] == [
        ["episode:e-1: what it said is gone"]
    ] * 2


def test_g11_both_read_the_same_of_a_thousand_mangled_checkpoints() -> None:
    note, key = log_of_five_streams()[1][0].note.written, KEY.public()
    keys, apart = [by_itself.read_key(str(key))], []
    *_, line = note.splitlines(keepends=True)
    more = [b"", line, line[:-9] + b"=\n", b"\xe2\x80\x94 x AAAA\n", b"\xe2\x80\x94 x AAAAAAB=\n", b"\n"]
    for seed in range(1000):
        chance = Random(seed)  # noqa: S311 - a seed, not a secret
        mangled = chance.choice([_flipped(note, chance), note]) + chance.choice(more)
        signed, theirs = read_any(mangled, [key]), None
        with suppress(by_itself.Refused):
            theirs = by_itself.read_checkpoint(mangled, keys)
        ours = signed and (signed.checkpoint.head.size, signed.checkpoint.head.root)
        if ours != (theirs and (theirs.size, theirs.root)):
            apart.append(f"seed {seed}: {mangled!r}")
    assert not apart, "\n".join(apart)
