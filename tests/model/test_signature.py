"""Which marks count as a signature: rows B1 to B7 of the catalogue."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from consent.errors import BadInput
from consent.model.signature import Drawn, Mark, Typed, check_typed_name
from tests.samples.story import ink

MARK: TypeAdapter[Any] = TypeAdapter(Mark)


def drawn(*points: list[Any], **parts: Any) -> dict[str, Any]:
    return {"way": "drawn", "strokes": [{"points": list(points)}], **parts}


def line(count: int, *, step: int) -> list[list[int]]:
    return [[100 + step * at, 500, at, 0] for at in range(count)]


def refused(mark: Any) -> None:
    with pytest.raises(ValidationError):
        MARK.validate_json(json.dumps(mark))


def test_a_drawn_signature_is_kept_point_by_point() -> None:
    mark = MARK.validate_json(json.dumps(ink()))
    assert mark.strokes[0].points[1] == (1400, 5900, 20, 500)


@pytest.mark.parametrize("mark", [None, [], {}, "x", {"way": "drawn"}, {"way": "drawn", "strokes": []}, drawn()])
def test_no_stroke_is_no_signature(mark: Any) -> None:
    refused(mark)


@pytest.mark.parametrize(
    "points", [line(1, step=0), line(2, step=900), line(4, step=900), line(9, step=1), line(60, step=0)]
)
def test_a_dot_or_a_slip_of_the_hand_is_no_signature(points: list[list[int]]) -> None:
    refused(drawn(*points))


def test_a_scribble_on_one_spot_is_no_signature() -> None:
    refused(drawn(*([100 + 50 * (at % 2), 500, at, 0] for at in range(60))))


def test_a_shaky_short_line_of_enough_extent_is_a_signature() -> None:
    assert MARK.validate_json(json.dumps(drawn(*line(7, step=101))))


@pytest.mark.parametrize("bad", [-1, 10_001, 1e308, 1.5, "7", True, None, float("nan"), float("inf")])
def test_a_coordinate_outside_the_pad_is_refused(bad: Any) -> None:
    refused(drawn(*line(9, step=200), [bad, 500, 0, 0]))
    refused(drawn(*line(9, step=200), [500, bad, 0, 0]))


def test_more_points_than_a_hand_draws_are_refused() -> None:
    refused(drawn(*line(5001, step=1)))
    strokes = [{"points": line(2600, step=1)}] * 2
    refused({"way": "drawn", "strokes": strokes})
    refused({"way": "drawn", "strokes": [{"points": line(3, step=300)}] * 201})


def test_times_are_a_claim_of_the_device_and_may_go_back() -> None:
    points = [[100 + 300 * at, 500, 900 - 100 * at, 0] for at in range(9)]
    assert MARK.validate_json(json.dumps(drawn(*points)))


def test_a_picture_is_no_mark() -> None:
    refused({"way": "image", "png": "iVBORw0KGgo="})
    refused({**ink(), "png": "iVBORw0KGgo="})


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_ink_has_its_own_digest(one: int, other: int) -> None:
    first, second = (Drawn.model_validate_json(json.dumps(ink(shift))) for shift in (one, other))
    assert (first.digest() == second.digest()) == (one == other)


def test_the_shape_of_the_pad_is_no_part_of_the_ink() -> None:
    wide = Drawn.model_validate_json(json.dumps({**ink(), "aspect": 400}))
    assert wide.digest() == Drawn.model_validate_json(json.dumps(ink())).digest()


def test_a_typed_name_may_differ_in_case_and_spacing_only() -> None:
    check_typed_name(Typed(name="JOSÉ  müller"), printed_name="José Müller")
    check_typed_name(Typed(name="Jose\u0301 Müller"), printed_name="José Müller")
    with pytest.raises(BadInput) as caught:
        check_typed_name(Typed(name="Jose Muller"), printed_name="José Müller")
    assert "José" not in str(caught.value)
