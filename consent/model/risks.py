"""Which risks have a page to themselves, and which ask for a tap.

Decides both from the template's severity and mark, and from what this patient answered.

Invariants:
- A serious risk, one that the template marks as likely, and one of the patient's own each have a page to themselves.
- Mild ones under one heading stand together.
- Only a serious risk that is marked, and the patient's own, ask for a tap: of a dozen equal taps none warns any more.

Refuses to leave a risk out: both answers are about where it stands, never about whether it is shown.
"""

from consent.model.template_parts import Kind, Severity, Statement


def alone(statement: Statement, *, personal: bool) -> bool:
    """Whether it has a page to itself; ``personal``: an answer or fact of this patient raised it."""
    marked = statement.acknowledge and statement.severity is not Severity.MILD
    return statement.kind is Kind.RISK and (personal or marked or statement.severity is Severity.SERIOUS)


def asks_for_a_tap(statement: Statement, *, personal: bool) -> bool:
    """Whether it is read and then tapped; what asks for a tap is always alone."""
    serious = statement.acknowledge and statement.severity is Severity.SERIOUS
    return statement.kind is Kind.RISK and (personal or serious)
