"""A signature by its own address: kept once, sealed by the worker behind it, and its document given to staff alone."""

from threading import Event

import httpx
import pytest

from consent.model.episode import Episode
from consent.ports import EVERYTHING
from consent.workflow import rehearsal, sign
from consent.workflow.desk import Desk
from consent.workflow.rehearsal import _asked, _drawn, signed_in
from tests.running_app import RunningApp

DAY = ("2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z")


@pytest.fixture
def presented(desk: Desk) -> Episode:
    """An episode that the patient has signed, put before the clinician."""
    clinician = signed_in(desk, "stone")
    episode = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0].episode
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    clinician = rehearsal.patient_signs(desk, clinician, episode=episode)
    return sign.present_to_clinician(desk, clinician, episode=episode)


def post(server: RunningApp, presented: Episode, *, cookie: str, wave: int = 11) -> httpx.Response:
    headers = {
        "Origin": server.base_url,
        "Content-Type": "application/json",
        "Idempotency-Key": _asked(presented),
        "Cookie": f"consent_session={cookie}",
    }
    body = _drawn(presented, wave=wave, secret=rehearsal.PASSWORD)
    return httpx.post(f"{server.base_url}/api/sign/clinician", content=body, headers=headers)


def sealed(desk: Desk, episode: str) -> str:
    pause = Event()
    for _ in range(150):
        row = desk.ledger.row(EVERYTHING, episode)
        if row is not None and row.document:
            return row.document
        pause.wait(0.2)
    raise AssertionError(desk.ledger.row(EVERYTHING, episode))


def test_the_same_signature_twice_gets_the_same_answer_and_another_is_refused(
    server: RunningApp, presented: Episode
) -> None:
    cookie = server.sign_in("stone")
    first, again = post(server, presented, cookie=cookie), post(server, presented, cookie=cookie)
    other = post(server, presented, cookie=cookie, wave=5)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert other.status_code == 409


def test_the_worker_seals_and_the_document_goes_to_staff_alone(
    server: RunningApp, presented: Episode, desk: Desk
) -> None:
    cookie = server.sign_in("stone")
    assert post(server, presented, cookie=cookie).status_code == 200
    address = f"{server.base_url}/documents/{sealed(desk, presented.id)}.pdf"
    answer = httpx.get(address, headers={"Cookie": f"consent_session={cookie}"})
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert presented.plan.patient.name.split()[0] not in str(answer.headers)
    assert httpx.get(address).status_code == 401
    front_desk = httpx.get(address, headers={"Cookie": f"consent_session={server.sign_in('desk')}"})
    assert front_desk.status_code == 403
