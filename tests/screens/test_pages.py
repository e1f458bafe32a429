from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from consent.model.presentation import reading
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import rehearsal, seal
from consent.workflow.desk import Desk, load
from tests.running_app import ROOT

PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
STAFF_PAGES = ("today", "prepare", "talk", "attest", "record", "checklist", "timeout")
PATIENT_PAGES = ("read", "sign")

Screen = Callable[[str], AppTest]


def texts(screen: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "text", "info", "success", "warning", "error", "caption")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in screen.get(kind))


def labels(screen: AppTest) -> list[str]:
    return [button.label for button in screen.button]


def press(screen: AppTest, label: str) -> AppTest:
    return next(button for button in screen.button if button.label == label).click().run()


def opened(screen: AppTest, page: str, **pointers: str) -> AppTest:
    screen.run()
    for name, value in pointers.items():
        screen.query_params[name] = value
    screen.switch_page(str(Path("../../pages") / f"{page}.py"))
    return screen.run()


def identified(screen: AppTest, *, name: str = "Eleanor Whitfield", year: str = "1948") -> AppTest:
    screen.run()
    if say("hello.title") in texts(screen):
        press(screen, say("hello.line.normal"))
    for key, value in {"name": name, "month": "3", "day": "7", "year": year}.items():
        screen.text_input(key=f"identity-{key}").set_value(value)
    press(screen, "Go on")
    return press(screen, say("holder.patient")) if say("holder.title") in texts(screen) else screen


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_anything_to_somebody_who_is_not_signed_in(page: str, desk: Desk) -> None:
    screen = AppTest.from_file(ROOT / "consent" / "ui" / "shell.py", default_timeout=30)
    opened(screen, page)
    assert "You are signed out" in texts(screen)
    assert not any(
        row.patient_name in texts(screen) for row in desk.ledger.worklist(EVERYTHING, since="2000", until="2100")
    )


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_no_staff_page_opens_for_a_patient(page: str, prepared: str, as_patient: Screen) -> None:
    screen = opened(as_patient(prepared), page, episode=prepared)
    assert "This page is not part of your work here." in texts(screen)
    assert "Eleanor" not in texts(screen)


@pytest.mark.parametrize("page", PATIENT_PAGES)
def test_no_patient_page_opens_for_staff(page: str, prepared: str, as_staff: Screen) -> None:
    screen = opened(as_staff("stone"), page, episode=prepared)
    assert "This page is not part of your work here." in texts(screen)


@pytest.mark.usefixtures("prepared")
def test_today_shows_each_patient_with_one_next_step(as_staff: Screen) -> None:
    screen = as_staff("stone").run()
    assert "Eleanor Whitfield" in texts(screen)
    assert labels(screen).count("Hand over") == 1
    assert labels(screen).count("Prepare") == len(rehearsal.PATIENTS) - 1


def test_today_warns_of_patients_who_are_easily_mixed_up(as_staff: Screen) -> None:
    shown = texts(as_staff("stone").run())
    assert "Similar patient today. Born 18 Jun 1955" in shown
    assert "Similar patient today. Born 7 Mar 1948" not in shown


def test_today_says_when_nobody_fits_the_search(as_staff: Screen) -> None:
    screen = as_staff("stone").run()
    screen.text_input(key="search").set_value("nobody of this name").run()
    assert "Nobody on this day's list fits your search." in texts(screen)


def test_the_front_desk_sees_the_list_without_clinical_steps(as_staff: Screen) -> None:
    screen = as_staff("desk").run()
    assert "Prepare" not in labels(screen)
    assert "Add to the list" in labels(screen)


def test_a_patient_without_a_time_is_not_added_and_the_line_says_why(as_staff: Screen, desk: Desk) -> None:
    screen = as_staff("desk").run()
    press(screen, "Add to the list")
    assert "The date of birth or the time is missing." in texts(screen)
    assert len(desk.ledger.worklist(EVERYTHING, since="2000", until="2100")) == len(rehearsal.PATIENTS)


def test_preparing_without_a_side_is_refused_in_words(as_staff: Screen, desk: Desk) -> None:
    first = desk.ledger.worklist(EVERYTHING, since="2000", until="2100")[0].episode
    screen = opened(as_staff("stone"), "prepare", episode=first)
    screen.text_input(key="place_0").set_value("knee")
    press(screen, "Save")
    assert "A place has no side yet." in texts(screen)


def test_a_prepared_consent_says_how_long_the_patient_will_read(prepared: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("stone"), "prepare", episode=prepared)
    pages = len(reading(load(desk, prepared).case))
    assert f"The patient reads {pages} pages: about " in texts(screen)
    assert "0004417" in texts(screen)


def test_a_page_for_another_step_leads_back_to_today(prepared: str, as_staff: Screen) -> None:
    for page in ("talk", "attest"):
        screen = opened(as_staff("stone"), page, episode=prepared)
        assert "This record is not at that step now" in texts(screen)
        assert "Go to today's list" in labels(screen)


def test_nothing_personal_is_shown_before_name_and_date_of_birth(prepared: str, as_patient: Screen) -> None:
    screen = as_patient(prepared).run()
    assert "Eleanor" not in texts(screen)
    press(screen, say("hello.line.normal"))
    assert "Hello. Who are you?" in texts(screen)
    assert "Eleanor" not in texts(screen)


def test_three_misses_send_the_tablet_back_to_staff(prepared: str, as_patient: Screen) -> None:
    screen = as_patient(prepared)
    for _ in range(3):
        identified(screen, year="1949")
    assert "Please give the tablet back to the staff" in texts(screen)
    assert "Go on" not in labels(screen)


def test_a_word_that_is_no_date_is_not_a_miss(prepared: str, as_patient: Screen, desk: Desk) -> None:
    screen = identified(as_patient(prepared), year="long ago")
    assert "That is not a date." in texts(screen)
    assert load(desk, prepared).misses == 0


def test_reading_begins_with_what_matters_and_keeps_it(prepared: str, as_patient: Screen, desk: Desk) -> None:
    screen = identified(as_patient(prepared))
    screen.text_area(key="matters-hope").set_value("To walk").run()
    assert "What matters to you" in texts(screen)
    press(screen, "Save and go on")
    matters = load(desk, prepared).matters
    assert matters is not None
    assert matters.hope == "To walk"
    assert "About you · 2 of" in texts(screen)


def test_an_answer_is_kept_as_it_is_given_and_marked_by_a_sign(prepared: str, as_patient: Screen, desk: Desk) -> None:
    screen = press(identified(as_patient(prepared)), "Save and go on")
    first = load(desk, prepared).template.screening[0].id
    assert not load(desk, prepared).answers
    screen.button(key=f"ask-{first}-not_sure").click().run()
    assert load(desk, prepared).answers[first].answer == "not_sure"
    assert "✓ Not sure" in screen.button(key=f"ask-{first}-not_sure").label


def test_going_on_waits_for_the_answers_of_the_page(prepared: str, as_patient: Screen) -> None:
    screen = press(identified(as_patient(prepared)), "Save and go on")
    assert screen.button(key="main-screening-1").disabled
    for key in [button.key for button in screen.button]:
        if key and key.startswith("ask-") and key.endswith("-no"):
            screen.button(key=key).click().run()
    assert not screen.button(key="main-screening-1").disabled


def test_a_question_is_kept_and_the_patient_is_told_so(prepared: str, as_patient: Screen, desk: Desk) -> None:
    screen = identified(as_patient(prepared))
    screen.text_area(key="asked-matters-0").set_value("Will it *hurt*?")
    press(screen, "Save my question")
    assert load(desk, prepared).questions[0].text == "Will it *hurt*?"
    assert "Saved. We will answer before you sign." in texts(screen)


def test_a_no_takes_one_tap_and_no_reason(prepared: str, as_patient: Screen, desk: Desk) -> None:
    screen = press(identified(as_patient(prepared)), "I'd rather not")
    press(screen, say("no.say"))
    assert load(desk, prepared).refused is not None
    assert "Thank you for telling us" in texts(screen)


def test_the_signature_cannot_be_reached_before_the_talk(prepared: str, as_patient: Screen) -> None:
    screen = opened(identified(as_patient(prepared)), "sign")
    assert "There is something to read first" in texts(screen)


@pytest.fixture
def read(desk: Desk, prepared: str) -> str:
    """The episode of a patient who has read everything and gave the tablet back."""
    rehearsal.patient_reads(desk, rehearsal.signed_in(desk, "stone"), episode=prepared)
    return prepared


def test_the_talk_page_says_what_is_missing(read: str, as_staff: Screen) -> None:
    screen = opened(as_staff("stone"), "talk", episode=read)
    assert "Questions of the patient without an answer: 1." in texts(screen)
    assert "To climb the stairs at home again." in texts(screen)
    assert screen.button(key="talked").disabled


def test_an_answer_in_person_settles_a_question(read: str, as_staff: Screen, desk: Desk) -> None:
    screen = opened(as_staff("okafor"), "talk", episode=read)
    press(screen, "Answered in person")
    assert not load(desk, read).open_questions
    assert "A clinician who performs this procedure" in texts(screen)


def test_the_talk_is_recorded_with_its_minutes(read: str, as_staff: Screen, desk: Desk) -> None:
    rehearsal.talk(desk, rehearsal.signed_in(desk, "stone"), episode=read)
    screen = opened(as_staff("stone"), "talk", episode=read)
    assert "You talked. The patient can sign now." in texts(screen)
    assert "We talked" not in labels(screen)


def test_another_way_stands_beside_one_when_the_patient_asks_for_it(
    desk: Desk, prepared: str, as_patient: Screen
) -> None:
    first, second, *_ = (page for page in reading(load(desk, prepared).case) if page.key.startswith("way-"))
    screen = identified(as_patient(prepared))
    opened(screen, "read", step=first.key)
    assert second.title in labels(screen)
    assert second.passages[0].text.split("\n")[1].partition(": ")[2] not in texts(screen)
    press(screen, second.title)
    both = texts(screen)
    for way in (first, second):
        assert all(row.partition(": ")[2] in both for row in way.passages[0].text.split("\n")[1:])
    assert next(one for one in screen.button if one.label == "Go on").disabled is False


def test_the_patient_checks_all_of_it_before_signing(read: str, as_patient: Screen, desk: Desk) -> None:
    stone = rehearsal.signed_in(desk, "stone")
    rehearsal.talk(desk, stone, episode=read)
    screen = identified(as_patient(read))
    while "Check now" not in labels(screen):
        press(screen, "Go on")
    press(screen, "Check now")
    assert "You can say no, now or later, and still be cared for." in texts(screen)
    presented = load(desk, read).presented
    assert presented is not None
    assert presented.to == "patient"


def test_a_filed_record_shows_its_document_and_what_happened(read: str, as_staff: Screen, desk: Desk) -> None:
    stone = rehearsal.signed_in(desk, "stone")
    rehearsal.talk(desk, stone, episode=read)
    stone = rehearsal.patient_signs(desk, stone, episode=read)
    attest = opened(as_staff("stone"), "attest", episode=read)
    assert "You attest this" in texts(attest)
    rehearsal.clinician_signs(desk, stone, episode=read)
    seal.work_once(desk)
    screen = opened(as_staff("stone"), "record", episode=read)
    assert "Both have signed. The document is filed to the chart." in texts(screen)
    sealed = load(desk, read).sealed
    assert sealed is not None
    assert sealed.event.document in texts(screen)


def test_a_refusal_has_its_own_sentence_on_the_record(prepared: str, as_patient: Screen, as_staff: Screen) -> None:
    press(press(identified(as_patient(prepared)), "I'd rather not"), say("no.say"))
    screen = opened(as_staff("okafor"), "record", episode=prepared)
    assert "The patient said no." in texts(screen)


def test_a_talk_is_not_offered_while_the_patient_reads(prepared: str, as_patient: Screen, as_staff: Screen) -> None:
    as_patient(prepared)
    screen = opened(as_staff("stone"), "talk", episode=prepared)
    assert "The patient has not finished reading." in texts(screen)
    assert "We talked" not in labels(screen)


def test_a_page_stays_until_somebody_goes_on(prepared: str, as_patient: Screen) -> None:
    screen = identified(as_patient(prepared))
    screen.run()
    assert "About you · 1 of" in texts(screen)


def test_no_page_of_a_turn_hides_the_way_to_say_no(read: str, as_patient: Screen) -> None:
    screen = identified(as_patient(read))
    assert "Please give the tablet back to the staff." in texts(screen)
    assert "I'd rather not" in labels(screen)
