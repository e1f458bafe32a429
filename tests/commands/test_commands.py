"""``python -m consent`` as a person at a console uses it: in processes of its own."""

import json
import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from consent.model.document import body
from consent.model.entry import read
from consent.model.episode import fold
from consent.model.note import Key, KeyKind
from consent.model.presentation import passages
from consent.settings import ROOT, Settings
from consent.wiring import opened
from consent.workflow import day, health, proof, rehearsal, seeding
from consent.workflow.desk import load
from tests.warm import warm

Run = Callable[..., "subprocess.CompletedProcess[str]"]
NAMES = ("José Müller-Ñandú", "Αθηνά", "Мария", "فاطمة الزهراء", "שרה כהן")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command with the given settings; nothing of this process's settings reaches it."""

    def start(*arguments: str, settings: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSENT_")}
        given = {"CONSENT_RECORDS": str(tmp_path / "records"), **(settings or {})}
        return warm().run(
            "consent", *arguments, environment={**clean, **{key: value for key, value in given.items() if value}}
        )

    return start


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """What a command in production needs: the clinic's name and a pepper."""
    pepper = tmp_path / "pepper"
    pepper.write_bytes(bytes(range(32)))
    pepper.chmod(0o600)
    return {"CONSENT_FACILITY": "A clinic", "CONSENT_PEPPER_FILE": str(pepper)}


BODY = ("-x", "0", "-y", "64", "-W", "612", "-H", "664")
"""Where the text of a page stands between head and foot, in points of a Letter page."""


def _text_of(pdf: Path, *area: str) -> str:
    shown = subprocess.run(["pdftotext", "-raw", *area, str(pdf), "-"], capture_output=True, check=True)
    return _plain(shown.stdout.decode())


def _plain(text: str) -> str:
    """Letters and digits alone, so that line breaks and columns do not matter; presentation forms undone."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def test_the_demo_ends_with_a_pdf_that_qpdf_and_our_own_checks_accept(run: Run, tmp_path: Path) -> None:
    played = run("demo", "--out", str(tmp_path / "out"), "--seed", "7")
    assert played.returncode == 0, played.stderr
    assert ": filed, " in played.stdout
    subprocess.run(["qpdf", "--check", str(tmp_path / "out/consent.pdf")], check=True, capture_output=True)
    checked = run("check", str(tmp_path / "out"))
    assert checked.returncode == 0, checked.stderr
    assert "made again from its text and these events, to the same bytes" in checked.stdout
    heard = run("read", str(tmp_path / "out/consent.pdf"))
    assert heard.returncode == 0, heard.stderr
    assert "[heading 1] Consent to a procedure\n\n[heading 2] The plan\n[table, " in heard.stdout
    detached = tmp_path / "events.json"
    command = ["pdfdetach", "-savefile", "events.json", "-o", str(detached), str(tmp_path / "out/consent.pdf")]
    subprocess.run(command, check=True, capture_output=True)
    inside = json.loads(detached.read_text())["entries"]
    assert inside == json.loads((tmp_path / "out/episode.json").read_text())["entries"][: len(inside)]
    assert "SealBegun" in inside[-1]["payload"]


def test_what_is_no_document_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no")
    for name in ("a.pdf", "b.pdf"):
        refused = run("read", str(tmp_path / name))
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)


def test_two_demos_with_one_seed_give_the_same_bytes_but_for_their_seals(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        played = run(
            "demo",
            "--out",
            str(tmp_path / name),
            "--seed",
            "7",
            settings={"CONSENT_RECORDS": str(tmp_path / f"r{name}")},
        )
        assert played.returncode == 0, played.stderr
    fronts, seals = [], []
    for name in ("a", "b"):
        _, entries = proof.parsed((tmp_path / name / "episode.json").read_bytes())
        (seal,) = fold("e", read(entries)).seals.values()
        fronts.append((tmp_path / name / "consent.pdf").read_bytes()[: seal.front])
        seals.append(seal.certificate)
    assert fronts[0] == fronts[1]
    assert seals[0] != seals[1]


def test_a_document_of_the_demo_is_proved_by_the_fingerprint_that_the_clinic_gives(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--out", str(tmp_path / "out")).returncode == 0
    shown = run("seal-key", settings={"CONSENT_MODE": "demo"})
    assert shown.returncode == 0, shown.stderr
    pin = shown.stdout.splitlines()[0].rpartition(" ")[2]
    sealed = str(tmp_path / "out/consent.pdf")
    proved = run("verify", sealed, "--pin", pin)
    assert proved.returncode == 0, proved.stderr
    assert "Level of the seal (PAdES): B-B" in proved.stdout
    key = run("log", settings={"CONSENT_MODE": "demo"}).stdout.splitlines()[0].rpartition(" ")[2]
    logged = run("verify", sealed, "--pin", pin, "--log-key", key)
    assert (logged.returncode, "In the log: its entries up to " in logged.stdout) == (0, True), logged.stderr
    other = str(Key(name=key.partition("+")[0], kind=KeyKind.NOTE, public=bytes(32)))
    stranger = run("verify", sealed, "--pin", pin, "--log-key", other)
    assert (stranger.returncode, "proof of the log does not hold" in stranger.stderr) == (1, True)
    alone = subprocess.run(
        [sys.executable, "verify.py", sealed, "--pin", pin], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert run("verify", sealed, "--pin", "ab" * 32).returncode == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_the_pdf_holds_everything_that_was_shown_answered_and_signed(
    name: str, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    played = run("demo", "--out", str(out), "--patient", name)
    assert played.returncode == 0, played.stderr
    desk, store = opened(Settings(mode="demo", records=tmp_path / "records"))
    content = json.loads((out / "episode.json").read_bytes())
    now = load(desk, content["episode"])
    store.close()
    said = _text_of(out / "consent.pdf", *BODY)
    assert now.signed is not None
    assert now.attested is not None
    wanted = [passage.text for passage in passages(now.case)]
    wanted += [text for asked in now.questions if asked.answer for text in (asked.text, asked.answer.text)]
    wanted += [check.said for rounds in now.checks.values() for check in rounds]
    wanted += [answer.detail for answer in now.answers.values()]
    wanted += [question.ask for question in now.template.screening]
    wanted += [clause.ask for clause in now.template.clauses]
    wanted += [now.signed.event.meaning, now.attested.event.meaning, now.attested.event.by.name]
    wanted += [now.signed.event.covers, now.attested.event.covers, *now.attested.event.statements, "EST (UTC-0500)"]
    for text in wanted:
        assert _plain(text) in said, text
    assert all(_plain(word) in said for word in name.split())


def test_the_demo_is_refused_on_a_store_that_is_not_empty(run: Run, tmp_path: Path) -> None:
    assert run("demo", "--out", str(tmp_path / "a")).returncode == 0
    again = run("demo", "--out", str(tmp_path / "b"))
    assert again.returncode == 1
    assert "not empty" in again.stderr
    assert not (tmp_path / "b").exists()


def test_a_name_that_no_font_can_print_is_refused_at_entry(run: Run, tmp_path: Path) -> None:
    played = run("demo", "--out", str(tmp_path / "out"), "--patient", "Ada 𓀀 Lovelace")
    assert played.returncode == 1
    assert "U+13000" in played.stderr
    assert "Ada" not in played.stderr


def test_a_demo_store_is_refused_in_production_and_the_reverse(
    run: Run, tmp_path: Path, production: dict[str, str]
) -> None:
    production |= {"CONSENT_MODE": "production"}
    run("demo", "--out", str(tmp_path / "out"))
    refused = run("template", "list", settings=production)
    assert refused.returncode == 1
    assert "demo" in refused.stderr
    other = {"CONSENT_RECORDS": str(tmp_path / "real")}
    assert run("template", "list", settings={**production, **other}).returncode == 0
    assert run("demo", "--out", str(tmp_path / "x"), settings=other).returncode == 1


def test_production_without_a_facility_names_the_setting(run: Run) -> None:
    refused = run("template", "list", settings={"CONSENT_MODE": "production"})
    assert refused.returncode == 1
    assert "CONSENT_FACILITY" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("CONSENT_ZONE", "Mars/Olympus"), ("CONSENT_PAGE", "a5"), ("CONSENT_PUBLIC_URL", "http://x")]
)
def test_a_setting_out_of_range_is_named(run: Run, name: str, value: str) -> None:
    refused = run("template", "list", settings={"CONSENT_MODE": "demo", name: value})
    assert refused.returncode == 1
    assert name in refused.stderr


def test_a_patients_part_cannot_be_played_in_production(run: Run, production: dict[str, str]) -> None:
    production |= {"CONSENT_PASSWORD": "correct horse"}
    token = run("first-token", settings=production).stdout.strip()
    made = run(
        *("first-admin", "--token", token, "--new-login", "root", "--name", "Jo Park"),
        settings={**production, "CONSENT_NEW_PASSWORD": "correct horse"},
    )
    assert made.returncode == 0, made.stderr
    refused = run("patient-signs", "--as", "root", "e-1", settings=production)
    assert refused.returncode == 1
    assert "demo stores only" in refused.stderr


def test_the_first_administrators_token_serves_once(run: Run, production: dict[str, str]) -> None:
    production |= {"CONSENT_NEW_PASSWORD": "correct horse"}
    wrong = run("first-admin", "--token", "x", "--new-login", "a", "--name", "A B", settings=production)
    assert wrong.returncode == 1
    token = run("first-token", settings=production).stdout.strip()
    first = ("first-admin", "--token", token, "--new-login", "root", "--name", "Jo Park")
    assert run(*first, settings=production).returncode == 0
    assert run(*first, settings=production).returncode == 1
    assert run("first-token", settings=production).returncode == 1


def test_staff_do_the_whole_story_by_commands(run: Run, tmp_path: Path) -> None:
    """Add, prepare, talk and file by commands with named authentication; the patient's part is played."""
    demo = {"CONSENT_MODE": "demo", "CONSENT_PASSWORD": "bedside-demo"}
    desk, store = opened(Settings(mode="demo", records=tmp_path / "records"))
    rehearsal.hire(desk)
    facts = [f"--fact={key}={value}" for key, value in rehearsal.facts(desk.templates.latest(rehearsal.PROCEDURE))]
    store.close()

    def staff(*arguments: str) -> str:
        done = run(*arguments, settings=demo)
        assert done.returncode == 0, done.stderr
        return done.stdout

    add = ("add-patient", "--as", "desk", "--name", "Eleanor Whitfield", "--mrn", "0004417", "--born", "1948-03-07")
    episode = staff(*add, "--at", "2026-11-25T09:00", "--clinician", "stone").strip()
    assert "Eleanor Whitfield" in staff("today", "--as", "desk", "--day", "2026-11-25")
    why = ("--why", "The test shot helped.", "--performer", "stone", "--site", "knee:left")
    staff("prepare", "--as", "stone", episode, *why, *facts)
    staff("patient-reads", "--as", "stone", episode)
    refused = run("talked", "--as", "stone", episode, "--minutes", "9", settings=demo)
    assert refused.returncode == 1
    question = next(line.split()[-1] for line in refused.stderr.splitlines() if line.startswith("Still open: question"))
    staff("answer", "--as", "okafor", episode, question, "Yes, if it feels right.")
    staff("decide", "--as", "stone", episode, "Q3", "applies", "--note", "Low risk at this depth.")
    staff("plan", "--as", "stone", episode, "--change", "Apixaban:not on the morning of the day:Dr. Lena Brandt")
    assert staff("talked", "--as", "stone", episode, "--minutes", "9").strip() == "discussed"
    staff("patient-signs", "--as", "stone", episode)
    assert "Signed" in staff("attest", "--as", "stone", episode, "--typed", "Avery Stone")
    assert json.loads(staff("work")) == {"done": 2, "waiting": 0}
    staff("document", "--as", "lund", episode, "--out", str(tmp_path / "copy.pdf"))
    saw = staff("replay", "--as", "lund", episode)
    assert "could not be" not in saw
    assert all(words in saw for words in ("Rebuilt to the same words", "Apixaban", "Signed", "The test shot helped."))
    staff("bundle", "--as", "lund", episode, "--out", str(tmp_path / "bundle"))
    assert "2 signatures cover" in run("check", str(tmp_path / "bundle")).stdout
    assert (tmp_path / "copy.pdf").stat().st_mode & 0o077 == 0
    assert (tmp_path / "copy.pdf").read_bytes() == next((tmp_path / "records/chart").glob("*.pdf")).read_bytes()
    wrong = run("today", "--as", "stone", settings={**demo, "CONSENT_PASSWORD": "guess"})
    assert wrong.returncode == 1
    assert "That did not work" in wrong.stderr
    _a_notice_goes_with_it(tmp_path, episode, staff)


def _a_notice_goes_with_it(folder: Path, episode: str, staff: Callable[..., str]) -> None:
    desk, store = opened(Settings(mode="demo", records=folder / "records"))
    day.withdraw(desk, rehearsal.signed_in(desk, "okafor"), episode=episode)
    store.close()
    assert json.loads(staff("work")) == {"done": 2, "waiting": 0}
    staff("bundle", "--as", "lund", episode, "--out", str(folder / "whole"))
    assert "is a notice of this record (withdrawal)" in staff("check", str(folder / "whole"))
    (made,) = (folder / "whole").glob("withdrawal-*.pdf")
    assert made.stat().st_mode & 0o077 == 0


def test_a_bundle_with_one_changed_letter_is_refused(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("demo", "--out", str(out), "--seed", "7").returncode == 0
    events = out / "episode.json"
    events.write_text(
        events.read_text(encoding="utf-8").replace("climb the stairs", "climb the stares"), encoding="utf-8"
    )
    refused = run("check", str(out))
    assert refused.returncode == 1
    assert "does not match" in refused.stderr


def test_a_template_file_that_breaks_a_rule_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("id: a\nid: b\n", encoding="utf-8")
    refused = run("template", "check", str(file))
    assert refused.returncode == 1
    assert "template.yaml:2" in refused.stderr


def test_what_the_document_holds_is_what_was_signed(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("demo", "--out", str(out), "--seed", "7").returncode == 0
    _, entries = proof.parsed((out / "episode.json").read_bytes())
    from consent.model.blocks import digest

    now = fold("e", read(entries))
    assert now.signed is not None
    assert digest(body(now)) == now.signed.event.covers


def test_a_demo_never_files_into_the_chart_that_the_environment_names(run: Run, tmp_path: Path) -> None:
    chart = tmp_path / "real-chart"
    chart.mkdir()
    settings = {"CONSENT_MODE": "production", "CONSENT_CHART": str(chart)}
    assert run("demo", "--out", str(tmp_path / "out"), settings=settings).returncode == 0
    assert list(chart.iterdir()) == []
    assert len(list((tmp_path / "records/chart").glob("*.pdf"))) == 1


@pytest.mark.parametrize("login", ["admin", "lund"])
def test_the_days_list_is_for_those_who_may_see_it(run: Run, tmp_path: Path, login: str) -> None:
    desk, store = opened(Settings(mode="demo", records=tmp_path / "records"))
    rehearsal.hire(desk)
    store.close()
    demo = {"CONSENT_MODE": "demo", "CONSENT_PASSWORD": "bedside-demo"}
    refused = run("today", "--as", login, settings=demo)
    assert refused.returncode == 1
    assert "may not" in refused.stderr


def test_a_demo_store_is_filled_and_stays_sound(run: Run) -> None:
    demo = {"CONSENT_MODE": "demo"}
    for added in ("3", "2"):
        filled = run("seed", "--episodes", added, "--seed", "7", settings=demo)
        assert (filled.returncode, filled.stdout.split(",")[0]) == (0, f"{added} records added"), filled.stderr
    checked = run("doctor", settings=demo)
    assert "STOP" not in checked.stdout
    assert run("rebuild", settings=demo).stdout.strip() == str(len(rehearsal.PATIENTS) + 5)


def test_a_clinics_store_is_never_filled(run: Run, production: dict[str, str], tmp_path: Path) -> None:
    assert run("first-token", settings=production).returncode == 0
    before = (tmp_path / "records/consent.sqlite").read_bytes()
    refused = run("seed", "--episodes", "3", settings=production)
    assert (refused.returncode, "demo stores only. Set CONSENT_MODE=demo" in refused.stderr) == (1, True)
    refused = run("seed", "--episodes", "3", settings={"CONSENT_MODE": "demo"})
    assert (refused.returncode, "This store is for production" in refused.stderr) == (1, True)
    assert (tmp_path / "records/consent.sqlite").read_bytes() == before
    assert run("seed", "--episodes", "0", settings={"CONSENT_MODE": "demo"}).returncode == 1


_HEARS_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("consent", run_name="__main__", alter_sys=True)
"""
"""``python -m consent``; a process that was started in the background would be deaf to it."""


def test_filling_is_stopped_by_ctrl_c_and_leaves_a_whole_store(tmp_path: Path) -> None:
    records = tmp_path / "records"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("CONSENT_")}
    with subprocess.Popen(
        [sys.executable, "-c", _HEARS_CTRL_C, "seed", "--episodes", "100000"],
        cwd=ROOT,
        env={**clean, "CONSENT_MODE": "demo", "CONSENT_RECORDS": str(records)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as filling:
        assert filling.stderr
        assert " of 100000 records, " in filling.stderr.readline()
        filling.send_signal(signal.SIGINT)
        told, _ = filling.communicate(timeout=60)
    assert filling.returncode == 130
    kept = int(told.removeprefix("Stopped. At least ").split()[0])
    desk, store = opened(Settings(mode="demo", records=records))
    streams = desk.ledger.streams("episode:")
    kept_at_the_very_moment = seeding.BATCH
    assert len(streams) - len(rehearsal.PATIENTS) - kept in {0, kept_at_the_very_moment}
    assert all(health.holds(desk, name) for name in streams[-20:])
    store.close()
