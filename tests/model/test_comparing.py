"""The procedure itself beside the other ways: in the same rows and in its own sentences."""

import pytest
from pydantic import ValidationError

from consent.model.comparing import proposed_rows
from consent.model.presentation import way_passage
from tests.samples.story import Story
from tests.samples.template import sample

PROPOSED = {"name": "The cut", "benefits": ["how"], "risks": ["scar"], "known": ["how"]}


def test_it_stands_in_the_rows_of_the_other_ways_and_says_what_its_own_pages_say() -> None:
    template = sample(proposed=PROPOSED)
    story = Story(template)
    story.open()
    case = story.prepare().case
    name, *rows = proposed_rows(case)
    assert name == "The cut"
    labels = [row.partition(": ")[0] for row in way_passage(case, template.alternatives[0]).text.split("\n")[1:]]
    assert [row.partition(": ")[0] for row in rows] == labels
    assert rows[1].endswith(template.statement("scar").text)


def test_each_of_several_statements_has_a_line_of_its_own() -> None:
    template = sample(proposed={**PROPOSED, "risks": ["scar", "how"]})
    story = Story(template)
    story.open()
    *_, downsides, _ = proposed_rows(story.prepare().case)
    said = downsides.partition(": ")[2].split("\n")
    assert said[0] == template.statement("scar").text
    assert len(said) == 2


def test_without_it_nothing_stands_there_and_the_bytes_are_as_before() -> None:
    story = Story()
    story.open()
    assert proposed_rows(story.prepare().case) == ()
    assert "proposed" not in sample().model_dump_json()


def test_what_is_told_of_it_is_a_statement_that_everybody_reads() -> None:
    with pytest.raises(ValidationError, match="proposed names elsewhere, which is not in this file"):
        sample(proposed={**PROPOSED, "risks": ["elsewhere"]})
