"""F8, F9: a script is stopped half-way, a tap starts twice; and neither can hurt what is kept here."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest

from consent.model.document import body_digest
from consent.model.episode import Episode
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import rehearsal, sign
from consent.workflow.desk import Desk, load
from consent.workflow.rehearsal import PASSWORD, signed_in
from tests.findings.bare import Bare, bare, gone, until
from tests.findings.conftest import DAY
from tests.headless import Tab
from tests.running_app import RunningApp

LINE = [[500 + 60 * step, 5000 + (900 if step % 2 else -900), 16 * step, 500] for step in range(60)]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    with bare("steps.py", tmp_path_factory.mktemp("steps")) as here:
        yield here


MOST_CLOSED = 10


@pytest.fixture
def steps(workshop: Bare) -> Bare:
    """Bare Streamlit with a page that seals in steps."""
    workshop.begin_again()
    return workshop


@pytest.fixture(scope="module")
def presented(desk: Desk) -> Episode:
    """An episode that the patient has signed, put before the clinician."""
    clinician = signed_in(desk, "stone")
    episode = rehearsal.book(desk, clinician, patient="Signs Once").id
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    clinician = rehearsal.patient_signs(desk, clinician, episode=episode)
    return sign.present_to_clinician(desk, clinician, episode=episode)


def fill_in(tab: Tab, name: str, mrn: str) -> None:
    """Fill in a new patient on the day's list."""
    tab.run().fill(say("add.name"), name).fill(say("add.mrn"), mrn)
    tab.fill(say("add.birth_date"), "1970/01/02").fill(say("add.at"), "16:00")


def tap_and_see_it_begin(tab: Tab, label: str) -> None:
    """Tap, and wait no longer than until the script has begun: the one before it is to stop then."""
    runs = tab.messages.count("new_session")
    tab.click(label, wait=False)
    tab.wait_until(lambda here: here.messages.count("new_session") > runs)


def episodes_of(desk: Desk, name: str) -> list[str]:
    """The records of a patient."""
    rows = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])
    return [row.episode for row in rows if row.patient_name == name]


def attested(server: RunningApp, now: Episode, cookie: str) -> httpx.Response:
    """The clinician's signature, as the pad posts it."""
    assert now.presented is not None
    mark = {"way": "drawn", "aspect": 300, "strokes": [{"points": LINE}]}
    headers = {
        "Origin": server.base_url,
        "Content-Type": "application/json",
        "Idempotency-Key": now.presented.presentation,
        "Cookie": f"consent_session={cookie}",
    }
    body = json.dumps({"covers": body_digest(now), "mark": mark, "secret": PASSWORD})
    return httpx.post(f"{server.base_url}/api/sign/clinician", content=body, headers=headers, timeout=30)


def test_f08_a_second_tap_stops_a_script_half_way_on_bare_streamlit(steps: Bare) -> None:
    with Tab.open(steps.base_url) as tab:
        tab.run()
        tap_and_see_it_begin(tab, "Seal")
        assert until(lambda: "inserted" in steps.noted())
        tap_and_see_it_begin(tab, "Look")
        steps.go_on()
        tab.wait_until(lambda here: here.finished == 0 and not here.says("page is built"))
        assert "sealed" not in steps.noted(), gone("F8: a second tap stops the first")


@pytest.mark.parametrize(("first", "noted"), [("Touch", ["begun", "ended"]), ("Copy", ["begun", "kept", "ended"])])
def test_f08_a_second_tap_stops_a_callback_that_touches_the_state_and_none_that_reads_a_copy_on_bare_streamlit(
    steps: Bare, *, first: str, noted: list[str]
) -> None:
    with Tab.open(steps.base_url) as tab:
        tab.run()
        tap_and_see_it_begin(tab, first)
        assert until(lambda: steps.noted() == ["begun"])
        tap_and_see_it_begin(tab, "Look")
        steps.go_on()
        assert until(lambda: "ended" in steps.noted())
        assert steps.noted() == noted, gone("F8: a callback is stopped where it touches the state, and only there")


def test_f08_a_lost_connection_stops_a_script_half_way_on_bare_streamlit(steps: Bare) -> None:
    with Tab.open(steps.base_url) as tab:
        tab.run().click("Seal", wait=False)
        assert until(lambda: "inserted" in steps.noted())
    with Tab.open(steps.base_url) as later:
        later.run()
        steps.go_on()
        assert not until(lambda: "sealed" in steps.noted(), within=1), gone("F8: a closed tab stops its script")


def test_f08_what_was_tapped_is_kept_whole_or_not_at_all_when_the_tab_is_closed_meanwhile_here(
    server: RunningApp, desk: Desk
) -> None:
    cookie = server.sign_in("stone")
    for number in range(MOST_CLOSED):  # a tab that closes before the tap is taken up leaves nothing, and tries again
        name = f"Closed Meanwhile {'abcdefghij'[number]}"
        with Tab.open(server.base_url, cookie=cookie, path="today") as tab:
            fill_in(tab, name, f"010080{number}")
            tap_and_see_it_begin(tab, say("add.go"))
        if until(lambda name=name: episodes_of(desk, name), within=3):  # type: ignore[misc]  # a default keeps the name
            break
    (episode,) = episodes_of(desk, name)
    assert load(desk, episode).plan.patient.birth_date == date(1970, 1, 2).isoformat()
    assert load(desk, episode).unit == "Pain clinic"


def test_f09_two_taps_start_a_callback_twice_at_once_on_bare_streamlit(steps: Bare) -> None:
    with Tab.open(steps.base_url) as tab:
        tab.run().click("Sign", wait=False)
        assert until(lambda: steps.noted() == ["start"])
        tab.click("Sign", wait=False)
        both = until(lambda: steps.noted() == ["start", "start"], within=10)
        steps.go_on()
        assert both, gone("F9: two taps start the handler twice, at the same time")
        assert until(lambda: steps.noted() == ["start", "start", "end", "end"])


@pytest.mark.parametrize("name", ["Tapped Twice", "Tapped Twice Again", "Tapped Twice Once More"])
def test_f09_two_taps_open_one_record_here(server: RunningApp, desk: Desk, name: str) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("stone"), path="today") as tab:
        fill_in(tab, name, f"01009{len(name)}")
        again = tab.tap_message(say("add.go"))
        tap_and_see_it_begin(tab, say("add.go"))
        tab.send(again)
        assert until(lambda: episodes_of(desk, name), within=10)
        tab.run()
    assert len(episodes_of(desk, name)) == 1


def test_f09_the_same_signature_many_times_at_once_is_one_here(
    server: RunningApp, desk: Desk, presented: Episode
) -> None:
    cookie = server.sign_in("stone")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: attested(server, presented, cookie), range(4)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    stored = desk.ledger.read(f"episode:{presented.id}")
    assert sum(type(one.event).__name__ == "Attested" for one in stored) == 1
