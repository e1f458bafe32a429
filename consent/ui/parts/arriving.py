"""The checklist on arrival: the consent confirmed, and each item with its answer, its owner and its way out.

Invariants:
- One button an answer, none chosen before; there is no button for all of them (H12).
- An answer says what was found, not what the patient said: a "yes" to "do you have a fever?" is not in order.
- What is not in order stays in sight with who takes it, until somebody entitled settles it.
"""

import streamlit as st

from consent.model.arrival import Item, answered, confirmed, said_first
from consent.model.day import Checked, Stage
from consent.model.episode import Episode
from consent.model.people import Capability, can
from consent.ui import gate
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import day
from consent.workflow.visitor import Visit

ANSWERS = ("yes", "no", "not_applicable")


def over(episode: Episode) -> bool:
    """Whether nothing is asked any more: withdrawn, started or ended."""
    return episode.day.stage in {Stage.WITHDRAWN, Stage.STARTED, Stage.ENDED}


def confirmation(visit: Visit, episode: Episode) -> None:
    """What the patient is asked about the consent itself, and what was said last."""
    st.header(say("checklist.confirm"), anchor=False)
    with st.container(border=True):
        for line in said_first(episode.case) or (say("checklist.confirm.ask"),):
            st.markdown(f"**{plain(line)}**")
        with st.container():
            _said_last(visit, episode)
        st.text_input(say("checklist.confirm.note"), key="confirm-note")
        with st.container(horizontal=True):
            for result in ("stands", "changed"):
                press = gate.act(
                    day.confirm,
                    episode=episode.id,
                    result=result,
                    note=gate.typed("confirm-note"),
                    done="talk.saved",
                )
                st.button(say(f"checklist.{result}"), key=f"confirm-{result}", on_click=press)


def _said_last(visit: Visit, episode: Episode) -> None:
    if last := episode.day.confirmed:
        at = when.moment(last.at, episode.plan.clinic.zone)
        told = say(f"checklist.said.{last.event.result}", when=at, name=last.event.by.name)
        show = st.success if confirmed(episode, at=visit.at) else st.warning
        show(plain(" ".join(part for part in (told, last.event.note) if part)), icon=":material/record_voice_over:")


def item(visit: Visit, episode: Episode, asked: Item) -> None:
    """One item: its question, what the patient was told to do, and its answer."""
    known = answered(episode, asked.id, at=visit.at)
    with st.container(border=True):
        st.markdown(f"**{plain(asked.text)}**")
        if asked.told:
            st.text(say("checklist.told", text=asked.told))
        with st.container(horizontal=True, vertical_alignment="center"):
            for answer in ANSWERS:
                chosen = known is not None and known.answer.answer == answer
                press = gate.act(day.check_item, episode=episode.id, item=asked.id, answer=answer)
                label = say(f"checklist.answer.{answer}")
                st.button(f"✓ {label}" if chosen else label, key=f"{answer}-{asked.id}", on_click=press)
            if known:
                zone = episode.plan.clinic.zone
                st.text(f"{known.answer.by.name}, {when.moment(known.at, zone)}")
        if known and known.answer.answer == "no":
            _exception(visit, episode, asked, known=known)


def _exception(visit: Visit, episode: Episode, asked: Item, *, known: Checked) -> None:
    decided = known.decided
    if decided:
        told = say(f"checklist.decided.{decided.outcome}", name=decided.owner.name)
        line = plain(" ".join(part for part in (told, decided.note, f"({decided.by.name})") if part))
        (st.warning if known.open else st.success)(line, icon=":material/person:")
    else:
        st.warning(say("checklist.no_owner"), icon=":material/info:")
    if not known.open:
        return
    note, owner = f"note-{asked.id}", f"owner-{asked.id}"
    left, right = st.columns([2, 1.2])
    left.text_input(say("checklist.note"), key=note)
    right.selectbox(say("checklist.owner"), _owners(episode), format_func=_name, key=owner)
    outcomes = ["clinician_decides", "postponed"]
    outcomes += ["measure_now"] if asked.measure else []
    outcomes += ["goes_ahead"] if day.entitled(visit, episode) else []
    with st.container(horizontal=True):
        for outcome in outcomes:
            press = gate.act(
                day.decide_exception,
                episode=episode.id,
                item=asked.id,
                outcome=outcome,
                owner=gate.typed(owner),
                note=gate.typed(note),
                done="talk.saved",
            )
            label = say(f"checklist.{outcome}", what=asked.measure) if outcome == "measure_now" else _way(outcome)
            st.button(label, key=f"{outcome}-{asked.id}", on_click=press)


def _way(outcome: str) -> str:
    return say(f"checklist.{outcome}")


def _owners(episode: Episode) -> list[str]:
    """Who can take something on: the performer first, then everybody else at the bedside."""
    first = episode.case.tailored.performer.id
    at_bedside = [one.person for one in desk().people.all() if one.person.active]
    others = [one for one in at_bedside if can(one.roles, Capability.CHECK_IN) and one.id != first]
    return [first, *(one.id for one in sorted(others, key=lambda one: one.name))]


def _name(person: str) -> str:
    account = desk().people.by_id(person)
    return account.person.name if account else person
