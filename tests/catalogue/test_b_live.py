"""Catalogue B through the real route: what the running server makes of whatever a pad may post."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from consent.workflow import rehearsal
from tests.catalogue.at_the_door import Door, standing
from tests.catalogue.at_the_pad import AtThePad, at_the_pad, handed

LIMIT = 256 * 1024


@pytest.fixture(scope="module")
def door(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with standing(furnished, tmp_path_factory.mktemp("pad")) as made:
        yield made


@pytest.fixture(scope="module")
def pad(door: Door) -> AtThePad:
    """A patient before the signature; only the last two tests here sign for them."""
    return at_the_pad(door.desk, number=1)


def post(
    door: Door, pad: AtThePad, raw: bytes, *, token: str = "", key: str = "", who: str = "patient"
) -> httpx.Response:
    sent = {"Content-Type": "application/json", "Idempotency-Key": key or pad.presentation}
    url, cookie = door.app.base_url, {"Cookie": f"consent_session={token or pad.token}"}
    return httpx.post(f"{url}/api/sign/{who}", content=raw, headers={"Origin": url, **cookie, **sent}, timeout=60)


COVERS = b'"covers":"%s"' % (b"0" * 64)
POINTS = b'{%s,"mark":{"way":"drawn","strokes":[{"points":[%%s]}]}}' % COVERS
BODIES = {
    "b01_nothing": b"",
    "b01_null": b"null",
    "b01_no_mark": b"{%s}" % COVERS,
    "b01_null_mark": b'{%s,"mark":null}' % COVERS,
    "b01_no_strokes": b'{%s,"mark":{"way":"drawn","strokes":[]}}' % COVERS,
    "b03_not_a_number": POINTS % b"[NaN,1,1,1]",
    "b03_infinity": POINTS % b"[Infinity,1,1,1]",
    "b03_huge": POINTS % b"[1e308,1,1,1]",
    "b03_negative": POINTS % b"[-1,1,1,1]",
    "b03_words": POINTS % b'["7",1,1,1]',
    "b03_yes_and_no": POINTS % b"[true,1,1,1]",
    "b03_points_without_end": POINTS % b",".join([b"[1,1,1,1]"] * 20_000),
    "b06_deep": b"[" * 500,
    "b06_very_deep": b"[" * 100_000,
    "b06_deep_mark": b'{%s,"mark":%s}' % (COVERS, b"[" * 90_000 + b"]" * 90_000),
    "b06_a_key_twice": b'{%s,%s,"mark":{"way":"typed","name":"Ann Lee"}}' % (COVERS, COVERS),
    "b06_six_thousand_digits": POINTS % (b"[%s,1,1,1]" % (b"9" * 6000)),
    "b06_not_json": b"covers=1",
    "b06_half_a_character": b'{%s,"mark":{"way":"typed","name":"\\ud800"}}' % COVERS,
    "b07_a_picture": b'{%s,"mark":{"way":"image","png":"iVBORw0KGgo="}}' % COVERS,
}


def refused(door: Door, pad: AtThePad, raw: bytes) -> None:
    answer = post(door, pad, raw)
    assert answer.status_code == 422, answer.text
    assert answer.json()["say"].startswith("The signature was not kept")
    assert "Signed" not in pad.kinds()


def named(number: str) -> list[str]:
    return [name for name in BODIES if name.startswith(number)]


@pytest.mark.parametrize("name", named("b01"))
def test_b01_an_empty_form_is_no_signature(door: Door, pad: AtThePad, name: str) -> None:
    refused(door, pad, BODIES[name])


@pytest.mark.parametrize("name", named("b03"))
def test_b03_points_that_no_pad_has_are_refused(door: Door, pad: AtThePad, name: str) -> None:
    refused(door, pad, BODIES[name])


@pytest.mark.parametrize("name", named("b06") + named("b07"))
def test_b06_what_no_pad_writes_is_refused_in_words(door: Door, pad: AtThePad, name: str) -> None:
    refused(door, pad, BODIES[name])


def test_b05_megabytes_are_refused_before_they_are_parsed(door: Door, pad: AtThePad) -> None:
    long = b'{"covers":"' + b"x" * (20 * 1024 * 1024) + b'"}'
    assert post(door, pad, long).status_code == 413
    assert post(door, pad, b"[" * (LIMIT + 1)).status_code == 413
    assert post(door, pad, b" " * LIMIT).status_code == 422


def test_b05_what_is_declared_is_not_believed(door: Door, pad: AtThePad) -> None:
    url = door.app.base_url
    sent = {"Content-Type": "application/json", "Idempotency-Key": pad.presentation, "Origin": url}
    cookie = {"Cookie": f"consent_session={pad.token}"}
    chunks = (b"[" * 65_536 for _ in range(5))
    answer = httpx.post(f"{url}/api/sign/patient", content=chunks, headers={**sent, **cookie}, timeout=60)
    assert answer.status_code == 413


def test_b10_another_role_record_or_patient_signs_nothing(door: Door, pad: AtThePad) -> None:
    nurse, clinician = door.signed_in("okafor"), door.signed_in("stone")
    other = handed(door.desk, door.mine)
    raw = pad.body()
    assert post(door, pad, raw, token=nurse).status_code == 403
    assert post(door, pad, raw, token=clinician).status_code == 403
    assert post(door, pad, raw, who="clinician").status_code == 403
    assert post(door, pad, raw, token=nurse, who="clinician").status_code == 403
    assert post(door, pad, raw, token=other).status_code == 403
    assert post(door, pad, raw, key="p-" + "0" * 32).status_code == 403
    assert post(door, pad, raw, token="0" * 64).status_code == 401
    for episode in (pad.episode, door.mine):
        assert "Signed" not in door.kinds(f"episode:{episode}")
    assert door.app.log.read_text().count("signature_of_another_record") == 2


def test_b11_nothing_is_signed_before_the_patient_said_who_they_are(door: Door) -> None:
    early = at_the_pad(door.desk, number=2)
    raw, token = early.body(), door.handed(early.episode, by="stone")
    answer = post(door, early, raw, token=token)
    assert (answer.status_code, answer.json()["say"]) == (403, "Please give your name and date of birth first.")
    assert post(door, early, raw).status_code == 401  # the tablet of the turn before
    assert "Signed" not in early.kinds()


def test_b16_witnesses_prove_themselves_on_the_patients_tablet(door: Door) -> None:
    pad = at_the_pad(door.desk, number=3)
    x = [{"points": [[4000, 4000, 0, 0], [4300, 4300 + len(pad.episode), 90, 0]]}]
    nurse = {"kind": "staff", "login": "okafor", "secret": rehearsal.PASSWORD}
    son = {"kind": "other", "name": "Karl Lee", "relation": "son", "mark": {"way": "typed", "name": "Karl Lee"}}
    mark = {"way": "marked", "strokes": x}
    wrong = post(door, pad, pad.body(mark={**mark, "witnesses": [{**nurse, "secret": "no"}, son]}))
    assert (wrong.status_code, "not believed" in wrong.json()["say"]) == (422, True)
    doctor = post(door, pad, pad.body(mark={**mark, "witnesses": [{**nurse, "login": "stone"}, son]}))
    assert doctor.status_code == 403
    assert post(door, pad, pad.body(mark={**mark, "witnesses": [nurse, son]})).status_code == 200
    assert rehearsal.PASSWORD not in door.app.log.read_text()
    assert pad.kinds().count("Signed") == 1


def test_b09_the_same_request_again_gets_the_same_answer_and_one_signature(door: Door, pad: AtThePad) -> None:
    first, again = post(door, pad, pad.body()), post(door, pad, pad.body())
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert pad.kinds().count("Signed") == 1
    another = post(door, pad, pad.body(shift=77))
    assert (another.status_code, "by the patient" in another.json()["say"]) == (409, True)


def test_b08_the_same_ink_under_another_consent_is_refused_and_alarmed(door: Door, pad: AtThePad) -> None:
    assert post(door, pad, pad.body()).status_code == 200
    other = at_the_pad(door.desk, number=4)
    strokes = json.loads(pad.body())["mark"]["strokes"]
    replayed = post(door, other, other.body(mark={"way": "drawn", "strokes": strokes}))
    assert (replayed.status_code, replayed.json()["say"]) == (409, "This drawing has signed before.")
    assert "Signed" not in other.kinds()
    assert "ink_again" in door.app.log.read_text()


def test_d02_whoever_comes_second_reads_who_signed_and_when(door: Door) -> None:
    with door.tab(door.signed_in("north")) as tab:
        tab.run("attest", query=f"episode={door.theirs}")
        assert tab.says("Signed by Runa North, "), tab.texts()


def test_a_tablet_that_fell_asleep_signs_nothing_and_says_what_to_do(door: Door, pad: AtThePad) -> None:
    token = handed(door.desk, door.mine)
    door.wind_back(token, last_seen=6)
    answer = post(door, pad, pad.body(), token=token)
    assert (answer.status_code, answer.json()["say"]) == (401, "This screen was locked.")
    assert "Say who you are" in answer.json()["next"]
