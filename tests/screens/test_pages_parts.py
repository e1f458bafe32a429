import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from consent.model import events
from consent.model.presentation import SECTIONS
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.ui.parts import prepared as before
from consent.ui.parts import row, sieve, steps, when
from consent.ui.parts.alike import alike
from consent.ui.parts.plain import plain
from consent.words import keys
from consent.workflow import rehearsal
from consent.workflow.desk import Desk, load
from tests.running_app import ROOT

TRAPS = (
    "*bold* _under_ __strong__ ~~struck~~ `code`",
    ":smile: :material/home: :red[red] :+1:",
    "$5 and $6 or $$x$$",
    "www.example.com http://x.y a@b.co <a@b.co> [link](http://q.w) ![picture](x)",
    "-> <- -- --- >= <= ~= <b>x</b> &amp; ^1^ | a |",
    "# head\n1. one\n2) two\n- three\n    four\n> quote\n===\n---\n[^1]: note",
)
MEANT = re.compile(r"(?<!\u2060\\)[`*_\[\]<>$#|~^@&:]")


def unescaped(markdown: str) -> str:
    return re.sub(r"\u2060\\", "", markdown).replace("  \n", "\n").replace("\u00a0", " ")


@pytest.mark.parametrize("text", TRAPS)
def test_a_text_of_people_reads_letter_by_letter(text: str) -> None:
    assert unescaped(plain(text)) == text
    assert not MEANT.search(plain(text))


def test_no_line_of_a_text_begins_a_list_or_a_block_of_code() -> None:
    lines = plain(TRAPS[-1]).split("  \n")
    assert not [line for line in lines if re.match(r"\d+[.)]|[-+>#=]|    ", line)]


def test_common_words_stay_as_they_are() -> None:
    assert plain("A well-known doctor's answer: no") == "A well-known doctor's answer\u2060\\: no"


def test_age_is_counted_in_full_years() -> None:
    day = when.today("2026-03-06T12:00:00.000000Z", "America/New_York")
    assert when.age("1948-03-07", day) == 77
    assert when.age("1948-03-06", day) == 78


def test_a_day_lasts_from_midnight_to_midnight_of_the_clinic() -> None:
    day = when.today("2026-11-23T03:00:00.000000Z", "America/New_York")
    assert when.bounds(day, "America/New_York") == ("2026-11-22T05:00:00.000000Z", "2026-11-23T05:00:00.000000Z")


def test_every_status_leads_to_a_step_with_words() -> None:
    left = set(Status) - {Status.NONE}
    assert set(row.STEPS) == left
    assert not {f"row.{one}" for one in left} - keys()
    assert not {f"row.next.{one}" for one in left} - keys()


def test_every_event_has_words() -> None:
    every = (*get_args(events.EpisodeEvent), *get_args(events.OtherEvent))
    kinds = {event.model_fields["kind"].default for event in every}
    assert not {f"event.{kind}" for kind in kinds} - keys()


def test_every_blocker_has_words() -> None:
    files = [ROOT / "consent" / "model" / f"{name}.py" for name in ("blockers", "arrival", "timeout")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Blocker"]
    words = [word for call in calls for word in call.keywords if word.arg == "code"]
    codes = {ast.literal_eval(word.value) for word in words}
    assert codes
    assert not {f"blocker.{code}" for code in codes} - keys()


def test_every_section_has_words() -> None:
    assert not {f"section.{section}" for section in SECTIONS} - keys()


def test_every_word_that_the_screens_ask_for_exists() -> None:
    asked = set()
    for file in (*(ROOT / "pages").glob("*.py"), *(ROOT / "consent" / "ui" / "parts").glob("*.py")):
        asked |= set(re.findall(r'say\(\s*"([a-zA-Z_.]+)"', file.read_text(encoding="utf-8")))
    assert asked
    assert not asked - keys()


@pytest.mark.parametrize("file", sorted((ROOT / "pages").glob("*.py")), ids=lambda file: file.stem)
def test_a_page_is_short_and_opens_with_the_gate(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    body = [node for node in ast.parse(source).body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
    assert len(source.splitlines()) <= 80
    assert ast.unparse(body[0]).startswith("visit = gate.enter(Capability.")


def test_two_of_one_family_name_are_told_apart_by_the_list(desk: Desk) -> None:
    rows = desk.ledger.worklist(EVERYTHING, since="2000", until="2100")
    names = {one.patient_name for one in rows if one.episode in alike(rows)}
    assert names == {"Dolores García", "Dolores Garcia"}


def test_a_row_names_three_things_and_how_many_more(desk: Desk) -> None:
    first = desk.ledger.worklist(EVERYTHING, since="2000", until="2100")[0]
    full = replace(first, open_questions=2, flags="Blood thinner\nDiabetes\nPain medicine")
    assert row.flags(full, Status.READ) == ["2 questions", "Blood thinner", "Diabetes", "+1"]
    assert row.flags(replace(first, open_questions=1), Status.READ) == ["1 question"]
    waits = replace(full, outcome="consented", open_questions=0)
    assert row.flags(waits, Status.FILED) == ["Blood thinner", "Diabetes", "Pain medicine"]
    assert row.flags(replace(waits, day="started"), Status.FILED) == []
    assert row.flags(replace(full, outcome="refused"), Status.REFUSED) == []


def test_a_chip_lets_through_what_needs_somebody_what_waits_and_what_is_done(desk: Desk) -> None:
    first = desk.ledger.worklist(EVERYTHING, since="2000", until="2100")[0]
    kinds = {one: sieve.kind(replace(first, status=one)) for one in ("opened", "reading", "read", "sealing", "filed")}
    assert kinds == {"opened": "now", "reading": "waiting", "read": "now", "sealing": "waiting", "filed": "done"}
    assert sieve.kind(replace(first, status="reading", open_questions=1)) == "now"
    assert sieve.kind(replace(first, status="filed", outcome="refused")) == "now"


def test_reading_time_counts_two_hundred_words_a_minute(prepared: str, desk: Desk) -> None:
    episode = load(desk, prepared)
    words = sum(len(passage.text.split()) for page in steps.pages(episode).values() for passage in page.passages)
    assert before.minutes(episode.case) >= words / before.WORDS_A_MINUTE


def test_reading_starts_at_the_first_page_with_something_to_do(prepared: str, desk: Desk) -> None:
    episode = load(desk, prepared)
    assert steps.here(episode, "") == "matters"
    assert steps.here(episode, "no-such-page") == "matters"
    assert steps.previous(episode, "matters") == ""
    assert steps.following(episode, "matters") == "screening-1"


def test_after_the_last_page_nothing_is_pointed_at(prepared: str, desk: Desk) -> None:
    rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=prepared)
    episode = load(desk, prepared)
    assert steps.following(episode, list(steps.pages(episode))[-1]) == ""
    assert steps.here(episode, "") == steps.WAIT
