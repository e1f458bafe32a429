"""Catalogue B, the signature: what the desk makes of marks, witnesses, replays and odd times."""

import json
from dataclasses import replace
from typing import Any

import pytest

from consent.errors import AlreadyDone, BadInput, NotAllowed, SameInk, WrongState
from consent.model.claims import odd_claims
from consent.model.document import document
from consent.model.people import Role
from consent.model.signature import Drawn, Marked, Spoken
from consent.model.status import Status
from consent.workflow import accounts, read, sign
from tests.samples.story import NAME, SECRET, Story, ink, replace_mode

X = {"strokes": [{"points": [[4000, 4000, 0, 0], [4300, 4300, 90, 0]]}]}
NURSE = {"kind": "staff", "login": "okafor", "secret": SECRET}
DAUGHTER = {"kind": "other", "name": "Inés Müller", "relation": "daughter", "mark": ink(300)}
SON = {"kind": "other", "name": "Karl Müller", "relation": "son", "mark": {"way": "typed", "name": "karl müller"}}


def marked(*witnesses: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"way": "marked", **X, "witnesses": list(witnesses), **changes}


def posted(story: Story, mark: Any, **parts: Any) -> str:
    presentation, covers = story.present(story.tablet, "patient")
    raw = json.dumps({"covers": covers, "mark": mark, **parts}).encode()
    return sign.sign_as_patient(story.desk, story.tablet, presentation=presentation, body=raw)


@pytest.fixture
def ready(story: Story) -> Story:
    story.at(Status.DISCUSSED)
    story.ready_to_sign()
    return story


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.mark.parametrize("mark", [None, {}, [], {"way": "drawn", "strokes": []}, {"way": "drawn", "strokes": None}])
def test_b01_no_stroke_is_no_signature(ready: Story, mark: Any) -> None:
    with pytest.raises(BadInput, match="not kept"):
        posted(ready, mark)
    assert "Signed" not in ready.kinds()


@pytest.mark.parametrize("points", [[[5, 5, 0, 0]], [[5, 5, 0, 0], [9, 9, 9, 0]], [[5, 5, 0, 0], [45, 5, 9, 0]]])
def test_b02_a_dot_is_neither_a_signature_nor_a_mark(ready: Story, points: list[list[int]]) -> None:
    strokes = [{"points": points}]
    with pytest.raises(BadInput, match="too short"):
        posted(ready, {"way": "drawn", "strokes": strokes})
    with pytest.raises(BadInput, match="touch is not a mark"):
        posted(ready, marked(NURSE, DAUGHTER, strokes=strokes))


def test_b04_odd_times_are_kept_as_a_claim_and_the_servers_time_counts(ready: Story) -> None:
    back = [[1000 + 400 * at, 5000, 3_600_000 - 100 * at, 0] for at in range(12)]
    posted(ready, {"way": "drawn", "strokes": [{"points": back}]})
    made = ready.now.signed
    assert made
    assert isinstance(made.event.mark, Drawn)
    assert [list(point) for point in made.event.mark.strokes[0].points] == back
    assert made.at == ready.desk.now()
    assert odd_claims(ready.now) == ("back", "future")


def test_b04_all_times_equal_are_flagged_and_usual_ones_are_not(ready: Story) -> None:
    ready.present(ready.tablet, "patient")
    ready.clock.advance(minutes=1)
    still = [[1000 + 400 * at, 5000, 7, 0] for at in range(12)]
    posted(ready, {"way": "drawn", "strokes": [{"points": still}]})
    assert odd_claims(ready.now) == ("equal",)
    usual = Story()
    usual.at(Status.DISCUSSED)
    usual.ready_to_sign()
    usual.present(usual.tablet, "patient")
    usual.clock.advance(seconds=5)
    posted(usual, ink())
    assert odd_claims(usual.now) == ()


@pytest.mark.parametrize(
    "twice",
    [
        b'{"covers":"%s","covers":"%s","mark":%s}',
        b'{"mark":{"way":"typed","name":"Ann Lee"},"covers":"%s","x":"%s","mark":%s}',
    ],
)
def test_b06_a_key_that_is_there_twice_is_refused(ready: Story, twice: bytes) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    raw = twice % (covers.encode(), covers.encode(), json.dumps(ink()).encode())
    with pytest.raises(BadInput, match="not kept"):
        sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=raw)
    raw = b'{"covers":"%s","mark":{"way":"typed","name":"Ann Lee","name":"%s"}}' % (covers.encode(), NAME.encode())
    with pytest.raises(BadInput, match="there twice"):
        sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=raw)
    assert "Signed" not in ready.kinds()


def test_b07_no_way_of_signing_takes_a_picture(ready: Story) -> None:
    for mark in ({"way": "image", "png": "iVBORw0KGgo="}, {**ink(), "png": "x"}, marked(NURSE, SON, svg="<svg/>")):
        with pytest.raises(BadInput, match="not kept"):
            posted(ready, mark)


def test_b08_the_ink_of_another_consent_is_refused_and_alarmed(ready: Story, told: list[str]) -> None:
    posted(ready, ink())
    other = Story()
    other.ledger.ink = ready.ledger.ink
    other.at(Status.DISCUSSED)
    other.ready_to_sign()
    with pytest.raises(SameInk, match="signed before"):
        posted(other, ink())
    assert told == ["ink_again"]
    with pytest.raises(SameInk):
        posted(other, marked(NURSE, {**DAUGHTER, "mark": ink()}))
    with pytest.raises(SameInk):
        posted(other, marked(NURSE, SON, strokes=ink()["strokes"]))
    assert "Signed" not in other.kinds()
    posted(other, ink(500))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was alarmed about."""
    heard: list[str] = []
    monkeypatch.setattr(sign, "alarm", lambda what, **_: heard.append(what))
    return heard


def test_b10_a_request_of_another_record_signs_nothing(ready: Story, told: list[str]) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    first = ready.episode
    ready.open(name="Ann Lee", mrn="77")
    ready.prepare()
    ready.hand_over()
    raw = json.dumps({"covers": covers, "mark": ink()}).encode()
    with pytest.raises(NotAllowed, match="not the record"):
        sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=raw)
    assert told == ["signature_of_another_record"]
    for episode in (first, ready.episode):
        assert "Signed" not in ready.kinds(f"episode:{episode}")


def test_b11_what_is_missing_is_listed(story: Story) -> None:
    story.at(Status.READING)
    story.identify()
    with pytest.raises(NotAllowed, match="still open") as caught:
        story.present(story.tablet, "patient")
    assert "Pages to read: " in caught.value.next_step
    assert "The talk is not recorded." in caught.value.next_step
    assert NAME not in str(caught.value)


def test_b12_nothing_that_was_signed_changes_afterwards(ready: Story) -> None:
    posted(ready, ink())
    before = ready.digest()
    with pytest.raises(WrongState):
        read.choose(ready.desk, ready.tablet, clause="photo", choice="yes")
    with pytest.raises(WrongState):
        ready.prepare(why="Another reason")
    assert ready.digest() == before


def test_b13_how_often_the_box_was_cleared_is_kept_before_the_signature(ready: Story) -> None:
    posted(ready, ink(), cleared=50)
    assert ready.kinds()[-2:] == ["Redrawn", "Signed"]
    event = ready.ledger.read(f"episode:{ready.episode}")[-2].event
    assert event.cleared == 50  # type: ignore[union-attr]  # the kind is checked above
    with pytest.raises(BadInput):
        sign.sign_as_patient(ready.desk, ready.tablet, presentation="p-1", body=json.dumps({"cleared": -1}).encode())


def printed(story: Story) -> str:
    story.attest()
    story.seal()
    return document(story.now).model_dump_json()


def test_b16_a_mark_before_two_witnesses_is_a_signature(ready: Story) -> None:
    posted(ready, marked(NURSE, DAUGHTER))
    made = ready.now.signed
    assert made
    assert isinstance(made.event.mark, Marked)
    assert made.event.mark.witnesses[0].who.name == "Ngozi Okafor"  # type: ignore[union-attr]  # staff
    assert SECRET not in made.event.model_dump_json()
    person = ready.ids["okafor"]
    assert ready.ledger.read(f"person:{person}")[-1].event.about == made.event.presentation  # type: ignore[union-attr]  # ProvedAgain
    text = printed(ready)
    assert "made a mark in place of writing the name" in text
    assert "Ngozi Okafor, RN; Inés Müller (daughter)" in text
    assert text.count('"title":"Witness"') == 2
    assert "before witnesses, as recorded: Ngozi Okafor" in ready.now.attested.event.statements[-1]  # type: ignore[union-attr]  # it was attested


def test_b16_a_yes_said_aloud_is_a_signature(ready: Story) -> None:
    posted(ready, {"way": "spoken", "witnesses": [DAUGHTER, SON]})
    made = ready.now.signed
    assert made
    assert isinstance(made.event.mark, Spoken)
    text = printed(ready)
    assert "said yes to this consent aloud" in text
    assert "I heard the patient say yes" in text


@pytest.mark.parametrize("login", ["stone", "hale"])
def test_b16_a_clinician_of_this_consent_is_no_witness(story: Story, login: str) -> None:
    story.at(Status.PREPARED)
    if login == "hale":
        story.prepare(performer=story.ids["stone"])
    story.hand_over()
    story.read()
    story.finish()
    story.talk()
    story.ready_to_sign()
    witness = {**NURSE, "login": login}
    if login == "stone":
        with pytest.raises(NotAllowed, match="cannot be its witness"):
            posted(story, marked(witness, DAUGHTER))
        with pytest.raises(NotAllowed, match="cannot be its witness"):
            posted(story, marked(NURSE, {**SON, "name": "AVERY stone", "mark": ink(9)}))
        assert "Signed" not in story.kinds()
    else:
        posted(story, marked(witness, DAUGHTER))
        assert story.now.status is Status.PATIENT_SIGNED


def test_b16_whoever_was_a_witness_does_not_attest(ready: Story) -> None:
    demo = replace(ready.desk, clinic=replace_mode(ready.desk.clinic, "demo"))
    accounts.set_up(
        demo, login="venn", name="Ira Venn", secret=SECRET, roles=(Role.CLINICIAN,), privileges=(ready.template.id,)
    )
    posted(ready, marked({**NURSE, "login": "venn"}, DAUGHTER))
    with pytest.raises(NotAllowed, match="cannot be its witness"):
        ready.attest(by="venn")
    assert not ready.now.attested
    ready.attest(by="stone")


REFUSED: tuple[tuple[list[dict[str, Any]], str], ...] = (
    ([NURSE], "Witnesses needed: 2"),
    ([DAUGHTER, {**DAUGHTER, "mark": ink(700)}], "named twice"),
    ([{**SON, "name": "Inés MÜLLER", "mark": ink(3)}, DAUGHTER], "named twice"),
    ([NURSE, {**DAUGHTER, "name": NAME}], "The patient is named"),
    ([{**NURSE, "secret": "wrong"}, DAUGHTER], "not believed"),
    ([{**NURSE, "login": "nobody"}, DAUGHTER], "not believed"),
    ([{**SON, "mark": {"way": "typed", "name": "Somebody Else"}}, DAUGHTER], "same name twice"),
    ([{**DAUGHTER, "relation": " "}, SON], "not kept"),
    ([{**DAUGHTER, "name": "1"}, SON], "not kept"),
    ([], "not kept"),
    ([NURSE, DAUGHTER, SON], "not kept"),
    ([{"kind": "staff", "who": {"id": "u-1", "name": "Ngozi Okafor", "title": ""}}, DAUGHTER], "not kept"),
)


@pytest.mark.parametrize(("witnesses", "said"), REFUSED)
def test_b16_without_witnesses_who_may_be_one_nothing_is_signed(
    ready: Story, witnesses: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        posted(ready, marked(*witnesses))
    assert "Signed" not in ready.kinds()
    assert SECRET not in str(ready.ledger.kept)


def test_b16_a_clinic_whose_policy_says_so_asks_for_one_witness(ready: Story) -> None:
    ready.desk = replace(ready.desk, witnesses=1)
    posted(ready, marked(NURSE))
    assert ready.now.status is Status.PATIENT_SIGNED


def test_b16_a_retry_needs_no_proof_again_and_a_clinician_signs_alone(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    for secret in (SECRET, "another"):
        mark = marked({**NURSE, "secret": secret}, DAUGHTER)
        raw = json.dumps({"covers": covers, "mark": mark}).encode()
        assert sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=raw)
    assert ready.kinds().count("Signed") == 1
    with pytest.raises(BadInput, match="signs alone"):
        ready.attest(mark=marked(NURSE, DAUGHTER))


def test_d02_the_second_is_told_who_signed_when_and_nothing_is_overwritten(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    first, second = (json.dumps({"covers": covers, "mark": ink(shift)}).encode() for shift in (0, 500))
    sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=first)
    before = ready.now
    ready.clock.advance(minutes=2)
    with pytest.raises(AlreadyDone, match=r"by the patient, Tue 24 Nov 2026, 09:00 EST .* Nothing was changed"):
        sign.sign_as_patient(ready.desk, ready.tablet, presentation=presentation, body=second)
    assert ready.now == before


def test_d02_two_clinicians_attest_once_and_the_second_is_told_by_whom(ready: Story) -> None:
    posted(ready, ink())
    staff = [ready.staff("stone"), ready.staff("stone")]
    presentation, covers = ready.present(staff[0], "clinician")
    assert ready.present(staff[1], "clinician") == (presentation, covers)
    bodies = [json.dumps({"covers": covers, "mark": ink(at), "secret": SECRET}).encode() for at in (40, 41)]
    sign.attest(ready.desk, staff[0], presentation=presentation, body=bodies[0])
    with pytest.raises(AlreadyDone, match="by Avery Stone"):
        sign.attest(ready.desk, staff[1], presentation=presentation, body=bodies[1])
    assert ready.kinds().count("Attested") == 1
