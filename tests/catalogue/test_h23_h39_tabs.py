"""Catalogue H32, H36, H39: what a colleague does to others, how a signature is proved, whose data a page shows."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from consent.errors import NotSignedIn
from consent.model.events import Attested
from consent.model.events_beside import ProvedAgain
from consent.model.people import Role
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import accounts, prepare, read, rehearsal, sign, visit
from consent.workflow.desk import Desk, stream_of
from consent.workflow.rehearsal import _asked, _drawn, signed_in
from tests.catalogue.open_clinic import DAY, OpenClinic, handed_over
from tests.headless import Tab
from tests.running_app import ROOT, RunningApp, running

WATCHED = (".streamlit", ".claude", ".agents", ".cursor", "pages")
OTHERS = "seven blue kettles"


def beside_us() -> list[Path]:
    """The project's own folder, without what tests that run beside these leave there."""
    return sorted(path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "build")


def messages() -> dict[str, BackMsg]:
    """One message of every kind that a browser can send, but for the one that runs the script."""
    made = {kind: BackMsg() for kind in BackMsg.DESCRIPTOR.fields_by_name if kind != "rerun_script"}
    for kind, message in made.items():
        inner = getattr(message, kind)
        if isinstance(inner, bool):
            setattr(message, kind, True)
        else:
            inner.SetInParent()
    for kind in BackMsg().backend_operation_request.DESCRIPTOR.fields_by_name:
        message = BackMsg()
        asked = message.backend_operation_request
        asked.request_id = "r-1"
        if asked.DESCRIPTOR.fields_by_name[kind].message_type is not None:
            getattr(asked, kind).SetInParent()
            made[f"backend:{kind}"] = message
    return made


def files(*folders: Path) -> dict[str, int]:
    """Every file below these folders, and when it was written."""
    found: dict[str, int] = {}
    for folder in folders:
        for where, _, names in os.walk(folder):
            found |= {f"{where}/{name}": Path(where, name).stat().st_mtime_ns for name in names}
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of the server's user."""
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def at_home(records: Path, home: Path) -> Iterator[RunningApp]:
    """A server whose user has a home of their own."""
    with running(records, environment={"HOME": str(home)}) as app:
        yield app


def test_h32_every_other_message_of_a_colleague_changes_nothing_for_anybody(
    at_home: RunningApp, records: Path, home: Path
) -> None:
    kinds = messages()
    assert {"clear_cache", "stop_script", "load_git_info", "set_run_on_save", "backend:install_skills"} <= set(kinds)
    with Tab.open(at_home.base_url, cookie=at_home.sign_in("stone"), path="today") as doctor:
        before = doctor.run().texts()[1:]
        beside = [ROOT / name for name in WATCHED]
        kept = (files(home, *beside), beside_us(), sorted(records.iterdir()))
        for kind, message in kinds.items():
            with Tab.open(at_home.base_url, cookie=at_home.sign_in("okafor"), path="today") as nurse:
                nurse.run()
                if kind.startswith("backend:"):
                    message.backend_operation_request.session_id = nurse.session_id
                nurse.send(message)
                nurse.send(BackMsg(app_heartbeat=True))
                nurse.wait_until(lambda tab: "heartbeat_ack" in tab.messages)
                assert nurse.run().says("Eleanor Whitfield"), kind
            assert doctor.run().texts()[1:] == before, kind
        assert (files(home, *beside), beside_us(), sorted(records.iterdir())) == kept


def test_h32_a_message_cut_or_made_up_ends_its_own_socket_alone(clinic: OpenClinic) -> None:
    with Tab.open(clinic.server.base_url, cookie=clinic.cookies["clinician"], path="today") as doctor:
        doctor.run()
        for noise in (b"\xff\xff\xff", b"\x0a\xff", os.urandom(64)):
            with Tab.open(clinic.server.base_url, cookie=clinic.cookies["nurse"], path="today") as nurse:
                nurse.run().send(noise)
                with pytest.raises((ConnectionClosed, TimeoutError)):
                    nurse.wait_until(lambda _: False, timeout=2)
            assert doctor.run().says("Eleanor Whitfield")


def test_h32_a_widget_that_is_not_there_and_a_page_that_is_not_there_do_nothing(clinic: OpenClinic) -> None:
    with Tab.open(clinic.server.base_url, cookie=clinic.cookies["nurse"], path="today") as nurse:
        nurse.run()
        nurse.page, nurse._page_hash = "../../consent/ui/gate", ""
        nurse.put(WidgetState(id="$$ID-made-up-None", trigger_value=True))
        assert nurse.page_not_found
        assert nurse.run("today").says("Eleanor Whitfield")


def presented(desk: Desk, place: int) -> tuple[str, str]:
    """A record put before the clinician: its episode and the request to sign."""
    clinician = signed_in(desk, "stone")
    episode = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[place].episode
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    clinician = rehearsal.patient_signs(desk, clinician, episode=episode)
    return episode, _asked(sign.present_to_clinician(desk, clinician, episode=episode))


@pytest.fixture
def signing(records: Path) -> Iterator[Desk]:
    """A desk of one's own."""
    made, store = opened(Settings(mode="demo", records=records))
    yield made
    store.close()


def proofs(desk: Desk, person: str) -> list[tuple[str, str]]:
    """What somebody proved again for: the way, and what it was about."""
    events = [one.event for one in desk.ledger.read(f"person:{person}")]
    return [(event.way, event.about) for event in events if isinstance(event, ProvedAgain)]


def test_h36_each_attestation_asks_for_the_secret_and_names_what_was_proved(signing: Desk) -> None:
    requests = [presented(signing, place) for place in (0, 1)]
    stone = signed_in(signing, "stone")
    before = proofs(signing, stone.staff.id)
    for done, (episode, asked) in enumerate(requests, start=1):
        now = sign.present_to_clinician(signing, stone, episode=episode)
        for secret in ("", "not the one", "000000"):
            with pytest.raises(NotSignedIn):
                sign.attest(signing, stone, presentation=asked, body=_drawn(now, wave=11, secret=secret))
        assert len(proofs(signing, stone.staff.id)) == len(before) + done - 1
        sign.attest(signing, stone, presentation=asked, body=_drawn(now, wave=11, secret=rehearsal.PASSWORD))
        happened = [one.event for one in signing.ledger.read(stream_of(episode))]
        attested = next(event for event in happened if isinstance(event, Attested))
        assert proofs(signing, stone.staff.id)[len(before) :][done - 1] == ("password", attested.presentation)
        assert attested.presentation == asked
        assert attested.by.id == stone.staff.id


def test_h36_another_persons_secret_does_not_sign(signing: Desk) -> None:
    accounts.set_password(signing, signed_in(signing, "reyes"), old=rehearsal.PASSWORD, new=OTHERS)
    episode, asked = presented(signing, 0)
    stone = signed_in(signing, "stone")
    now = sign.present_to_clinician(signing, stone, episode=episode)
    with pytest.raises(NotSignedIn):
        sign.attest(signing, stone, presentation=asked, body=_drawn(now, wave=11, secret=OTHERS))
    assert not any(isinstance(one.event, Attested) for one in signing.ledger.read(stream_of(episode)))


def test_h39_two_patients_on_the_same_page_each_see_what_they_wrote(clinic: OpenClinic) -> None:
    rows = clinic.desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])
    tabs = {}
    for row in [row for row in rows if row.patient_name in {"Theo Nakamura", "José Müller-Ñandú", "Dolores Garcia"}]:
        if row.episode in {clinic.reading, clinic.sealed}:
            continue
        rehearsal.prepare_it(clinic.desk, signed_in(clinic.desk, "stone"), episode=row.episode)
        cookie = handed_over(clinic.desk, row.episode, by="stone")
        patient = visit.look_up(clinic.desk, cookie)
        assert patient is not None
        born = date.fromisoformat(row.birth_date)
        read.confirm_identity(clinic.desk, patient, name=row.patient_name, birth_date=born)
        read.declare_holder(clinic.desk, patient, holder="patient")
        read.note_matters(clinic.desk, patient, hope=f"The hope of {row.mrn}.", worry="")
        tabs[row.mrn] = Tab.open(clinic.server.base_url, cookie=cookie, path="read", query="step=matters")
    assert len(tabs) == 2
    for _ in range(5):
        for mrn, tab in tabs.items():
            texts = " ".join(tab.run().texts())
            assert [other for other in tabs if f"The hope of {other}." in texts] == [mrn]
    for tab in tabs.values():
        tab.close()


def test_h39_two_nurses_on_the_same_page_each_see_their_own_unit(clinic: OpenClinic) -> None:
    desk, units = clinic.desk, ("East", "West")
    rows = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[-2:]
    for unit, row in zip(units, rows, strict=True):
        prepare.assign_unit(desk, signed_in(desk, "stone"), episode=row.episode, unit=unit)
        accounts.set_up(
            desk,
            login=unit.lower(),
            name=f"Nurse {unit}",
            secret=rehearsal.PASSWORD,
            roles=(Role.NURSE,),
            units=(unit,),
        )
    tabs = [Tab.open(clinic.server.base_url, cookie=clinic.session(unit.lower()), path="today") for unit in units]
    for _ in range(5):
        for own, (tab, row, unit) in enumerate(zip(tabs, rows, units, strict=True)):
            tab.run().tick()
            assert (tab.says(row.patient_name), tab.says(f"Nurse {unit}")) == (True, True)
            assert not tab.says(rows[1 - own].patient_name)
            assert not tab.says("Eleanor Whitfield")
    for tab in tabs:
        tab.close()
