"""A bundle is checked from its bytes alone, and the first digest that does not match is named."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from consent import words
from consent.errors import BadInput, Broken, ConsentError, NotFound
from consent.model import canon
from consent.model.events import Signed
from consent.model.signature import Typed
from consent.model.status import Status
from consent.workflow import proof, seal
from consent.workflow.desk import change, just
from tests.fakes.press import FakePress
from tests.samples.story import Story

Bundle = tuple[bytes, bytes]


@pytest.fixture
def bundle(story: Story) -> Bundle:
    story.at(Status.FILED)
    return proof.bundle(story.desk, episode=story.episode)


def altered(bundle: Bundle, alter: Callable[[dict[str, Any]], object]) -> Bundle:
    content = json.loads(bundle[1])
    alter(content)
    return bundle[0], json.dumps(content).encode()


def check(bundle: Bundle) -> tuple[str, ...]:
    return proof.check(FakePress(), pdf=bundle[0], events=bundle[1])[1]


def test_a_whole_bundle_holds_together_and_says_what_was_checked(bundle: Bundle, story: Story) -> None:
    found, said = proof.check(FakePress(), pdf=bundle[0], events=bundle[1])
    assert found == story.now
    assert len(said) == 5
    assert said[-1] == "This program makes the same text of these events."
    assert f"{story.now.version} events" in said[0]


@pytest.mark.parametrize("after_signing", [True, False])
def test_the_record_of_a_refusal_holds_together(story: Story, *, after_signing: bool) -> None:
    story.at(Status.PATIENT_SIGNED if after_signing else Status.READ)
    story.refuse("I want to wait")
    seal.work_once(story.desk)
    said = check(proof.bundle(story.desk, episode=story.episode))
    assert said[2].startswith("1" if after_signing else "0")


def test_a_document_that_failed_before_it_was_made_holds_together(story: Story) -> None:
    story.at(Status.SEALING)
    seal.work_once(story.desk)
    assert check(proof.bundle(story.desk, episode=story.episode))


def test_there_is_no_bundle_before_the_document_is_finished(story: Story) -> None:
    story.at(Status.ATTESTED)
    with pytest.raises(NotFound):
        proof.bundle(story.desk, episode=story.episode)


@pytest.mark.parametrize(
    "events",
    [b"", b"[]", b"null", b"{}", b"\xff", b'{"episode":"e","entries":[{}]}', b'{"episode":"e","entries":[1]}'],
)
def test_what_is_no_bundle_is_refused_in_words(bundle: Bundle, events: bytes) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        check((bundle[0], events))


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda c: c["entries"].pop(3), "Entry 4"),
        (lambda c: c["entries"].insert(2, c["entries"].pop(3)), "Entry 3"),
        (lambda c: c["entries"][5].update(payload=None), "Entry 6 of a record was erased"),
        (lambda c: c["entries"][5].update(salt=None), "erased"),
        (lambda c: c["entries"][5].update(payload='{"kind":"HandedBack","schema_":1}'), "Entry 6"),
        (lambda c: c["entries"][5].update(header="{}"), "cannot be read"),
        (lambda c: c["entries"][0].update(payload=c["entries"][0]["payload"].replace("0004417", "0004418")), "Entry 1"),
        (lambda c: c["entries"][7].update(salt="00" * 32), "Entry 8"),
        (lambda c: c["entries"][7].update(leaf="0" * 64), "Entry 8"),
        (lambda c: c["entries"][7].update(number=9), "Entry 8"),
        (lambda c: c.update(episode="e-other"), "Entry 1"),
        (lambda c: c["entries"].clear(), "no finished document"),
        (lambda c: c["entries"].__delitem__(slice(-3, None)), "no finished document"),
    ],
)
def test_whatever_was_changed_is_found(bundle: Bundle, alter: Callable[[dict[str, Any]], object], said: str) -> None:
    with pytest.raises(Broken, match=said):
        check(altered(bundle, alter))


def test_a_short_salt_is_found(bundle: Bundle) -> None:
    with pytest.raises(ConsentError):
        check(altered(bundle, lambda content: content["entries"][7].update(salt="00")))


def test_another_pdf_is_found(bundle: Bundle) -> None:
    with pytest.raises(Broken, match="not the one that was finished"):
        check((bundle[0] + b"\n", bundle[1]))


def test_a_pdf_that_cannot_be_made_again_is_found(bundle: Bundle) -> None:
    class OtherPress(FakePress):
        def build(self, document: Any, attached: Any = ()) -> bytes:
            return super().build(document, attached) + b" "

    with pytest.raises(Broken, match="cannot be made again"):
        proof.check(OtherPress(), pdf=bundle[0], events=bundle[1])


def test_a_document_with_the_words_of_another_version_still_proves_itself(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.at(Status.FILED)
    bundle = proof.bundle(story.desk, episode=story.episode)
    monkeypatch.setitem(words._WORDS, "document.proof", "How to check this")
    assert check(bundle)[-1].startswith("The text has the words of another version")


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda data: data["document"]["blocks"].pop(), "not the one that was finished"),
        (lambda data: data["document"]["head"].update(episode="e-other"), "not the one that was finished"),
        (lambda data: data.update(schema=2), "not written as this program"),
        (lambda data: data.update(more=1), "not written as this program"),
        (lambda data: data.pop("document"), "no text of its own"),
        (lambda data: data["document"].update(title="Another"), "cannot be made again"),
    ],
)
def test_another_text_inside_the_pdf_is_found(
    bundle: Bundle, alter: Callable[[dict[str, Any]], object], said: str
) -> None:
    class OtherInside(FakePress):
        def attached(self, pdf: bytes) -> dict[str, bytes]:
            found = dict(super().attached(pdf))
            data = json.loads(found["document.json"])
            alter(data)
            return found | {"document.json": canon.canonical(data)}

    with pytest.raises(Broken, match=said):
        proof.check(OtherInside(), pdf=bundle[0], events=bundle[1])


def test_a_signature_over_another_text_is_found(story: Story) -> None:
    story.at(Status.DISCUSSED)
    forged = Signed(
        presentation="p-1",
        covers=canon.sha256_hex(b"another text"),
        printed_name="Ann Lee",
        meaning="I agree.",
        mark=Typed(name="Ann Lee"),
    )
    change(story.desk, story.desk.stamp(actor="patient"), episode=story.episode, decide=lambda _: just(forged))
    story.refuse()
    seal.work_once(story.desk)
    with pytest.raises(Broken, match="covers another text"):
        check(proof.bundle(story.desk, episode=story.episode))
