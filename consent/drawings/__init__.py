"""Drawings of our own: the same for everybody, and without anything of a patient.

Decides which drawings there are: the files of this folder, and a closed set of marks for some of them.

Invariants:
- Words in a drawing come from ``consent.words``; each drawing says in words what it shows.
- A drawing holds no script and refers to nothing outside itself.
- A drawing that a template names never changes: another one gets another name. The template holds its digest.
"""

import hashlib
from pathlib import Path
from string import Template
from typing import Final
from xml.sax.saxutils import escape

from consent.words import say

MARKS: Final = {"body": ("left", "right", "both", "midline")}
"""What can be marked in a drawing. Its root has the class ``plain``, or the mark's name in its place."""


def _drawn(file: Path) -> dict[str, bytes]:
    """A file with its words, and again for each of its marks."""
    name, drawn = file.stem, Template(file.read_text(encoding="utf-8"))
    words = {part: escape(say(f"drawing.{name}.{part}"), {'"': "&quot;"}) for part in drawn.get_identifiers()}
    text = drawn.substitute(words)
    marked = {f"{name}-{mark}": text.replace('class="plain"', f'class="{mark}"', 1) for mark in MARKS.get(name, ())}
    return {one: content.encode() for one, content in ({name: text} | marked).items()}


_FILES = sorted(Path(__file__).parent.glob("*.svg"))
DRAWINGS: Final = {name: content for file in _FILES for name, content in _drawn(file).items()}
"""Every drawing as it leaves, by its name in the address."""
DIGESTS: Final = {file.stem: hashlib.sha256(DRAWINGS[file.stem]).hexdigest() for file in _FILES}
"""SHA-256 of each drawing without a mark, by its name."""
