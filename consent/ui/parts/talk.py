"""The talk, part by part: what matters, open questions, answers to decide about, what was not understood yet.

Decides what each part of the page shows. What is still missing is decided in ``consent.model.blockers``.

Invariants:
- A part with nothing to do says so in a few words, or is not there.
- Every button keeps one thing; nothing is ticked all at once.
- Each box has its place whatever is settled around it, so that what is being typed stays (``frame``).
"""

from typing import Literal

import streamlit as st

from consent.model.asked import Asked
from consent.model.episode import Episode
from consent.model.people import Capability, can
from consent.model.presentation import holds, reviewable, to_review
from consent.model.template import Action
from consent.ui import gate
from consent.ui.parts import frame, missing, when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import discuss
from consent.workflow.desk import Desk
from consent.workflow.read import concept_of
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit


def matters(episode: Episode) -> None:
    """What the patient hopes for and worries about."""
    said = episode.matters
    lines = [("hope", said.hope), ("worry", said.worry)] if said else []
    st.header(say("talk.matters"), anchor=False)
    for key, text in lines:
        if text:
            st.markdown(f"{say(f'talk.{key}')} **{plain(text)}**")
    if not any(text for _, text in lines):
        st.text(say("talk.no_matters"))


def company(episode: Episode) -> None:
    """Who is with the patient, and whether the patient was asked alone once; nothing where nobody is."""
    if episode.tablet.aloud:
        st.info(say("talk.read_to"), icon=":material/record_voice_over:")
    if not episode.tablet.companions:
        return
    st.markdown(say("talk.company", names=plain("; ".join(episode.tablet.companions))))
    if alone := episode.tablet.alone_with:
        at = when.clock(episode.tablet.alone_at, episode.plan.clinic.zone)
        st.text(say("talk.asked_alone", name=alone.name, at=at))
        return
    st.text(say("talk.company_lead"))
    press = gate.act(discuss.ask_alone, episode=episode.id, done="talk.saved")
    st.button(say("talk.alone"), key="asked_alone", on_click=press)


def questions(episode: Episode) -> None:
    """Every parked question, with its answer or the field for one."""
    st.header(say("talk.questions"), anchor=False)
    if not episode.questions:
        st.text(say("talk.no_questions"))
    for asked in episode.questions:
        with st.container(border=True):
            st.markdown(f"**{plain(asked.text)}**")
            if asked.answer:
                how = asked.answer.text or say("talk.in_person")
                at = when.clock(asked.answered_at, episode.plan.clinic.zone)
                st.text(say("talk.answered", text=how, name=asked.answer.by.name, at=at))
            else:
                _answer(episode, asked)


def _answer(episode: Episode, asked: Asked) -> None:
    for one in asked.earlier:
        st.text(say("question.did_not_help", text=one.text or say("talk.in_person"), name=one.by.name))
    _for(episode, asked)
    field = f"answer-{asked.question}-{len(asked.earlier)}"
    st.text_area(say("talk.answer"), key=field, height=80)
    with st.container(horizontal=True):
        for way in ("typed", "in_person"):
            press = gate.act(
                discuss.answer_question,
                episode=episode.id,
                question=asked.question,
                way=way,
                text=gate.typed(field),
                done="talk.saved",
            )
            st.button(say(f"talk.answer.{way}"), key=f"{way}-{asked.question}", on_click=press)


def _for(episode: Episode, asked: Asked) -> None:
    """Whom it waits for; another name tells that person."""
    people = [account.person for account in desk().people.all() if account.person.active]
    about = {
        one.id: "medical" if can(one.roles, Capability.DISCUSS) else "practical"
        for one in people
        if can(one.roles, Capability.ANSWER)
    }
    names = {one.id: one.name for one in people}
    now, key = episode.asked_of(asked).id, f"for-{asked.question}"
    press = gate.act(give, episode=episode.id, question=asked.question, to=gate.typed(key), done="question.given")
    st.selectbox(
        say("question.for"),
        list(about),
        list(about).index(now) if now in about else None,
        format_func=lambda one: say(f"question.about.{about[one]}", name=names[one]),
        key=key,
        on_change=press,
    )


@ruled
def give(desk: Desk, visit: Visit, *, episode: str, question: str, to: str) -> Episode:
    """Give a question to somebody: to a clinician as a medical one, to anybody else as a practical one."""
    account = desk.people.by_id(to)
    clinician = account is not None and can(account.person.roles, Capability.DISCUSS)
    about: Literal["practical", "medical"] = "medical" if clinician else "practical"
    return discuss.assign_question(desk, visit, episode=episode, question=question, about=about, to=to)


def reviews(episode: Episode) -> None:
    """Answers that raise something, to be decided one by one."""
    asks = {question.id: question.ask for question in episode.template.screening}
    asks |= {fact.id: fact.ask for fact in episode.template.facts}
    open_ones = {owner for owner, _ in to_review(episode.case)}
    if not open_ones and not episode.reviews:
        return
    st.header(say("talk.reviews"), anchor=False)
    for owner in (owner for owner in asks if owner in open_ones or owner in episode.reviews):
        with st.container(border=owner in open_ones):
            if owner not in open_ones:
                review = episode.reviews[owner]
                note = f" {review.note}" if review.note else ""
                st.text(f"{asks[owner]} {say(f'document.{review.decision}')}.{note}")
                continue
            st.markdown(f"{plain(asks[owner])} **{plain(_given(episode, owner))}**")
            if any(asker == owner and add.action is Action.STOP_AND_ASK for asker, add in reviewable(episode.case)):
                st.warning(say("talk.stop_and_ask"), icon=":material/front_hand:")
            _decide(episode, owner)


def _given(episode: Episode, owner: str) -> str:
    """The patient's answer, or the clinician's fact, in words."""
    if owner in episode.answers:
        answer = episode.answers[owner]
        return f"{say(f'answer.{answer.answer}')}. {answer.detail}"
    options = next(fact.options for fact in episode.template.facts if fact.id == owner)
    return next(option.label for option in options if option.id == episode.case.tailored.facts[owner])


def _decide(episode: Episode, owner: str) -> None:
    field = f"note-{owner}"
    st.text_input(say("talk.note"), key=field)
    with st.container(horizontal=True):
        for decision in ("applies", "does_not_apply"):
            press = gate.act(
                discuss.review_screening,
                episode=episode.id,
                question=owner,
                decision=decision,
                note=gate.typed(field),
                done="talk.saved",
            )
            st.button(say(f"talk.{decision}"), key=f"{decision}-{owner}", on_click=press)


def concepts(episode: Episode) -> None:
    """What the quiz left open: asked in person, and judged."""
    open_ones = [
        concept.id
        for concept in episode.template.concepts
        if holds(episode.case, concept.only_if) and not episode.understood(concept.id)
    ]
    if open_ones:
        st.header(say("talk.concepts"), anchor=False)
        st.text(say("talk.concepts_lead"))
    for concept in episode.template.concepts:
        with st.container(border=concept.id in open_ones):
            if concept.id in open_ones:
                _judge(episode, concept.id)


def _judge(episode: Episode, concept: str) -> None:
    asked = concept_of(episode, concept)
    st.markdown(f"**{plain(asked.name)}**")
    st.text(say("talk.counts", text=asked.understood))
    for check in episode.checks.get(concept, ()):
        st.text(say("talk.said_before", text=check.said))
    rounds = len(episode.checks.get(concept, ()))
    said, note = f"said-{concept}-{rounds}", f"reason-{concept}-{rounds}"
    st.text_input(say("talk.said"), key=said)
    st.text_input(say("talk.reason"), key=note)
    with st.container(horizontal=True):
        for result in ("understood", "not_yet", "accepted"):
            press = gate.act(
                discuss.judge,
                episode=episode.id,
                concept=concept,
                result=result,
                said=gate.typed(said),
                note=gate.typed(note),
                done="talk.saved",
            )
            st.button(say(f"talk.{result}"), key=f"{result}-{concept}", on_click=press)


def record(episode: Episode) -> None:
    """What is still missing, in words; then "we talked"."""
    found = discuss.what_is_missing(episode)
    missing.told(found, lead=say("talk.missing"))
    st.header(say("talk.record"), anchor=False)
    left, right = st.columns([1, 3])
    minutes = left.number_input(
        say("talk.minutes"), min_value=0, max_value=600, value=None, step=1, key="minutes", placeholder=""
    )
    right.text_input(say("talk.remark"), key="remark")
    ready = not found and minutes is not None
    frame.bottom_right(
        say("talk.talked_on"),
        gate.act(
            discuss.record_talk,
            episode=episode.id,
            minutes=gate.typed("minutes"),
            note=gate.typed("remark"),
            then=lambda now: gate.hand_over("talk", episode=now.id),
        ),
        key="talked_on",
        ready=ready,
        hint=missing.hint(found) or say("talk.minutes_first"),
        beside=lambda: _only_recorded(episode, ready=ready),
    )


def _only_recorded(episode: Episode, *, ready: bool) -> None:
    """For a patient who has a tablet already, or signs later."""
    press = gate.act(
        discuss.record_talk,
        episode=episode.id,
        minutes=gate.typed("minutes"),
        note=gate.typed("remark"),
        done="talk.recorded",
    )
    st.button(say("talk.we_talked"), key="talked", on_click=press, disabled=not ready)
