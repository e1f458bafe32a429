"""Fifty tablets at once, against bare Streamlit with the same widgets in the same run."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from consent.model.presentation import reading
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import handover, read, rehearsal, visit
from consent.workflow.desk import Desk, load
from tests.findings.bare import bare
from tests.headless import Tab
from tests.load.flood import can_be_alone, inside, p99
from tests.load.tablets import ONWARD, all_at_once, tap_for
from tests.running_app import running

TABLETS = 50
SECONDS = 60.0
TWICE = 2.0
LOOKS = 3000
HERE = Path(__file__).parent


def _patients(desk: Desk, count: int) -> Iterator[str]:
    """Hand a tablet over to so many patients; each has said who they are and read the first pages. Gives the tokens."""
    for number in range(count):
        staff = rehearsal.signed_in(desk, "stone")
        episode = rehearsal.book(desk, staff, patient=f"Test Patient {number}").id
        rehearsal.prepare_it(desk, staff, episode=episode)
        ticket = visit.new_ticket(desk, staff, purpose=f"hand_over:{episode}")
        yield handover.hand_over(desk, staff, episode=episode, ticket=ticket)


def _at_a_bare_page(base_url: str) -> Tab:
    return Tab.open(base_url).run()


def closed(tabs: list[Tab]) -> None:
    """Close them all."""
    for tab in tabs:
        tab.close()


def _at_a_page(base_url: str, page: str, token: str) -> Tab:
    tab = Tab.open(base_url, cookie=token, path="read", query=f"step={page}").run()
    assert tab.widget(ONWARD).kind == "button"
    return tab


@pytest.fixture(scope="module")
def tokens(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[str]]:
    folder = tmp_path_factory.mktemp("many") / "records"
    shutil.copytree(furnished, folder)
    desk, store = opened(Settings(mode="demo", records=folder))
    made, page = [], ""
    for token in _patients(desk, TABLETS):
        known = visit.look_up(desk, token)
        assert known is not None
        patient = load(desk, known.episode).plan.patient
        read.confirm_identity(desk, known, name=patient.name, birth_date=date.fromisoformat(patient.birth_date))
        read.declare_holder(desk, known, holder="patient")
        page = next(one.key for one in reading(load(desk, known.episode).case) if one.section == "about")
        made.append(token)
    store.close()
    return folder, page, made


@contextmanager
def looked_at(base_url: str) -> Iterator[list[int]]:
    """Ask for ``/healthz`` every half second until the end of the block; gives the statuses, 0 for no answer."""
    found: list[int] = []
    over = Event()

    def look() -> None:
        while not over.wait(0.5):
            try:
                found.append(httpx.get(f"{base_url}/healthz", timeout=10).status_code)
            except httpx.HTTPError:
                found.append(0)

    looking = Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        over.set()
        looking.join()


@pytest.mark.soak
def test_fifty_tablets_wait_no_more_than_twice_as_long_as_on_bare_streamlit(
    tokens: tuple[Path, str, list[str]], tmp_path: Path
) -> None:
    folder, page, known = tokens
    with bare(str(HERE / "bare_tablet.py"), tmp_path) as server:
        tabs = all_at_once([partial(_at_a_bare_page, server.base_url)] * len(known))
        baseline = tap_for(tabs, seconds=SECONDS)
        closed(tabs)
    with running(folder) as app, looked_at(app.base_url) as looks:
        tabs = all_at_once([partial(_at_a_page, app.base_url, page, token) for token in known])
        ours = tap_for(tabs, seconds=SECONDS)
        closed(tabs)
    for name, load_ in (("bare", baseline), ("ours", ours)):
        print(f"{name}: {len(load_.seconds)} taps, p50 {load_.p50:.3f} s, p95 {load_.p95:.3f} s")
    print(f"p95 ours / bare: {ours.p95 / baseline.p95:.2f}; /healthz: {len(looks)} looks, {set(looks)}")
    assert ours.errors == baseline.errors == ()
    assert set(looks) == {200}
    assert ours.p95 <= TWICE * baseline.p95


@pytest.mark.soak
def test_health_is_told_all_through_a_flood_of_foreign_origins_with_no_way_out(records: Path) -> None:
    if not can_be_alone():
        pytest.skip("This machine gives no network namespace.")
    found = inside(records, looks=LOOKS)
    quiet, flooded = p99(found.quiet), p99(found.flooded)
    print(f"/healthz p99: {quiet:.4f} s quiet, {flooded:.4f} s in the flood; {found.refused} refused")
    assert found.vanished
    assert len(found.flooded) == LOOKS
    assert found.refused > LOOKS
    assert found.others == []
