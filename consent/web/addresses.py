"""Finds the rule of an address in the one table (``model.access``).

Decides nothing. Refuses every address that the table does not have, in any other way to write it.
"""

import re
from functools import cache

from consent.drawings import DRAWINGS
from consent.model.access import ADDRESSES, PAGES, Known
from consent.model.people import Capability

_FORMS = {
    "digest": "[0-9a-f]{64}",
    "day": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "drawing": "|".join(sorted(DRAWINGS)),
    "page": "|".join(sorted(PAGES)),
    "component": r"consent\.[a-z]+/[a-z]+\.(?:js|css)",
}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Capability | Known], ...]:
    made = []
    for address, rule in ADDRESSES.items():
        method, _, form = address.partition(" ")
        parts = re.split(r"\{(\w+)\}", form)
        texts = [re.escape(part) if place % 2 == 0 else f"(?:{_FORMS[part]})" for place, part in enumerate(parts)]
        made.append((method, re.compile("".join(texts)), rule))
    return tuple(made)


def rule_of(method: str, path: str) -> Capability | Known | None:
    """Who may ask for this; None when there is no such address. ``method`` is as in HTTP, or ``SOCKET``."""
    asked = "GET" if method == "HEAD" else method
    for known, form, rule in _patterns():
        if known == asked and form.fullmatch(path):
            return rule
    return None


def is_known(path: str) -> bool:
    """Whether there is such an address by any method."""
    return any(form.fullmatch(path) for method, form, _ in _patterns() if method != "SOCKET")


def is_drawing(path: str) -> bool:
    """Whether this is a drawing of ours, which a browser may keep."""
    return path.startswith("/drawings/") and rule_of("GET", path) is not None


def is_page(path: str) -> bool:
    """Whether a browser shows this, so that it can be led to another page instead."""
    return path in {"/", "/sign-in", "/unlock", "/staff", "/verify"} or path[1:] in PAGES
