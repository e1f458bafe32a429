"""The register's verbs: who finds what, page by page; what is written down before a list leaves; when it breaks off."""

from dataclasses import replace

import pytest

from consent.errors import BadInput, Busy, NotAllowed, NotSignedIn
from consent.model.events_register import RegisterExported
from consent.model.register import BOM
from consent.ports import Wanted
from consent.workflow import register
from consent.workflow.desk import row_of
from consent.workflow.visit import sign_out
from tests.samples.story import Story


@pytest.fixture
def full(story: Story) -> Story:
    """A register of three pages."""
    row = row_of(story.open())
    story.ledger.rows = {
        f"e-{number:03}": replace(
            row,
            episode=f"e-{number:03}",
            patient_name=f"Ann {number:03}",
            appointment=f"2026-11-{1 + number // 10:02}T15:30:00.000000Z",
        )
        for number in range(2 * register.PAGE + 5)
    }
    return story


def names(found: register.Found) -> list[str]:
    return [row.episode for row in found.rows]


def test_pages_run_from_the_newest_to_the_oldest_and_back(full: Story) -> None:
    auditor = full.staff("audit")
    first = register.find(full.desk, auditor, wanted=Wanted())
    assert (len(first.rows), first.total, first.newer, first.older) == (20, 45, False, True)
    last = first.rows[-1]
    second = register.find(full.desk, auditor, wanted=Wanted(), below=(last.appointment, last.episode))
    assert (second.newer, second.older) == (True, True)
    last = second.rows[-1]
    third = register.find(full.desk, auditor, wanted=Wanted(), below=(last.appointment, last.episode))
    assert (len(third.rows), third.newer, third.older) == (5, True, False)
    assert [*names(first), *names(second), *names(third)] == sorted(full.ledger.rows, reverse=True)
    top = third.rows[0]
    back = register.find(full.desk, auditor, wanted=Wanted(), above=(top.appointment, top.episode))
    assert (names(back), back.newer, back.older) == (names(second), True, True)
    top = back.rows[0]
    assert register.find(full.desk, auditor, wanted=Wanted(), above=(top.appointment, top.episode)) == first


def test_a_filter_is_what_the_clinics_days_say(story: Story) -> None:
    made = register.wanted(story.desk, text="  Jose\u0301  MÜLLER ", since="2026-11-24", until="2026-11-24")
    assert made == Wanted(text="josé müller", since="2026-11-24T05:00:00.000000Z", until="2026-11-25T05:00:00.000000Z")


@pytest.mark.parametrize(
    "odd", [{"state": "all"}, {"since": "24.11.2026"}, {"until": "9999-12-31"}, {"since": "x"}, {"text": "a" * 201}]
)
def test_a_filter_that_is_not_understood_is_refused(story: Story, odd: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        register.wanted(story.desk, **odd)


@pytest.mark.parametrize("login", ["stone", "okafor", "desk", "lund", "admin"])
def test_the_register_is_for_auditors(full: Story, login: str) -> None:
    for verb in (register.find, register.begin_export, register.next_rows):
        with pytest.raises(NotAllowed):
            verb(full.desk, full.staff(login), wanted=Wanted())
    assert full.ledger.entries(register.STREAM) == ()


def test_g12_an_export_is_written_down_with_its_filter_and_count_and_no_name(full: Story) -> None:
    wanted = register.wanted(full.desk, text="ann 01", state="open", since="2026-11-01", clinician=full.ids["stone"])
    assert register.begin_export(full.desk, full.staff("audit"), wanted=wanted) == 10
    (entry,) = full.ledger.entries(register.STREAM)
    assert b"ann" not in (entry.payload or b"").lower()
    (one,) = full.ledger.read(register.STREAM)
    assert one.header.actor == full.ids["audit"]
    assert one.event == RegisterExported(
        rows=10, by_text=True, state="open", since="2026-11-01T04:00:00.000000Z", clinician=full.ids["stone"]
    )


def test_g13_nothing_leaves_that_cannot_be_written_down(full: Story) -> None:
    auditor = full.staff("audit")
    full.ledger.full = True
    with pytest.raises(Busy):
        register.begin_export(full.desk, auditor, wanted=Wanted())


def test_the_file_holds_every_record_once(full: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "CHUNK", 7)
    parts = list(register.parts(full.desk, full.staff("audit").session.id, wanted=Wanted()))
    assert len(parts) == 1 + 7
    lines = b"".join(parts).decode().removeprefix(BOM).split("\r\n")
    assert lines[0].startswith('"Episode","Appointment","Patient"')
    assert [one.split(",")[0].strip('"') for one in lines[1:-1]] == sorted(full.ledger.rows, reverse=True)
    assert '"2026-11-05 10:30-05:00"' in lines[1]
    assert lines[-1] == ""


@pytest.mark.parametrize("ended", [True, False])
def test_a_session_that_ended_or_fell_asleep_gets_no_more_of_a_list(
    full: Story, monkeypatch: pytest.MonkeyPatch, *, ended: bool
) -> None:
    monkeypatch.setattr(register, "CHUNK", 7)
    auditor = full.staff("audit")
    file = register.parts(full.desk, auditor.session.id, wanted=Wanted())
    assert next(file)
    assert b"e-044" in next(file)
    if ended:
        sign_out(full.desk, auditor)
    else:
        full.clock.advance(minutes=6)
    with pytest.raises(NotSignedIn):
        next(file)
