"""What has to hold after a kill, and what at the end of the story: nothing lost, nothing twice, nothing half."""

import json
import os
from collections import Counter
from contextlib import closing
from pathlib import Path

from consent.model.canon import sha256_hex
from consent.model.checkpoint import read_any
from consent.model.events import Attested, Delivered, EpisodeOpened, Sealed, Signed
from consent.model.events_day import ConsentWithdrawn
from consent.model.events_notices import NoticeDelivered, NoticeSealed
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.store.audit import SqlArchive
from consent.store.moving import silent
from consent.wiring import backed_up, opened, restored
from consent.workflow import health, log, publish
from consent.workflow.audit import in_turn, verify_all
from consent.workflow.desk import Desk, stream_of
from tests.faults.finish import finish

ONCE = (EpisodeOpened, Signed, Attested, Sealed, Delivered, ConsentWithdrawn, NoticeSealed, NoticeDelivered)


def check_kept(chosen: Settings, told: set[tuple[str, int, str]]) -> None:
    """Whatever was told to be kept is there; every chain and document holds, and so does the log."""
    desk, store = opened(chosen)
    with closing(store):
        kept = {
            (one.stream, one.number, one.leaf)
            for stream in {stream for stream, _, _ in told}
            for one in desk.ledger.entries(stream)
        }
        assert told - kept == set()
        health.check_streams(desk)
        publish.check_outside(desk)
        assert _faults(desk, SqlArchive(store), outside=[]) == []


def _faults(desk: Desk, archive: SqlArchive, *, outside: list[bytes]) -> list[str]:
    keys = log.taken(desk.ledger)
    signed = [one for note in outside if (one := read_any(note, keys))]
    assert len(signed) == len(outside)
    report = verify_all(archive, desk.ledger, outside=signed, keys=keys, look=in_turn(archive))
    assert not outside or not report.unanchored
    return [one.what for one in report.faults]


def check_finished(chosen: Settings, *, spare: Settings) -> None:
    """One record, signed, attested, sealed, filed and withdrawn once; its backup comes back into a spare place."""
    desk, store = opened(chosen)
    with closing(store):
        (stream,) = desk.ledger.streams("episode:")
        events = [one.event for one in desk.ledger.read(stream)]
        found = Counter(type(event) for event in events)
        assert {kind: found[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
        made = {event.document for event in events if isinstance(event, Sealed | NoticeSealed)}
        files = sorted(chosen.chart_folder.glob("*.pdf"))
        assert sorted(sha256_hex(file.read_bytes()) for file in files) == sorted(made)
        assert [file.with_suffix(".json").exists() for file in files] == [True, True]
        assert desk.ledger.owed(now="9999") == ()
        assert chosen.checkpoints
        outside = [file.read_bytes() for file in chosen.checkpoints.glob("*.checkpoint")]
        assert _faults(desk, SqlArchive(store), outside=outside) == []
    backed_up(chosen, chosen.records.parent / "another", silent)
    _an_hour_later(chosen)
    assert (left := _left_half(chosen.records.parent)) == [], left
    restored(spare, chosen.records.parent / "backup", silent)


def check_filed(folder: Path, episode: str) -> None:
    """The sweep of a new process goes on; then exactly one document, one filed copy, each signature once."""
    desk, store = opened(Settings(mode="demo", records=folder))
    with closing(store):
        desk.ledger.lease("seal", holder="sweep", now="9998", until="")
        assert finish(desk, episode) is Status.FILED
        events = [one.event for one in desk.ledger.read(stream_of(episode))]
        for kind in (Signed, Attested, Sealed, Delivered):
            assert sum(isinstance(event, kind) for event in events) == 1, kind
        row = desk.ledger.row(EVERYTHING, episode)
        assert row is not None
        filed = list((folder / "chart").glob("*.pdf"))
        assert [sha256_hex(file.read_bytes()) for file in filed] == [row.document]
        described = json.loads(filed[0].with_suffix(".json").read_bytes())
        assert described["document"]["sha256"] == row.document
        assert [file.name for file in (folder / "chart").glob(".*")] == []
        assert desk.ledger.document(EVERYTHING, row.document).content == filed[0].read_bytes()
        assert desk.ledger.owed(now="9999") == ()
        assert _faults(desk, SqlArchive(store), outside=[]) == []


def _an_hour_later(chosen: Settings) -> None:
    """Whoever starts then takes away what somebody left half made who may have been alive until now."""
    for left in _left_half(chosen.records.parent):
        os.utime(chosen.records.parent / left, (0, 0))
    opened(chosen)[1].close()


def _left_half(folder: Path) -> list[str]:
    """Files under names that nobody is to read: nothing sweeps a folder that is empty."""
    found = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return sorted(str(file) for file in found if any(part.startswith(".") for part in file.parts))
