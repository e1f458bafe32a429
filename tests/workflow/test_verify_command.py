"""What ``verify.py`` says at a console of segments, of evidence for one record, and of a proof."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import verify as by_itself
from consent.model import checkpoint, log
from consent.model.checkpoint import SignedCheckpoint
from consent.workflow import segment
from tests.fakes.archive import KEY, MemoryArchive
from tests.workflow.test_both_logs import log_of_five_streams

KNOWN = ("--log-key", str(KEY.public()))
PROVED = "PROVED: all of them are what they were when a checkpoint from outside was signed.\n"
ERASED = (
    "episode:e-3: erased on 2026-03-02, a draft that nobody had signed.\n"
    "episode:e-4: erased on 2026-03-02, by two persons, Ada Stone and Bo Vale (law).\n"
)
Say = Callable[..., tuple[int, str]]


@dataclass
class Places:
    """The places and hashes of a log in memory: what evidence for one record asks of the port ``Log``."""

    archive: MemoryArchive

    def place(self, stream: str, number: int) -> int | None:
        found = (row for row in self.archive.kept if row and (row.stream, row.number) == (stream, number))
        return next((row.place for row in found), None)

    def newest(self) -> object:
        return self.archive.checkpoints()[-1]

    def hash_at(self, level: int, index: int) -> bytes:
        row = self.archive.kept[index] if not level else None
        return bytes.fromhex(row.leaf) if row else self.archive.hashes[level, index]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """The status of the command, and what it prints."""

    def told(*arguments: object) -> tuple[int, str]:
        status = by_itself.main([*map(str, arguments)])
        return status, capsys.readouterr().out

    return told


@pytest.fixture
def outside(tmp_path: Path) -> tuple[Path, Path]:
    """Checkpoints over ten entries, and over all, each in a folder of its own."""
    made = []
    for name, one in zip(("ten", "all"), log_of_five_streams()[1], strict=True):
        (tmp_path / name).mkdir()
        made.append(tmp_path / name / "kept.checkpoint")
        made[-1].write_bytes(one.note.written)
    return made[0], made[1]


def written(file: Path, lines: list[dict[str, Any]]) -> Path:
    file.write_bytes(b"".join(map(segment.written, lines)))
    return file


def stretch(**given: Any) -> list[dict[str, Any]]:
    return deepcopy([dict(line) for line in segment.stretch(log_of_five_streams()[0], **given)])


def test_how_far_a_segment_is_proved_is_told(say: Say, outside: tuple[Path, Path], tmp_path: Path) -> None:
    ten, whole = outside
    file = written(tmp_path / "all.segment", stretch())
    told = f"21 entries at places 0 to 20, of 21 in the log; 0 not in it yet; 1 documents.\n{ERASED}"
    assert say(file, *KNOWN, "--checkpoint", whole) == (0, told + PROVED)
    assert say(file, *KNOWN, "--checkpoint", whole.parent) == (0, told + PROVED)
    status, said = say(file, *KNOWN, "--checkpoint", ten)
    assert status == by_itself.UNANCHORED
    assert said.startswith(
        f"{told}10 are what they were when a checkpoint from outside was signed.\nUNANCHORED: 11, since"
    )
    unanchored = (
        "UNANCHORED: 21, since 2026-03-02T09:00:01.000000Z. No checkpoint from outside that was given covers them.\n"
    )
    assert say(file, *KNOWN) == (by_itself.UNANCHORED, told + unanchored)


def test_a_part_of_the_log_tells_what_was_not_used(say: Say, outside: tuple[Path, Path], tmp_path: Path) -> None:
    ten, whole = outside
    file = written(tmp_path / "part.segment", stretch(first=16, until=17))
    told = (
        "1 entries at places 16 to 16, of 21 in the log; 0 not in it yet; 0 documents.\n"
        "The checkpoint over 10 entries was not used: this file does not reach from one to the other.\n"
    )
    assert say(file, *KNOWN, "--checkpoint", ten, "--checkpoint", whole) == (0, told + PROVED)


def test_headers_alone_are_told_so(say: Say, outside: tuple[Path, Path], tmp_path: Path) -> None:
    file = written(tmp_path / "headers.segment", stretch(contents=False))
    status, said = say(file, *KNOWN, "--checkpoint", outside[1], "--without-contents")
    assert (status, said.splitlines()[1:]) == (
        0,
        ["Their headers were judged; what they say, and documents, were not asked for.", PROVED.strip()],
    )
    assert say(file, *KNOWN, "--checkpoint", outside[1])[0] == 1


def test_what_does_not_hold_is_told_the_first_twenty_and_how_many_more(say: Say, tmp_path: Path) -> None:
    lines = stretch()
    for line in lines:
        if "leaf" in line:
            line["leaf"] = "\x1b[2J"
    status, said = say(written(tmp_path / "wrong.segment", lines), *KNOWN)
    named = [line for line in said.splitlines() if line.startswith("place ")]
    assert status == 1
    assert named[0] == "place 0, episode:e-1 1: its header was changed"
    count = int(said.rpartition("NOT PROVED: ")[2].split()[0])
    assert (len(named) + said.count("… and"), f"… and {count - 20} more." in said) == (21, True)
    lines[1]["stream"] = "\x1b[2J"
    assert "\x1b" not in say(written(tmp_path / "wrong.segment", lines), *KNOWN)[1]


def test_a_stranger_s_checkpoint_ends_it(say: Say, outside: tuple[Path, Path], tmp_path: Path) -> None:
    outside[0].write_bytes(outside[0].read_bytes().replace(b"AAAA", b"AAAB").replace(b"\n10\n", b"\n11\n"))
    file = written(tmp_path / "all.segment", stretch())
    assert say(file, *KNOWN, "--checkpoint", outside[0]) == (1, "kept.checkpoint is no checkpoint of this log.\n")


def test_evidence_for_one_record_is_told_so_and_is_for_no_other(
    say: Say, outside: tuple[Path, Path], tmp_path: Path
) -> None:
    lines = evidence("e-2")
    file = written(tmp_path / "one.segment", lines)
    told = "4 entries of episode e-2, of 21 in the log; 0 not in it yet; 1 documents.\n"
    assert say(file, *KNOWN, "--checkpoint", outside[1], "--episode", "e-2") == (0, told + PROVED)
    assert say(file, *KNOWN)[0] == by_itself.UNANCHORED
    status, said = say(file, *KNOWN, "--checkpoint", outside[1], "--episode", "e-1")
    assert (status, said.splitlines()[1]) == (1, "it is not the record of the expected episode")
    for at, line in enumerate(lines):
        for which in range(len(line.get("path") or ())):
            other = deepcopy(lines)
            other[at]["path"][which] = "A" * 43 + "="
            status, said = say(written(tmp_path / "other.segment", other), *KNOWN, "--checkpoint", outside[1])
            assert (status, "it is not what a checkpoint from outside covers" in said) == (1, True)


def evidence(episode: str, *, over: int | None = None) -> list[dict[str, Any]]:
    archive, _ = log_of_five_streams()
    made = segment.record(archive, archive, Places(archive), episode=episode, over=over)  # type: ignore[arg-type]  # of each it asks this alone
    return deepcopy([dict(line) for line in made])


def judged_evidence(lines: list[dict[str, Any]], *outside: SignedCheckpoint) -> by_itself.LogReport:
    keys = [by_itself.read_key(str(KEY.public()))]
    heads = [by_itself.read_checkpoint(one.note.written, keys) for one in outside]
    return by_itself.judge_segment(map(segment.written, lines), keys=keys, outside=heads)


def test_evidence_is_anchored_as_far_as_its_checkpoint_reaches() -> None:
    ten, whole = log_of_five_streams()[1]
    report = judged_evidence(evidence("e-1", over=10), ten)
    assert (report.faults, report.anchored, report.unanchored) == ([], 2, 3)
    assert report.since == "2026-03-02T09:00:03.000000Z"
    report = judged_evidence(evidence("e-1"), ten, whole)
    assert (report.faults, report.anchored, report.unused) == ([], 5, [10])
    unplaced = evidence("e-1")
    unplaced[-2] |= {"place": None, "path": None}
    report = judged_evidence(unplaced, whole)
    assert (report.faults, report.anchored, report.since) == ([], 4, "2026-03-02T09:00:05.000000Z")


def test_evidence_with_another_path_is_named_by_the_checkpoint_in_its_file_alone() -> None:
    lines = evidence("e-1")
    lines[2]["path"][0] = "A" * 43 + "="
    faults = judged_evidence(lines).faults
    assert faults == [(lines[2]["place"], "episode:e-1 1: it is not what a checkpoint in the file covers")]


def test_evidence_under_another_checkpoint_than_the_one_outside_is_named() -> None:
    other = deepcopy(log_of_five_streams()[0])
    row = other.kept[20]
    assert row is not None
    other.kept[20] = row._replace(leaf="0" * 64)
    signed = other.sign()
    faults = judged_evidence(evidence("e-1"), signed).faults
    assert faults[-1] == (-1, "the log is not the one that a checkpoint from outside covers")
    assert {what.partition(": ")[2] for _, what in faults[:-1]} == {"it is not what a checkpoint from outside covers"}


def test_evidence_of_a_log_that_was_longer_is_named() -> None:
    longer = deepcopy(log_of_five_streams()[0])
    longer.kept.append(longer.kept[0] and longer.kept[0]._replace(place=21))
    faults = judged_evidence(evidence("e-1"), longer.sign()).faults
    assert faults == [(-1, "a checkpoint from outside covers 22 entries, and there are 21: some are gone")]


@pytest.mark.parametrize(
    ("changed", "number"),
    [({"stream": "episode:e-2"}, 3), ({"path": ["AAAA"]}, 3), ({"path": [None]}, 3), ({"place": -2}, 3)],
)
def test_a_line_that_no_evidence_has_is_named(changed: dict[str, Any], number: int) -> None:
    lines = evidence("e-1")
    lines[number - 1] |= changed
    assert judged_evidence(lines).faults[-1] == (-1, f"line {number} of the file is not as it has to be")


def test_wrong_usage_names_what_is_missing(
    outside: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "all.segment", stretch())
    proof = tmp_path / "one.tlog-proof"
    proof.write_bytes(proof_of(LAST))
    for arguments, said in (
        ((file,), "the log is judged by its key (--log-key)"),
        ((proof, *KNOWN), "a proof with the events that it is for (--events)"),
        ((proof, "--events", file), "the log is judged by its key (--log-key)"),
        ((file, "--log-key", "x+1+y"), "a key of a log is name+id+key"),
    ):
        with pytest.raises(SystemExit) as ended:
            by_itself.main([*map(str, arguments)])
        assert ended.value.code == 2
        assert said in capsys.readouterr().err
    assert by_itself.main([str(file), *KNOWN, "--checkpoint", str(outside[0].parent / "none")]) == 2
    assert capsys.readouterr().err.strip() == by_itself.UNREAD


def test_a_document_needs_packages_that_the_log_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(by_itself, "NO_PDF", True)
    (tmp_path / "one.pdf").write_bytes(b"%PDF-1.7")
    assert by_itself.main([str(tmp_path / "one.pdf")]) == 2
    assert capsys.readouterr().err == "Judging a PDF needs the packages asn1crypto and pikepdf.\n"


def proof_of(place: int, *, extra: bytes = b"", signed: SignedCheckpoint | None = None) -> bytes:
    archive, outside = log_of_five_streams()
    signed = signed or outside[1]
    path = log.inclusion_proof(place, size=21, hash_at=Places(archive).hash_at)
    return checkpoint.proof_file(index=place, path=path, note=signed.note, extra=extra)


def events_of(episode: str) -> dict[str, Any]:
    entries = log_of_five_streams()[0].entries(f"episode:{episode}")
    told = [
        {
            "header": one.header.decode(),
            "leaf": one.leaf,
            "payload": None if one.payload is None else one.payload.decode(),
            "salt": None if one.salt is None else one.salt.hex(),
        }
        for one in entries
    ]
    return {"episode": episode, "entries": told}


def judged(raw: bytes, events: dict[str, Any]) -> str:
    return by_itself.judge_proof(raw, json.dumps(events).encode(), [by_itself.read_key(str(KEY.public()))])


def refused(raw: bytes, events: dict[str, Any]) -> str:
    with pytest.raises(by_itself.Refused) as error:
        judged(raw, events)
    return str(error.value)


def places_of(episode: str) -> list[int]:
    rows = (row for row in log_of_five_streams()[0].kept if row and row.stream == f"episode:{episode}")
    return [row.place for row in rows]


@pytest.mark.parametrize("episode", ["e-1", "e-2", "e-4"])
def test_each_entry_of_a_record_is_proved_by_its_own_proof(episode: str) -> None:
    for number, place in enumerate(places_of(episode), start=1):
        told = f"In the log: its entries up to {number}, the last at place {place} of 21 entries."
        assert judged(proof_of(place), events_of(episode)) == told
        assert judged(proof_of(place, extra=b"x"), events_of(episode)) == told
    assert refused(proof_of(places_of("e-1")[0]), events_of("e-2")) == "log"


LAST = 19
PROOFS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another version": (lambda raw: raw.replace(b"@v1", b"@v2"), "log"),
    "another place": (lambda raw: raw.replace(b"index 19", b"index 18"), "log"),
    "a place in another form": (lambda raw: raw.replace(b"index 19", b"index 019"), "checkpoint"),
    "no place": (lambda raw: raw.replace(b"index 19\n", b""), "log"),
    "a shorter hash": (lambda raw: raw.replace(b"index 19\n", b"index 19\nAAAA\n"), "log"),
    "an empty extra": (lambda raw: raw.replace(b"index 19", b"extra \nindex 19"), "log"),
    "an extra that is none": (lambda raw: raw.replace(b"index 19", b"extra !\nindex 19"), "log"),
    "two extras": (lambda raw: raw.replace(b"index 19", b"extra eA==\nextra eA==\nindex 19"), "log"),
    "other letters": (lambda raw: b"\xff" + raw, "log"),
    "no checkpoint": (lambda raw: raw.partition(b"\n\n")[0], "checkpoint"),
    "too long": (lambda raw: raw.replace(b"index", b"extra " + b"AAAA" * 250_000 + b"\nindex"), "log"),
}


@pytest.mark.parametrize("wrong", PROOFS)
def test_a_proof_that_is_none_is_refused(wrong: str) -> None:
    change, check = PROOFS[wrong]
    assert refused(change(proof_of(LAST)), events_of("e-1")) == check


def _at(number: int, **changed: object) -> Callable[[dict[str, Any]], None]:
    return lambda events: events["entries"][number].update(changed)


def _out_of_order(events: dict[str, Any]) -> None:
    events["entries"].reverse()


def _one_less(events: dict[str, Any]) -> None:
    del events["entries"][1]


EVENTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "of another record": lambda events: events.update(episode="e-2"),
    "in another order": _out_of_order,
    "without one": _one_less,
    "another leaf": _at(1, leaf="0" * 64),
    "another header": _at(1, header="{}"),
    "no header": _at(1, header=None),
    "something else said": _at(1, payload="{}"),
    "another salt": _at(1, salt="00" * 32),
    "a salt that is none": _at(1, salt="x"),
}


@pytest.mark.parametrize("wrong", EVENTS)
def test_events_that_are_not_those_of_the_record_are_refused(wrong: str) -> None:
    events = events_of("e-1")
    EVENTS[wrong](events)
    assert refused(proof_of(LAST), events) == "entries"


def test_a_byte_that_moves_from_a_payload_to_its_salt_is_refused() -> None:
    events = events_of("e-1")
    one = events["entries"][1]
    one["salt"], one["payload"] = one["salt"] + one["payload"][:1].encode().hex(), one["payload"][1:]
    assert refused(proof_of(LAST), events) == "entries"


def test_a_proof_at_a_console(say: Say, tmp_path: Path) -> None:
    (tmp_path / "one.tlog-proof").write_bytes(proof_of(LAST))
    for name in ("e-1", "e-2"):
        (tmp_path / name).write_text(json.dumps(events_of(name)))
    told = "In the log: its entries up to 5, the last at place 19 of 21 entries.\nProved.\n"
    given = (tmp_path / "one.tlog-proof", *KNOWN, "--events")
    assert say(*given, tmp_path / "e-1") == (0, told)
    assert say(*given, tmp_path / "e-2") == (1, f"FAILED  log: {by_itself.CHECKS['log'][1]}\nRefused.\n")
