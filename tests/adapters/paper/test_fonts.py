"""Which face a text gets, and what is refused."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import Unprintable
from consent.paper import fonts
from consent.paper.marks import Style, lines

LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@given(LETTERS)
def test_what_the_desk_was_told_is_what_the_press_does(text: str) -> None:
    missing = fonts.unprintable(text)
    try:
        lines(text, Style(11, 15), 100)
    except Unprintable:
        assert missing
    else:
        assert missing == ()


@given(LETTERS, st.booleans())
def test_no_line_is_wider_than_its_column_unless_it_is_one_character(text: str, bold: bool) -> None:  # noqa: FBT001 (hypothesis passes it)
    printable = "".join(char for char in text if not fonts.unprintable(char) and not fonts.runs_right_to_left(char))
    rows = lines(printable, Style(11, 15, bold=bold), 60)
    assert all(row.width <= 60 or sum(not unicodedata.combining(char) for char in row.text) <= 1 for row in rows)
    kept = "".join(row.text for row in rows)
    assert kept.replace(" ", "") == fonts.drawable(printable).replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("text", "family"),
    [("José", "dejavu"), ("שרה", "dejavu"), ("محمد (12)", "amiri"), ("محمد and Αθηνά", "dejavu")],
)
def test_one_face_is_chosen_by_script(text: str, family: str) -> None:
    assert fonts.choose(text, bold=True).family == family


@pytest.mark.parametrize("char", ["龍", "𓀀", "क", "\ue000"])
def test_a_missing_character_is_told_and_refused(char: str) -> None:
    assert fonts.unprintable(f"Ann {char}") == (char,)
    with pytest.raises(Unprintable, match=f"U\\+{ord(char):04X}"):
        fonts.choose(char, bold=False)


def test_marks_of_direction_and_soft_hyphens_leave_no_ink() -> None:
    assert fonts.unprintable("a\u2068b\u2069\u200d\u00ad") == ()
    assert fonts.drawable("a\u2068b\u2069\u200d\u00ad\tc") == "ab c"


def test_the_direction_of_a_paragraph_is_that_of_its_first_letter() -> None:
    assert fonts.starts_right_to_left("12, שרה and Ann")
    assert not fonts.starts_right_to_left("12, Ann and שרה")
    assert not fonts.starts_right_to_left("1960-03-12")


def test_an_accent_is_never_parted_from_its_letter() -> None:
    rows = lines("e\u0323\u0302" * 60, Style(11, 15), 50)
    assert len(rows) > 1
    assert all(row.text.startswith("e") for row in rows)


def test_the_fonts_are_read_from_the_package_only_once() -> None:
    program = """
import sys
from consent.paper import fonts
fonts.choose("a", bold=False); fonts.unprintable("a")
opened = []
sys.addaudithook(lambda event, args: opened.append(args[0]) if event == "open" else None)
fonts.choose("b", bold=True); fonts.unprintable("c")
print(opened)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
