"""The page of the log: a list that is narrowed, how far it is covered, and a verification in words."""

from collections.abc import Callable
from time import monotonic, sleep

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from consent.settings import settings
from consent.store.engine import open_store
from consent.wiring import verifier
from consent.words import say
from consent.workflow import log
from consent.workflow.desk import Desk
from tests.screens.test_pages import opened, press, texts

Screen = Callable[[str], AppTest]
PATIENCE = 120


def only(screen: AppTest) -> list[str]:
    return [str(button.key) for button in screen.button if str(button.key).startswith("only-")]


@pytest.mark.usefixtures("prepared")
def test_the_list_is_narrowed_to_one_record_and_leads_to_it(as_staff: Screen) -> None:
    screen = as_staff("lund").run()
    press(screen, "The log")
    assert "entries: everything that was done here" in texts(screen)
    screen.button(key=only(screen)[0]).click().run()
    record = str(screen.query_params["record"])
    assert f"Record {record}" in texts(screen)
    assert not only(screen)
    screen.selectbox(key="choose-kind-").set_value("EpisodeOpened").run()
    assert screen.query_params["kind"] == "EpisodeOpened"
    press(screen, "Open the record")
    assert screen.query_params["episode"] == record
    press(screen, "In the log")
    assert screen.query_params["record"] == record
    press(screen, "Clear all")
    press(screen, "Older")
    assert "below" in screen.query_params
    press(screen, "Newest")
    assert "below" not in screen.query_params


def test_what_leaves_the_system_and_what_does_not_is_said(as_staff: Screen, desk: Desk) -> None:
    log.covered(desk)
    screen = opened(as_staff("lund"), "audit")
    assert "A checkpoint covers the first" in texts(screen)
    assert "no checkpoint leaves this system by itself" in texts(screen)
    assert f"NOT ANCHORED: the last {desk.log.size():,} entries, since" in texts(screen)


def verified(screen: AppTest) -> str:
    """What the page says once a verification of everything has ended."""
    press(screen, "Verify now")
    until = monotonic() + PATIENCE
    while verifier().progress().running:
        assert monotonic() < until
        sleep(0.05)
    return texts(screen.run())


def test_everything_is_verified_and_not_anchored_without_a_checkpoint_from_outside(
    as_staff: Screen, desk: Desk
) -> None:
    note = log.covered(desk).note.written.decode()
    screen = opened(as_staff("lund"), "audit")
    press(screen, "Verify everything")
    assert "No folder outside the database has checkpoints." in texts(screen)
    assert "NOT ANCHORED: no checkpoint from outside covers any of it" in verified(screen)
    screen.text_area(key="brought").set_value("something else").run()
    press(screen, "Verify now")
    assert "This text is no checkpoint of this log." in texts(screen)
    screen.text_area(key="brought").set_value(note).run()
    assert "later ones, since" in verified(screen)  # the auditor's own signing in
    assert not screen.exception


def test_one_record_that_was_changed_is_named(as_staff: Screen, desk: Desk, prepared: str) -> None:
    note = log.covered(desk).note.written.decode()
    screen = opened(as_staff("lund"), "audit", record=prepared)
    press(screen, "Verify this record")
    screen.text_area(key="brought").set_value(note).run()
    press(screen, "Verify now")
    assert "PROVED: all of it is what it was" in texts(screen)
    store = open_store(settings().database_url, mode="demo", folder=settings().records)
    with store.writing() as connection:
        connection.execute(text("DROP TRIGGER event_payload_refuses_update"))
        connection.execute(
            text(
                "UPDATE event_payload SET payload = CAST(replace(CAST(payload AS TEXT), 'left', 'right') AS BLOB) "
                "WHERE stream = :it"
            ),
            {"it": f"episode:{prepared}"},
        )
    store.close()
    press(screen, "Verify now")
    assert "NOT PROVED" in texts(screen)
    assert prepared in texts(screen)
    press(screen, "Back to the log")
    press(screen, "Verify everything")
    assert "what it says was changed" in verified(screen)


@pytest.mark.parametrize("login", ["stone", "okafor", "admin"])
def test_others_have_no_page_of_the_log(as_staff: Screen, login: str) -> None:
    screen = opened(as_staff(login), "audit")
    assert say("gate.not_yours") in texts(screen)
    assert not only(screen)
