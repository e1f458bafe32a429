"""What people can set, call, meet or read about is written down, and what is written down exists."""

import argparse
import ast
import re
import runpy
from collections.abc import Iterator
from typing import get_args

from consent.cli import parser
from consent.model import events
from consent.model.people import Role
from consent.model.status import TRANSITIONS, Status
from consent.settings import Settings
from tests.house.sources import ROOT, code, files, name_of, text, tree, under

MARKDOWN = under(".", suffix=".md")
SETTING = re.compile(r"\bCONSENT_[A-Z][A-Z_]*[A-Z]\b")
OTHER_TERMS = (
    "Assent", "Attestation", "Blocker", "Commitment", "Consent", "Draft, approved, retired", "Entry", "Episode",
    "Event", "Flag", "Hand-over", "Laterality", "Leaf", "Ledger", "Legal representative", "Outbox", "Outlet",
    "Passage", "Pin", "Presentation", "Register", "Seal", "Site", "Stamp", "Statement", "Stream", "Tailoring",
    "Teach-back", "Ticket", "Time-out", "Visit",
)  # fmt: skip


def _kinds(union: object) -> set[str]:
    return {kind.__name__ for kind in get_args(union)}


def test_every_event_of_an_episode_has_its_place_in_the_order() -> None:
    assert set(TRANSITIONS) == _kinds(events.EpisodeEvent)


def test_every_event_is_explained_in_the_life_of_a_record() -> None:
    page = text("docs/life-of-a-record.md")
    known = _kinds(events.EpisodeEvent) | _kinds(events.OtherEvent)
    assert {kind for kind in known if f"| `{kind}` |" not in page} == set()


def test_the_page_of_states_is_what_the_table_says() -> None:
    made = runpy.run_path(str(ROOT / "docs/make_states.py"))["page"]()
    assert text("docs/states.md") == made, "run `make docs`"


def _settings_in_code() -> set[str]:
    literal = {
        name
        for path in code()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for name in SETTING.findall(node.value)
    }
    return literal | {f"CONSENT_{field.upper()}" for field in Settings.model_fields}


def test_every_setting_is_in_the_readme_and_every_setting_there_exists() -> None:
    assert set(SETTING.findall(text("README.md"))) == _settings_in_code()


def _commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in inner:
        for name, below in action.choices.items():
            yield from _commands(below, f"{before} {name}".strip())
    if not inner:
        yield before


def test_every_command_is_in_the_readme_and_every_command_there_exists() -> None:
    listed = set(re.findall(r"^\| `python -m consent ([a-z -]+?)(?: [-A-Z].*)?`", text("README.md"), re.MULTILINE))
    assert listed == set(_commands(parser()))


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {name for path in MARKDOWN for name in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named - targets == set()


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{name_of(path)}: {target}"
        for path in MARKDOWN
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert not broken, "\n".join(broken)


def test_the_plan_of_the_house_names_what_is_there() -> None:
    rooms = text("docs/house.md").split("```")[1]
    missing = [
        line
        for folder, line in _rooms(rooms)
        if "planned" not in line and not (ROOT / folder / line.split()[0].rstrip(",")).exists()
    ]
    assert not missing, "\n".join(missing)


def _rooms(plan: str) -> Iterator[tuple[str, str]]:
    """Lines of the plan with the folder that they are indented under."""
    above = [""]
    for line in filter(str.strip, plan.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 4
        above[depth + 1 :] = [above[depth] + line.split()[0]]
        yield above[depth], line.strip()


def test_every_room_is_in_the_plan_of_the_house() -> None:
    plan = text("docs/house.md")
    rooms = {path.parent.name for path in code() if path.stem == "__init__"} | {path.name for path in under("pages")}
    assert {room for room in rooms if room not in plan} == set()


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = text("docs/adr/README.md")
    decisions = {path.name for path in under("docs/adr", suffix=".md")} - {"README.md"}
    assert {name for name in decisions if f"({name})" not in listed} == set()


def _terms() -> list[str]:
    return re.findall(r"^\*\*(.+?)\*\*", text("GLOSSARY.md"), re.MULTILINE)


def test_the_glossary_has_the_words_of_the_house_in_order() -> None:
    wanted = {*OTHER_TERMS, *(role.value.replace("_", " ").capitalize() for role in Role)}
    assert wanted - set(_terms()) == set()
    assert _terms() == sorted(set(_terms()), key=str.casefold)


def test_the_glossary_explains_every_state() -> None:
    page = text("GLOSSARY.md")
    assert {status for status in Status if f"`{status}`" not in page} == set()


def test_no_file_tells_of_the_machine_that_it_was_written_on() -> None:
    path_of_a_machine = re.compile(r"(?<![\w.<{~/-])/(?:work|farm|home|root|Users|opt)/")
    telling = [
        f"{name_of(path)}:{number}"
        for path in files()
        if path.suffix not in {".ttf", ".icc", ".png", ".pdf"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if path_of_a_machine.search(line)
    ]
    assert not telling, "\n".join(telling)


def test_installing_names_no_host() -> None:
    names = ("requirements.txt", "requirements-dev.txt", "Makefile", ".ci/run", "pyproject.toml")
    hosts = re.compile(r"https?://(?!localhost)|(?<!no-emit-)(index-url|find-links|trusted-host)")
    assert [name for name in names if hosts.search(text(name))] == []


def test_every_threat_that_the_code_cites_is_explained() -> None:
    listed = set(re.findall(r"^\| ([A-KT]\d+) \|", text("docs/threats.md"), re.MULTILINE))
    cited = {
        name
        for path in (*code(), *under("consent", suffix=".js"), *under("tests"))
        for found in re.findall(r"(?:catalogue|threats\.md),? ((?:[A-KT]\d+(?:, | and )?)+)", path.read_text("utf-8"))
        for name in re.findall(r"[A-KT]\d+", found)
    }
    assert cited - listed == set()
