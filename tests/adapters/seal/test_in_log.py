"""Whether a sealed record stood in the log, by the key of the log alone: ours and ``verify.py``."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import verify as by_itself
from consent.errors import Broken
from consent.model.canon import canonical
from consent.model.note import Key, encoded
from consent.paper.press import FpdfPress
from consent.ports import Attachment
from consent.wiring import SystemClock
from consent.workflow import proof
from tests.adapters.seal import sealing
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.sealing import Record
from tests.adapters.seal.test_records import _rechained
from tests.fakes.log import FakeLogKey

KEY, STRANGER = FakeLogKey().public(), FakeLogKey(2).public()


def _both(office: Office, kept: Record, key: Key = KEY) -> tuple[str, str]:
    """Up to which entry it stood in the log, by ours; and what ``verify.py`` tells, or the check at which it stops."""
    pdf, ours = sealing.seal(kept.whole, office.clinic), ""
    keys = [by_itself.read_key(str(key))]
    theirs = by_itself.judge(pdf, pins={office.clinic.pin}, at=SystemClock().now(), log_keys=keys)
    with suppress(Broken):
        number, proved = proof.in_log(FpdfPress().attached(pdf), key)
        ours = f"up to {number}, the last at place {proved.index} of {proved.signed.checkpoint.head.size} entries."
    return ours, theirs.logged or theirs.failed


def test_a_record_is_in_the_log_that_has_this_key_and_in_no_other(office: Office) -> None:
    for kept in (office.kept, sealing.notice_record()):
        ours, theirs = _both(office, kept)
        assert ours
        assert theirs.endswith(ours)
    assert _both(office, office.kept, STRANGER) == ("", "checkpoint")


def _with(change: Callable[[bytes], bytes]) -> Callable[[Record], Record]:
    def changed(kept: Record) -> Record:
        *others, one = kept.attached
        return replace(kept, attached=(*others, replace(one, content=change(one.content))))

    return changed


def _line(number: int, text: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        return b"\n".join([*lines[:number], text, *lines[number + 1 :]])

    return change


def _of_another(kept: Record) -> tuple[Attachment, ...]:
    return (*kept.attached[:2], sealing.record(second=True).attached[2])


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: replace(kept, attached=kept.attached[:2]),
        lambda kept: replace(kept, attached=_of_another(kept)),
        _with(_line(0, b"c2sp.org/tlog-proof@v2")),
        _with(_line(1, b"index 0")),
        _with(_line(1, b"index 01")),
        _with(_line(2, encoded(bytes(32)).encode())),
        _with(_line(2, encoded(bytes(31)).encode())),
        _with(lambda content: content.replace(b"\n\n", b"\n", 1)),
        _with(lambda _: b"\xff"),
        _with(lambda content: content[:-9]),
    ],
)
def test_a_proof_that_is_missing_or_for_something_else_is_refused(
    office: Office, change: Callable[[Record], Record]
) -> None:
    ours, theirs = _both(office, change(office.kept))
    assert (ours, theirs in {"log", "checkpoint"}) == ("", True), theirs


@pytest.mark.parametrize(
    "other",
    [
        lambda said, _: {"entry": said["entry"] - 1},
        lambda said, count: {"entry": said["entry"] - count},
        lambda said, _: {"place": said["place"] + 1},
        lambda said, _: {"size": said["size"] + 1},
        lambda *_: {"root": encoded(bytes(32))},
        lambda said, _: {"proof": said["proof"] + "x"},
    ],
)
def test_a_proof_of_another_entry_than_the_record_says_is_refused(
    office: Office, other: Callable[[dict[str, Any], int], dict[str, Any]]
) -> None:
    inside, told = (json.loads(one) for one in office.kept.inside)
    (anchored,) = (one for one in told["entries"] if '"kind":"EntryAnchored"' in one["payload"])
    said = json.loads(anchored["payload"])
    anchored["payload"] = canonical({**said, **other(said, len(told["entries"]))}).decode()
    _rechained(told)
    pdf = sealing.seal(office.kept.file(canonical(inside), canonical(told)), office.clinic)
    keys = [by_itself.read_key(str(KEY))]
    judged = by_itself.judge(pdf, pins={office.clinic.pin}, at=SystemClock().now(), log_keys=keys)
    assert judged.failed == "log"
    with pytest.raises(Broken, match="not for this record"):
        proof.in_log(FpdfPress().attached(pdf), KEY)


def test_a_document_at_a_console_tells_where_its_record_stood(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.pdf"
    file.write_bytes(sealing.seal(office.kept.whole, office.clinic))
    assert by_itself.main([str(file), "--pin", office.clinic.pin, "--log-key", str(KEY)]) == 0
    said = capsys.readouterr().out
    assert "In the log: its entries up to" in said
    assert said.endswith("\nProved.\n")


def test_a_proof_alone_is_judged_with_the_events_that_it_is_for(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in office.kept.attached[1:]:
        (tmp_path / one.name).write_bytes(one.content)
    (tmp_path / "other.json").write_bytes(sealing.record(second=True).attached[1].content)
    (tmp_path / "changed.json").write_bytes(office.kept.attached[1].content.replace(b"EpisodeOpened", b"EpisodeOpenet"))

    def told(events: str, key: Key = KEY) -> tuple[int, str]:
        status = by_itself.main(
            [str(tmp_path / proof.PROOF), "--events", str(tmp_path / events), "--log-key", str(key)]
        )
        return status, capsys.readouterr().out

    status, said = told("events.json")
    assert (status, "In the log: its entries up to" in said) == (0, True), said
    assert [told(name)[0] for name in ("other.json", "changed.json")] == [1, 1]
    assert told("events.json", STRANGER)[0] == 1
    assert told("none.json")[0] == 2
