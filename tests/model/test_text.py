"""What may be typed: rows A1 to A16 of the catalogue of bad inputs."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from consent.model import text

NAME: TypeAdapter[str] = TypeAdapter(text.PersonName)
NOTE: TypeAdapter[str] = TypeAdapter(text.Note)
NUMBER: TypeAdapter[str] = TypeAdapter(text.RecordNumber)
TODAY = date(2026, 11, 24)


def refused(kind: TypeAdapter[str], value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        kind.validate_python(value)
    return str(caught.value.errors()[0]["msg"])


@pytest.mark.parametrize(
    "name",
    [
        "José Müller-Ñandú",
        "王小明",
        "محمد بن سلمان",
        "श्री देवी",
        "O'Brien",
        "Li",
        "Y",
        "Null",
        "True",
        "NaN",
        "María José de la Cruz Pérez",
    ],
)
def test_names_of_all_the_world_are_kept_exactly(name: str) -> None:
    assert NAME.validate_python(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u2069", "\u200b", "\ufeff", "\0", "\n", "\u2028", "\ue000"])
def test_an_invisible_character_in_a_name_is_refused_and_named(char: str) -> None:
    assert f"U+{ord(char):04X}" in refused(NAME, f"Ann{char}Lee")


def test_the_joiners_that_persian_and_hindi_need_are_kept_in_a_name() -> None:
    name = "نمی\u200cدانم"  # noqa: RUF001 - Persian letters
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "---", "1234", "'"])
def test_a_name_without_a_letter_is_refused(name: str) -> None:
    assert "name" in refused(NAME, name)


def test_a_name_over_the_limit_is_refused_with_its_length() -> None:
    assert "this has 201" in refused(NAME, "a" * 201)
    assert NAME.validate_python("a" * 200) == "a" * 200


@pytest.mark.parametrize("tower", ["\u0301" * 6, "\u0301\u0301\u0301\u034f" * 3])
def test_a_tower_of_accents_is_refused_in_names_and_notes(tower: str) -> None:
    assert "accents" in refused(NAME, f"Zo{tower}e")
    assert "accents" in refused(NOTE, f"so much pa{tower}in")


def test_accents_on_many_letters_are_no_tower() -> None:
    assert NAME.validate_python("Nguyễn Thị Ánh Tuyết")
    assert NAME.validate_python("x\u030cy\u030c" * 9)
    assert NAME.validate_python("क्षत्रिय ज्ञानेश्वरी")


def test_a_note_loses_what_cannot_be_seen_and_keeps_its_lines() -> None:
    assert NOTE.validate_python(" a\u202eb\0c\r\nd\re\tf\u200b ") == "abc\nd\ne f"


def test_a_note_over_the_limit_is_refused_with_its_length() -> None:
    assert "has 4001 characters" in refused(NOTE, "a" * 4001)
    refused(NOTE, "a" * 1_000_000)


@given(st.text(max_size=60))
def test_a_kept_note_is_nfc_and_is_kept_the_same_again(value: str) -> None:
    try:
        kept = NOTE.validate_python(value)
    except ValidationError:
        return
    assert kept == unicodedata.normalize("NFC", kept)
    assert NOTE.validate_python(kept) == kept


@given(st.text(max_size=30))
def test_a_kept_name_is_what_was_typed_but_for_its_form_and_edges(value: str) -> None:
    try:
        kept = NAME.validate_python(value)
    except ValidationError:
        return
    assert kept == unicodedata.normalize("NFC", value).strip()
    assert NAME.validate_python(kept) == kept


@pytest.mark.parametrize("number", ["0004417", "A-12/3.4", "../../etc/passwd", "12 34"])
def test_a_record_number_keeps_its_zeros_and_signs(number: str) -> None:
    assert NUMBER.validate_python(number) == number


@pytest.mark.parametrize("number", ["", " ", "---", "=1+1", "a\0b", "<b>", "7" * 65])
def test_other_record_numbers_are_refused(number: str) -> None:
    refused(NUMBER, number)


def test_names_match_in_any_case_form_and_spacing() -> None:
    assert text.matching_form("JOSÉ  Müller ") == text.matching_form("Jose\u0301 müller")
    assert text.matching_form("J\u030c") == text.matching_form("\u01f0")
    assert text.matching_form("Jose") != text.matching_form("José")


@given(st.text(max_size=40))
def test_the_form_for_matching_is_the_same_for_every_way_to_write_a_name(name: str) -> None:
    form = text.matching_form(name)
    assert text.matching_form(unicodedata.normalize("NFD", name)) == form
    assert text.matching_form(f" {form}  ") == form


@pytest.mark.parametrize("born", [date(2026, 11, 25), date(1879, 12, 31), date(26, 1, 1)])
def test_an_impossible_birth_date_is_refused(born: date) -> None:
    with pytest.raises(ValueError, match="date of birth"):
        text.check_birth_date(born, today=TODAY)


@pytest.mark.parametrize("born", [TODAY, date(1906, 1, 1), date(2000, 2, 29)])
def test_a_possible_birth_date_is_accepted(born: date) -> None:
    text.check_birth_date(born, today=TODAY)
