"""Catalogue A, text and identity input: what the running server, its log and the browser make of it."""

import http.client
from collections.abc import Callable
from datetime import date
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect
from streamlit.proto.WidgetStates_pb2 import WidgetState

from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.wiring import DEMO_PASSWORD
from consent.words import say
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import Desk, load
from tests.catalogue.on_paper import BORN, booked
from tests.findings.bare import until
from tests.headless import Tab
from tests.running_app import RunningApp

MARKUP = (
    "<script>document.title='x'</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "$x^2$ :material/home: :red[x] **b** # h",
    "www.example.com :smile: -> `c`",
)
LINE_BREAKS = "\x1b[2J\x1b[31mAnn\r\n2026-11-24 CRITICAL forged\n" * 1300
PATIENCE = 20_000
ALL = {"since": "2000", "until": "2100"}


def patient_tab(desk: Desk, episode: str) -> str:
    """The cookie of the patient's session, after a hand-over by the nurse."""
    nurse = rehearsal.signed_in(desk, "okafor")
    ticket = visit.new_ticket(desk, nurse, purpose=f"hand_over:{episode}")
    return handover.hand_over(desk, nurse, episode=episode, ticket=ticket)


def prepared(desk: Desk, **changes: str) -> str:
    """Somebody on today's list, ready to be handed over."""
    now = booked(desk, appointment=desk.clock.now(), **changes)
    return rehearsal.prepare_it(desk, rehearsal.signed_in(desk, "stone"), episode=now.id).id


def identified(tab: Tab, *, name: str = "Ann Lee") -> Tab:
    """Name and date of birth, as the patient gives them."""
    tab.run("read").click(say("hello.line.normal")).fill("identity-name", name)
    for field, value in (("month", "3"), ("day", "7"), ("year", "1948")):
        tab.fill(f"identity-{field}", value)
    return tab.click("Go on").click(say("holder.patient"))


def test_a06_half_a_character_from_a_component_is_refused(server: RunningApp, desk: Desk) -> None:
    episode = prepared(desk)
    with Tab.open(server.base_url, cookie=patient_tab(desk, episode)) as tab:
        identified(tab)
        hope = tab.widget("matters-hope").id
        before = load(desk, episode)
        tab.put(WidgetState(id=hope, json_value='"To walk \\ud800"'))
        tab.put(
            WidgetState(id=hope, json_value='"To walk \\ud800"'),
            WidgetState(id=tab.button("Save and go on"), trigger_value=True),
        )
        assert load(desk, episode) == before
        assert tab.says("What you wrote cannot be kept"), tab.texts()
        tab.fill("matters-hope", "To walk").click("Save and go on")
    kept = load(desk, episode).matters
    assert kept
    assert kept.hope == "To walk"


def test_a06_half_a_character_in_a_signature_is_refused(server: RunningApp, desk: Desk) -> None:
    episode = prepared(desk)
    headers = {
        "Origin": server.base_url,
        "Content-Type": "application/json",
        "Idempotency-Key": "p-1",
        "Cookie": f"consent_session={patient_tab(desk, episode)}",
    }
    body = '{"covers": "%s", "mark": {"way": "typed", "name": "Ann\\ud800"}}' % ("a" * 64)
    answer = httpx.post(f"{server.base_url}/api/sign/patient", content=body, headers=headers)
    assert answer.status_code == 422
    assert load(desk, episode).status is Status.READING


def _literal(page: Page) -> str:
    """What the main part says, without the invisible joiners that keep signs apart."""
    return page.get_by_test_id("stMain").inner_text().replace("\u2060", "")


def _check_inert(page: Page) -> None:
    main = page.get_by_test_id("stMain")
    assert main.locator("script, .katex, a[href*='javascript'], a[href*='example.com'], img[src='x']").count() == 0
    assert page.title() != "x"


def test_a09_markup_in_a_name_is_shown_letter_by_letter(
    page: Page, *, desk: Desk, sign_in: Callable[[str], None]
) -> None:
    booked_ones = [booked(desk, name=f"Ann {markup}", appointment=desk.clock.now()) for markup in MARKUP]
    sign_in("stone")
    for now in booked_ones:
        page.goto("/today")
        rows = {one.id: page.locator(f".st-key-next-{one.id}") for one in booked_ones}
        for row in rows.values():
            expect(row).to_be_visible(timeout=PATIENCE)
        shown = _literal(page)
        assert [one.plan.patient.name for one in booked_ones if one.plan.patient.name not in shown] == [], shown
        _check_inert(page)
        rows[now.id].get_by_role("button").click()
        expect(page.get_by_role("heading", name="Ann").first).to_be_visible(timeout=PATIENCE)
        assert now.plan.patient.name in _literal(page)
        _check_inert(page)


def test_a09_markup_in_a_question_is_shown_letter_by_letter(
    page: Page, *, desk: Desk, server: RunningApp, sign_in: Callable[[str], None]
) -> None:
    episode, asked = prepared(desk), " ".join(MARKUP)
    cookie = patient_tab(desk, episode)
    with Tab.open(server.base_url, cookie=cookie) as tab:
        identified(tab).fill("asked-matters-0", asked).click("Save my question")
    sign_in("stone")
    page.goto(f"/talk?episode={episode}")
    expect(page.get_by_text("smile").first).to_be_visible(timeout=PATIENCE)
    assert asked in _literal(page)
    _check_inert(page)


def test_a10_no_address_leads_to_a_file(server: RunningApp, records: Path) -> None:
    cookie = server.sign_in("stone")
    assert until((records / "log" / "log.vkey").exists), "the worker makes the log's key at its first round"
    before = _files(records.parent)
    for odd in ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "C:%5Cnul", "nul", "a/b"):
        for path in (f"/documents/{odd}.pdf", f"/documents/{odd}", f"/{odd}", f"/_stcore/bidi-components/{odd}"):
            line = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=20)
            line.request("GET", path, headers={"Cookie": f"consent_session={cookie}"})
            answer = line.getresponse()
            assert answer.status in {403, 404}, path
            assert b"root:" not in answer.read()
            line.close()
        with Tab.open(server.base_url, cookie=cookie) as tab:
            assert tab.run("record", query=f"episode={odd}").says("There is no such record"), tab.texts()
    assert _files(records.parent) == before


def _files(folder: Path) -> set[Path]:
    """All files but the database's own journal."""
    return {one for one in folder.rglob("*") if one.is_file() and not one.name.endswith(("-wal", "-shm"))}


SEARCHES = {"%": 1, "_": 1, "%_": 0, "' OR 1=1 --": 0, "100% Ann_Lee": 1, ".*": 0, "nn_l": 1, "0001234": 1}


def test_a11_the_search_takes_signs_as_they_are(server: RunningApp, desk: Desk) -> None:
    booked(desk, name="100% Ann_Lee", appointment=desk.clock.now())
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        tab.run("today")
        for wanted, count in SEARCHES.items():
            tab.fill("search", wanted)
            assert len([one for one in tab.widgets() if "next-e-" in one.id]) == count, wanted


def test_a13_a_name_of_two_scripts_is_flagged_to_the_clinician(server: RunningApp, desk: Desk) -> None:
    mixed, plain = booked(desk, name="Ann\u0430 Lee"), booked(desk, name="Anna Lee")
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        assert tab.run("prepare", query=f"episode={mixed.id}").says("look the same (Cyrillic, Latin)")
        assert not tab.run("prepare", query=f"episode={plain.id}").says("look the same")


def test_a16_an_age_over_120_is_added_once_somebody_compared_it(server: RunningApp, desk: Desk) -> None:
    with Tab.open(server.base_url, cookie=server.sign_in("desk")) as tab:
        tab.run("today").fill("Name, as in the chart", "Ann Lee").fill("Record number", "0001234")
        tab.fill("Date of birth (month / day / year)", ["1890/01/01"]).fill("Time", "09:00").click("Add to the list")
        assert tab.says("over 120 years old. Check the year")
        tab.fill("I compared the date: the patient is over 120 years old", value=True).click("Add to the list")
        assert tab.says("Added to the list.")
    born = [row.birth_date for row in desk.ledger.worklist(EVERYTHING, **ALL) if row.patient_name == "Ann Lee"]
    assert born == ["1890-01-01"]


def test_a19_preparing_says_already_that_a_minor_cannot_sign_alone(server: RunningApp, desk: Desk) -> None:
    young = booked(desk, birth_date=date(desk.clock.now().year - 17, 1, 1))
    with Tab.open(server.base_url, cookie=server.sign_in("stone")) as tab:
        tab.run("prepare", query=f"episode={young.id}")
        assert tab.says("under 18 years old and cannot sign here alone. Use the paper form, with the guardian.")
        assert not tab.run("prepare", query=f"episode={booked(desk, birth_date=BORN).id}").says("cannot sign here")


def test_a20_what_is_pasted_forges_no_line_of_the_log(server: RunningApp, desk: Desk) -> None:
    assert len(LINE_BREAKS) > 50_000
    for login in (LINE_BREAKS, LINE_BREAKS[:90]):
        answer = httpx.post(
            f"{server.base_url}/sign-in",
            data={"login": login, "password": DEMO_PASSWORD},
            headers={"Origin": server.base_url},
        )
        assert answer.status_code in {200, 413}
    episode = prepared(desk)
    with Tab.open(server.base_url, cookie=patient_tab(desk, episode)) as tab:
        identified(tab).fill("matters-hope", LINE_BREAKS).click("Save and go on")
        assert tab.says("characters")
        assert load(desk, episode).matters is None
        tab.fill("matters-hope", "\x1b[31mTo walk\r\nCRITICAL forged").click("Save and go on")
    kept = load(desk, episode).matters
    assert kept
    assert kept.hope == "[31mTo walk\nCRITICAL forged"
    log = server.log.read_bytes()
    assert b"\x1b" not in log
    assert b"forged" not in log
    assert b"\r" not in log
