"""A template version's way through the clinic: flags answered, approved by a second person, retired.

Decides whether a version may be shown to patients here.

Invariants:
- Approval names the digest; an approved version whose content changed is not the approved one (catalogue C16).
- Nobody approves a version whose flags they all answered themselves; contacts by day and night must be set.

Refuses approval while a flag is open.
"""

from consent.errors import AlreadyDone, BadInput, NotAllowed, NotFound
from consent.model.events_beside import FlagAnswered, TemplateApproved, TemplateRetired
from consent.model.template import Template
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk, note
from consent.workflow.offer import status_of, stream_of
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


def open_flags(desk: Desk, template: Template) -> tuple[str, ...]:
    """Ids of the flags of this very content that nobody has answered."""
    answered = _answered(desk, template)
    return tuple(flag.id for flag in template.flags if flag.id not in answered)


def _answered(desk: Desk, template: Template) -> dict[str, str]:
    events = [one.event for one in desk.ledger.read(stream_of(template))]
    return {
        event.flag: event.by.id for event in events if isinstance(event, FlagAnswered) and event.ref == template.ref
    }


@ruled
def answer_flag(desk: Desk, visit: Visit, *, template: Template, flag: str, answer: str) -> None:
    """A named reviewer answers a flag.

    Raises:
        NotFound: The version has no such flag.
        BadInput: The answer is empty.
    """
    if flag not in {one.id for one in template.flags}:
        raise NotFound("This text has no such flag.")
    with accepting("The answer"):
        event = FlagAnswered(ref=template.ref, flag=flag, answer=answer, by=visit.staff.ref)
    note(desk, visit.stamp(desk), stream=stream_of(template), events=[event])


@ruled
def approve(desk: Desk, visit: Visit, *, template: Template) -> None:
    """A second person approves a version.

    Raises:
        BadInput: Flags are open, or the contacts by day and night are not set.
        NotAllowed: This person answered all flags alone.
        AlreadyDone: It is approved or retired already.
    """
    if status_of(desk, template) != "draft":
        raise AlreadyDone("This version is approved or retired already.")
    if missing := open_flags(desk, template):
        raise BadInput(f"Flags without an answer: {', '.join(missing)}.", "A named reviewer answers each of them.")
    if not desk.clinic.phone_day or not desk.clinic.phone_night:
        raise BadInput(
            "Patients would not know whom to call.", "Set CONSENT_PHONE_DAY and CONSENT_PHONE_NIGHT, then approve."
        )
    if template.flags and set(_answered(desk, template).values()) <= {visit.staff.id}:
        raise NotAllowed("The person who approves is not the one who reviewed.", "Ask a second person.")
    event = TemplateApproved(ref=template.ref, by=visit.staff.ref)
    note(desk, visit.stamp(desk), stream=stream_of(template), events=[event])


@ruled
def retire(desk: Desk, visit: Visit, *, template: Template, reason: str) -> None:
    """Withdraw a version: it is not offered any more.

    Raises:
        BadInput: No reason is given.
    """
    with accepting("The reason"):
        event = TemplateRetired(ref=template.ref, by=visit.staff.ref, reason=reason)
    note(desk, visit.stamp(desk), stream=stream_of(template), events=[event])
