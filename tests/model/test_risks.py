"""Which risks stand alone and which are tapped, for every kind of statement."""

from itertools import product

import pytest

from consent.model.risks import alone, asks_for_a_tap
from consent.model.template import Kind, Likelihood, Severity, Statement

MILD, MODERATE, SERIOUS = Severity


def risk(severity: Severity, *, marked: bool) -> Statement:
    likely = Likelihood(words="number not known")
    return Statement(
        id="r",
        kind=Kind.RISK,
        page="Risks",
        text="It may hurt.",
        severity=severity,
        likelihood=likely,
        acknowledge=marked,
    )


@pytest.mark.parametrize(
    ("severity", "marked", "personal", "page_and_tap"),
    [
        (MILD, False, False, (False, False)),
        (MILD, True, False, (False, False)),
        (MODERATE, False, False, (False, False)),
        (MODERATE, True, False, (True, False)),
        (SERIOUS, False, False, (True, False)),
        (SERIOUS, True, False, (True, True)),
        *((severity, marked, True, (True, True)) for severity, marked in product(Severity, (False, True))),
    ],
)
def test_a_serious_or_likely_risk_has_a_page_and_only_a_serious_or_personal_one_a_tap(
    severity: Severity, *, marked: bool, personal: bool, page_and_tap: tuple[bool, bool]
) -> None:
    one = risk(severity, marked=marked)
    assert (alone(one, personal=personal), asks_for_a_tap(one, personal=personal)) == page_and_tap


def test_nothing_but_a_risk_stands_alone_or_is_tapped() -> None:
    for kind in set(Kind) - {Kind.RISK}:
        one = Statement(id="s", kind=kind, page="About", text="It is cold.")
        assert not alone(one, personal=True)
        assert not asks_for_a_tap(one, personal=True)
