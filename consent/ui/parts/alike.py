"""Patients of one day who are easily taken for each other, so that the list says so before a tablet is handed over.

Decides when two are alike: the same family name, accents and letter case aside, or a birthday on the same day.

Refuses to decide who is who: that takes both identifiers.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from consent.ports import WorklistRow


def alike(rows: Iterable[WorklistRow]) -> frozenset[str]:
    """The episodes of a day whose patient is easily taken for another one of that day."""
    here = tuple(rows)
    count = Counter(mark for row in here for mark in _marks(row))
    return frozenset(row.episode for row in here if any(count[mark] > 1 for mark in _marks(row)))


def _marks(row: WorklistRow) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", row.patient_name.casefold())
    name = "".join(char for char in apart if not unicodedata.combining(char)).split()[-1]
    return name, row.birth_date[5:]
