"""Catalogue D12, D14, D19, D23: whatever anybody does on the day in whatever order, nothing starts without its reasons.

Hypothesis walks through all verbs of the day at random; after each step the record must keep its promises.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consent.errors import ConsentError
from consent.model.arrival import items
from consent.model.day import Stage
from consent.model.document import body_digest
from consent.model.episode import Episode
from consent.model.status import Status
from consent.model.timeout import before_start, card_now, cards
from consent.ports import EVERYTHING
from consent.workflow import day, seal, timeout
from consent.workflow.desk import row_of
from consent.workflow.visitor import Visit
from tests.samples.story import Story

OUTCOMES = ["goes_ahead", "goes_ahead", "postponed", "clinician_decides", "measure_now"]
ENDS = ["finished", "stopped_by_patient", "stopped_by_us"]
said = st.sampled_from(["yes", "yes", "yes", "no", "not_applicable"])


STARTS = ("signed", "filed", "checked_in", "checked_in", "timed_out", "timed_out", "timed_out", "started")


@cache
def _begun_at(start: str) -> Story:
    story = Story()
    story.at(Status.PATIENT_SIGNED if start == "signed" else Status.FILED)
    if start in STARTS[2:]:
        story.check_in()
    if start in STARTS[4:]:
        reader = story.time_out()
        if start == "started":
            story.start(reader)
    return story


class Days(RuleBasedStateMachine):
    """A nurse who reads, a clinician who performs and one who does not, each doing anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.story = deepcopy(_begun_at("filed"))
        self.sign_in()

    def sign_in(self) -> None:
        self.staff = {login: self.story.staff(login) for login in ("okafor", "stone", "hale")}

    @initialize(start=st.sampled_from(STARTS))
    def begins(self, start: str) -> None:
        self.story = deepcopy(_begun_at(start))
        self.sign_in()

    @property
    def now(self) -> Episode:
        return self.story.now

    def attempt(self, verb: Callable[..., object], who: Visit, **parts: Any) -> bool:
        """Do it if the desk lets us; whatever it refuses, it refuses in its own words."""
        try:
            verb(self.story.desk, who, episode=self.story.episode, **parts)
        except ConsentError:
            return False
        return True

    @rule(login=st.sampled_from(["okafor", "stone"]), answer=said, changed=st.sampled_from([False, False, True]))
    def checks_in(self, login: str, answer: str, *, changed: bool) -> None:
        who = self.staff[login]
        self.attempt(day.confirm, who, result="changed" if changed else "stands", note="n" if changed else "")
        for item in items(self.now.case):
            self.attempt(day.check_item, who, item=item.id, answer=answer)

    @rule(login=st.sampled_from(["okafor", "stone"]), outcome=st.sampled_from(OUTCOMES))
    @precondition(lambda self: any(one.open for one in self.now.day.checked.values()))
    def decides(self, login: str, outcome: str) -> None:
        for item in self.now.day.checked:
            entitled = login == "stone" or outcome != "goes_ahead"
            done = self.attempt(day.decide_exception, self.staff[login], item=item, outcome=outcome, note="n")
            assert entitled or not done

    @rule(login=st.sampled_from(["okafor", "okafor", "hale", "stone"]), presses=st.integers(5, 9), wait=st.booleans())
    @precondition(lambda self: self.now.day.stage in {Stage.ARRIVED, Stage.TIME_OUT, Stage.HALTED})
    def reads_aloud(self, login: str, presses: int, *, wait: bool) -> None:
        who = self.staff[login]
        self.attempt(timeout.begin, who)
        for _ in range(presses):
            self.story.clock.advance(seconds=1)
            here, card = self.now.day.time_out, card_now(self.now)
            if here and card:
                self.attempt(timeout.agree, who, time_out=here.name, card=card.key)
        self.story.clock.advance(seconds=1, minutes=11 if wait else 0)

    @rule(resolved=st.booleans(), why=st.sampled_from(["halt", "repositioned", "left_room"]))
    @precondition(lambda self: self.now.day.time_out and not self.now.day.started_at)
    def interrupts(self, why: str, *, resolved: bool) -> None:
        here = self.now.day.time_out
        assert here
        if why == "halt":
            self.attempt(timeout.halt, self.staff["okafor"], time_out=here.name, card="where-1")
        else:
            self.attempt(timeout.lapse, self.staff["okafor"], why=why)
        if resolved:
            self.attempt(timeout.resolve, self.staff["stone"], note="n")

    @rule(login=st.sampled_from(["okafor", "okafor", "hale", "stone"]))
    @precondition(lambda self: self.now.day.time_out)
    def starts(self, login: str) -> None:
        before, at = self.now, self.story.desk.now()
        here = before.day.time_out
        assert here
        self.attempt(timeout.start, self.staff[login], time_out=here.name)
        if not self.now.day.started_at or before.day.started_at:
            return
        assert before_start(before, at=at) == ()
        assert before.day.withdrawn is None
        assert before.tailored
        assert here.begun.reader.id == self.staff[login].staff.id != before.tailored.performer.id
        assert list(here.agreed) == [card.key for card in cards(before)]
        assert not any(one.open for one in before.day.checked.values())

    @rule(login=st.sampled_from(["okafor", "stone", "hale"]), how=st.sampled_from(ENDS))
    @precondition(lambda self: self.now.day.started_at)
    def ends(self, login: str, how: str) -> None:
        assert self.attempt(timeout.end, self.staff[login], how=how)

    @rule()
    @precondition(lambda self: self.now.version % 5 == 0)
    def withdraws(self) -> None:
        assert self.attempt(day.withdraw, self.staff["okafor"])

    @rule()
    @precondition(lambda self: self.now.status is Status.PATIENT_SIGNED)
    def attests(self) -> None:
        self.story.attest()

    @rule()
    def works(self) -> None:
        seal.work_once(self.story.desk)

    @rule()
    @precondition(lambda self: self.now.version % 7 == 0)
    def sleeps(self) -> None:
        self.story.clock.advance(hours=14)
        self.sign_in()

    @invariant()
    def nothing_starts_without_its_reasons(self) -> None:
        now, kinds = self.now, self.story.kinds()
        if not now.day.started_at:
            assert "ProcedureStarted" not in kinds
            return
        before = kinds[: kinds.index("ProcedureStarted")]
        assert kinds.count("ProcedureStarted") == 1
        assert now.attested
        completed = len(before) - before[::-1].index("TimeOutCompleted")
        assert not {"TimeOutBegun", "TimeOutHalted", "TimeOutLapsed"} & set(before[completed:])
        assert not {"ConsentWithdrawn", "Refused"} & set(before)

    @invariant()
    def the_document_is_what_both_signed(self) -> None:
        now = self.now
        assert now.signed
        assert now.signed.event.covers == body_digest(now)
        assert now.attested is None or now.attested.event.covers == body_digest(now)

    @invariant()
    def the_list_shows_what_the_events_say(self) -> None:
        assert self.story.ledger.row(EVERYTHING, self.story.episode) == row_of(self.now)


TestDays = Days.TestCase
TestDays.settings = settings(
    max_examples=40,
    stateful_step_count=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
