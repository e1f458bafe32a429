"""The code of a document: its episode's name, as it is printed, scanned and typed.

Decides how the code is written for people, what a square of it leads to, and which typed text means which episode.

Invariants:
- 130 random bits: who has a code has held the document.
- The square holds an address and, behind ``#``, the code: a browser sends that part to nobody, so that it is in no log.
- Typed with or without spaces, dashes and the leading letter, in any case, it is the same code.

Refuses to tell whether there is such a document.
"""

import re
from typing import Final

from consent.model import blocks as b
from consent.model.episode import Episode
from consent.words import say

PAGE: Final = "/verify"
"""Where a document is checked, at the address of the clinic's own server."""
_KIND: Final = "e"
_LONG: Final = 26
_GROUP: Final = 4
_LOOKS_LIKE: Final = str.maketrans("l1", "ii")
"""Names of episodes have neither an l nor a one (``Entropy.name``): who types one has read an i."""
_NAME: Final = re.compile(r"[a-z0-9]{1,64}")


def letters(episode: str) -> str:
    """The code as it is printed: in groups of four, without the letter that stands before all of them."""
    bare = episode.removeprefix(f"{_KIND}-")
    return " ".join(bare[at : at + _GROUP] for at in range(0, len(bare), _GROUP))


def typed(text: str) -> str:
    """The episode that a typed or scanned code means; empty when it cannot be one."""
    said = text.rpartition("#")[2].strip().lower()
    bare = "".join(char for char in said if char.isalnum())
    if said.startswith(f"{_KIND}-") or len(bare) == _LONG + 1:
        bare = bare.removeprefix(_KIND)
    if len(bare) == _LONG:
        bare = bare.translate(_LOOKS_LIKE)
    return f"{_KIND}-{bare}" if _NAME.fullmatch(bare) else ""


def code_block(episode: Episode) -> b.CodeBlock:
    """What somebody who holds the document needs to look it up: the square, and the same in letters."""
    at, code = episode.plan.clinic.public_url, letters(episode.id)
    if not at:
        return b.CodeBlock(title=say("document.code"), how=say("document.code.type"), letters=code)
    return b.CodeBlock(
        title=say("document.code"),
        how=say("document.code.scan", address=f"{at}{PAGE}"),
        letters=code,
        scanned=f"{at}{PAGE}#{episode.id}",
        alt=say("document.code.alt", address=f"{at}{PAGE}"),
    )
