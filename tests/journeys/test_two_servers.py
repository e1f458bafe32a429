"""Two app servers on one PostgreSQL: one is killed, then the database; the journey goes on, nothing is lost (E10)."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from playwright.sync_api import Page, expect

from consent.errors import AlreadyDone, Busy
from consent.model.presentation import Page as Leaf
from consent.ports import Answer
from consent.settings import Settings
from consent.store.engine import Store, open_store
from consent.store.ledger import SqlLedger
from consent.web.guard import LOOKS_AGAIN
from consent.wiring import opened
from consent.words import say
from consent.workflow.desk import Desk
from tests.adapters.store.conftest import Make
from tests.cluster import Cluster, cluster, until
from tests.journeys.bedside import connected, handed_over, seen, shows_again
from tests.journeys.proxy import Proxy, proxy
from tests.journeys.tablet import PATIENCE, Tablet
from tests.journeys.test_nothing_lost import DRESSED, out_of_reach_is_no_complaint, prepared, who
from tests.journeys.test_story import _clinician_signs, _talk, _wait_until_filed
from tests.running_app import NO_TLS, RunningApp, running
from tests.warm import warm

PACE = 0.2
"""Seconds between two things that the colleague writes."""
HOPE = "What do you hope for?"
AWAY = "No database that takes writes can be reached; nothing was saved just now."


@dataclass
class Group:
    """Two app servers behind a proxy, and their database."""

    cluster: Cluster
    a: RunningApp
    b: RunningApp
    proxy: Proxy
    folder: Path

    def settings(self, server: str) -> dict[str, str]:
        """What one of them is started with."""
        return shared(self.folder, self.cluster) | {"CONSENT_RECORDS": str(self.folder / server)}

    def command(self, *arguments: str) -> tuple[int, str]:
        """Run a command beside server b; its exit status, and what it said."""
        done = warm().run("consent", *arguments, environment=self.settings("b") | {"PATH": "/usr/bin:/bin"})
        return done.returncode, done.stdout + done.stderr


def shared(folder: Path, both: Cluster) -> dict[str, str]:
    keys = {"CONSENT_SEAL": str(folder / "seal"), "CONSENT_LOG": str(folder / "log")}
    return keys | {"CONSENT_DATABASE": both.address, "CONSENT_MODE": "demo"}


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    with ExitStack() as held:
        both = held.enter_context(cluster())
        a = held.enter_context(running(tmp_path / "a", environment=shared(tmp_path, both)))
        b = held.enter_context(running(tmp_path / "b", environment=shared(tmp_path, both)))
        way = held.enter_context(proxy(int(a.base_url.rpartition(":")[2])))
        yield Group(both, a, b, way, tmp_path)


@pytest.fixture
def base_url(group: Group) -> str:
    return group.proxy.base_url


@pytest.fixture
def desk(group: Group) -> Iterator[Desk]:
    chosen = Settings(mode="demo", records=group.folder / "test", database=group.cluster.address)
    made, store = opened(chosen, patience=5)
    with closing(store):
        yield made


@dataclass
class Colleague:
    """Somebody else who writes all the while, each time until it is acknowledged, as a tap with a key does."""

    store: Store
    make: Make
    acknowledged: int = 0
    _ended: Event = field(default_factory=Event)

    def write(self) -> None:
        ledger, previous = SqlLedger(self.store), None
        while not self._ended.wait(PACE):
            number = self.acknowledged
            (entry,) = entries = self.make.entries(STREAM, [self.make.event()], after=number, previous=previous)
            answer = Answer(key=f"colleague {number}", request="r" * 64, body="kept")
            try:
                ledger.append(self.make.commit(STREAM, expected=number, entries=entries, answer=answer))
            except Busy:
                continue
            except AlreadyDone:  # kept, though its answer was lost
                pass
            self.acknowledged, previous = number + 1, entry.leaf

    @contextmanager
    def writing(self) -> Iterator[None]:
        thread = Thread(target=self.write)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join(60)


STREAM = "access:colleague"


@pytest.fixture
def colleague(group: Group, make: Make) -> Iterator[Colleague]:
    with closing(open_store(group.cluster.address, mode="demo", patience=5)) as store:
        yield Colleague(store, make)


@pytest.fixture
def make() -> Make:
    return Make()


def codes_of(app: RunningApp) -> list[str]:
    answer = httpx.get(f"{app.base_url}/healthz", verify=NO_TLS).json()
    return list(answer.get("codes", []))


def lose_a(tablet: Tablet, group: Group) -> None:
    """The app server that drew this page is killed: the page finds the other one, with the same session."""
    tablet.settle()
    expect(tablet.page.get_by_label(HOPE, exact=True)).to_be_visible(timeout=PATIENCE)
    tablet.page.wait_for_function(DRESSED, timeout=PATIENCE)
    before, kept, start = seen(tablet.page), tablet.now(), tablet.page.locator("html").get_attribute("data-start")
    (cookie,) = [one for one in tablet.page.context.cookies() if one["name"] == "consent_session"]
    group.proxy.leads_to = int(group.b.base_url.rpartition(":")[2])
    group.a.process.kill()
    group.a.process.wait(30)
    expect(tablet.page.locator("html")).not_to_have_attribute("data-start", str(start), timeout=PATIENCE)
    connected(tablet.page)
    shows_again(tablet.page, before)
    assert tablet.now() == kept
    assert [one["value"] for one in tablet.page.context.cookies() if one["name"] == "consent_session"] == [
        cookie["value"]
    ]


def lose_the_database_for_a_while(tablet: Tablet, group: Group) -> None:
    """The primary dies and comes back; what the patient types meanwhile is neither kept nor forgotten."""
    page = tablet.page
    tablet.settle()
    group.cluster.primary.kill()
    hope = page.get_by_label(HOPE, exact=True)
    hope.fill("To climb the stairs at home again.")
    hope.blur()
    expect(page.get_by_text(f"{AWAY} {say('gate.waiting')}")).to_be_visible(timeout=PATIENCE)
    until(lambda: codes_of(group.b) == ["database"], what="the monitor is told")
    opened_anew = page.request.get("/read")
    assert (opened_anew.status, opened_anew.headers["refresh"]) == (503, LOOKS_AGAIN)
    assert AWAY in opened_anew.text()
    group.cluster.primary.start()
    group.cluster.in_step()
    expect(page.get_by_text(say("gate.waiting"))).to_have_count(0, timeout=PATIENCE)
    tablet.settle()
    expect(hope).to_have_value("To climb the stairs at home again.", timeout=PATIENCE)


def test_e10_an_app_server_and_the_primary_are_killed_and_the_journey_is_finished_on_the_others(
    page: Page, *, group: Group, desk: Desk, colleague: Colleague, complaints: list[str]
) -> None:
    tablet = Tablet(page=page, desk=desk, episode=prepared(desk, 0))
    handed_over(desk, page, episode=tablet.episode, base_url=group.proxy.base_url, by="stone")

    def befalls(leaf: Leaf) -> None:
        if leaf.key == "matters":
            lose_a(tablet, group)
            lose_the_database_for_a_while(tablet, group)

    page.goto("/read")
    with colleague.writing():
        tablet.identify(**who(tablet))
        tablet.read_all(yes_to=frozenset({"Q3"}), each=befalls)
        tablet.tap("I read it by myself")
        tablet.heading("Thank you")
        tablet.take_back()
        _talk(tablet, then="We talked: hand over to sign")
        tablet.identify(**who(tablet))
        expect(tablet.main("ready")).to_be_visible(timeout=PATIENCE)
        tablet.hit(tablet.main("ready"))
        tablet.tap("Check now")
        tablet.heading("Check")
        tablet.draw()
        before = group.folder / "before.checkpoint"
        assert group.command("checkpoint", "--to", str(before))[0] == 0
        kept = tablet.now()
        group.cluster.primary.kill()
        tablet.tap("Sign")
        expect(page.get_by_text("nothing was saved just now").first).to_be_visible(timeout=PATIENCE)
        group.cluster.promote()
        tablet.tap(say("pad.again"))
        tablet.heading("Thank you. You have signed.")
        now = tablet.now()
        assert now.signed is not None
        assert now.version == kept.version + 1
        tablet.take_back()
        _clinician_signs(tablet)
        _wait_until_filed(tablet)
    whole(group, desk, colleague, before=before)
    out_of_reach_is_no_complaint(complaints)
    complaints[:] = [one for one in complaints if "503 (Service Unavailable)" not in one]


def whole(group: Group, desk: Desk, colleague: Colleague, *, before: Path) -> None:
    """Nothing that was acknowledged is lost, nothing is there twice, and the log has no gap."""
    assert colleague.acknowledged > 0
    assert len(desk.ledger.entries(STREAM)) == colleague.acknowledged
    filed = [file for name in ("a", "b") for file in (group.folder / name / "chart").glob("*.pdf")]
    assert len(filed) == 1
    after = group.folder / "after.checkpoint"
    assert group.command("checkpoint", "--to", str(after))[0] == 0
    places = group.cluster.replica.ask("SELECT count(*), count(DISTINCT place), max(place) + 1 FROM leaf")[0]
    assert len(set(places)) == 1
    status, told = group.command("verify", "--all", "--checkpoint", str(before), "--checkpoint", str(after))
    assert (status, "PROVED" in told) == (0, True), told
    until(lambda: codes_of(group.b) == [], what="server b is well again")
    assert group.cluster.stuck == 0
