"""The grade follows the published formula, and short texts are judged together."""

import pytest

from consent.model.readability import grade, passages

LONG = "This is one text of ten words or even more."


def _one_each(_: str) -> int:
    return 1


def test_the_grade_follows_kincaid() -> None:
    assert grade("The cat sat. The dog ran.", _one_each) == pytest.approx(0.39 * 3 + 11.8 - 15.59)


def test_a_number_counts_a_syllable_for_each_digit() -> None:
    assert grade("In 48,941 cases.", _one_each) == pytest.approx(0.39 * 3 + 11.8 * 7 / 3 - 15.59)


def test_a_placeholder_counts_as_one_short_word() -> None:
    assert grade("We treat {sites} now.", _one_each) == grade("We treat it now.", _one_each)


def test_a_point_inside_a_number_ends_no_sentence() -> None:
    assert grade("It was 8.3 before", _one_each) == pytest.approx(0.39 * 4 + 11.8 * 5 / 4 - 15.59)


def test_a_text_without_words_has_grade_zero() -> None:
    assert grade("...", _one_each) == 0


def _judged(*said: str) -> list[str]:
    return [text for _, text in passages(("part", text) for text in said)]


def test_a_short_text_goes_with_the_one_behind_it() -> None:
    assert _judged("Wash.", LONG, LONG) == [f"Wash. {LONG}", LONG]


def test_the_last_short_text_goes_with_the_one_before_it() -> None:
    assert _judged(LONG, LONG, "Wash") == [LONG, f"{LONG} Wash."]


def test_a_single_short_text_is_judged_alone() -> None:
    assert _judged("Wash.") == ["Wash."]


def test_nothing_to_read_is_nothing_to_judge() -> None:
    assert _judged() == []
