"""Commands of the talk: answer, decide, plan, judge, record it, and attest."""

import argparse
import json
import sys

from consent.cli.console import Arguments, Subparsers, Work, signed_in, staff_command
from consent.errors import BadInput
from consent.model.people import Capability
from consent.model.values import MedicineLine
from consent.workflow import discuss, prepare, sign
from consent.workflow.accept import accepting
from consent.workflow.desk import load


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    answer = _about(commands, "answer", _answer, sentence="Answer a patient's question.")
    answer.add_argument("question")
    answer.add_argument("text")
    decide = _about(commands, "decide", _decide, sentence="Decide about an answer or fact that raises something.")
    decide.add_argument("question")
    decide.add_argument("decision", choices=["applies", "does_not_apply"])
    decide.add_argument("--note", default="")
    plan = _about(commands, "plan", _plan, sentence="Plan the medicines, one by one; none given: nothing changes.")
    plan.add_argument("--usual", action="append", default=[], metavar="MEDICINE")
    plan.add_argument("--change", action="append", default=[], metavar="MEDICINE:HOW:AGREED_WITH")
    judge = _about(commands, "judge", _judge, sentence="Judge what the patient said about a concept in own words.")
    judge.add_argument("concept")
    judge.add_argument("result", choices=["understood", "not_yet", "accepted"])
    judge.add_argument("--said", default="")
    judge.add_argument("--note", default="", help="the reason, with 'accepted'")
    talked = _about(commands, "talked", _talked, sentence="Record that you talked with the patient.")
    talked.add_argument("--minutes", type=int, required=True)
    attest = _about(commands, "attest", _attest, sentence="Attest and sign by typing your name.")
    attest.add_argument("--typed", required=True, metavar="NAME", help="your own name, as in your account")


def _about(commands: Subparsers, name: str, work: Work, *, sentence: str) -> argparse.ArgumentParser:
    parser = staff_command(commands, name, work, sentence=sentence)
    parser.add_argument("episode")
    return parser


def _answer(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        discuss.answer_question(
            desk, staff, episode=arguments.episode, question=arguments.question, way="typed", text=arguments.text
        )


def _decide(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        discuss.review_screening(
            desk,
            staff,
            episode=arguments.episode,
            question=arguments.question,
            decision=arguments.decision,
            note=arguments.note,
        )


def _plan(arguments: Arguments) -> None:
    lines = [_line(medicine) for medicine in arguments.usual]
    lines += [_changed(text) for text in arguments.change]
    with signed_in(arguments) as (desk, staff):
        prepare.plan_medicines(desk, staff, episode=arguments.episode, lines=lines)


def _line(medicine: str, *, how: str = "", agreed_with: str = "") -> MedicineLine:
    with accepting("The plan"):
        return MedicineLine(medicine=medicine, change=bool(how), how=how, agreed_with=agreed_with)


def _changed(text: str) -> MedicineLine:
    medicine, _, rest = text.partition(":")
    how, _, agreed = rest.partition(":")
    if not how:
        raise BadInput("A change is MEDICINE:HOW:AGREED_WITH.", "Say what changes, and from when.")
    return _line(medicine, how=how, agreed_with=agreed)


def _judge(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        discuss.judge(
            desk,
            staff,
            episode=arguments.episode,
            concept=arguments.concept,
            result=arguments.result,
            said=arguments.said,
            note=arguments.note,
        )


def _talked(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        staff.check_may(Capability.DISCUSS)
        for one in discuss.what_is_missing(load(desk, arguments.episode)):
            print(f"Still open: {one.code} {one.about}", file=sys.stderr)
        print(discuss.record_talk(desk, staff, episode=arguments.episode, minutes=arguments.minutes).status.value)


def _attest(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        now = sign.present_to_clinician(desk, staff, episode=arguments.episode)
        for line in sign.attestation(now):
            print(line)
        if asked := now.presented:
            mark = {"way": "typed", "name": arguments.typed}
            body = json.dumps({"covers": asked.covers, "mark": mark, "secret": arguments.secret}).encode()
            print(json.loads(sign.attest(desk, staff, presentation=asked.presentation, body=body))["say"])
