"""The register on the screen and its route: the way to a record and back, every state, and a list that stops."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anyio
import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from consent.errors import Broken
from consent.ports import EVERYTHING
from consent.store import register as queries
from consent.web import register as route
from consent.wiring import DEMO_PASSWORD
from consent.workflow import register, visit
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit
from tests.screens.test_pages import labels, opened, press, texts

Screen = Callable[[str], AppTest]
DAY = {"since": "2000", "until": "2100"}


def grown(desk: Desk, count: int) -> None:
    """As many records more, copies of one of the day."""
    rows = desk.ledger.worklist(EVERYTHING, **DAY)
    more = (
        replace(rows[0], episode=f"e-more{number:04}", patient_name=f"Copy {number}", appointment="2020-01-01T09:00Z")
        for number in range(count)
    )
    desk.ledger.replace_rows([*rows, *more])


def found(screen: AppTest) -> list[str]:
    return [str(button.key) for button in screen.button if str(button.key).startswith("open-")]


def test_an_auditor_starts_at_the_register_opens_a_record_and_comes_back_to_the_same_list(as_staff: Screen) -> None:
    screen = as_staff("lund").run()
    assert "6 records found" in texts(screen)
    screen.text_input(key="sought").set_value("garc").run()
    assert "2 records found" in texts(screen)
    press(screen, "Under way")
    assert screen.query_params["state"] == "open"
    first = found(screen)[0].removeprefix("open-")
    screen.button(key=f"open-{first}").click().run()
    assert screen.query_params["episode"] == first
    press(screen, "Back to the list")
    assert "2 records found" in texts(screen)
    assert found(screen)[0] == f"open-{first}"
    assert "garc" not in json.dumps(dict(screen.query_params)).lower()


def test_every_filter_stands_in_the_address_and_can_be_cleared(as_staff: Screen) -> None:
    screen = opened(as_staff("lund"), "register", since="2001-01-01", until="2001-02-01", procedure="none")
    assert "No record fits." in texts(screen)
    press(screen, "Clear all")
    assert "6 records found" in texts(screen)
    press(screen, "Said no")
    assert "No record fits." in texts(screen)


def test_an_empty_register_says_how_a_record_comes_into_it(as_staff: Screen, desk: Desk) -> None:
    desk.ledger.replace_rows([])
    assert "There is no record yet." in texts(as_staff("lund").run())


def test_many_records_are_paged_by_place(as_staff: Screen, desk: Desk) -> None:
    grown(desk, 300)
    screen = as_staff("lund").run()
    assert "306 records found" in texts(screen)
    assert "The newest stand first." in texts(screen)
    first = found(screen)
    press(screen, "Older")
    assert not set(first) & set(found(screen))
    assert "below" in screen.query_params
    press(screen, "Newer")
    assert found(screen) == first


def test_an_address_that_makes_no_sense_finds_nothing_and_can_be_cleared(as_staff: Screen) -> None:
    screen = opened(as_staff("lund"), "register", since="soon")
    assert screen.exception
    assert found(screen) == []
    assert "6 records found" in texts(press(screen, "Clear all"))


@pytest.mark.parametrize("login", ["stone", "okafor", "desk", "admin"])
def test_the_register_is_no_page_of_anybody_elses(as_staff: Screen, login: str) -> None:
    screen = opened(as_staff(login), "register")
    assert "This page is not part of your work here." in texts(screen)
    assert "Eleanor" not in texts(screen)
    assert found(screen) == []


def test_staff_without_the_register_get_no_way_back_to_it(as_staff: Screen, prepared: str) -> None:
    assert "Back to the list" not in labels(opened(as_staff("stone"), "record", episode=prepared))


def asked(desk: Desk, *, gone_after: int = 1000, body: bytes = b"{}") -> tuple[list[bytes], int]:
    """What a browser gets that goes away after so many parts; and how often rows were read."""
    known = visit.look_up(desk, visit.sign_in(desk, login="lund", secret=DEMO_PASSWORD, device="test"))
    got: list[bytes] = []
    read = [0]
    page = queries.page

    def counted(*args: Any, **kwargs: Any) -> Any:
        read[0] += 1
        return page(*args, **kwargs)

    async def run() -> None:
        gone = anyio.Event()
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if sent:
                return sent.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            got.append(message.get("body", b""))
            if len(got) == gone_after + 1:
                gone.set()
                await anyio.sleep_forever()

        scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": "/register.csv", "query_string": b"", "consent.visit": known,
            "headers": [(b"content-type", b"application/json")], "asgi": {"spec_version": "2.3"},
        }  # fmt: skip
        answer = await route.export(Request(scope, receive))
        await answer(scope, receive, send)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "page", counted)
        patch.setattr(register, "CHUNK", 50)
        anyio.run(run)
    return got, read[0]


def test_a_list_is_read_part_by_part_to_its_end(desk: Desk) -> None:
    grown(desk, 300)
    got, read = asked(desk)
    assert read == 8
    assert b"".join(got).count(b"\r\n") == 307


def test_nothing_more_is_read_when_the_browser_goes(desk: Desk) -> None:
    grown(desk, 300)
    got, read = asked(desk, gone_after=3)
    assert b"Copy" in b"".join(got)
    assert read <= 3
    assert len(desk.ledger.read(register.STREAM)) == 1


def test_a_list_that_breaks_off_never_looks_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(desk, 300)
    looks = [0]

    def once(here: Desk, session: str) -> Visit | None:
        looks[0] += 1
        return visit.look_up_id(here, session) if looks[0] < 3 else None

    monkeypatch.setattr("consent.workflow.register.look_up_id", once)
    with pytest.raises(Broken, match="broke off"):
        asked(desk)
