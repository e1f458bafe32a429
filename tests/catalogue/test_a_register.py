"""Catalogue A, text and identity input: what the register finds, shows and gives away, with the real store."""

import csv
import json
from io import BytesIO, StringIO

import httpx
import pandas as pd
import pytest

from consent.model.register import BOM
from consent.wiring import DEMO_PASSWORD
from consent.workflow import register, visit
from consent.workflow.desk import Desk
from tests.catalogue.on_paper import booked
from tests.headless import Tab
from tests.running_app import RunningApp

FORMULAS = (
    '=HYPERLINK("http://evil.example","Ann")', "+1 Ann", "-1 Ann", "@Ann", '"=1+1 Ann"', "'=1+1 Ann",
    '"" =1+1 Ann', "=Ann",
)  # fmt: skip
ODD = (
    "Null",
    "NaN",
    "True",
    "None",
    "N/A",
    "nan",
    "NA",
    "-",
    "A",
    "José María de la Cruz y Borbón",
    "O'Brien",
    "1e5 B",
)
SEARCHES = {"%": 1, "_": 1, "%_": 0, "' OR 1=1 --": 0, "100% Ann_Lee": 1, ".*": 0, "nn_l": 1, "0001234": 1, "ANN": 1}


def file_of(desk: Desk) -> bytes:
    """All of the register as an auditor's export."""
    auditor = visit.look_up(desk, visit.sign_in(desk, login="lund", secret=DEMO_PASSWORD, device="test"))
    assert auditor
    return b"".join(register.parts(desk, auditor.session.id, wanted=register.wanted(desk)))


def patients(desk: Desk) -> dict[str, str]:
    """The cells of the patients' names by episode, as any reader of CSV gives them."""
    lines = list(csv.reader(StringIO(file_of(desk).decode().removeprefix(BOM), newline="")))
    return {one[0]: one[2] for one in lines[1:]}


def test_a08_what_a_spreadsheet_would_run_leaves_as_text(desk: Desk) -> None:
    made = {booked(desk, name=name).id: name for name in FORMULAS}
    cells = patients(desk)
    assert {one: cells[one] for one in made} == {one: f"'{name}" for one, name in made.items()}


def test_a08_a_tab_and_a_return_before_a_formula_reach_no_file(desk: Desk) -> None:
    now = booked(desk, name="\t =1 Ann")
    assert patients(desk)[now.id] == "'=1 Ann"


def test_a15_names_that_look_like_something_else_leave_as_they_are(desk: Desk) -> None:
    made = {booked(desk, name=name, mrn="0001e5").id: name for name in ODD if any(map(str.isalpha, name))}
    raw = file_of(desk)
    table = pd.read_csv(BytesIO(raw), dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8-sig")
    held = dict(zip(table["Episode"], table["Patient"], strict=True))
    assert {one: held[one] for one in made} == made
    assert set(table[table["Episode"].isin(made)]["Record number"]) == {"0001e5"}


def test_a15_and_are_shown_on_the_screen_as_they_are(server: RunningApp, desk: Desk) -> None:
    for name in ("Null", "NaN", "True"):
        booked(desk, name=name, mrn="0001e5")
    with Tab.open(server.base_url, cookie=server.sign_in("lund")) as tab:
        tab.run()
        assert tab.page == "register"
        assert all(tab.says(f"**{name}** ") for name in ("Null", "NaN", "True")), tab.texts()
        assert tab.says("Number 0001e5")


def test_a11_the_registers_search_takes_signs_as_they_are(server: RunningApp, desk: Desk) -> None:
    booked(desk, name="100% Ann_Lee")
    with Tab.open(server.base_url, cookie=server.sign_in("lund")) as tab:
        tab.run()
        for wanted, count in SEARCHES.items():
            tab.fill("Name or record number", wanted)
            assert len([one for one in tab.widgets() if "open-e-" in one.id]) == count, wanted
            assert tab.says("1 record found" if count else "No record fits."), wanted


def test_a11_an_export_takes_signs_as_they_are_and_keeps_them_out_of_every_address(
    server: RunningApp, desk: Desk
) -> None:
    now = booked(desk, name="100% Ann_Lee")
    cookie = server.sign_in("lund")
    for text, rows in (("%", 1), ("0% a", 1), ("%_", 0)):
        answer = httpx.post(
            f"{server.base_url}/register.csv",
            content=json.dumps({"text": text}),
            headers={"Origin": server.base_url, "Content-Type": "application/json"},
            cookies={"consent_session": cookie},
        )
        assert (answer.status_code, answer.headers["x-consent-rows"]) == (200, str(rows))
        assert answer.content.count(b"\r\n") == 1 + rows
        assert (now.id.encode() in answer.content) is bool(rows)
    assert len(desk.ledger.read(register.STREAM)) == 3


@pytest.mark.parametrize(
    "odd", ["[]", "{}x", '{"text": 1}', '{"sql": "1"}', '{"since": "yesterday"}', '{"state": "x"}']
)
def test_a11_a_filter_of_another_form_takes_nothing_out(server: RunningApp, desk: Desk, odd: str) -> None:
    answer = httpx.post(
        f"{server.base_url}/register.csv",
        content=odd,
        headers={"Origin": server.base_url, "Content-Type": "application/json"},
        cookies={"consent_session": server.sign_in("lund")},
    )
    assert answer.status_code == 422
    assert desk.ledger.read(register.STREAM) == ()
