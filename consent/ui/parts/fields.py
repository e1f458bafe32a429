"""The fields of a clinician's page, and what of them is kept though not saved.

Invariants:
- A field begins with what was put there and not saved, else with what is saved.
"""

from dataclasses import dataclass

from consent.ui import gate
from consent.workflow.unsaved import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a page: their keys, what of them is unsaved, and how each change is kept at once."""

    rows: tuple[str, ...]
    keys: tuple[str, ...]
    fields: Fields
    typing: gate.Callback
    choosing: gate.Callback

    def text(self, key: str, saved: str) -> str:
        """What a field begins with: what was put there and not saved, else what is saved."""
        return str(self.fields.get(key, saved))

    @property
    def facts(self) -> dict[str, str]:
        """The facts that are unsaved."""
        return {key.removeprefix("fact_"): str(value) for key, value in self.fields.items() if key.startswith("fact_")}
