"""Which version of a text a patient may be shown here.

Decides the status of a version from what this clinic recorded about it.

Invariants:
- An approved version whose content changed is refused, not offered (catalogue C16).
- In production nothing is offered that was not approved; a withdrawn version is offered nowhere.

Refuses to fall back on a draft in production.
"""

from typing import Literal

from consent.errors import NotAllowed, TemplateRefused
from consent.model.events_beside import TemplateApproved, TemplateRetired
from consent.model.template import Template
from consent.workflow.desk import Desk


def stream_of(template: Template) -> str:
    """The stream of a template version."""
    return f"template:{template.id}@{template.version}"


def status_of(desk: Desk, template: Template) -> Literal["draft", "approved", "retired"]:
    """What this clinic has decided about a version.

    Raises:
        TemplateRefused: It was approved with another content.
    """
    status: Literal["draft", "approved", "retired"] = template.status
    for one in desk.ledger.read(stream_of(template)):
        if isinstance(one.event, TemplateApproved):
            if one.event.ref != template.ref:
                raise TemplateRefused(
                    f"{template.id} {template.version}",
                    "this version was approved with another content",
                    "Give the changed text a new version number and have it approved.",
                )
            status = "approved"
        if isinstance(one.event, TemplateRetired):
            return "retired"
    return status


def offered(desk: Desk, procedure: str) -> tuple[Template, Literal["draft", "approved"]]:
    """The version that a patient is shown now: in production the newest approved one, else the newest not retired.

    Raises:
        NotFound: There is no text for this procedure.
        NotAllowed: None of its versions may be shown here.
    """
    newest = desk.templates.latest(procedure)
    versions = [newest, *(one for one in desk.templates.all() if one.id == procedure and one != newest)]
    versions.sort(key=lambda one: [int(part) for part in one.version.split(".")], reverse=True)
    for template in versions:
        status = status_of(desk, template)
        if status == "approved" or (status == "draft" and desk.clinic.mode == "demo"):
            return template, status
    raise NotAllowed(
        "No version of this text may be shown to patients here.",
        "A reviewer answers its flags, a second person approves it; until then use paper.",
    )


def check_not_withdrawn(desk: Desk, template: Template) -> None:
    """A text that was withdrawn after it was chosen is not given to a patient.

    Raises:
        NotAllowed: It was withdrawn.
    """
    if status_of(desk, template) == "retired":
        raise NotAllowed("This text was withdrawn.", "Add the patient again, so that the present text is used.")
