"""The log by itself: which keys and shapes a line has, and what is left of other people's records."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable

import pytest

from consent import logs

NAME = "Zzcanary Quillfeather"
FORGED = f'{NAME}\x1b[31m\r\n{{"level":"error","event":"mishap"}}\n' * 800
HOSTILE = [FORGED, f"e-\n{NAME}", NAME, b"bytes", {"a": NAME}, [[NAME]], object(), None, True, float("nan"), 10**400]

Told = Callable[[str], list[dict[str, object]]]


def told(level: str, **fields: object) -> dict[str, object]:
    line = logs.line(level, **fields)
    assert line.isascii()
    assert line.isprintable()
    found: dict[str, object] = json.loads(line)
    return found


@pytest.fixture
def run() -> Told:
    """What a process of its own writes after ``logs.start()``, every line of it JSON."""

    def start(code: str) -> list[dict[str, object]]:
        whole = f"import logging\nfrom consent import logs\nlogs.start()\nNAME = {NAME!r}\n{code}"
        done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60)
        assert NAME not in done.stdout + done.stderr
        return [json.loads(line) for line in done.stderr.splitlines()]

    return start


def test_what_is_on_the_list_is_kept_in_its_order() -> None:
    episode = f"e-{'a' * 26}"
    line = told("warning", alarm="glass_broken", episode=episode, event="alarm", count=3, where=["gate.py:12"])
    assert list(line) == ["at", "level", "event", "alarm", "where", "count", "episode"]
    assert line | {"at": ""} == {
        "at": "", "level": "warning", "event": "alarm", "alarm": "glass_broken", "where": ["gate.py:12"], "count": 3,
        "episode": episode,
    }  # fmt: skip


def test_what_is_not_on_the_list_is_dropped_and_counted() -> None:
    line = told("info", event="started", patient=NAME, url=f"/today?name={NAME}", exc_info=True)
    assert line | {"at": ""} == {"at": "", "level": "info", "event": "started", "dropped": 3}


@pytest.mark.parametrize("key", sorted(set(logs.SHAPES) - {"at", "level"}))
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
def test_a20_a_value_of_another_shape_is_left_out_and_one_line_stays_one_line(key: str, value: object) -> None:
    whole = told("info", **{"event": "started", key: value})
    if isinstance(value, list):
        assert whole[key] == [logs.LEFT_OUT]
    else:
        assert whole[key] == logs.LEFT_OUT


def test_a20_a_kind_of_error_that_was_made_up_to_forge_a_line_is_left_out() -> None:
    error = type(FORGED, (Exception,), {})()
    assert told("error", event="mishap", **logs.kind_and_where(error))["kind"] == logs.LEFT_OUT


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
def test_k02_of_a_foreign_record_name_level_and_place_are_left_at_every_level(run: Told, level: str) -> None:
    [line] = run(
        "logging.getLogger().setLevel(1)\n"
        f"logging.getLogger('sqlalchemy.engine').log(logging.{level}, 'for %s', NAME, extra={{'color_message': NAME}})"
    )
    assert line | {"at": ""} == {
        "at": "", "level": level.lower(), "event": "foreign", "where": ["<string>:6"], "logger": "sqlalchemy.engine",
    }  # fmt: skip


def test_a_logger_that_configures_itself_later_prints_our_line_all_the_same(run: Told) -> None:
    [line] = run(
        "late = logging.getLogger('late')\nlate.propagate = False\nlate.addHandler(logging.StreamHandler())\n"
        "late.error('for %s', NAME)"
    )
    assert (line["event"], line["logger"]) == ("foreign", "late")


def test_a_handler_that_was_there_before_prints_no_format_of_its_own(run: Told) -> None:
    [line] = run(
        "early = logging.getLogger('early')\nearly.propagate = False\n"
        "early.addHandler(logging.StreamHandler())\n"
        "early.handlers[0].setFormatter(logging.Formatter('%(color_message)s'))\nlogs.start()\n"
        "early.error('', extra={'color_message': NAME})"
    )
    assert line["logger"] == "early"


def test_of_a_logged_exception_kind_and_frames_are_left(run: Told) -> None:
    [line] = run(
        "try:\n    raise ValueError(NAME) from KeyError(NAME)\nexcept ValueError as error:\n"
        "    error.add_note(NAME)\n    logging.getLogger('uvicorn.error').exception(NAME, stack_info=True)"
    )
    assert (line["kind"], line["where"]) == ("ValueError", ["<string>:6"])


UNCAUGHT = {
    "main": "raise ValueError(NAME)",
    "thread": """
import threading
one = threading.Thread(target=lambda: int(NAME), name=NAME)
one.start()
one.join()
""",
    "finalizer": """
class Late:
    def __del__(self):
        raise ValueError(NAME)
Late()
""",
    "task": """
import asyncio, gc
async def main():
    asyncio.get_running_loop().create_future().set_exception(ValueError(NAME))
    gc.collect()
asyncio.run(main())
""",
}


@pytest.mark.parametrize("where", UNCAUGHT)
def test_of_what_nobody_catches_kind_and_frames_are_left(run: Told, where: str) -> None:
    [line] = run(UNCAUGHT[where])
    assert line["kind"] == "ValueError"
    assert line["event"] == ("foreign" if where == "task" else "uncaught")


def test_of_a_warning_its_category_and_place_are_left(run: Told) -> None:
    [line] = run("import warnings\nwarnings.warn(NAME)")
    assert (line["event"], line["kind"], line["where"]) == ("warned", "UserWarning", ["<string>:6"])


def test_a_mishap_has_a_reference_and_nothing_of_what_the_error_says(run: Told) -> None:
    said, line = run(
        "from consent.mishap import reference\nimport json, sys\ntry:\n    raise ValueError(NAME)\n"
        "except ValueError as error:\n    print(json.dumps({'said': reference(error)}), file=sys.stderr)"
    )[::-1]
    assert (line["event"], line["kind"], line["reference"]) == ("mishap", "ValueError", said["said"])


def test_without_the_start_a_foreign_record_would_carry_its_message(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("anybody").error("for %s", NAME)
    assert NAME in caplog.text
