"""Catalogue D23: whatever anybody does in whatever order, no document is sealed without its reasons.

Hypothesis walks through all verbs at random; after each step the record must keep its promises.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from consent.errors import ConsentError
from consent.model.blockers import before_finish, before_patient_signs
from consent.model.canon import sha256_hex
from consent.model.document import body_digest
from consent.model.episode import Episode, fold
from consent.model.presentation import reading
from consent.model.status import Status
from consent.ports import EVERYTHING
from consent.workflow import deliver, discuss, read, seal, sign
from consent.workflow.desk import row_of
from consent.workflow.visitor import Visit
from tests.samples.story import BORN, FACTS, NAME, SECRET, SITE, Story, ink

STARTS = [Status.READING, Status.READ, Status.DISCUSSED, Status.DISCUSSED, Status.PATIENT_SIGNED]
SIGNED = {Status.PATIENT_SIGNED, Status.ATTESTED, Status.SEALING, Status.SEALED, Status.FILED}
said = st.sampled_from(["yes", "no", "not_sure"])


class Walks(RuleBasedStateMachine):
    """One patient, a nurse and a clinician, each doing anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.nurse, self.doctor = self.story.staff("okafor"), self.story.staff("stone")
        self.shift = 0
        self.covered: str = ""

    @initialize(start=st.sampled_from(STARTS))
    def begins(self, start: Status) -> None:
        now = self.story.at(start)
        self.covered = now.signed.event.covers if now.signed else ""

    def attempt(self, verb: Callable[..., object], *args: Any, **parts: Any) -> bool:
        """Do it if the desk lets us; whatever it refuses, it refuses in its own words."""
        try:
            verb(self.story.desk, *args, **parts)
        except ConsentError:
            return False
        return True

    @rule(side=st.sampled_from(["left", "right"]), depth=st.sampled_from(["flat", "deep"]))
    @precondition(lambda self: self.story.now.version % 11 == 0)
    def prepares(self, side: str, depth: str) -> None:
        before = self.story.now
        try:
            self.story.prepare(sites=[SITE.model_copy(update={"side": side})], facts={**FACTS, "depth": depth})
        except ConsentError:
            return
        assert before.status not in SIGNED
        now = self.story.now
        assert (now.answers, now.shown, now.discussed, now.finished) == ({}, {}, None, None)

    @rule()
    @precondition(lambda self: self.story.now.version % 6 == 0 or self.story.now.status is Status.PREPARED)
    def hands_over(self) -> None:
        try:
            self.story.hand_over()
        except ConsentError:
            return
        self.attempt(read.confirm_identity, self.story.tablet, name=NAME, birth_date=BORN)

    @rule(name=st.sampled_from(["Ann Lee", NAME, NAME, NAME]))
    def identifies(self, name: str) -> None:
        self.attempt(read.confirm_identity, self.story.tablet, name=name, birth_date=BORN)

    @rule(steps=st.integers(1, 40), thinner=said)
    def goes_on_reading(self, steps: int, thinner: str) -> None:
        answers = {"blood-thinner": thinner, "sedated": "no"}
        for _ in range(steps):
            missing = before_finish(self.story.now) if self.story.now.tailored else ()
            if not missing:
                return
            try:
                self.story._settle(missing[0], answers)
            except ConsentError:
                return

    @rule(place=st.integers(0, 30), answer=st.integers(0, 1), thinner=said)
    def taps_about(self, place: int, answer: int, thinner: str) -> None:
        tablet = self.story.tablet
        pages = reading(self.story.now.case)
        self.attempt(read.show, tablet, page=pages[place % len(pages)].key)
        self.attempt(read.quiz, tablet, concept="where", round_number=1 + place % 3, answer=answer)
        self.attempt(read.choose, tablet, clause="photo", choice="yes" if answer else "no")
        self.attempt(read.answer_screening, tablet, question="blood-thinner", answer=thinner)

    @rule()
    def asks(self) -> None:
        self.attempt(read.ask, self.story.tablet, page="matters", text="Why?")

    @rule()
    def finishes(self) -> None:
        if self.attempt(read.finish, self.story.tablet, way="by_myself"):
            assert before_finish(self.story.now) == () or self.story.now.status in SIGNED | {Status.REFUSED}

    @rule(decision=st.sampled_from(["applies", "does_not_apply"]), minutes=st.integers(0, 30))
    def talks(self, decision: str, minutes: int) -> None:
        episode, now = self.story.episode, self.story.now
        for asked in now.open_questions:
            self.attempt(discuss.answer_question, self.nurse, episode=episode, question=asked.question, way="in_person")
        for key in now.answers:
            self.attempt(
                discuss.review_screening, self.doctor, episode=episode, question=key, decision=decision, note="n"
            )
        for key in ("where", "bleed"):
            self.attempt(discuss.judge, self.doctor, episode=episode, concept=key, result="understood")
        with suppress(ConsentError):
            self.story.plan()
        self.attempt(discuss.record_talk, self.doctor, episode=episode, minutes=minutes)

    @rule(stale=st.booleans())
    def signs(self, *, stale: bool) -> None:
        self._sign(self.story.tablet, "patient", stale=stale)

    @rule(stale=st.booleans())
    def attests(self, *, stale: bool) -> None:
        self._sign(self.doctor, "clinician", stale=stale)

    def _sign(self, who: Visit, to: str, *, stale: bool) -> None:
        if to == "patient":
            self.attempt(sign.present_to_patient, who)
        else:
            self.attempt(sign.present_to_clinician, who, episode=self.story.episode)
        known, before = self.story.now.presented, self.story.now
        if known is None:
            return
        if stale:
            other = "no" if before.choices.get("photo") == "yes" else "yes"
            self.attempt(read.choose, self.story.tablet, clause="photo", choice=other)
            before = self.story.now
        self.shift += 1
        posted = {"covers": known.covers, "mark": ink(self.shift), "secret": SECRET}
        verb = sign.sign_as_patient if to == "patient" else sign.attest
        if self.attempt(verb, who, presentation=known.presentation, body=json.dumps(posted).encode()):
            self._was_ready(before, known.covers)

    def _was_ready(self, before: Episode, covers: str) -> None:
        assert before_patient_signs(before) == ()
        assert body_digest(before) == covers
        assert self.covered in {"", covers}
        self.covered = covers

    @rule()
    @precondition(lambda self: self.story.now.version % 7 == 0)
    def refuses(self) -> None:
        self.attempt(read.refuse, self.story.tablet)

    @rule()
    def works(self) -> None:
        seal.work_once(self.story.desk)

    @rule(fault=st.booleans())
    @precondition(lambda self: self.story.now.status in {Status.ATTESTED, Status.REFUSED})
    def works_badly(self, *, fault: bool) -> None:
        self.story.press.finding = "The file breaks rule P1." if fault else ""
        seal.work_once(self.story.desk)
        self.story.press.finding = ""
        self.story.outlet.faults = [ConsentError("The chart did not answer.")]
        deliver.deliver_due(self.story.desk)
        self.story.outlet.faults = []

    @invariant()
    def nothing_is_sealed_without_its_reasons(self) -> None:
        now = self.story.now
        if now.status not in {Status.SEALED, Status.FILED}:
            assert now.sealed is None
            return
        assert now.sealed
        content = self.story.ledger.document(EVERYTHING, now.sealed.event.document).content
        assert sha256_hex(content) == now.sealed.event.document
        if now.refused:
            assert now.attested is None
            return
        assert now.discussed
        assert now.signed
        assert now.attested
        assert now.discussed.number < now.signed.number < now.attested.number < now.sealed.number
        assert now.signed.event.covers == now.attested.event.covers == body_digest(now) == self.covered
        assert before_patient_signs(now) == ()

    @invariant()
    def what_was_signed_stays_as_it_was(self) -> None:
        now = self.story.now
        assert now.signed is None or now.signed.event.covers == body_digest(now)

    @invariant()
    def every_list_shows_what_the_events_say(self) -> None:
        ledger, episode = self.story.ledger, self.story.episode
        now = fold(episode, ledger.read(f"episode:{episode}"))
        assert ledger.row(EVERYTHING, episode) == row_of(now)
        kinds = self.story.kinds()
        assert all(kinds.count(once) <= 1 for once in ("Signed", "Attested", "Refused", "Sealed", "Delivered"))


TestWalks = Walks.TestCase
TestWalks.settings = settings(
    max_examples=80,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
