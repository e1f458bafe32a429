"""The public page that checks a document, in the running program: what it says, and what it never says."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from consent.model import canon
from consent.model.document_code import letters
from consent.model.moments import date_words
from consent.ports import EVERYTHING
from consent.web import body, verify
from consent.words import say
from consent.workflow import keeping, rehearsal, seal
from consent.workflow.desk import Desk, load
from tests.catalogue.open_clinic import OpenClinic
from tests.running_app import NO_TLS

HERE = ("127.0.0.1", "::1")
NEVER = "9999-12-31T00:00:00.000000Z"
UNKNOWN = "abcd efgh ijkm npqr stuv wxyz 23"


@dataclass(frozen=True)
class Stranger:
    """Somebody without a session, at the running clinic."""

    clinic: OpenClinic

    @property
    def pdf(self) -> bytes:
        return self.clinic.desk.ledger.document(EVERYTHING, self.clinic.document).content

    def code(self, text: str) -> httpx.Response:
        return self.post(data={"code": text})

    def file(self, content: bytes) -> httpx.Response:
        return self.post(files={"file": ("Eleanor Whitfield 0004417.pdf", content, "application/pdf")})

    def post(self, kind: str = "", **sent: Any) -> httpx.Response:
        headers = {"Origin": self.clinic.server.base_url} | ({"Content-Type": kind} if kind else {})
        return httpx.post(f"{self.clinic.server.base_url}/verify", headers=headers, timeout=60, verify=NO_TLS, **sent)


@pytest.fixture
def stranger(clinic: OpenClinic) -> Stranger:
    """Nothing is counted yet against this machine."""
    for address in HERE:
        clinic.desk.attempts.clear(f"look-up:{address}")
    return Stranger(clinic)


def words(answer: httpx.Response) -> str:
    """What stands on a page."""
    inside = re.sub(r"<(style|script)>.*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def private(clinic: OpenClinic) -> set[str]:
    """What of any patient may never be told."""
    rows = [clinic.desk.ledger.row(EVERYTHING, episode) for episode in (clinic.sealed, clinic.reading)]
    found = {rehearsal.PASSWORD}
    for row in rows:
        assert row
        parts = {*row.patient_name.split(), row.mrn, row.birth_date, date_words(row.birth_date), row.title, row.sites}
        found |= parts | {row.clinician_name, row.procedure, str(date.fromisoformat(row.birth_date).year)}
    return {part for part in found if len(part) > 2}


def test_anybody_gets_the_page_and_it_works_without_a_script(stranger: Stranger) -> None:
    answer = httpx.get(f"{stranger.clinic.server.base_url}/verify")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    assert answer.text.count('<form method="post" action="/verify"') == 2


def test_the_untouched_file_is_unchanged_and_stands(stranger: Stranger) -> None:
    said = words(stranger.file(stranger.pdf))
    assert "This document is unchanged" in said
    assert "holds this very file" in said
    assert "has not taken it back" in said
    assert verify._grouped(canon.sha256_hex(stranger.pdf)) in said


def test_a_flipped_bit_is_not_proved(stranger: Stranger) -> None:
    pdf = bytearray(stranger.pdf)
    pdf[len(pdf) // 2] ^= 1
    said = words(stranger.file(bytes(pdf)))
    assert "NOT proved" in said
    assert "does not hold this very file" in said
    assert "This document is unchanged" not in said


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"not a PDF at all", b"\0" * 100_000])
def test_h43_what_is_no_document_is_not_proved(stranger: Stranger, content: bytes) -> None:
    answer = stranger.file(content)
    assert answer.status_code == 200
    assert "NOT proved" in words(answer)


def test_no_file_and_no_code_are_told_so(stranger: Stranger) -> None:
    assert "No file was chosen." in words(stranger.file(b""))
    assert "No finished document has this code." in words(stranger.code(""))


def test_a_code_tells_when_it_was_finished_and_that_it_stands(stranger: Stranger) -> None:
    for code in (
        letters(stranger.clinic.sealed),
        stranger.clinic.sealed.upper(),
        letters(stranger.clinic.sealed).replace(" ", "-"),
    ):
        said = words(stranger.code(code))
        assert "knows this document. It was finished on" in said
        assert verify._grouped(canon.sha256_hex(stranger.pdf)) in said


def test_h42_a_record_that_is_not_finished_is_as_unknown_as_none(stranger: Stranger) -> None:
    two = [stranger.code(code) for code in (letters(stranger.clinic.reading), UNKNOWN)]
    assert [answer.status_code for answer in two] == [200, 200]
    told = [
        answer.text.replace(code, "…")
        for answer, code in zip(two, (letters(stranger.clinic.reading), UNKNOWN), strict=True)
    ]
    assert told[0] == told[1]
    assert all(
        answer.elapsed.total_seconds() >= verify.FLOOR for answer in (*two, stranger.code(stranger.clinic.sealed))
    )


def test_h41_nothing_of_a_patient_is_in_any_answer_or_in_the_log(stranger: Stranger) -> None:
    changed = bytes([*stranger.pdf[:-1], 0])
    answers = [
        stranger.file(stranger.pdf),
        stranger.file(changed),
        stranger.code(stranger.clinic.sealed),
        stranger.code(stranger.clinic.reading),
    ]
    log = stranger.clinic.server.log.read_text(encoding="utf-8")
    for part in private(stranger.clinic):
        for answer in answers:
            assert not re.search(rf"\b{re.escape(part)}\b", words(answer)), part
    for part in (
        *private(stranger.clinic),
        stranger.clinic.sealed,
        letters(stranger.clinic.sealed),
        canon.sha256_hex(stranger.pdf),
    ):
        assert part not in log


def test_g16_whoever_holds_the_document_of_an_erased_record_is_told_that_nobody_can_say_whether_it_stands(
    stranger: Stranger,
) -> None:
    desk, episode = stranger.clinic.desk, another(stranger.clinic.desk)
    pdf = desk.ledger.document(EVERYTHING, load(desk, episode).newest).content
    keeping.propose(desk, rehearsal.signed_in(desk, "vale"), episode=episode, reason="law")
    keeping.agree(desk, rehearsal.signed_in(desk, "ota"), episode=episode)
    by_code, by_file = words(stranger.code(letters(episode))), words(stranger.file(pdf))
    for said in (by_code, by_file):
        assert say("verify.standing.erased") in said
        assert say("verify.standing.stands") not in said
    assert "This document is unchanged since" in by_file
    assert say("verify.code.known_next") not in by_code


def another(desk: Desk) -> str:
    """One more finished record."""
    stone = rehearsal.signed_in(desk, "stone")
    episode = rehearsal.book(desk, stone, patient="Eleanor Whitfield").id
    rehearsal.prepare_it(desk, stone, episode=episode)
    stone = rehearsal.patient_reads(desk, stone, episode=episode)
    rehearsal.talk(desk, stone, episode=episode)
    stone = rehearsal.patient_signs(desk, stone, episode=episode)
    rehearsal.clinician_signs(desk, stone, episode=episode)
    seal.work_once(desk)
    return episode


def test_h42_codes_cannot_be_tried_in_bulk(stranger: Stranger) -> None:
    for address in HERE:
        stranger.clinic.desk.attempts.count(
            f"look-up:{address}", now=stranger.clinic.desk.now(), since="0", most=1, until=NEVER
        )
    for answer in (stranger.code(stranger.clinic.sealed), stranger.file(stranger.pdf)):
        assert answer.status_code == 409
        assert "Wait 15 minutes" in words(answer)
        assert "knows this document" not in words(answer)


def test_h43_a_file_that_is_too_large_is_refused_by_what_it_declares_and_by_what_comes(stranger: Stranger) -> None:
    asked = HTTPConnection(stranger.clinic.server.base_url.removeprefix("http://"), timeout=30)
    with closing(asked):
        asked.putrequest("POST", "/verify")
        for name, value in (("Origin", stranger.clinic.server.base_url), ("Content-Length", str(500 * 1024 * 1024))):
            asked.putheader(name, value)
        asked.endheaders()
        assert asked.getresponse().status == 413

    def endless() -> Iterator[bytes]:
        for _ in range(body.FILE // 1_000_000 + 2):
            yield b"\0" * 1_000_000

    answer = stranger.post("multipart/form-data; boundary=x", content=endless())
    assert answer.status_code == 413
    assert "too large to be a document of ours" in words(answer)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\nz\r\n--y--"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=file"),
        ("application/pdf", b"%PDF-1.7"),
        ("application/x-www-form-urlencoded", b"code=\xff"),
        ("application/x-www-form-urlencoded", b"code=" + b"a" * 9000),
    ],
)
def test_h43_what_is_no_form_is_refused_in_words(stranger: Stranger, kind: str, content: bytes) -> None:
    answer = stranger.post(kind, content=content)
    assert answer.status_code in {413, 422}
    assert 'role="alert"' in answer.text


def test_a_hostile_code_is_shown_as_it_was_typed(stranger: Stranger) -> None:
    said = stranger.code('"><script>alert(1)</script>').text
    assert "alert(1)</script>" not in said
    assert "&lt;script&gt;" in said


def test_another_site_cannot_ask(stranger: Stranger) -> None:
    answer = httpx.post(
        f"{stranger.clinic.server.base_url}/verify",
        headers={"Origin": "https://elsewhere.example"},
        data={"code": UNKNOWN},
    )
    assert answer.status_code == 403


def test_h43_one_address_has_one_file_in_memory_at_a_time(stranger: Stranger) -> None:
    slow = HTTPConnection(stranger.clinic.server.base_url.removeprefix("http://"), timeout=30)
    with closing(slow):
        slow.putrequest("POST", "/verify")
        slow.putheader("Origin", stranger.clinic.server.base_url)
        slow.putheader("Content-Type", "multipart/form-data; boundary=x")
        slow.putheader("Content-Length", "1000")
        slow.endheaders(b"--x")
        answers = (stranger.file(b"%PDF-1.7") for _ in range(50))
        assert any(answer.status_code == 503 and "Wait a moment" in words(answer) for answer in answers)
    answers = (stranger.file(stranger.pdf) for _ in range(50))
    assert any("This document is unchanged" in words(answer) for answer in answers)
