"""The signature pad in a real browser; the server's answers are played."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from consent.model.signature import Drawn
from consent.workflow.sign import Request
from consent.workflow.witness import AskedMarked, AskedSpoken
from tests.journeys.tablet import PATIENCE
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
    drawn = page.get_by_test_id("stApp")  # before that the box may still move, or be made anew
    expect(drawn).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    page.evaluate("document.fonts.ready")
    return bodies


def draw(page: Page) -> None:
    box = page.locator("canvas").first.bounding_box()
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
    page.get_by_label("Your PIN or password").fill("mine")
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert "mine" in posted[0].values()


def press(page: Page, name: str, *, nth: int = 0) -> None:
    page.get_by_role("button", name=name, exact=True).nth(nth).click()


def read_by_the_desk(body: dict[str, Any]) -> Request:
    return Request.model_validate_json(json.dumps(body))


def test_b13_fifty_times_cleared_keeps_the_last_drawing_and_the_count(page: Page, posted: list[dict[str, Any]]) -> None:
    script = """canvas => {
        const box = canvas.getBoundingClientRect();
        const clear = [...canvas.closest(".sheet").querySelectorAll("button")].at(-1);
        canvas.setPointerCapture = () => {};
        const send = (kind, x) => canvas.dispatchEvent(new PointerEvent(kind, {pointerId: 1, pointerType: "mouse",
            clientX: box.left + x, clientY: box.top + 60, bubbles: true}));
        for (let time = 0; time < 50; time += 1) {
            send("pointerdown", 20); send("pointermove", 90); send("pointerup", 90);
            clear.click();
        }
    }"""
    page.locator("canvas").evaluate(script)
    draw(page)
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    asked = read_by_the_desk(posted[0])
    assert asked.cleared == 50
    assert isinstance(asked.mark, Drawn)
    assert len(asked.mark.strokes) == 1


SHAPE = """canvas => {
    const {width, height} = canvas;
    const bytes = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let at = 3; at < bytes.length; at += 4) {
        if (!bytes[at]) continue;
        const x = ((at - 3) / 4) % width, y = Math.floor((at - 3) / 4 / width);
        left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
    }
    return [left / width, top / height, right / width, bottom / height, canvas.clientWidth / canvas.clientHeight / 3];
}"""


def test_b14_a_tablet_turned_while_somebody_draws_keeps_the_strokes_undistorted(
    page: Page, posted: list[dict[str, Any]]
) -> None:
    draw(page)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 40)
    before = page.locator("canvas").evaluate(SHAPE)
    page.set_viewport_size({"width": 600, "height": 1024})
    page.wait_for_function(CANVAS_WITHIN)
    page.mouse.move(5, 5)
    page.mouse.up()
    after = page.locator("canvas").evaluate(SHAPE)
    assert after == pytest.approx(before, abs=0.02)
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert [len(stroke["points"]) > 1 for stroke in posted[0]["mark"]["strokes"]] == [True, True]


CANVAS_WITHIN = """() => {
    const deep = root => [...root.querySelectorAll("*")].flatMap(one => one.shadowRoot ? deep(one.shadowRoot) : [one]);
    const canvas = deep(document).find(one => one.tagName === "CANVAS");
    return canvas && canvas.clientWidth < 600 && canvas.width === canvas.clientWidth * devicePixelRatio;
}"""


SEEN = """([canvas, isDark]) => {
    const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const full = [...bytes.keys()].find(at => at % 4 === 3 && bytes[at] === 255);
    const paper = Number(getComputedStyle(canvas.parentElement).backgroundColor.match(/[0-9]+/)[0]);
    return paper < 128 === isDark && Math.abs(bytes[full - 3] - paper) > 180;
}"""
"""Whether the paper is dark or light as it should be, and what was drawn stands out from it."""


@pytest.mark.usefixtures("posted")
def test_ink_is_still_seen_when_the_tablet_turns_dark(page: Page) -> None:
    draw(page)
    canvas = page.locator("canvas").element_handle()
    for scheme in ("light", "dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(SEEN, arg=[canvas, scheme == "dark"])


def test_b15_one_pointer_draws_and_a_pen_wins(page: Page, posted: list[dict[str, Any]]) -> None:
    script = """canvas => {
        const box = canvas.getBoundingClientRect();
        canvas.setPointerCapture = () => {};
        const send = (kind, id, type, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {pointerId: id,
            pointerType: type, clientX: box.left + x, clientY: box.top + y, bubbles: true}));
        send("pointerdown", 1, "touch", 40, 60);
        for (let i = 0; i < 20; i += 1) {
            send("pointermove", 1, "touch", 40 + 9 * i, 60 + 40 * (i % 2));
            if (i === 5) send("pointerdown", 2, "touch", 300, 150);
            send("pointermove", 2, "touch", 300 + i, 150);
        }
        send("pointerup", 2, "touch", 320, 150);
        send("lostpointercapture", 1, "touch", 0, 0);
        send("pointermove", 1, "touch", 400, 100);
        send("pointerdown", 3, "touch", 60, 90); send("pointermove", 3, "touch", 200, 90);
        send("pointerup", 3, "touch", 200, 90);
    }"""
    page.locator("canvas").evaluate(script)
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    first, second = posted[0]["mark"]["strokes"]
    assert all(y < 6000 or x < 3500 for x, y, *_ in first["points"])
    assert max(x for x, *_ in first["points"]) < 5000
    assert len(second["points"]) == 2


ANSWERS = [
    (401, "Sign in first.", "That was not signed: this screen had locked itself."),
    (401, '{"say": "This screen was locked.", "next": "Say who you are."}', "This screen was locked. Say who you are."),
    (
        409,
        '{"say": "This was signed already: by the patient.", "next": ""}',
        "This was signed already: by the patient.",
    ),
    (503, "Too many requests at once.", "Too many requests at once."),
]


@pytest.mark.parametrize(("status", "body", "words"), ANSWERS)
def test_every_answer_of_the_server_is_said_by_the_pad(
    page: Page, *, posted: list[dict[str, Any]], complaints: list[str], status: int, body: str, words: str
) -> None:
    draw(page)
    page.route("**/api/sign/patient", lambda route: route.fulfill(status=status, body=body))
    sign(page)
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Sign again", exact=True)).to_be_enabled()
    assert ink(page) > 100
    assert posted == []
    complaints.clear()


def test_b16_help_takes_a_mark_and_two_witnesses(page: Page, posted: list[dict[str, Any]]) -> None:
    press(page, "Help me sign")
    expect(page.get_by_text("First choose how you say yes.")).to_be_visible()
    press(page, "I make a mark")
    expect(page.get_by_text("First make your mark in the box.")).to_be_visible()
    draw(page)
    expect(page.get_by_text("Then those who watch sign above.")).to_be_visible()
    press(page, "I work here")
    page.get_by_label("Your sign-in name").first.fill("okafor")
    page.get_by_label("Your PIN or password").first.fill("mine")
    press(page, "I do not work here", nth=1)
    page.get_by_label("Your first and last name").last.fill("Karl Lee")
    page.get_by_label("How do you know the patient?").last.fill("son")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_disabled()
    page.get_by_label("type your name once more").last.fill("karl lee")
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    mark = read_by_the_desk(posted[0]).mark
    assert isinstance(mark, AskedMarked)
    assert [one.kind for one in mark.witnesses] == ["staff", "other"]


@pytest.mark.parametrize("answers", [[REFUSED, TAKEN]])
def test_b16_a_yes_said_aloud_by_keyboard_alone_and_no_secret_stays(
    page: Page, posted: list[dict[str, Any]], complaints: list[str]
) -> None:
    page.goto("/?witnesses=1")
    for name in ("Help me sign", "I say it aloud", "I work here"):
        page.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("okafor")
    page.keyboard.press("Tab")
    page.keyboard.type("mine")
    sign(page)
    expect(page.get_by_text("The signature was not kept.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your PIN or password")).to_have_value("")
    page.get_by_role("textbox", name="Your PIN or password").fill("mine")
    sign(page)
    expect(page.get_by_text("The page knows.")).to_be_visible()
    assert isinstance(read_by_the_desk(posted[1]).mark, AskedSpoken)
    complaints.clear()


def test_all_that_can_be_touched_is_large_enough_and_all_ways_stand_side_by_side(
    page: Page, posted: list[dict[str, Any]]
) -> None:
    ways = [page.get_by_role("button", name=name) for name in ("Draw my name", "Type my name", "Help me sign")]
    boxes = [one.bounding_box() for one in ways]
    assert len({round(box["y"]) for box in boxes if box}) == 1
    press(page, "Help me sign")
    press(page, "I make a mark")
    press(page, "I work here")
    press(page, "I do not work here", nth=1)
    targets = page.locator(".pad button:visible, .pad input:visible").all()
    small = [
        one.inner_text() for one in targets if (box := one.bounding_box()) and min(box["width"], box["height"]) < 48
    ]
    assert (small, len(targets) > 12, posted) == ([], True, [])
