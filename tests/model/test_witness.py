"""Who may be a witness, and the bytes of a mark before witnesses."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from consent.errors import NotAllowed
from consent.model import canon
from consent.model.people import PersonRef
from consent.model.signature import Drawn, Mark, Marked, Spoken, StaffWitness, inks_of, odd_times, typed_in
from consent.model.status import Status
from consent.model.witness import check_witnesses
from tests.samples.story import Story, ink

MARK: TypeAdapter[Any] = TypeAdapter(Mark)
NURSE = {"kind": "staff", "who": {"id": "u-1", "name": "Ngozi Okafor", "title": "RN"}}
SON = {"kind": "other", "name": "Karl Lee", "relation": "son", "mark": {"way": "typed", "name": "karl lee"}}
X = {"way": "marked", "strokes": [{"points": [[0, 0, 0, 0], [100, 0, 9, 0]]}], "witnesses": [NURSE, SON]}
SAID = {"way": "spoken", "witnesses": [NURSE, SON]}


def read(mark: dict[str, Any]) -> Any:
    return MARK.validate_json(json.dumps(mark))


@pytest.mark.parametrize(
    ("mark", "digest"),
    [
        (X, "04e2d6dbd5eb4d56e7deaffb5f4303f5f0704f1b3b829fce191ce5031274d6a1"),
        (SAID, "3b22d8251a467405037ed8b95168d305d61f191aaff00ba4ac70b528384b2c85"),
    ],
)
def test_the_bytes_of_a_mark_before_witnesses_never_change(mark: dict[str, Any], digest: str) -> None:
    assert canon.sha256_hex(canon.canonical(read(mark).model_dump(mode="json"))) == digest


def test_a_mark_is_a_line_of_any_kind_and_never_a_touch() -> None:
    assert isinstance(read(X), Marked)
    for points in ([[5, 5, 0, 0]], [[5, 5, 0, 0], [60, 60, 9, 0]]):
        with pytest.raises(ValidationError):
            read({**X, "strokes": [{"points": points}]})


def test_no_mark_is_without_a_witness_and_none_has_three() -> None:
    for witnesses in ([], [NURSE, SON, NURSE]):
        for mark in (X, SAID):
            with pytest.raises(ValidationError):
                read({**mark, "witnesses": witnesses})


def test_all_that_is_drawn_is_used_up_and_all_that_is_typed_is_printed() -> None:
    drawn = {**SON, "mark": ink()}
    assert len(inks_of(read({**X, "witnesses": [NURSE, drawn]}))) == 2
    assert inks_of(read(SAID)) == ()
    assert typed_in(read(SAID)) == ("Karl Lee", "son", "karl lee")


def test_a_clinician_of_this_consent_is_known_by_the_account_whatever_they_are_called_today() -> None:
    story = Story()
    story.at(Status.DISCUSSED)
    renamed = PersonRef(id=story.ids["stone"], name="Avery Newname")
    namesake = PersonRef(id=story.ids["okafor"], name="Avery Stone")
    with pytest.raises(NotAllowed):
        check_witnesses(Spoken(witnesses=(StaffWitness(who=renamed),)), story.now, needed=1)
    check_witnesses(Spoken(witnesses=(StaffWitness(who=namesake),)), story.now, needed=1)


@pytest.mark.parametrize(
    ("times", "odd"),
    [
        ([0, 10, 20, 30, 40, 50, 60], ()),
        ([0, 10, 20, 15, 40, 50, 60], ("back",)),
        ([7] * 7, ("equal",)),
        ([0, 10, 20, 30, 40, 50, 9000], ("future",)),
    ],
)
def test_b04_what_is_odd_about_times(times: list[int], odd: tuple[str, ...]) -> None:
    points = [[300 * at, 500, time, 0] for at, time in enumerate(times)]
    mark = Drawn.model_validate_json(json.dumps({"way": "drawn", "strokes": [{"points": points}]}))
    assert odd_times(mark, open_for=1000) == odd
