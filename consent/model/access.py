"""The one table of rules: what every verb, page, tap, address and command asks of whoever uses it.

Decides what is needed for each thing that somebody can reach. ``consent.workflow.rule`` holds verbs to it, the guard
addresses, the gate pages; a test enumerates all of them in the running program, for every role.

Invariants:
- What is not in the table cannot be used: a verb without a rule stops the program at its start, an address without
  one does not exist.
- A rule names a capability; roles have capabilities in ``people.MAY``, in that one place.

Refuses to know persons and records: whose record it is, is part of the query (``ports.Scope``).
"""

from dataclasses import dataclass
from enum import StrEnum

from consent.model.people import Capability


class Reach(StrEnum):
    """Which record something touches."""

    NONE = "none"
    """None."""
    OWN = "own"
    """The one that the patient's session is bound to."""
    NAMED = "named"
    """The one it is given; whoever asks needs to know it, by unit or assignment."""
    QUERY = "query"
    """Those that its own query finds, within the reach of whoever asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is asked of whoever does something.

    Args:
        may: The capability.
        reach: Which record it touches.
        asleep: A session that was idle may do it too: proving who one is.
        away: So may a patient's session that only staff can wake.
    """

    may: Capability
    reach: Reach = Reach.NONE
    asleep: bool = False
    away: bool = False


def _named(may: Capability) -> Rule:
    return Rule(may=may, reach=Reach.NAMED)


def _own(may: Capability, *, asleep: bool = False, away: bool = False) -> Rule:
    return Rule(may=may, reach=Reach.OWN, asleep=asleep, away=away)


VERBS: dict[str, Rule] = {
    "accounts.add_person": Rule(may=Capability.MANAGE_PEOPLE),
    "accounts.change_person": Rule(may=Capability.MANAGE_PEOPLE),
    "accounts.unlock": Rule(may=Capability.MANAGE_PEOPLE),
    "accounts.set_password": Rule(may=Capability.OWN_ACCOUNT),
    "accounts.set_pin": Rule(may=Capability.OWN_ACCOUNT),
    "approve.answer_flag": Rule(may=Capability.REVIEW_TEMPLATE),
    "approve.approve": Rule(may=Capability.REVIEW_TEMPLATE),
    "approve.retire": Rule(may=Capability.REVIEW_TEMPLATE),
    "browse.checkpoint": Rule(may=Capability.SEE_LOG),
    "browse.lines": Rule(may=Capability.SEE_LOG, reach=Reach.QUERY),
    "browse.standing": Rule(may=Capability.SEE_LOG),
    "browse.verify": Rule(may=Capability.SEE_LOG, reach=Reach.QUERY),
    "day.check_item": _named(Capability.CHECK_IN),
    "day.confirm": _named(Capability.CHECK_IN),
    "day.decide_exception": _named(Capability.CHECK_IN),
    "day.withdraw": _named(Capability.WITHDRAW),
    "deliver.today": Rule(may=Capability.SEE_TODAY, reach=Reach.QUERY),
    "deliver.waiting": Rule(may=Capability.ANSWER, reach=Reach.QUERY),
    "deliver.view": _named(Capability.SEE_RECORD),
    "deliver.export": Rule(may=Capability.EXPORT, reach=Reach.QUERY),
    "deliver.export_large": Rule(may=Capability.EXPORT, reach=Reach.QUERY),
    "deliver.is_unchanged": _named(Capability.SEE_RECORD),
    "deliver.judged": _named(Capability.SEE_RECORD),
    "deliver.who_looked": _named(Capability.SEE_RECORD),
    "devices.enrol": Rule(may=Capability.MANAGE_PEOPLE),
    "devices.revoke": Rule(may=Capability.MANAGE_PEOPLE),
    "discuss.answer_question": _named(Capability.ANSWER),
    "discuss.ask_alone": _named(Capability.ANSWER),
    "discuss.assign_question": _named(Capability.ANSWER),
    "discuss.judge": _named(Capability.DISCUSS),
    "discuss.record_talk": _named(Capability.DISCUSS),
    "discuss.review_screening": _named(Capability.DISCUSS),
    "glass.break_glass": Rule(may=Capability.BREAK_GLASS),
    "glass.to_review": Rule(may=Capability.REVIEW_ACCESS),
    "glass.review": Rule(may=Capability.REVIEW_ACCESS),
    "keeping.agree": _named(Capability.KEEP_RECORDS),
    "keeping.drop": _named(Capability.KEEP_RECORDS),
    "keeping.due": Rule(may=Capability.KEEP_RECORDS, reach=Reach.QUERY),
    "keeping.lift_hold": _named(Capability.KEEP_RECORDS),
    "keeping.propose": _named(Capability.KEEP_RECORDS),
    "keeping.set_hold": _named(Capability.KEEP_RECORDS),
    "needs.note": _named(Capability.CHECK_IN),
    "notices.correct": _named(Capability.DISCUSS),
    "packets.print_day": Rule(may=Capability.WORK_ON_PAPER, reach=Reach.QUERY),
    "prepare.open_episode": Rule(may=Capability.ADD_PATIENT),
    "prepare.assign_unit": _named(Capability.PREPARE),
    "prepare.plan_medicines": _named(Capability.DISCUSS),
    "prepare.move_appointment": _named(Capability.PREPARE),
    "prepare.prepare": _named(Capability.PREPARE),
    "proving.begin": Rule(may=Capability.SEE_LOG),
    "proving.progress": Rule(may=Capability.SEE_LOG),
    "proving.stop": Rule(may=Capability.SEE_LOG),
    "unsaved.keep_typed": _named(Capability.PREPARE),
    "unsaved.typed_by": _named(Capability.PREPARE),
    "unsaved.keep_question": _own(Capability.READ),
    "usual.usual": Rule(may=Capability.PREPARE, reach=Reach.QUERY),
    "read.acknowledge": _own(Capability.READ),
    "read.answer_screening": _own(Capability.READ),
    "read.ask": _own(Capability.READ),
    "read.choose_size": _own(Capability.READ),
    "read.tell_in_words": _own(Capability.READ),
    "read.declare_holder": _own(Capability.READ),
    "read.choose": _own(Capability.READ),
    "read.confirm_identity": _own(Capability.READ, asleep=True),
    "read.judge_answer": _own(Capability.READ),
    "read.finish": _own(Capability.READ),
    "read.note_matters": _own(Capability.READ),
    "read.quiz": _own(Capability.READ),
    "read.refuse": _own(Capability.READ),
    "read.show": _own(Capability.READ),
    "register.find": Rule(may=Capability.SEE_REGISTER, reach=Reach.QUERY),
    "register.begin_export": Rule(may=Capability.EXPORT_REGISTER, reach=Reach.QUERY),
    "register.taken_out": Rule(may=Capability.REVIEW_ACCESS),
    "register.next_rows": Rule(may=Capability.EXPORT_REGISTER, reach=Reach.QUERY),
    "sign.attest": Rule(may=Capability.ATTEST, reach=Reach.QUERY),
    "sign.present_to_clinician": _named(Capability.ATTEST),
    "sign.present_to_patient": _own(Capability.SIGN_AS_PATIENT),
    "sign.sign_as_patient": _own(Capability.SIGN_AS_PATIENT),
    "handover.hand_over": _named(Capability.HAND_OVER),
    "handover.let_go_on": _own(Capability.READ, asleep=True, away=True),
    "timeout.agree": _named(Capability.TIME_OUT),
    "timeout.begin": _named(Capability.TIME_OUT),
    "timeout.end": _named(Capability.TIME_OUT),
    "timeout.explain": _named(Capability.DISCUSS),
    "timeout.halt": _named(Capability.TIME_OUT),
    "timeout.lapse": _named(Capability.TIME_OUT),
    "timeout.resolve": _named(Capability.DISCUSS),
    "timeout.start": _named(Capability.TIME_OUT),
    "handover.wiped": Rule(may=Capability.HAND_OVER, reach=Reach.QUERY),
    "visit.new_ticket": Rule(may=Capability.OWN_ACCOUNT),
    "visit.rest": _own(Capability.READ),
    "visit.sign_out": Rule(may=Capability.OWN_ACCOUNT, asleep=True),
    "handover.take_back": _own(Capability.READ, asleep=True, away=True),
    "visit.unlock": Rule(may=Capability.OWN_ACCOUNT, asleep=True),
}
"""Verbs of the desk that somebody asks for, by module and name."""

TAPS: dict[str, Rule] = {
    "aloud.press": _named(Capability.TIME_OUT),
    "emergency.open_anyway": Rule(may=Capability.BREAK_GLASS),
    "identity.identify": _own(Capability.READ, asleep=True),
    "leaf.answer": _own(Capability.READ),
    "moving.move": _named(Capability.PREPARE),
    "medicines.plan": _named(Capability.DISCUSS),
    "needing.save": _named(Capability.CHECK_IN),
    "newcomer.add": Rule(may=Capability.ADD_PATIENT),
    "own.choose_password": Rule(may=Capability.OWN_ACCOUNT),
    "own.choose_pin": Rule(may=Capability.OWN_ACCOUNT),
    "talk.give": _named(Capability.ANSWER),
    "tailoring.save": _named(Capability.PREPARE),
}
"""Callbacks of the screens that are more than one verb; each also passes through the verbs that it uses."""

PAGES: dict[str, Capability] = {
    "access": Capability.REVIEW_ACCESS,
    "account": Capability.OWN_ACCOUNT,
    "attest": Capability.ATTEST,
    "audit": Capability.SEE_LOG,
    "checklist": Capability.CHECK_IN,
    "glass": Capability.BREAK_GLASS,
    "people": Capability.MANAGE_PEOPLE,
    "prepare": Capability.PREPARE,
    "read": Capability.READ,
    "record": Capability.SEE_RECORD,
    "register": Capability.SEE_REGISTER,
    "sign": Capability.SIGN_AS_PATIENT,
    "talk": Capability.ANSWER,
    "timeout": Capability.TIME_OUT,
    "today": Capability.SEE_TODAY,
    "wipe": Capability.HAND_OVER,
}
"""Screens. Their frame goes to everybody known; what stands in it, to those who may."""


class Known(StrEnum):
    """Who may ask for an address, where no capability says it."""

    STRANGER = "stranger"
    """Everybody: the whole list of what is answered without a session, with Streamlit's own static files."""
    RESTING = "resting"
    """A session, also one that is locked for being idle: to wake it or to end it."""
    AWAKE = "awake"
    """A session that is in use."""


ADDRESSES: dict[str, Capability | Known] = {
    "GET /healthz": Known.STRANGER,
    "GET /drawings/{drawing}.svg": Known.STRANGER,
    "GET /sign-in": Known.STRANGER,
    "POST /sign-in": Known.STRANGER,
    "GET /verify": Known.STRANGER,
    "POST /verify": Known.STRANGER,
    "GET /unlock": Known.RESTING,
    "POST /unlock": Known.RESTING,
    "GET /staff": Known.RESTING,
    "POST /staff": Known.RESTING,
    "POST /door": Known.AWAKE,
    "POST /api/sign/patient": Capability.SIGN_AS_PATIENT,
    "POST /api/sign/clinician": Capability.ATTEST,
    "GET /documents/{digest}.pdf": Capability.EXPORT,
    "GET /documents/{digest}/large-print.pdf": Capability.EXPORT,
    "GET /paper/{day}.pdf": Capability.WORK_ON_PAPER,
    "POST /register.csv": Capability.EXPORT_REGISTER,
    "GET /log.checkpoint": Capability.SEE_LOG,
    "GET /": Known.AWAKE,
    "GET /{page}": Known.AWAKE,
    "GET /_stcore/health": Known.AWAKE,
    "GET /_stcore/host-config": Known.AWAKE,
    "GET /_stcore/bidi-components/{component}": Known.AWAKE,
    "SOCKET /_stcore/stream": Known.AWAKE,
}
"""Every address that is answered, by method and form. HEAD counts as GET. All others do not exist."""
