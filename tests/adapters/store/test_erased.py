"""Catalogue G16 on both databases: a whole record, erased by two persons; and whoever erases otherwise is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from consent.errors import Broken, NotFound
from consent.model.audit import Fault
from consent.model.checkpoint import SignedCheckpoint
from consent.model.entry import Recorded, enter
from consent.model.events_keeping import ErasureProposed, RecordErased
from consent.ports import Commit, StoredDocument
from consent.settings import Settings
from consent.store import tables
from consent.store.audit import SqlArchive
from consent.store.backup import back_up, restore
from consent.store.engine import Store, open_store, open_to_read
from consent.store.ledger import SqlLedger
from consent.store.moving import moving
from consent.wiring import opened
from consent.workflow import keeping, log, notices, proof, rehearsal, seal
from consent.workflow.audit import Report, in_turn, verify_all, verify_episode
from consent.workflow.desk import Desk, load, row_of

if TYPE_CHECKING:
    from pathlib import Path

PATIENT, HERS = "Zsófia Zwetschgenröster", "Zwetschgenröster"


@dataclass
class Record:
    """A finished record in a real store, and a checkpoint outside from before anything was erased."""

    desk: Desk
    store: Store
    episode: str
    outside: SignedCheckpoint

    @property
    def stream(self) -> str:
        return f"episode:{self.episode}"

    def erase(self) -> None:
        keeping.propose(self.desk, rehearsal.signed_in(self.desk, "vale"), episode=self.episode, reason="law")
        keeping.agree(self.desk, rehearsal.signed_in(self.desk, "ota"), episode=self.episode)

    def verify(self, store: Store | None = None) -> Report:
        archive, keys = SqlArchive(store or self.store), log.taken(self.desk.ledger)
        outside = [self.outside, log.covered(self.desk)]
        ledger = SqlLedger(store or self.store)
        return verify_all(archive, ledger, outside=outside, keys=keys, look=in_turn(archive))

    def found(self) -> list[Fault]:
        return self.verify().faults


@pytest.fixture
def record(url: str, tmp_path: Path) -> Iterator[Record]:
    desk, store = opened(Settings(mode="demo", records=tmp_path / "data", database=url))
    with closing(store):
        episode = rehearsal.play(desk, patient=PATIENT).id
        stone = rehearsal.signed_in(desk, "stone")
        notices.correct(desk, stone, episode=episode, text=f"Her name is {HERS}.")
        seal.work_once(desk)
        yield Record(desk, store, episode, log.covered(desk))


def rows(store: Store) -> dict[str, str]:
    """Every row of every table, as text."""
    with store.reading() as connection:
        tables_ = tables.metadata.sorted_tables
        return {table.name: "".join(str(tuple(row)) for row in connection.execute(select(table))) for table in tables_}


def test_g16_a_record_that_two_persons_erased_is_in_no_table_and_the_whole_archive_is_proved(record: Record) -> None:
    assert sum(HERS in told or HERS.encode().hex() in told for told in rows(record.store).values()) > 0
    files = load(record.desk, record.episode).documents
    assert len(files) == 2
    record.erase()
    left = rows(record.store)
    for secret in (HERS, repr(HERS.encode())[2:-1], "0004417", "1948-03-07"):
        assert [name for name, told in left.items() if secret in told] == []
    assert (left["document"], left["ink"], left["answer"]) == ("", "", "")
    report = record.verify()
    assert (report.faults, report.unanchored, report.documents) == ([], 0, 0)
    assert [one.header.stream for one in report.erased] == [record.stream]
    one = verify_episode(
        SqlArchive(record.store), record.desk.ledger, record.desk.log, episode=record.episode, outside=[record.outside]
    )
    assert (one.faults, len(one.erased), one.unanchored) == ([], 1, 2)
    with pytest.raises(NotFound, match="was erased"):
        proof.bundle(record.desk, episode=record.episode)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_g16_its_words_are_in_no_file_of_the_data_folder_but_what_the_chart_has(record: Record, tmp_path: Path) -> None:
    record.erase()
    with record.store.reading() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    data = tmp_path / "data"
    files = [one for one in data.rglob("*") if one.is_file()]
    holding = {one.relative_to(data).parts[0] for one in files if HERS.encode() in one.read_bytes()}
    assert holding == {"chart"}


def test_a_document_is_deleted_with_its_record_and_not_before(record: Record) -> None:
    with pytest.raises(Broken), record.store.writing() as connection:
        connection.execute(tables.document.delete())
    record.erase()
    with record.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.document)) == 0


def test_g16_payloads_that_were_deleted_by_hand_are_named(record: Record) -> None:
    with record.store.writing() as connection:
        connection.execute(tables.event_payload.delete().where(tables.event_payload.c.stream == record.stream))
    (fault,) = record.found()
    assert fault.what.startswith(f"{record.stream}: what it said is gone, and may not be.")


def test_g16_one_payload_of_an_erased_record_s_last_event_is_named_too(record: Record) -> None:
    record.erase()
    with record.store.writing() as connection:
        connection.execute(tables.event_payload.delete().where(tables.event_payload.c.stream == record.stream))
    (fault,) = record.found()
    assert "may not be" in fault.what


@pytest.mark.parametrize("agreed", ["vale", "ota"])
def test_g16_an_erasure_written_by_hand_holds_with_two_persons_and_is_named_with_one(
    record: Record, agreed: str
) -> None:
    """Somebody goes past the verbs, with all that the app itself has."""
    desk, stood = record.desk, log.anchor(record.desk, stream=record.stream)
    vale, second = (rehearsal.signed_in(desk, login).staff for login in ("vale", agreed))
    proposal = append(record, ErasureProposed(reason="law", by=vale.ref), by=vale.id)
    number, _ = desk.ledger.head(record.stream)
    event = RecordErased(
        reason="law", proposal=number, proposed=vale.ref, proposed_at=proposal.header.at, agreed=second.ref,
        events=number, documents=load(desk, record.episode).documents, stood=stood,
    )  # fmt: skip
    append(record, event, by=second.id, erase=True)
    named = f"{record.stream}: what it said is gone, and may not be. It was erased, and not by two persons as it says."
    assert [fault.what for fault in record.found()] == ([] if agreed == "ota" else [named])


def append(record: Record, event: ErasureProposed | RecordErased, *, by: str, erase: bool = False) -> Recorded:
    number, last = record.desk.ledger.head(record.stream)
    stamp = record.desk.stamp(actor=by)
    one, made = enter(event, stamp, stream=record.stream, number=number + 1, previous=last, salt=bytes(32))
    now = row_of(load(record.desk, record.episode))
    row = replace(now, status="erased") if erase else None
    record.desk.ledger.append(Commit(stream=record.stream, expected=number, entries=(one,), row=row, erase=erase))
    return made


def test_g16_a_document_that_is_there_after_its_record_was_erased_is_named(record: Record) -> None:
    digest = load(record.desk, record.episode).documents[0]
    kept = record.desk.ledger.document(rehearsal.signed_in(record.desk, "lund").scope, digest)
    record.erase()
    again = StoredDocument(digest=digest, episode=record.episode, kind="again", content=kept.content)
    record.desk.ledger.append(Commit(stream="x", expected=0, entries=(), document=again))
    (fault,) = record.found()
    assert fault.what == f"{record.stream}: it was erased, and 1 of its documents are still there"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_k12_an_erased_record_moves_is_backed_up_and_comes_back_as_it_is(
    record: Record, *, url: str, target: str, tmp_path: Path
) -> None:
    record.erase()
    before = record.verify()
    file = tmp_path / "data" / "consent.db"
    with moving(file, target, mode="demo") as both:
        both.copy()
    with closing(open_to_read(url, mode="demo")) as source:
        back_up(source, tmp_path / "kept", mode="demo", at=record.desk.now(), program="1")
    restore(tmp_path / "kept", tmp_path / "back.sqlite", mode="demo")
    for address in (target, f"sqlite:///{tmp_path / 'back.sqlite'}"):
        with closing(open_store(address, mode="demo")) as store:
            report = record.verify(store)
            assert (report.faults, len(report.erased), report.entries) == ([], 1, before.entries)
