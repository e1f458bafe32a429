"""``/healthz`` of the real server: codes for whoever asks, and nothing else (catalogue K10)."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from time import monotonic

import httpx
import pytest
from starlette.requests import Request

from consent.model.events_beside import RecordViewed
from consent.settings import Settings
from consent.web import health
from consent.web.worker import Worker
from consent.wiring import SteppingClock, opened
from consent.workflow.desk import note
from consent.workflow.health import WORKER_WITHIN, Code, Seen
from tests.findings.bare import until
from tests.start.conftest import served


def demo(records: Path) -> dict[str, str]:
    return {"CONSENT_MODE": "demo", "CONSENT_RECORDS": str(records)}


def written_in_the_future(records: Path) -> None:
    """An event of the year 2099, through the front door."""
    desk, store = opened(Settings(mode="demo", records=records), clock=SteppingClock(datetime(2099, 1, 1, tzinfo=UTC)))
    note(desk, desk.stamp(actor="system"), stream="access:e-1", events=[RecordViewed()])
    store.close()


def forged(records: Path) -> None:
    """A name in the database that its commitment does not know."""
    with sqlite3.connect(records / "consent.sqlite") as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE event_payload SET payload = replace(payload, 'Eleanor', 'Eleonor')")
    database.close()


def asked(base_url: str) -> tuple[int, object]:
    answer = httpx.get(f"{base_url}/healthz")
    return answer.status_code, answer.json()


def test_k10_a_server_that_can_do_its_work_says_so_and_no_more(records: Path, tmp_path: Path) -> None:
    with served(demo(records), tmp_path) as app:
        assert asked(app.base_url) == (200, {"ok": True})


def test_k10_a_stranger_learns_codes_and_no_details(records: Path, tmp_path: Path) -> None:
    forged(records)
    written_in_the_future(records)
    wanted = (503, {"ok": False, "codes": ["log", "clock"]})
    with served(demo(records), tmp_path) as app:
        assert until(lambda: asked(app.base_url) == wanted, within=90), asked(app.base_url)
        told = [json.loads(line) for line in app.log.read_text().splitlines() if line.startswith("{")]
    assert {line["code"] for line in told if line.get("alarm") == "health"} == {"log", "clock"}


def answer_of(seen: Seen | None, monkeypatch: pytest.MonkeyPatch) -> tuple[int, object]:
    """The answer from memory alone: in this process no desk can be opened."""
    monkeypatch.setenv("CONSENT_RECORDS", "/dev/null/none")
    monkeypatch.setattr(health.WATCH, "_seen", seen)
    answer = asyncio.run(health.health(Request({"type": "http"})))
    return answer.status_code, json.loads(bytes(answer.body))


def test_an_answer_asks_neither_disk_nor_database(monkeypatch: pytest.MonkeyPatch) -> None:
    now = Seen(steady=monotonic(), ahead=0, done=0)
    assert answer_of(now, monkeypatch) == (200, {"ok": True})
    full = Seen(steady=monotonic(), ahead=0, done=0, codes=(Code.DISK,))
    assert answer_of(full, monkeypatch) == (503, {"ok": False, "codes": ["disk"]})


def test_k10_what_was_seen_a_minute_ago_is_a_trouble_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    stalled = (503, {"ok": False, "codes": ["stalled"]})
    assert answer_of(None, monkeypatch) == stalled
    assert answer_of(Seen(steady=monotonic() - 61, ahead=0, done=0), monkeypatch) == stalled
    assert answer_of(Seen(steady=monotonic() - 59, ahead=0, done=0), monkeypatch) == (200, {"ok": True})


def test_a_worker_that_was_loaded_long_ago_and_begins_now_is_not_late() -> None:
    worker = Worker(lambda: 0)
    worker.seen -= 2 * WORKER_WITHIN
    before = monotonic()
    worker.expect()
    assert worker.seen >= before


def test_the_worker_is_seen_each_time_that_it_comes_round_and_not_while_it_hangs() -> None:
    reached, released = Event(), Event()

    def work() -> int:
        reached.set()
        released.wait(60)
        return 0

    worker = Worker(work)
    worker.start()
    reached.wait(60)
    begun = worker.seen
    released.set()
    worker.wake()
    assert until(lambda: worker.seen > begun, within=30)
    worker.stop()


def test_a_duty_that_fails_keeps_no_other_one_waiting() -> None:
    done = Event()

    def fail() -> int:
        raise RuntimeError

    def go_on() -> int:
        done.set()
        return 0

    worker = Worker(fail, go_on)
    worker.start()
    assert done.wait(30)
    worker.stop()


def test_a_data_folder_that_is_gone_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "settings", lambda: Settings(mode="demo", records=tmp_path))
    assert health._free() > 0
    monkeypatch.setattr(health, "settings", lambda: Settings(mode="demo", records=tmp_path / "gone"))
    assert health._free() == 0
