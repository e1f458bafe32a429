"""A drawing beside a statement: what of it a digest covers, what is marked, and what the document says of it."""

import pytest

from consent.model.document import body
from consent.model.pictures import mark, seen
from consent.model.presentation import passages
from consent.model.status import Status
from consent.model.template import Template
from consent.model.template_parts import Drawing
from consent.model.values import Site
from tests.samples.story import SITE, Story
from tests.samples.template import sample

BODY = Drawing(name="body", digest="a" * 64, says="A body.")
RIGHT = SITE.model_copy(update={"side": "right"})


def with_drawing(drawing: Drawing | None) -> Template:
    whole = sample()
    first = whole.statements[0].model_copy(update={"drawing": drawing})
    return whole.model_copy(update={"statements": (first, *whole.statements[1:])})


def digest(drawing: Drawing | None, *sites: Site) -> str:
    story = Story(with_drawing(drawing))
    story.open()
    return passages(story.prepare(sites=list(sites or (SITE,))).case)[0].digest


def test_a_digest_covers_the_drawing_its_words_and_its_mark_and_stays_without_one() -> None:
    kinds = [
        digest(None),
        digest(BODY),
        digest(BODY, RIGHT),
        digest(BODY.model_copy(update={"digest": "b" * 64})),
        digest(BODY.model_copy(update={"says": "Two bodies."})),
        digest(BODY.model_copy(update={"name": "probe"})),
    ]
    assert len(set(kinds)) == len(kinds)
    story = Story()
    story.open()
    assert passages(story.prepare().case)[0].digest == digest(None)


def test_what_is_covered_names_the_side_that_is_marked() -> None:
    left, right = seen(BODY, [SITE]), seen(BODY, [RIGHT])
    assert left
    assert right
    assert {key for key, value in left.covered.items() if value != right.covered[key]} == {"mark"}


def test_a_template_without_a_drawing_is_the_same_bytes_as_before() -> None:
    assert "drawing" not in with_drawing(None).model_dump_json()


@pytest.mark.parametrize(
    ("sides", "marked"),
    [
        (("left",), "left"),
        (("left", "left"), "left"),
        (("left", "right"), ""),
        (("both",), "both"),
        (("midline",), "midline"),
        (("not_applicable",), ""),
        ((), ""),
    ],
)
def test_a_side_is_marked_only_where_all_sites_are_on_it(sides: tuple[str, ...], marked: str) -> None:
    assert mark([SITE.model_copy(update={"side": side}) for side in sides]) == marked


def test_the_document_says_what_was_drawn_and_marked() -> None:
    story = Story(with_drawing(BODY))
    now = story.at(Status.FILED)
    assert "Drawing: A body. The patient's left is marked." in str(body(now))
