"""What fails inside reaches nobody's eyes and no log but as a reference number (catalogue H38; threats.md F17).

The faults are in the server's own process: a method of the ledger raises an exception that names the patient, or the
stored bytes are changed behind its back.
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx
import pytest

from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal
from consent.workflow.desk import Desk, load
from tests.headless import Tab
from tests.journeys.canary import WITHIN, book, break_within, found_in
from tests.running_app import RunningApp, running

REFERENCE = re.compile(r"tell the staff: reference ([0-9A-Z]{4})")


@dataclass
class Scene:
    """A running server, the canary's record in it, and who asks."""

    app: RunningApp
    desk: Desk
    episode: str
    folder: Path
    cookie: str

    def fails(self, method: str) -> None:
        """From now on this method of the server's ledger raises with the canary in its message."""
        break_within(self.app.process.pid, self.folder, method=method)

    def tab(self, page: str) -> Tab:
        """A tab of the clinician on a page of this record."""
        return Tab.open(self.app.base_url, cookie=self.cookie, path=page, query=f"episode={self.episode}")

    def check(self, told: str, *, kind: str = "ValueError") -> None:
        """What was told is a reference, the log has it with the kind, and neither says anything of the patient."""
        numbers = REFERENCE.findall(told)
        assert numbers, told
        log = self.app.log.read_text(encoding="utf-8")
        assert [n for n in numbers if f'"event": "mishap", "reference": "{n}", "kind": "{kind}"' in log] == numbers
        assert found_in(log) == []


@pytest.fixture
def scene(records: Path, tmp_path: Path) -> Iterator[Scene]:
    """The canary is prepared and nothing has failed yet."""
    desk, store = opened(Settings(mode="demo", records=records))
    episode = book(desk).id
    rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
    (tmp_path / "within").mkdir()
    environment = {"PYTHONPATH": str(WITHIN), "WITHIN": str(tmp_path / "within")}
    with running(records, "--logger.level", "debug", environment=environment) as app:
        yield Scene(app, desk, episode, tmp_path / "within", app.sign_in("stone"))
    store.close()


def _told_by(tab: Tab) -> str:
    return "\n".join(tab.texts())


def _attested(scene: Scene) -> None:
    """Play on to the last signature; the server's worker seals behind it."""
    staff = rehearsal.patient_reads(scene.desk, rehearsal.signed_in(scene.desk, "stone"), episode=scene.episode)
    rehearsal.talk(scene.desk, staff, episode=scene.episode)
    staff = rehearsal.patient_signs(scene.desk, staff, episode=scene.episode)
    rehearsal.clinician_signs(scene.desk, staff, episode=scene.episode)


def _sealed(scene: Scene) -> str:
    _attested(scene)
    pause = Event()
    for _ in range(150):
        now = load(scene.desk, scene.episode)
        if now.sealed:
            return now.sealed.event.document
        pause.wait(0.2)
    raise AssertionError("the worker did not seal")


def test_h38_a_page_that_fails_shows_a_reference_and_the_log_has_nothing_else(scene: Scene) -> None:
    with scene.tab("prepare") as tab:
        assert found_in(_told_by(tab.run()))
        scene.fails("read")
        told = _told_by(tab.run())
    assert found_in(told) == []
    scene.check(told)


def test_h38_a_tap_that_fails_shows_a_reference_and_the_log_has_nothing_else(scene: Scene) -> None:
    with scene.tab("prepare") as tab:
        tab.run().click("Change")
        scene.fails("append")
        scene.check(_told_by(tab.click("Save")))


def test_h38_a_route_that_fails_answers_a_reference_and_the_log_has_nothing_else(scene: Scene) -> None:
    document = _sealed(scene)
    scene.fails("append")
    address = f"{scene.app.base_url}/documents/{document}.pdf"
    answer = httpx.get(address, headers={"Cookie": f"consent_session={scene.cookie}"})
    assert answer.status_code == 500
    assert found_in(f"{answer.headers} {answer.text}") == []
    scene.check(answer.text)


def test_h38_the_worker_that_fails_goes_on_and_the_log_has_a_reference_only(scene: Scene) -> None:
    scene.fails("append")
    _attested(scene)
    told = r'"event": "mishap", "reference": "[0-9A-Z]{4}", "kind": "ValueError", "where": \[.*"(seal|log).py'
    pause = Event()
    for _ in range(100):
        if re.search(told, scene.app.log.read_text()):
            break
        pause.wait(0.2)
    log = scene.app.log.read_text()
    assert re.search(told, log)
    assert found_in(log) == []
    assert httpx.get(f"{scene.app.base_url}/healthz").is_success


def test_h38_a_record_that_was_tampered_with_shows_a_reference_and_none_of_it(scene: Scene, records: Path) -> None:
    with sqlite3.connect(next(records.glob("*.sqlite"))) as behind:
        for (trigger,) in behind.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            behind.execute(f"DROP TRIGGER {trigger}")
        place = (f"episode:{scene.episode}",)
        kept = behind.execute("SELECT payload FROM event_payload WHERE stream = ? AND number = 1", place).fetchone()[0]
        assert found_in(kept)
        changed = kept.replace(b"1931", b"1932")
        behind.execute("UPDATE event_payload SET payload = ? WHERE stream = ? AND number = 1", (changed, *place))
    behind.close()
    with scene.tab("prepare") as tab:
        told = _told_by(tab.run())
    assert found_in(told) == []
    scene.check(told, kind="Broken")
