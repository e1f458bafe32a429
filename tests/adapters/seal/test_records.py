"""A record that does not hold, under a seal that does: whoever has the key cannot pass it off by mistake."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from pydantic import BaseModel

import verify as by_itself
from consent.model import blocks, canon
from consent.model.status import Status
from consent.seal import verdict
from consent.words import say
from tests.adapters.seal import sealing
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.sealing import Record

Change = Callable[[dict[str, Any], dict[str, Any]], None]
"""Changes what is inside: the document, and the events."""


def _sealed(office: Office, change: Change, kept: Record | None = None, *, frame: Change = lambda *_: None) -> bytes:
    kept = kept or office.kept
    inside, log = (json.loads(one) for one in kept.inside)
    change(inside["document"], log)
    frame(inside, log)
    return sealing.seal(kept.file(canon.canonical(inside), canon.canonical(log)), office.clinic)


def _signatures(document: dict[str, Any]) -> int:
    return next(at for at, one in enumerate(document["blocks"]) if one.get("text") == say("document.signatures"))


def _first(document: dict[str, Any], role: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in document["blocks"] if one["role"] == role)
    return found


def _said_otherwise(document: dict[str, Any], _: dict[str, Any]) -> None:
    _first(document, "paragraph")["text"] += " Not."


def _added_to_the_body(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"].insert(_signatures(document), {"role": "paragraph", "text": "And the other side as well."})


def _chapter_added(document: dict[str, Any], _: dict[str, Any]) -> None:
    more = {"role": "heading", "level": 2, "text": say("document.signatures")}
    document["blocks"].insert(_signatures(document), more)


def _signature_left_out(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"].remove(_first(document, "signature"))


def _signature_of_another_text(document: dict[str, Any], _: dict[str, Any]) -> None:
    _first(document, "signature")["covers"] = "0" * 64


def _signed_by_somebody_else(document: dict[str, Any], _: dict[str, Any]) -> None:
    _first(document, "signature")["printed_name"] = "Ana Berg"


def _another_ink(document: dict[str, Any], _: dict[str, Any]) -> None:
    _first(document, "signature")["strokes"][0]["points"][3][1] += 5


def _something_hidden(document: dict[str, Any], _: dict[str, Any]) -> None:
    _first(document, "paragraph")["hidden"] = "more"


def _another_patient(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["head"]["patient"] = "Ana Berg"


def _another_episode(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["head"]["episode"] = "e-another"


def _another_moment(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["created"] = "2020-01-01T00:00:00.000000Z"


def _another_schema(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["schema"] = 2


def _last_left_out(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"].pop()


def _one_left_out(_: dict[str, Any], log: dict[str, Any]) -> None:
    del log["entries"][5]


def _two_swapped(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"][5:7] = reversed(log["entries"][5:7])


def _none_left(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"] = []


def _payload_changed(_: dict[str, Any], log: dict[str, Any]) -> None:
    entry = next(one for one in log["entries"] if '"ScreeningAnswered"' in one["payload"])
    entry["payload"] = entry["payload"].replace('"no"', '"yes"')


def _header_changed(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"][3]["header"] = log["entries"][3]["header"].replace("2026", "2025")


def _salt_changed(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"][3]["salt"] = "0" * 64


def _leaf_changed(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"][-1]["leaf"] = "0" * 64


def _rechained(log: dict[str, Any], *, form: Callable[[bytes], bytes] = lambda part: part) -> None:
    """Numbers, commitments and leaves as they have to be for what the payloads say now."""
    previous = None
    for number, one in enumerate(log["entries"], start=1):
        payload = form(one["payload"].encode())
        header = json.loads(one["header"]) | {"number": number, "previous": previous}
        header["kind"] = json.loads(payload)["kind"]
        salted = b"consent/commitment/v1\x00" + bytes.fromhex(one["salt"]) + payload
        header["commitment"] = sha256(salted).hexdigest()
        raw = form(canon.canonical(header))
        previous = sha256(b"\x00" + raw).hexdigest()
        one |= {"number": number, "header": raw.decode(), "payload": payload.decode(), "leaf": previous}


def _spaced(_: dict[str, Any], log: dict[str, Any]) -> None:
    _rechained(log, form=lambda part: part.replace(b'"kind":', b'"kind": '))


def _more_after_the_making(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"].append(dict(log["entries"][4]))
    _rechained(log)


def _made_twice(_: dict[str, Any], log: dict[str, Any]) -> None:
    begun = next(one for one in log["entries"] if json.loads(one["payload"])["kind"] == "SealBegun")
    log["entries"].insert(4, dict(begun))
    _rechained(log)


def _begins_with_another(_: dict[str, Any], log: dict[str, Any]) -> None:
    del log["entries"][0]
    _rechained(log)


def _never_attested(document: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"] = [one for one in log["entries"] if json.loads(one["payload"])["kind"] != "Attested"]
    _rechained(log)
    signatures = [one for one in document["blocks"] if one["role"] == "signature"]
    document["blocks"].remove(signatures[-1])


def _never_signed(document: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"] = [one for one in log["entries"] if json.loads(one["payload"])["kind"] != "Signed"]
    _rechained(log)
    document["blocks"].remove(_first(document, "signature"))


def _second_title(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"].append({"role": "heading", "level": 1, "text": "Another document"})


def _title_below_a_sentence(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"].insert(0, {"role": "paragraph", "text": "Read this first."})


def _chapter_renamed(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"][_signatures(document)]["text"] = "Samples"


def _salt_in_capitals(_: dict[str, Any], log: dict[str, Any]) -> None:
    lettered = next(one for one in log["entries"] if not one["salt"].isdecimal())
    lettered["salt"] = lettered["salt"].upper()


def _more_in_an_entry(_: dict[str, Any], log: dict[str, Any]) -> None:
    log["entries"][3]["more"] = "hidden"


def _last_header(log: dict[str, Any], **changed: str) -> None:
    """The last header says something else, under the right leaf."""
    one = log["entries"][-1]
    raw = canon.canonical(json.loads(one["header"]) | changed)
    one |= {"header": raw.decode(), "leaf": sha256(b"\x00" + raw).hexdigest()}


def _another_kind(_: dict[str, Any], log: dict[str, Any]) -> None:
    _last_header(log, kind="Signed")


def _another_stream(_: dict[str, Any], log: dict[str, Any]) -> None:
    _last_header(log, stream="episode:e-another")


def _unknown_block(document: dict[str, Any], _: dict[str, Any]) -> None:
    document["blocks"].append({"role": "film", "text": "Watch this."})


def _rechained_alone(_: dict[str, Any], log: dict[str, Any]) -> None:
    _rechained(log)


LIES: dict[str, tuple[Change, set[str]]] = {
    "a sentence of the body is another": (_said_otherwise, {"covers"}),
    "a sentence was added to the body": (_added_to_the_body, {"covers"}),
    "a chapter was added to the body": (_chapter_added, {"covers"}),
    "a signature was left out": (_signature_left_out, {"covers"}),
    "a signature is for another text": (_signature_of_another_text, {"covers"}),
    "somebody else's name stands at a signature": (_signed_by_somebody_else, {"covers"}),
    "a signature has other ink than was drawn": (_another_ink, {"covers"}),
    "the document holds something that is not known": (_something_hidden, {"attachments", "readable"}),
    "the head names another patient": (_another_patient, {"episode"}),
    "the head names another episode": (_another_episode, {"episode"}),
    "the document was made at another moment": (_another_moment, {"covers"}),
    "the events have another schema": (_another_schema, {"attachments"}),
    "the last event was left out": (_last_left_out, {"entries", "readable"}),
    "an event was left out": (_one_left_out, {"entries"}),
    "two events were swapped": (_two_swapped, {"entries"}),
    "there are no events": (_none_left, {"entries"}),
    "an answer was changed": (_payload_changed, {"entries"}),
    "a time was changed": (_header_changed, {"entries"}),
    "a salt was changed": (_salt_changed, {"entries"}),
    "a leaf was changed": (_leaf_changed, {"entries"}),
    "an event follows the making, in the chain": (_more_after_the_making, {"entries"}),
    "the document was begun twice": (_made_twice, {"entries"}),
    "the chain begins without the opening": (_begins_with_another, {"entries", "episode"}),
    "nobody of the clinic attested": (_never_attested, {"covers"}),
    "the patient did not sign": (_never_signed, {"covers"}),
    "events and headers are not in canonical form": (_spaced, {"canonical"}),
    "a header names another kind than its event has": (_another_kind, {"entries"}),
    "a header names another record": (_another_stream, {"entries"}),
    "the document holds a part that nobody knows": (_unknown_block, {"attachments", "readable"}),
    "there are two titles": (_second_title, {"attachments"}),
    "a sentence stands above the title": (_title_below_a_sentence, {"attachments"}),
    "the chapter of the signatures has another name": (_chapter_renamed, {"covers"}),
    "a salt is written in capitals": (_salt_in_capitals, {"entries", "readable"}),
    "an entry holds something more": (_more_in_an_entry, {"entries", "readable"}),
}


@pytest.mark.parametrize("name", LIES)
def test_a_record_that_does_not_hold_is_refused_under_the_right_seal(office: Office, name: str) -> None:
    change, codes = LIES[name]
    ours, theirs = office.judge(_sealed(office, change))
    assert ours in codes
    assert theirs in codes


@pytest.mark.parametrize("change", [lambda *_: None, _rechained_alone])
def test_an_untouched_record_written_anew_is_proved(office: Office, change: Change) -> None:
    assert office.judge(_sealed(office, change)) == ("", "")


@pytest.mark.parametrize("which", [0, 1])
def test_beside_the_record_nothing_is_carried_along(office: Office, which: int) -> None:
    def more(*parts: dict[str, Any]) -> None:
        parts[which]["more"] = "hidden"

    assert office.judge(_sealed(office, lambda *_: None, frame=more)) == ("attachments", "attachments")


def test_the_pages_are_made_again_of_the_record_inside(office: Office) -> None:
    asked = []

    def rebuild(*inside: bytes) -> bytes:
        asked.append(inside)
        return office.kept.file() if len(asked) == 1 else office.kept.pages

    said = [
        verdict.verify(office.sealed, pinned=frozenset({office.clinic.pin}), at=sealing.NOW, rebuild=rebuild)
        for _ in range(2)
    ]
    assert asked == [office.kept.inside] * 2
    assert [[one.code for one in each.failed] for each in said] == [[], ["rebuilt"]]
    assert [each.checked[-1].code for each in said] == ["rebuilt", "covers"]


def test_a_refusal_is_proved_without_a_signature_and_with_nobody_elses(office: Office) -> None:
    refusal = sealing.record(Status.REFUSED)
    assert office.judge(sealing.seal(refusal.file(), office.clinic)) == ("", "")
    mixed = refusal.file(office.kept.inside[0], refusal.inside[1])
    assert office.judge(sealing.seal(mixed, office.clinic)) == ("covers", "covers")


@pytest.fixture(scope="module")
def notice() -> Record:
    return sealing.notice_record()


def _paragraph(document: dict[str, Any], says: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in document["blocks"] if says in one.get("text", ""))
    return found


def _names_another(document: dict[str, Any], log: dict[str, Any]) -> None:
    about = json.loads(log["entries"][-1]["payload"])["about"]
    _paragraph(document, about)["text"] = "This notice belongs to another document."


def _made_into_a_signature(document: dict[str, Any], _: dict[str, Any]) -> None:
    given = {"covers": "0" * 64, "meaning": "I agree.", "printed_name": "Ana Berg", "role": "signature"}
    document["blocks"].append({**given, "signed_at": "today", "signer_role": "Patient", "title": "Patient"})


@pytest.mark.parametrize("of", ["withdrawal", "correction"])
def test_a_notice_is_proved_without_a_signature(office: Office, of: str) -> None:
    assert office.judge(sealing.seal(sealing.notice_record(of).file(), office.clinic)) == ("", "")


NOTICE_LIES: dict[str, tuple[Change, str]] = {
    "it names another document": (_names_another, "belongs"),
    "it shows a signature": (_made_into_a_signature, "belongs"),
    "it was made at another moment": (_another_moment, "belongs"),
    "its head names another patient": (_another_patient, "episode"),
    "an event was left out": (_one_left_out, "entries"),
}


@pytest.mark.parametrize("name", NOTICE_LIES)
def test_a_notice_that_does_not_hold_is_refused(office: Office, notice: Record, name: str) -> None:
    change, code = NOTICE_LIES[name]
    assert office.judge(_sealed(office, change, notice)) == (code, code)


def test_a_notice_about_a_document_that_its_record_does_not_know_is_refused(office: Office) -> None:
    strange = sealing.notice_record(about="0" * 64)
    assert office.judge(sealing.seal(strange.file(), office.clinic)) == ("belongs", "belongs")


def test_a_consent_is_not_passed_off_as_a_notice_nor_a_notice_as_a_consent(office: Office, notice: Record) -> None:
    (consent, log), (told, later) = office.kept.inside, notice.inside
    assert office.judge(office.seals(consent, later)) == ("belongs", "belongs")
    assert office.judge(office.seals(told, log)) == ("covers", "covers")


def test_a_mark_before_witnesses_is_proved(office: Office) -> None:
    witnessed = sealing.record(witnessed=True)
    assert office.judge(sealing.seal(witnessed.file(), office.clinic)) == ("", "")


def test_records_of_two_episodes_do_not_go_together(office: Office) -> None:
    second = sealing.record(second=True)
    for inside in ((office.kept.inside[0], second.inside[1]), (second.inside[0], office.kept.inside[1])):
        assert office.judge(office.seals(*inside)) == ("episode", "episode")
    assert office.judge(office.seals(*second.inside)) == ("episode", "episode")


def test_a_document_without_its_record_is_refused(office: Office) -> None:
    pdf = sealing.seal(office.kept.pages, office.clinic)
    assert office.judge(pdf) == ("attachments", "attachments")


@pytest.mark.parametrize("change", [lambda one: one + b"\n", lambda one: one.replace(b'"schema":1', b'"schema": 1')])
def test_a_record_in_another_form_than_the_canonical_one_is_refused(
    office: Office, change: Callable[[bytes], bytes]
) -> None:
    for inside in (
        (change(office.kept.inside[0]), office.kept.inside[1]),
        (office.kept.inside[0], change(office.kept.inside[1])),
    ):
        assert office.judge(office.seals(*inside)) == ("canonical", "canonical")


def test_both_know_the_same_parts_of_a_document() -> None:
    def shape(model: type[BaseModel]) -> tuple[set[str], set[str]]:
        needed = {name for name, one in model.model_fields.items() if one.is_required()}
        return needed | ({"role"} & set(model.model_fields)), set(model.model_fields)

    def known(text: str) -> tuple[set[str], set[str]]:
        needed, optional = (set(side.split()) for side in text.split("|"))
        return needed, needed | optional

    kinds = blocks.Block.__origin__.__args__  # type: ignore[attr-defined]  # the members of a union
    roles = {kind.model_fields["role"].default: shape(kind) for kind in kinds}
    assert {role: known(text) for role, text in by_itself.BLOCKS.items()} == roles
    assert (known(by_itself.DOCUMENT), known(by_itself.HEAD)) == (shape(blocks.Document), shape(blocks.RunningHead))
