from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from consent.errors import AlreadyDone, BadInput, Broken, NotFound, StaleEpisode
from consent.model.entry import Stamp, enter
from consent.model.events import MattersNoted
from consent.ports import EVERYTHING, Answer

if TYPE_CHECKING:
    from consent.ports import Ledger
    from consent.store.engine import Store
    from tests.adapters.store.conftest import Make

STREAM = "episode:e-1"
LATER = "2026-03-02T10:00:00.000000Z"
LAST = "2026-03-02T11:00:00.000000Z"
NOW = "2026-03-02T09:00:00.000000Z"


def test_what_was_appended_is_read_back_with_its_chain(ledger: Ledger, make: Make) -> None:
    first = make.entries(STREAM, [make.event("to eat"), make.event("to sleep")])
    ledger.append(make.commit(entries=first))
    third = make.entries(STREAM, [make.event("Åse 試験")], after=2, previous=first[-1].leaf)
    ledger.append(make.commit(expected=2, entries=third))
    recorded = ledger.read(STREAM)
    assert [one.event.hope for one in recorded if isinstance(one.event, MattersNoted)] == [
        "to eat",
        "to sleep",
        "Åse 試験",
    ]
    assert [one.header.previous for one in recorded] == [None, first[0].leaf, first[1].leaf]


def test_a_stream_that_nobody_wrote_to_is_empty(ledger: Ledger) -> None:
    assert ledger.read("episode:nobody") == ()
    assert ledger.head("episode:nobody") == (0, None)


def test_the_head_of_a_stream_is_its_length_and_last_leaf(ledger: Ledger, make: Make) -> None:
    entries = make.entries(STREAM, [make.event("to eat"), make.event("to sleep")])
    ledger.append(make.commit(entries=entries))
    assert ledger.head(STREAM) == (2, entries[-1].leaf)
    assert [entry.leaf for entry in ledger.entries(STREAM)] == [entry.leaf for entry in entries]


@pytest.mark.parametrize("expected", [0, 2, 7])
def test_another_length_than_expected_is_stale(ledger: Ledger, make: Make, expected: int) -> None:
    ledger.append(make.commit())
    entries = make.entries(STREAM, [make.event("again")], after=expected)
    with pytest.raises(StaleEpisode):
        ledger.append(make.commit(expected=expected, entries=entries))
    assert len(ledger.read(STREAM)) == 1


def test_entries_that_skip_a_number_are_refused(ledger: Ledger, make: Make) -> None:
    with pytest.raises(Broken):
        ledger.append(make.commit(entries=make.entries(STREAM, [make.event()], after=1)))
    assert ledger.read(STREAM) == ()


def test_entries_of_another_stream_are_refused(ledger: Ledger, make: Make) -> None:
    with pytest.raises(Broken):
        ledger.append(make.commit(entries=make.entries("episode:e-2", [make.event()])))


def test_an_entry_whose_payload_was_erased_is_said_to_be_erased(ledger: Ledger, store: Store, make: Make) -> None:
    ledger.append(make.commit())
    with store.writing() as connection:
        connection.execute(text("DELETE FROM event_payload"))
    with pytest.raises(Broken, match="erased"):
        ledger.read(STREAM)


def test_the_newest_event_is_the_one_that_was_kept_last_in_any_stream(ledger: Ledger, make: Make) -> None:
    assert ledger.newest() == ""
    ledger.append(make.commit(entries=make.entries(STREAM, [make.event(), make.event()])))
    assert ledger.newest() == NOW
    stamp = Stamp(actor="system", at=LATER, device="server", sign_in="")
    later, _ = enter(make.event(), stamp, stream="access:e-1", number=1, previous=None, salt=bytes(32))
    ledger.append(make.commit("access:e-1", entries=(later,)))
    assert ledger.newest() == LATER


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_entry_that_somebody_made_text_is_broken(ledger: Ledger, store: Store, make: Make) -> None:
    ledger.append(make.commit())
    with store.writing() as connection:
        for trigger in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE event_payload SET payload = CAST(payload AS TEXT)"))
    with pytest.raises(Broken, match="not bytes"):
        ledger.read(STREAM)


def test_streams_are_listed_by_exact_prefix_in_order_of_their_first_event(ledger: Ledger, make: Make) -> None:
    names = ["episode:e-9", "person:p-1", "episode:e-1", "Episode:e-3", "episode:_%"]
    for name in names:
        ledger.append(make.commit(name))
    assert ledger.streams("episode:") == ("episode:e-9", "episode:e-1", "episode:_%")
    assert ledger.streams("episode:_") == ("episode:_%",)
    assert ledger.streams("") == tuple(names)


def test_a_reused_idempotency_key_is_already_done_even_when_stale(ledger: Ledger, make: Make) -> None:
    kept = Answer(key="k-1", request="r" * 64, body='{"done":true}')
    ledger.append(make.commit(answer=kept))
    with pytest.raises(AlreadyDone):
        ledger.append(make.commit(answer=kept))
    assert ledger.answer("k-1") == kept
    assert ledger.answer("k-2") is None


def test_the_same_ink_never_signs_twice(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(ink=("a" * 64, "b" * 64)))
    with pytest.raises(AlreadyDone, match="drawing"):
        ledger.append(make.commit("episode:e-2", ink=("b" * 64,)))
    assert ledger.read("episode:e-2") == ()


def test_one_failing_part_undoes_all_of_a_commit(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(account=make.account()))
    whole = make.commit(
        "episode:e-2",
        row=make.row("e-2"),
        document=make.document(),
        outbox=(make.item(),),
        answer=Answer(key="k", request="r", body="b"),
        ink=("a" * 64,),
        account=make.account("p-2", login="ADA"),
    )
    with pytest.raises(AlreadyDone, match="sign-in name"):
        ledger.append(whole)
    assert (ledger.read("episode:e-2"), ledger.row(EVERYTHING, "e-2"), ledger.answer("k")) == ((), None, None)
    assert ledger.owed(now=LAST) == ()
    with pytest.raises(NotFound):
        ledger.document(EVERYTHING, make.document().digest)


def test_a_document_comes_back_by_its_digest(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(document=make.document()))
    assert ledger.document(EVERYTHING, make.document().digest) == make.document()


@pytest.mark.parametrize(("content", "episode"), [(b"%PDF other", "e-1"), (b"%PDF-1.7 consent", "e-2")])
def test_an_episode_and_a_digest_have_one_document(*, ledger: Ledger, make: Make, content: bytes, episode: str) -> None:
    ledger.append(make.commit(document=make.document()))
    with pytest.raises(AlreadyDone):
        ledger.append(make.commit("episode:e-2", document=make.document(content, episode)))


def test_e15_a_document_whose_bytes_changed_is_broken(ledger: Ledger, store: Store, make: Make) -> None:
    with store.writing() as connection:
        values = {"digest": make.document().digest, "content": b"%PDF forged"}
        connection.execute(text("INSERT INTO document VALUES (:digest, 'e-1', 'consent', :content)"), values)
    with pytest.raises(Broken):
        ledger.document(EVERYTHING, make.document().digest)


def test_the_newest_row_of_an_episode_replaces_the_one_before(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(row=make.row()))
    newer = make.row(version=2, status="signed", filed=True, open_questions=3)
    entries = make.entries(STREAM, [make.event()], after=1)
    ledger.append(make.commit(expected=1, entries=entries, row=newer))
    assert ledger.row(EVERYTHING, "e-1") == newer


def test_the_worklist_has_the_rows_of_its_time_by_time_then_name(ledger: Ledger, make: Make) -> None:
    rows = [
        make.row("e-1", appointment=LATER),
        make.row("e-2", patient_name="Zoe"),
        make.row("e-3", patient_name="Abe"),
        make.row("e-4", appointment=LAST),
    ]
    ledger.replace_rows(rows)
    assert [row.episode for row in ledger.worklist(EVERYTHING, since=NOW, until=LAST)] == ["e-3", "e-2", "e-1"]


def test_rows_are_found_by_status_oldest_appointment_first(ledger: Ledger, make: Make) -> None:
    rows = [
        make.row("e-1", appointment=LATER, status="signed"),
        make.row("e-2"),
        make.row("e-3", status="signed"),
        make.row("e-4", status="sealing"),
    ]
    ledger.replace_rows(rows)
    assert [row.episode for row in ledger.in_status(EVERYTHING, "signed", "sealing")] == ["e-3", "e-4", "e-1"]
    assert ledger.in_status(EVERYTHING) == ()


def test_records_with_a_notice_that_waits_are_found_the_oldest_first(ledger: Ledger, make: Make) -> None:
    rows = [make.row("e-1", unmade_since=LATER), make.row("e-2"), make.row("e-3", unmade_since=NOW)]
    ledger.replace_rows(rows)
    assert ledger.unmade() == (rows[2], rows[0])


def test_a_rebuild_replaces_the_whole_worklist(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(row=make.row()))
    ledger.replace_rows([make.row("e-2")])
    assert (ledger.row(EVERYTHING, "e-1"), ledger.row(EVERYTHING, "e-2")) == (None, make.row("e-2"))
    ledger.replace_rows([])
    assert ledger.row(EVERYTHING, "e-2") is None


def test_a_delivery_is_owed_when_its_time_has_come_until_it_is_settled(ledger: Ledger, make: Make) -> None:
    first, second = make.item("b", due=NOW), make.item("a", due=LATER)
    ledger.append(make.commit(outbox=(second, first)))
    assert ledger.owed(now=NOW) == (first,)
    assert ledger.owed(now=LAST) == (first, second)
    entries = make.entries(STREAM, [make.event()], after=1)
    ledger.append(make.commit(expected=1, entries=entries, settled=("b",)))
    assert ledger.owed(now=LAST) == (second,)


def test_a_delivery_is_owed_once_even_after_it_was_settled(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(outbox=(make.item(),)))
    ledger.append(make.commit("episode:e-2", settled=(make.item().id,)))
    ledger.append(make.commit("episode:e-3", outbox=(make.item(),)))
    assert ledger.owed(now=LAST) == ()


def test_a_postponed_delivery_counts_its_attempts_and_waits(ledger: Ledger, make: Make) -> None:
    ledger.append(make.commit(outbox=(make.item(),)))
    ledger.postpone(make.item(), due=LATER)
    ledger.postpone(make.item(), due=LAST)
    assert ledger.owed(now=LATER) == ()
    assert [(item.attempts, item.due) for item in ledger.owed(now=LAST)] == [(2, LAST)]


def test_a_lease_has_one_holder_until_it_ends(ledger: Ledger) -> None:
    assert ledger.lease("worker", holder="a", now=NOW, until=LATER)
    assert not ledger.lease("worker", holder="b", now=NOW, until=LAST)
    assert ledger.lease("worker", holder="a", now=NOW, until=LAST)
    assert not ledger.lease("worker", holder="b", now=LATER, until=LAST)
    assert ledger.lease("worker", holder="b", now=LAST, until=LAST + "9")
    assert ledger.lease("other", holder="a", now=LAST, until=LAST)


def test_a_broken_character_in_a_key_is_bad_input(ledger: Ledger) -> None:
    with pytest.raises(BadInput):
        ledger.answer("k\ud800")
