"""Texts of people and templates, shown letter by letter where Streamlit would read markdown.

Decides how a text is escaped. Where no style is needed, ``st.text`` is the better way.

Invariants:
- What a person reads is what was written: no emphasis, link, formula, icon, emoji or typographic sign is made of it.
- Streamlit makes icons, emoji, arrows and links of *parsed* text, which no backslash stops; an invisible word
  joiner (U+2060) before the sign does.
"""

import re

_JOINER = "\u2060"
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$:@&^]|(?<!\w)[-+=]|(?<=:material)/")
_NUMBERED = re.compile(r"(?m)^(\s*\d+|.*?\bwww)([.)])", re.IGNORECASE)
_INDENT = re.compile(r"(?m)^[ \t]+")


def plain(text: str) -> str:
    """The text as markdown that reads as the text itself."""
    text = _SIGNS.sub(lambda found: f"{_JOINER}\\{found.group()}", text)
    text = _NUMBERED.sub(lambda found: f"{found.group(1)}{_JOINER}\\{found.group(2)}", text)
    text = _INDENT.sub(lambda found: "\u00a0" * len(found.group()), text)
    return text.replace("\n", "  \n")
