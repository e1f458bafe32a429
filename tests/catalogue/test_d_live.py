"""Catalogue D9, D10 in the running server: a patient's tablet does what is for staff, and two of its tabs at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model.events_draft import StaffActionRefused
from consent.words import say
from consent.workflow import handover, rehearsal, visit
from consent.workflow.desk import load
from consent.workflow.visitor import PATIENT
from tests.catalogue.at_the_door import Door, first_prepared, shown, standing


@pytest.fixture(scope="module")
def door(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One server for this file: each test has a patient of its own."""
    with standing(furnished, tmp_path_factory.mktemp("d")) as made:
        yield made


def test_d09_what_a_patients_tablet_posts_for_staff_is_refused_and_noted_without_a_name(door: Door) -> None:
    patient = door.handed(door.mine)
    before = door.kinds(f"episode:{door.mine}")
    for purpose in (f"hand_over:{door.mine}", f"hand_over:{door.theirs}", "enrol:mine", "sign_out"):
        assert door.door(purpose, patient, ticket="made-up").status_code == 403
    assert door.sign("clinician", patient, key="p-1").status_code == 403
    assert door.kinds(f"episode:{door.mine}") == before
    noted = [line for line in door.app.log.read_text().splitlines() if '"not_yours"' in line]
    assert noted
    session = door.session(patient).id
    assert all(session in line for line in noted)
    assert load(door.desk, door.mine).plan.patient.name not in "".join(noted)
    trail = [one for one in door.desk.ledger.read(f"access:{door.mine}") if one.event.kind == "StaffActionRefused"]
    assert [(one.event, one.header.actor, one.header.sign_in) for one in trail] == [
        (StaffActionRefused(times=1), PATIENT, session)
    ]


def test_d10_two_tabs_of_one_tablet_show_the_same_state_and_the_older_one_undoes_nothing(door: Door) -> None:
    episode = first_prepared(door.desk, at=3)
    patient = door.handed(episode)
    who = load(door.desk, episode).plan.patient
    year, month, day = who.birth_date.split("-")
    with door.tab(patient, path="read") as first:
        first.run("read").click(say("hello.line.normal")).fill("identity-name", who.name)
        for field, value in (("month", month), ("day", day), ("year", year)):
            first.fill(f"identity-{field}", value)
        first.click("Go on").click("I hold it myself")
        with door.tab(patient, path="read") as second:
            second.run("read", query="step=matters")
            assert shown(second) == shown(first)
            second.fill("matters-hope", "To walk").click("Save and go on")
            first.fill("matters-worry", "A scar")
            kept = load(door.desk, episode).matters
            assert kept
            assert kept.worry == "A scar"
            first.run("read")
            assert load(door.desk, episode).matters == kept


def test_d10_a_tab_left_open_after_the_tablet_was_taken_back_changes_nothing(door: Door) -> None:
    episode = first_prepared(door.desk, at=4)
    patient = door.handed(episode)
    with door.tab(patient, path="read") as tab:
        tab.run("read").click(say("hello.line.normal"))
        found = visit.look_up(door.desk, patient)
        assert found
        handover.take_back(door.desk, found, secret=rehearsal.PASSWORD)
        before = door.kinds(f"episode:{episode}")
        tab.fill("identity-name", "Anybody")
        assert door.kinds(f"episode:{episode}") == before
    assert door.ask("GET", "/read", patient).headers.get("location") == "/sign-in"
