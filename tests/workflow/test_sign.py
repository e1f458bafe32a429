"""The ceremony: catalogue B and D at the desk."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from consent.errors import (
    AlreadyDone,
    BadInput,
    NotAllowed,
    NotSignedIn,
    StaleEpisode,
    TooLarge,
    Unprintable,
    WrongState,
)
from consent.model.status import Status
from consent.workflow import handover, read, sign, visit
from tests.samples.story import NAME, SECRET, Story, ink


def body(covers: str, mark: Any = None, **parts: Any) -> bytes:
    return json.dumps({"covers": covers, "mark": ink() if mark is None else mark, **parts}).encode()


def signed(story: Story, presentation: str, raw: bytes) -> str:
    return sign.sign_as_patient(story.desk, story.tablet, presentation=presentation, body=raw)


@pytest.fixture
def ready(story: Story) -> Story:
    story.at(Status.DISCUSSED)
    story.ready_to_sign()
    return story


def test_looking_again_at_the_same_body_asks_the_same_request(ready: Story) -> None:
    first = ready.present(ready.tablet, "patient")
    assert ready.present(ready.tablet, "patient") == first
    assert first[1] == ready.digest()
    assert ready.kinds().count("Presented") == 1


def test_a_signature_keeps_the_digest_the_name_and_what_it_means(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    answer = json.loads(signed(ready, presentation, body(covers)))
    made = ready.now.signed
    assert made
    assert (made.event.covers, made.event.presentation) == (covers, presentation)
    assert (made.event.printed_name, made.event.meaning) == (NAME, "I read this and I agree to it.")
    assert answer == {"episode": ready.episode, "say": "Signed Tue 24 Nov 2026, 09:00 EST (UTC-0500)."}


def test_the_same_request_again_gets_the_same_answer_and_one_signature(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    raw = body(covers)
    first = signed(ready, presentation, raw)
    ready.clock.advance(minutes=1)
    assert signed(ready, presentation, raw) == first
    assert ready.kinds().count("Signed") == 1


def test_two_taps_at_the_same_moment_make_one_signature(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    raw = body(covers)
    answers: list[str] = []
    ready.ledger.others(lambda: answers.append(signed(ready, presentation, raw)))
    assert signed(ready, presentation, raw) == answers[0]
    assert ready.kinds().count("Signed") == 1


def test_two_tablets_that_sign_at_once_make_one_signature_and_one_refusal(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    ready.ledger.others(lambda: signed(ready, presentation, body(covers)))
    with pytest.raises(AlreadyDone, match="signed already"):
        signed(ready, presentation, body(covers, ink(500)))
    made = ready.now.signed
    assert made
    assert made.event.mark.way == "drawn"
    assert ready.kinds().count("Signed") == 1


def test_another_mark_for_a_used_request_is_refused(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    signed(ready, presentation, body(covers))
    with pytest.raises(AlreadyDone):
        signed(ready, presentation, body(covers, ink(500)))


def test_what_was_signed_is_not_put_before_the_patient_again(ready: Story) -> None:
    ready.sign()
    staff = ready.staff("stone")
    presentation, _ = ready.present(staff, "clinician")
    with pytest.raises(AlreadyDone):
        ready.present(ready.tablet, "patient")
    assert ready.now.presented
    assert ready.now.presented.presentation == presentation


def test_the_same_ink_never_signs_twice(ready: Story) -> None:
    ready.sign()
    with pytest.raises(AlreadyDone, match="drawing"):
        ready.attest(mark=ink())
    other = Story()
    other.ledger.ink = ready.ledger.ink
    other.at(Status.DISCUSSED)
    with pytest.raises(AlreadyDone):
        other.sign()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"not json",
        b"\xff\xfe",
        b'{"covers":"x"}',
        b"[" * 500,
        b"[" * 100_000,
        b'{"covers":' + b"9" * 6000 + b"}",
        b'{"covers":"' + b"0" * 64 + b'","mark":null}',
        b'{"covers":"' + b"0" * 64 + b'","mark":{"way":"drawn","strokes":[]}}',
        b'{"covers":"' + b"0" * 64 + b'","mark":{"way":"typed","name":"\\ud800"}}',
        b'{"covers":"' + b"0" * 64 + b'","mark":{"way":"drawn","strokes":[{"points":[[NaN,1,1,1]]}]}}',
        b'{"covers":"' + b"0" * 64 + b'","mark":{"way":"drawn","strokes":"' + b"x" * 100_000 + b'"}}',
    ],
)
def test_whatever_a_browser_sends_that_is_no_signature_is_refused_in_words(ready: Story, raw: bytes) -> None:
    presentation, _ = ready.present(ready.tablet, "patient")
    with pytest.raises(BadInput, match="The signature was not kept"):
        signed(ready, presentation, raw)
    assert ready.sign()


def test_a_body_of_megabytes_is_refused_before_it_is_read(ready: Story) -> None:
    with pytest.raises(TooLarge):
        signed(ready, "p-1", b"x" * (256 * 1024 + 1))
    with pytest.raises(BadInput, match="was not kept"):
        signed(ready, "p-1", b"x" * (256 * 1024))


def test_nobody_can_say_who_signs(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    for claim in ({"person": "u-1"}, {"episode": "e-2"}, {"printed_name": "Ann Lee"}):
        with pytest.raises(BadInput):
            signed(ready, presentation, body(covers, **claim))


def test_a_signature_over_another_text_is_stale(ready: Story) -> None:
    presentation, _ = ready.present(ready.tablet, "patient")
    with pytest.raises(StaleEpisode):
        signed(ready, presentation, body("0" * 64))


def test_a_request_that_this_record_never_made_is_refused(ready: Story) -> None:
    with pytest.raises(NotAllowed, match="not the record"):
        signed(ready, "p-nobody", body(ready.digest()))


def test_the_text_changed_since_the_page_was_opened(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    read.choose(ready.desk, ready.tablet, clause="photo", choice="yes")
    with pytest.raises(StaleEpisode):
        signed(ready, presentation, body(covers))
    assert ready.now.status is Status.DISCUSSED


def test_a_request_for_another_record_does_not_sign_this_one(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    ready.open(name="Ann Lee", mrn="77")
    ready.prepare()
    ready.hand_over()
    with pytest.raises(NotAllowed, match="not the record"):
        signed(ready, presentation, body(covers))


@pytest.mark.parametrize("status", [Status.PREPARED, Status.READING, Status.READ])
def test_nothing_is_put_before_the_patient_while_something_is_missing(story: Story, status: Status) -> None:
    story.at(status)
    if status is Status.PREPARED:
        story.hand_over()
    with pytest.raises(NotAllowed, match=r"things are still open|name and date of birth"):
        story.present(story.tablet, "patient")
    assert {"not_discussed"} <= {one.code for one in sign.missing_for(story.now, to="patient")}


def test_a_signature_does_not_slip_in_behind_a_new_blocker(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    ready.ledger.others(ready.hand_over, stream="episode:")
    with pytest.raises(NotAllowed):
        signed(ready, presentation, body(covers))
    assert "Signed" not in ready.kinds()


def test_the_equal_way_by_keyboard_takes_the_own_name_only(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    with pytest.raises(BadInput, match="not the name"):
        signed(ready, presentation, body(covers, {"way": "typed", "name": "Ann Lee"}))
    signed(ready, presentation, body(covers, {"way": "typed", "name": NAME.upper()}))
    assert ready.now.status is Status.PATIENT_SIGNED


def test_a_typed_name_can_be_printed() -> None:
    story = Story()
    story.open(name="fiona")
    with pytest.raises(Unprintable):
        signed_with(story, "\U0001d41fiona")


def signed_with(story: Story, name: str) -> None:
    story.prepare()
    story.hand_over()
    signed(story, "p-1", body("0" * 64, {"way": "typed", "name": name}))


def test_the_clinician_waits_for_the_patient(ready: Story) -> None:
    with pytest.raises(NotAllowed, match="1 things"):
        ready.present(ready.staff("stone"), "clinician")


def test_the_clinician_signs_the_same_digest_with_name_and_statements(ready: Story) -> None:
    ready.sign()
    answer = json.loads(ready.attest())
    now = ready.now
    assert now.signed
    assert now.attested
    assert now.attested.event.covers == now.signed.event.covers == ready.digest()
    assert now.attested.event.by.name == "Avery Stone"
    assert answer["episode"] == ready.episode


def test_a_clinician_proves_again_who_they_are(ready: Story) -> None:
    ready.sign()
    with pytest.raises(NotSignedIn):
        ready.attest(secret="wrong")  # noqa: S106 - a wrong one
    assert not ready.now.attested
    ready.attest()
    assert ready.now.attested


def test_five_wrong_proofs_lock_the_account_as_at_the_door(ready: Story) -> None:
    ready.sign()
    staff = ready.staff("stone")
    presentation, covers = ready.present(staff, "clinician")
    for secret in ["wrong"] * 5 + [SECRET]:
        with pytest.raises(NotSignedIn):
            sign.attest(ready.desk, staff, presentation=presentation, body=body(covers, ink(77), secret=secret))
    assert ready.now.status is Status.PATIENT_SIGNED


def test_a_retry_of_an_attestation_gets_the_same_answer(ready: Story) -> None:
    ready.sign()
    staff = ready.staff("stone")
    presentation, covers = ready.present(staff, "clinician")
    raw = body(covers, ink(77), secret=SECRET)
    first = sign.attest(ready.desk, staff, presentation=presentation, body=raw)
    ready.seal()
    assert sign.attest(ready.desk, staff, presentation=presentation, body=raw) == first
    assert ready.kinds().count("Attested") == 1


def test_an_attestation_of_nothing_is_stale(ready: Story) -> None:
    ready.sign()
    with pytest.raises(StaleEpisode, match="too old"):
        sign.attest(ready.desk, ready.staff("stone"), presentation="p-nobody", body=b"{}")


def test_the_patients_request_is_not_the_clinicians(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    ready.sign()
    with pytest.raises(AlreadyDone):
        sign.attest(
            ready.desk,
            ready.staff("stone"),
            presentation=presentation,
            body=body(covers, ink(77), secret=SECRET),
        )
    assert ready.now.status is Status.PATIENT_SIGNED


def test_a_clinician_types_their_own_name_and_no_other(ready: Story) -> None:
    ready.sign()
    with pytest.raises(BadInput):
        ready.attest(mark={"way": "typed", "name": "Robin Hale"})
    ready.attest(mark={"way": "typed", "name": "avery stone"})
    assert ready.now.status is Status.ATTESTED


def test_what_is_attested_is_what_happened(ready: Story) -> None:
    ready.sign()
    ready.attest()
    made = ready.now.attested
    assert made
    talk, questions, points, sites, signature = made.event.statements
    assert talk.startswith("Avery Stone talked with the patient")
    assert re.findall(r"\d", questions) == ["1", "1"]
    assert re.findall(r"\d", points) == ["1", "1", "0"]
    assert "hand, left side" in sites
    assert "signed Tue 24 Nov 2026, 09:00 EST" in signature


def test_before_talk_and_signature_the_attestation_claims_neither(story: Story) -> None:
    questions, *_ = lines = sign.attestation(story.at(Status.READ))
    assert len(lines) == 3
    assert re.findall(r"\d", questions) == ["1", "0"]
    assert not {"talked", "signed"} & set(" ".join(lines).split())


def test_a_tablet_that_was_taken_back_signs_nothing(ready: Story) -> None:
    ready.present(ready.tablet, "patient")
    handover.take_back(ready.desk, ready.tablet, secret=SECRET)
    assert visit.look_up_id(ready.desk, ready.tablet.session.id) is None


def test_a_no_and_a_signature_at_once_are_serialised(ready: Story) -> None:
    presentation, covers = ready.present(ready.tablet, "patient")
    ready.ledger.others(lambda: ready.refuse("No"), stream="episode:")
    with pytest.raises(WrongState):
        signed(ready, presentation, body(covers))
    assert ready.kinds()[-1] == "Refused"


def test_a_tablet_where_nobody_was_identified_cannot_be_signed_on(story: Story) -> None:
    story.at(Status.DISCUSSED)
    other = replace(story.tablet, session=replace(story.tablet.session, id="s-other"))
    with pytest.raises(NotAllowed, match="name and date of birth"):
        sign.present_to_patient(story.desk, other)


def test_coming_back_to_the_page_to_sign_is_kept_and_asks_for_nothing_new(ready: Story) -> None:
    first = ready.present(ready.tablet, "patient")
    assert ready.present(ready.tablet, "patient") == first
    read.show(ready.desk, ready.tablet, page="matters")
    assert ready.present(ready.tablet, "patient") == first
    assert ready.kinds()[-3:] == ["Presented", "ShownAgain", "ShownAgain"]
