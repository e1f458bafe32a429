"""The procedure itself, as it stands beside another way: in the same rows, and in its own sentences.

Decides which of its statements are told there: the template names them.

Invariants:
- Nothing is said here that a page of its own does not say.

Refuses to weigh one against the other.
"""

from consent.model.presentation import Case, Page, fill
from consent.words import say


def proposed_rows(case: Case) -> tuple[str, ...]:
    """Its name, then what it may bring, its downsides and what is known, a statement a line; else nothing."""
    proposed = case.template.proposed
    if proposed is None:
        return ()
    told = {statement.id: statement.text for statement in case.template.statements}
    rows = {"bring": proposed.benefits, "downside": proposed.risks, "known": proposed.known}
    said = {row: "\n".join(fill(case, told[one]) for one in ids) for row, ids in rows.items()}
    return (proposed.name, *(f"{say(f'way.{row}')} {text}" for row, text in said.items()))


def rows_of(page: Page) -> tuple[str, ...]:
    """The name of another way, then its rows."""
    return tuple(page.passages[0].text.split("\n"))
