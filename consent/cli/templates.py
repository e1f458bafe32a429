"""Commands for templates: check, list, review, approve, retire."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from consent.cli.console import Arguments, Subparsers, command, open_desk, signed_in, staff_command
from consent.model.template import Template
from consent.wiring import load_template
from consent.workflow import approve, offer
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    template = commands.add_parser("template", help="Check, review and approve templates.")
    verbs = template.add_subparsers(required=True, metavar="VERB")
    check = command(verbs, "check", _template_check, sentence="Check a template file.")
    check.add_argument("file", type=Path)
    command(verbs, "list", _template_list, sentence="List the templates with status and open flags.")
    for name, work, sentence in (
        ("answer", _template_answer, "Answer a flag as the named reviewer."),
        ("approve", _template_approve, "Approve a version as the second person."),
        ("retire", _template_retire, "Withdraw a version."),
    ):
        verb = staff_command(verbs, name, work, sentence=sentence)
        verb.add_argument("template", metavar="ID")
        verb.add_argument("version")
        if name == "answer":
            verb.add_argument("flag")
        if name != "approve":
            verb.add_argument("text", help="the answer, or the reason")


def _template_check(arguments: Arguments) -> None:
    template = load_template(arguments.file)
    print(f"{template.id} {template.version}: fine. {len(template.flags)} flags. Digest {template.digest()}")


def _template_list(_: Arguments) -> None:
    with open_desk() as desk:
        for template in desk.templates.all():
            flags = ", ".join(approve.open_flags(desk, template)) or "none"
            print(f"{template.id} {template.version}  {offer.status_of(desk, template)}  open flags: {flags}")


@contextmanager
def _reviewing(arguments: Arguments) -> Iterator[tuple[Desk, Visit, Template]]:
    with signed_in(arguments) as (desk, staff):
        yield desk, staff, desk.templates.get(arguments.template, arguments.version)


def _template_answer(arguments: Arguments) -> None:
    with _reviewing(arguments) as (desk, staff, template):
        approve.answer_flag(desk, staff, template=template, flag=arguments.flag, answer=arguments.text)


def _template_approve(arguments: Arguments) -> None:
    with _reviewing(arguments) as (desk, staff, template):
        approve.approve(desk, staff, template=template)


def _template_retire(arguments: Arguments) -> None:
    with _reviewing(arguments) as (desk, staff, template):
        approve.retire(desk, staff, template=template, reason=arguments.text)
