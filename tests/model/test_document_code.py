"""The code of a document, as it is printed and as people type it."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from consent.model import blocks as b
from consent.model.document import body, document
from consent.model.document_code import letters, typed
from consent.model.episode import Episode
from consent.model.status import Status
from consent.wiring import SystemEntropy
from consent.workflow.desk import load
from tests.samples.story import CLINIC, Story

EPISODE = "e-abcdefghijkmnpqrstuvwxyz23"
AT = "https://consent.example.org"


def finished(public_url: str = "") -> Episode:
    story = Story()
    story.desk = replace(story.desk, clinic=CLINIC.model_copy(update={"public_url": public_url}))
    story.at(Status.SEALED)
    return load(story.desk, story.episode)


def code_of(episode: Episode) -> b.CodeBlock:
    (block,) = [block for block in document(episode).blocks if isinstance(block, b.CodeBlock)]
    return block


def test_a_code_has_130_random_bits_and_no_letter_that_is_taken_for_another() -> None:
    name = SystemEntropy().name("e")
    assert len(name) == 28
    assert not set(name[2:]) & set("lo01")


def test_what_is_printed_means_the_episode_again() -> None:
    assert letters(EPISODE) == "abcd efgh ijkm npqr stuv wxyz 23"
    assert typed(letters(EPISODE)) == EPISODE


@pytest.mark.parametrize(
    "text",
    [
        "ABCD-EFGH-IJKM-NPQR-STUV-WXYZ-23",
        "e-abcdefghijkmnpqrstuvwxyz23",
        "E abcdefghijkmnpqrstuvwxyz23",
        "  abcdefgh\tijkmnpqr\nstuvwxyz23 ",
        "abcdefgh1jkmnpqrstuvwxyz23",
        f"{AT}/verify#{EPISODE}",
        f"#{EPISODE}",
    ],
)
def test_it_may_be_typed_in_any_way(text: str) -> None:
    assert typed(text) == EPISODE


@pytest.mark.parametrize("text", ["", "  ", "#", "é" * 26, "a" * 65, "../../etc", "e-"])
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert typed(text) in {"", "e-etc"}


def test_the_square_leads_to_the_clinics_page_and_hides_the_code_from_logs() -> None:
    now = finished(AT)
    block = code_of(now)
    address, _, code = block.scanned.partition("#")
    assert (address, code) == (f"{AT}/verify", now.id)
    assert address in block.how
    assert block.letters == letters(now.id)


def test_without_an_address_the_document_says_where_to_type() -> None:
    block = code_of(finished())
    assert (block.scanned, block.alt) == ("", "")
    assert "/verify" in block.how


def test_the_code_is_no_part_of_what_was_signed() -> None:
    assert not any(isinstance(block, b.CodeBlock) for block in body(finished(AT)))


def test_the_address_is_the_one_of_the_day_and_old_records_stay_as_they_are() -> None:
    assert code_of(finished(AT)).scanned.startswith(AT)
    assert "public_url" not in CLINIC.model_dump(mode="json")


def test_a_square_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        b.CodeBlock(title="a", how="b", letters="c", scanned="d")
