"""The signature pad in a real browser; the server's answers are played."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from consent.model.signature import Drawn
from tests.running_app import RunningApp, running

TAKEN = (200, {"say": "Signed.", "episode": "e-1"})
REFUSED = (422, {"say": "The signature was not kept.", "next": "Sign once more."})


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    records = tmp_path_factory.mktemp("pad") / "records"
    with running(records, script="tests/journeys/pad_page.py") as app:
        yield app


@pytest.fixture
def server(alone: RunningApp) -> RunningApp:
    return alone


@pytest.fixture
def answers() -> list[tuple[int, dict[str, str]]]:
    return [TAKEN]


@pytest.fixture
def posted(page: Page, answers: list[tuple[int, dict[str, str]]]) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        assert route.request.headers["idempotency-key"] == "p-1"
        bodies.append(json.loads(route.request.post_data or ""))
        status, said = answers[len(bodies) - 1]
        route.fulfill(status=status, json=said)

    page.route("**/api/sign/patient", answer)
    page.goto("/")
    page.locator("canvas").wait_for()
    return bodies


def draw(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 100)
    page.mouse.down()
    for step in range(40):
        page.mouse.move(box["x"] + 80 + 8 * step, box["y"] + 100 + 50 * math.sin(step / 4))
    page.mouse.up()


def ink(page: Page) -> int:
    script = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .filter((byte, index) => index % 4 === 3 && byte > 0).length"""
    return int(page.locator("canvas").evaluate(script))


def sign(page: Page, label: str = "Sign") -> None:
    page.get_by_role("button", name=label, exact=True).click()


def test_a_drawn_signature_is_posted_as_the_desk_wants_it(page: Page, posted: list[dict[str, Any]]) -> None:
    draw(page)
    sign(page)
    expect(page.get_by_text("Signed.", exact=True)).to_be_visible()
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert posted[0]["covers"] == "0" * 64
    assert Drawn.model_validate_json(json.dumps(posted[0]["mark"])).aspect == 300
    assert set(posted[0]) == {"covers", "mark"}


def test_there_is_nothing_to_sign_before_something_is_there(page: Page, posted: list[dict[str, Any]]) -> None:
    button = page.get_by_role("button", name="Sign", exact=True)
    expect(button).to_be_disabled()
    draw(page)
    expect(button).to_be_enabled()
    page.get_by_role("button", name="Undo").click()
    expect(button).to_be_disabled()
    assert posted == []


def test_by_keyboard_alone(page: Page, posted: list[dict[str, Any]]) -> None:
    page.get_by_role("button", name="Type my name").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Eleanor Whitfield")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert posted[0]["mark"] == {"way": "typed", "name": "Eleanor Whitfield"}


def test_the_strokes_survive_a_turned_tablet(page: Page, posted: list[dict[str, Any]]) -> None:
    draw(page)
    page.set_viewport_size({"width": 600, "height": 1024})
    page.wait_for_function("document.documentElement.clientWidth === 600")
    assert ink(page) > 100
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert len(posted[0]["mark"]["strokes"]) == 1


def test_a_palm_beside_the_pen_is_not_heard(page: Page, posted: list[dict[str, Any]]) -> None:
    script = """canvas => {
        const box = canvas.getBoundingClientRect();
        const send = (kind, id, type, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {pointerId: id,
            pointerType: type, clientX: box.left + x, clientY: box.top + y, bubbles: true,
            pressure: type === "pen" ? 0.7 : 0.5}));
        canvas.setPointerCapture = () => {};
        send("pointerdown", 1, "touch", 300, 150); send("pointermove", 1, "touch", 310, 160);
        send("pointerdown", 2, "pen", 50, 60);
        for (let i = 0; i < 30; i += 1) {
            send("pointermove", 2, "pen", 50 + 6 * i, 60 + 40 * Math.sin(i));
            send("pointermove", 1, "touch", 310 + i, 160);
        }
        send("pointerup", 2, "pen", 230, 60); send("pointerup", 1, "touch", 340, 160);
        send("pointerdown", 3, "touch", 300, 150); send("pointerup", 3, "touch", 300, 150);
    }"""
    page.locator("canvas").evaluate(script)
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert len(posted[0]["mark"]["strokes"]) == 1
    assert posted[0]["mark"]["strokes"][0]["points"][0][3] == 700


@pytest.mark.parametrize("answers", [[REFUSED, TAKEN]])
def test_a_refusal_is_said_in_words_and_keeps_the_strokes(
    page: Page, posted: list[dict[str, Any]], complaints: list[str]
) -> None:
    draw(page)
    sign(page)
    expect(page.get_by_text("The signature was not kept. Sign once more.")).to_be_visible()
    sign(page, "Sign again")
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert posted[0] == posted[1]
    complaints.clear()


def test_a_lost_connection_keeps_the_strokes(page: Page, posted: list[dict[str, Any]], complaints: list[str]) -> None:
    draw(page)
    page.route("**/api/sign/patient", lambda route: route.abort())
    sign(page)
    expect(page.get_by_text("Your signature is still here.")).to_be_visible()
    page.unroute_all()
    page.route("**/api/sign/patient", lambda route: route.fulfill(status=200, json=TAKEN[1]))
    sign(page, "Sign again")
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert posted == []
    complaints.clear()


def test_where_a_password_is_asked_nothing_goes_without_it(page: Page, posted: list[dict[str, Any]]) -> None:
    page.goto("/?secret=1")
    draw(page)
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_disabled()
    page.get_by_label("Your password, once more").fill("mine")
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert "mine" in posted[0].values()
