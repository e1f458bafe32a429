"""A consent template: what may be said about a procedure, as typed data with its sources.

Decides what a whole template is, and what pins it: its digest.

Invariants:
- A ``Template`` that exists keeps all rules of ``consent.model.template_rules``: every reference resolves, every
  placeholder is known, doing nothing is among the alternatives (A-0955; GMC 2020).
- The digest covers the whole content, so that an approved version never changes.

Refuses to hold an approval: that is an event of the clinic that approves (``consent.model.events``).
"""

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from consent.model import canon, template_rules
from consent.model.preparation import Preparation
from consent.model.template_parts import (
    Action,
    Alternative,
    Answer,
    ChecklistItem,
    Clause,
    Concept,
    Condition,
    Fact,
    FactOption,
    Finding,
    Flag,
    Kind,
    LeafletSentence,
    Likelihood,
    Number,
    Part,
    Point,
    Raises,
    ScreeningQuestion,
    Severity,
    Signer,
    Source,
    Statement,
    TemplateId,
    Test,
    Try,
    Version,
)
from consent.model.template_rules import PLACEHOLDERS, Content, filled, placeholders, texts

__all__ = [
    "PLACEHOLDERS",
    "Action",
    "Alternative",
    "Answer",
    "ChecklistItem",
    "Clause",
    "Concept",
    "Condition",
    "Fact",
    "FactOption",
    "Finding",
    "Flag",
    "Kind",
    "LeafletSentence",
    "Likelihood",
    "Number",
    "Point",
    "Preparation",
    "Raises",
    "ScreeningQuestion",
    "Severity",
    "Signer",
    "Source",
    "Statement",
    "Template",
    "TemplateRef",
    "Test",
    "Try",
    "filled",
    "placeholders",
    "texts",
]


class TemplateRef(Part):
    """A template version, pinned by its content."""

    id: TemplateId
    version: Version
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Template(Content):
    """One version of one procedure's consent content, in one language."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        template_rules.check(self)
        return self

    def digest(self) -> str:
        """The digest of the whole content."""
        return canon.template_digest(self.model_dump(mode="json"))

    @property
    def ref(self) -> TemplateRef:
        """Id, version and digest."""
        return TemplateRef(id=self.id, version=self.version, digest=self.digest())

    def statement(self, key: str) -> Statement:
        """The statement of that id; KeyError when there is none."""
        return {statement.id: statement for statement in self.statements}[key]
