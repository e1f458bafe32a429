"""The closed set of blocks."""

import pytest
from pydantic import ValidationError

from consent.model.blocks import Heading, IconArray, ListBlock, Paragraph, Table, digest


def test_the_digest_depends_on_every_word_and_on_the_order() -> None:
    one, two = Paragraph(text="Left."), Paragraph(text="Right.")
    digests = {digest(blocks) for blocks in ([one, two], [two, one], [one], [one, Paragraph(text="Right")])}
    assert len(digests) == 4


def test_a_heading_is_not_a_paragraph_of_the_same_words() -> None:
    assert digest([Heading(level=2, text="Risks")]) != digest([Paragraph(text="Risks")])


@pytest.mark.parametrize("parts", [{"rows": (("a",),)}, {"rows": (("a", "b"),), "widths": (1, 2, 3)}])
def test_a_table_with_a_crooked_row_is_refused(parts: dict[str, tuple[tuple[str, ...], ...]]) -> None:
    with pytest.raises(ValidationError):
        Table(caption="c", header=("x", "y"), **parts)  # type: ignore[arg-type]  # widths are whole numbers


def test_an_even_table_is_kept() -> None:
    assert Table(caption="c", header=("x", "y"), rows=(("a", "b"),), widths=(2, 1)).rows == (("a", "b"),)


def test_a_list_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        ListBlock(items=())


def test_figures_are_bounded() -> None:
    with pytest.raises(ValidationError):
        IconArray(filled=1, total=1001, alt="1 of 1001")
