"""Catalogue H1 to H3, H6, H7, H9 on the running server: the tablet in the patient's hands.

What a browser shows of it (H4) is in tests/journeys/test_h_browser.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import InvalidStatus

from consent.model.access import ADDRESSES, PAGES
from consent.model.people import MAY, Role
from consent.ports import EVERYTHING
from consent.words import say
from consent.workflow import handover, rehearsal, visit
from tests.catalogue.at_the_door import MRN, NORTHERN, SESSION, Door, closed_with, first_prepared, shown, standing

OF_STAFF = sorted(page for page, may in PAGES.items() if may not in MAY[Role.PATIENT])
OF_PATIENTS = sorted(set(PAGES) - set(OF_STAFF))


@pytest.fixture(scope="module")
def door(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with standing(furnished, tmp_path_factory.mktemp("tablet")) as made:
        yield made


@pytest.fixture(scope="module")
def tablet(door: Door) -> str:
    """The cookie of a tablet that the nurse gave to a patient who has said who they are."""
    return door.handed(door.mine)


def others(door: Door) -> set[str]:
    """Names and record numbers of everybody but the tablet's patient."""
    rows = door.desk.ledger.worklist(EVERYTHING, since="2000", until="2100")
    return {word for row in rows if row.episode != door.mine for word in (row.patient_name, row.mrn)}


def test_h01_no_page_of_staff_says_anything_on_a_patients_tablet(door: Door, tablet: str) -> None:
    with door.tab(tablet) as tab:
        for page in OF_STAFF:
            for query in ("", f"episode={door.mine}", f"episode={door.theirs}"):
                tab.run(page, query)
                assert page != tab.page or tab.says(say("gate.not_yours")), (query, tab.texts())
                assert not [word for word in others(door) if tab.says(word)]
    assert door.kinds(f"access:{door.mine}") == []


@pytest.mark.parametrize("page", OF_PATIENTS)
def test_h01_an_address_with_another_record_shows_the_tablets_own(door: Door, tablet: str, page: str) -> None:
    with door.tab(tablet) as tab:
        own = shown(tab.run(page, f"episode={door.mine}"))
        assert shown(tab.run(page, f"episode={door.theirs}")) == own
        assert not [word for word in others(door) if tab.says(word)]


@pytest.mark.parametrize("path", ["/records", "/audits", "/admin", "/today/", "/_stcore/metrics", "/pages/today.py"])
def test_h01_a_tablet_finds_nothing_at_other_addresses(door: Door, tablet: str, path: str) -> None:
    assert door.ask("GET", path, tablet).status_code == 404


def test_h01_the_frame_of_a_page_holds_nothing_of_any_patient(door: Door, tablet: str) -> None:
    for page in sorted(PAGES):
        answer = door.ask("GET", f"/{page}?episode={door.theirs}", tablet)
        assert answer.status_code == 200
        assert NORTHERN not in answer.text
        assert MRN not in answer.text
    digest = door.document(door.theirs)
    assert door.ask("GET", f"/documents/{digest}.pdf", tablet).status_code == 403


@pytest.fixture
def handed(door: Door) -> tuple[str, str]:
    """A clinician's cookie after the tablet went over HTTP, and the patient's."""
    before = door.signed_in("stone")
    known = visit.look_up(door.desk, before)
    assert known
    purpose = f"hand_over:{door.mine}"
    answer = door.door(purpose, before, ticket=visit.new_ticket(door.desk, known, purpose=purpose))
    assert answer.status_code == 200
    return before, answer.cookies.get(SESSION) or ""


def test_h02_the_clinicians_cookie_of_before_the_hand_over_is_nobodys(door: Door, handed: tuple[str, str]) -> None:
    before, after = handed
    assert before != after
    for path in ("/", *(f"/{page}" for page in PAGES)):
        assert door.ask("GET", path, before).headers["location"] == "/sign-in"
    assert door.ask("GET", f"/documents/{door.document(door.theirs)}.pdf", before).status_code == 401
    assert door.ask("POST", "/unlock", before, form={"password": rehearsal.PASSWORD}).status_code == 401
    assert door.door("active", before).status_code == 401
    assert door.door("sign_out", before).status_code == 401
    assert door.sign("clinician", before, key="p-1").status_code == 401
    with pytest.raises(InvalidStatus):
        door.tab(before)
    assert door.ask("GET", "/read", after).status_code == 200


def test_h02_a_clinicians_open_tab_is_cut_when_the_tablet_is_handed_over(door: Door) -> None:
    before = door.signed_in("stone")
    known = visit.look_up(door.desk, before)
    assert known
    with door.tab(before, path="talk", query=f"episode={door.mine}") as tab:
        tab.run()
        ticket = visit.new_ticket(door.desk, known, purpose=f"hand_over:{door.mine}")
        assert door.door(f"hand_over:{door.mine}", before, ticket=ticket).status_code == 200
        assert closed_with(tab) == 1008


def test_h03_a_patients_cookie_is_nobodys_once_the_tablet_was_taken_back(door: Door) -> None:
    patient = door.handed(door.mine)
    with door.tab(patient) as tab:
        tab.run()
        back = door.ask("POST", "/staff", patient, form={"password": rehearsal.PASSWORD})
        assert back.status_code == 303
        assert closed_with(tab) == 1008
    assert door.ask("GET", "/read", patient).headers["location"] == "/sign-in"
    assert door.sign("patient", patient, key="p-1").status_code == 401
    assert door.ask("POST", "/staff", patient, form={"password": rehearsal.PASSWORD}).status_code == 401
    with pytest.raises(InvalidStatus):
        door.tab(patient)
    assert door.ask("GET", "/today", back.cookies[SESSION]).status_code == 200


def test_h03_after_half_an_hour_only_staff_wake_a_patients_session(door: Door) -> None:
    patient = door.handed(door.mine)
    with door.tab(patient) as tab:
        tab.run()
        door.wind_back(patient, last_seen=31)
        assert closed_with(tab) == 1008
    assert door.ask("GET", "/read", patient).headers["location"] == "/staff"
    assert door.sign("patient", patient, key="p-1").status_code == 401
    assert door.door("active", patient).status_code == 401
    with pytest.raises(InvalidStatus):
        door.tab(patient)
    woken = {"password": rehearsal.PASSWORD, "go_on": "1"}
    assert door.ask("POST", "/staff", patient, form=woken | {"password": "wrong"}).status_code == 200
    assert door.ask("GET", "/read", patient).headers["location"] == "/staff"
    assert door.ask("POST", "/staff", patient, form=woken).status_code == 303
    with door.tab(patient, path="read") as tab:
        assert tab.run().says(say("hello.title"))


def test_h03_a_patient_who_was_idle_for_five_minutes_is_asked_for_the_name_again(door: Door) -> None:
    patient = door.handed(door.mine)
    known = visit.look_up(door.desk, patient)
    assert known
    door.wind_back(patient, last_seen=6)
    with door.tab(patient, path="read") as tab:
        assert tab.run().says(say("identity.title"))
        assert not tab.says(say("sign.place"))
    assert door.sign("patient", patient, key="p-1").status_code == 401


def test_h03_a_session_of_a_known_device_is_nobodys_on_another_one(door: Door) -> None:
    device, name = door.known_device("Bay 2")
    other, _ = door.known_device("Bay 3")
    token = door.signed_in("okafor", device=device)
    assert door.session(token).device == name
    assert door.ask("GET", "/today", token, device=device).status_code == 200
    for wrong in ("", "made-up", other):
        assert door.ask("GET", "/today", token, device=wrong).headers["location"] == "/sign-in"
        assert door.door("active", token, device=wrong).status_code == 401
        with pytest.raises(InvalidStatus):
            door.tab(token, device=wrong)


def test_h03_a_patients_session_of_a_known_device_stays_on_it_too(door: Door) -> None:
    device, name = door.known_device("Bay 4")
    staff = visit.look_up(door.desk, door.signed_in("okafor", device=device), device=device)
    assert staff
    ticket = visit.new_ticket(door.desk, staff, purpose=f"hand_over:{door.mine}")
    patient = handover.hand_over(door.desk, staff, episode=door.mine, ticket=ticket)
    assert door.session(patient).device == name
    assert door.ask("GET", "/read", patient).headers["location"] == "/sign-in"
    assert door.sign("patient", patient, key="p-1").status_code == 401
    assert door.ask("GET", "/read", patient, device=device).status_code == 200


def test_h06_a_patient_cannot_use_a_widget_of_a_clinicians_page(door: Door) -> None:
    patient = door.handed(door.mine)
    with door.tab(door.signed_in("stone"), path="prepare", query=f"episode={door.mine}&edit=1") as staff:
        widgets = staff.run().widgets()
    assert widgets
    before = door.kinds(f"episode:{door.mine}")
    with door.tab(patient, path="prepare", query=f"episode={door.mine}&edit=1") as tab:
        tab.run()
        for widget in widgets:
            forged = WidgetState(id=widget.id, string_value="what a patient wrote")
            tab.put(forged, WidgetState(id=widget.id, trigger_value=True))
        assert tab.says(say("gate.not_yours"))
    assert door.kinds(f"episode:{door.mine}") == before


def test_h06_a_patient_cannot_ask_the_door_for_what_staff_may(door: Door) -> None:
    patient = door.handed(door.mine)
    for purpose in (f"hand_over:{door.mine}", f"hand_over:{door.theirs}", "enrol:mine", "sign_out"):
        assert door.door(purpose, patient, ticket="made-up").status_code == 403
    assert door.ask("GET", "/read", patient).status_code == 200


@pytest.fixture(scope="module")
def talked(door: Door) -> str:
    """A record that waits for the patient's signature."""
    staff = rehearsal.signed_in(door.desk, "stone")
    episode = first_prepared(door.desk, at=4)
    staff = rehearsal.patient_reads(door.desk, staff, episode=episode)
    return rehearsal.talk(door.desk, staff, episode=episode).id


def test_h07_a_patients_session_cannot_attest(door: Door, talked: str) -> None:
    patient = door.handed(talked)
    before = door.kinds(f"episode:{talked}")
    answer = door.sign("clinician", patient, key="p-1")
    assert (answer.status_code, answer.text) == (403, say("door.not_yours"))
    assert door.kinds(f"episode:{talked}") == before


def test_h07_no_member_of_staff_signs_as_the_patient(door: Door, talked: str) -> None:
    before = door.kinds(f"episode:{talked}")
    for login in ("stone", "okafor", "desk", "reyes", "lund", "admin"):
        answer = door.sign("patient", door.signed_in(login), key="p-1")
        assert (answer.status_code, answer.text) == (403, say("door.not_yours"))
    assert door.kinds(f"episode:{talked}") == before


def test_h09_there_is_no_address_for_a_signatures_picture(door: Door) -> None:
    token = door.signed_in("north")
    ink = [
        one.event.presentation for one in door.desk.ledger.read(f"episode:{door.theirs}") if one.event.kind == "Signed"
    ]
    for name in (*ink, door.document(door.theirs)):
        for path in ("signatures/{}", "signature/{}.png", "api/sign/patient/{}", "media/{}.png", "documents/{}.png"):
            assert door.ask("GET", f"/{path.format(name)}", token).status_code == 404
    assert door.ask("GET", "/api/sign/patient", token).status_code == 405
    assert [one for one in ADDRESSES if "{" in one] == [
        "GET /drawings/{drawing}.svg",
        "GET /documents/{digest}.pdf",
        "GET /documents/{digest}/large-print.pdf",
        "GET /paper/{day}.pdf",
        "GET /{page}",
        "GET /_stcore/bidi-components/{component}",
    ]
