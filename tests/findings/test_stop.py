"""F26: what becomes of work under way when the server is told to stop.

A server that ended in good order ends as uvicorn does then: by the signal it was sent, raised once more after all else.
"""

import http.client
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from signal import SIGTERM
from urllib.parse import urlsplit

import httpx

from consent.model.episode import Episode
from consent.ports import EVERYTHING
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import handover, read, rehearsal, sign, visit
from consent.workflow.desk import Desk, load
from consent.workflow.rehearsal import _asked, _drawn, read_pages
from tests.findings.bare import bare, gone, until
from tests.findings.conftest import DAY
from tests.headless import Tab
from tests.running_app import RunningApp, running

A_MOMENT = 1.0
"""Seconds for which a server that would drop the work has time to do so; bare Streamlit takes 0.2."""


def test_f26_a_callback_under_way_is_lost_on_bare_streamlit(tmp_path: Path) -> None:
    with bare("steps.py", tmp_path) as here, Tab.open(here.base_url) as tab:
        tab.run().click("Sign", wait=False)
        assert until(lambda: here.noted() == ["start"])
        here.process.terminate()
        assert until(lambda: here.process.poll() is not None, within=10), gone("F26: gone in the middle of a callback")
        here.go_on()
        assert here.noted() == ["start"], gone("F26: gone in the middle of a callback")


def ready_to_sign(desk: Desk) -> tuple[str, Episode]:
    """The cookie of a tablet on which the signing page lies open, and its episode."""
    episode = desk.ledger.worklist(EVERYTHING, since=DAY[0], until=DAY[1])[0].episode
    clinician = rehearsal.signed_in(desk, "stone")
    rehearsal.prepare_it(desk, clinician, episode=episode)
    clinician = rehearsal.patient_reads(desk, clinician, episode=episode)
    rehearsal.talk(desk, clinician, episode=episode)
    ticket = visit.new_ticket(desk, clinician, purpose=f"hand_over:{episode}")
    token = handover.hand_over(desk, clinician, episode=episode, ticket=ticket)
    patient = visit.look_up(desk, token)
    assert patient is not None
    who = load(desk, episode).plan.patient
    read.confirm_identity(desk, patient, name=who.name, birth_date=date.fromisoformat(who.birth_date))
    read.declare_holder(desk, patient, holder="patient")
    read_pages(desk, patient)
    return token, sign.present_to_patient(desk, patient)


def post(app: RunningApp, presented: Episode, cookie: str) -> http.client.HTTPConnection:
    """Send the signature, and do not wait for the answer."""
    line = http.client.HTTPConnection(urlsplit(app.base_url).netloc, timeout=30)
    headers = {
        "Origin": app.base_url,
        "Content-Type": "application/json",
        "Idempotency-Key": _asked(presented),
        "Cookie": f"consent_session={cookie}",
    }
    line.request("POST", "/api/sign/patient", body=_drawn(presented, wave=7), headers=headers)
    return line


def test_f26_e09_a_signature_under_way_is_kept_and_answered_before_the_end_here(records: Path) -> None:
    desk, store = opened(Settings(mode="demo", records=records))
    cookie, presented = ready_to_sign(desk)
    with running(records) as app, ThreadPoolExecutor(1) as aside, ExitStack() as stack:
        writer = sqlite3.connect(records / "consent.sqlite", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        line = stack.enter_context(closing(post(app, presented, cookie)))
        answered = aside.submit(line.getresponse)
        assert httpx.get(f"{app.base_url}/healthz").is_success
        assert not until(answered.done, within=A_MOMENT)
        app.process.terminate()
        assert not until(lambda: app.process.poll() is not None, within=A_MOMENT)
        assert load(desk, presented.id).status.value == "discussed"
        writer.execute("ROLLBACK")
        writer.close()
        assert answered.result(20).status == 200
        assert app.process.wait(30) in {0, -SIGTERM}
    assert load(desk, presented.id).status.value == "patient_signed"
    store.close()
