"""The clinician's fields for one patient, and how they are put together.

Decides which field asks for what. Whether it may be kept is decided by ``consent.workflow.prepare``.

Invariants:
- Nothing about the patient is preset; a fact with one option only is.
- A side is always the patient's own; a place without a name is left out.
"""

from datetime import date
from typing import Any

import streamlit as st

from consent.errors import BadInput
from consent.model.episode import Episode
from consent.model.template import Fact, Template
from consent.model.values import Site
from consent.ui import gate
from consent.ui.parts import frame, rows
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import prepare
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

SIDES = ("left", "right", "both", "midline", "not_applicable")
_SHORT = 28


@ruled
def save(
    desk: Desk,
    visit: Visit,
    /,
    *,
    episode: str,
    seen: int,
    rows: tuple[str, ...],
    facts: tuple[str, ...],
    **typed: object,
) -> Episode:
    """Put the fields together and keep them.

    Raises:
        BadInput: A place has no side, or nobody performs it.
    """
    sites = []
    for row in rows:
        if not (place := str(typed[f"place_{row}"] or "").strip()):
            continue
        if not (side := typed[f"side_{row}"]):
            raise BadInput(say("prepare.no_side"), say("prepare.no_side_next"))
        with accepting(say("prepare.site")):
            sites.append(Site.model_validate({"place": place, "side": side, "level": typed[f"level_{row}"] or ""}))
    helpers = typed["helpers"]
    return prepare.prepare(
        desk,
        visit,
        episode=episode,
        seen=seen,
        sites=sites,
        why=str(typed["why"] or ""),
        performer=str(typed["performer"] or ""),
        facts={fact: _kept(typed[f"fact_{fact}"]) for fact in facts},
        helpers=[str(one) for one in helpers] if isinstance(helpers, list) else [],
    )


def _kept(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def draw(episode: Episode, template: Template) -> None:
    """All fields and the main button."""
    keys = [*_sites(episode), "why", *_facts(episode, template)]
    _why(episode)
    keys += _people(episode)
    st.caption(say("prepare.again") if episode.pages_shown else say("prepare.text", version=template.version))
    typed: dict[str, Any] = {key: gate.typed(key) for key in keys}
    press = gate.act(
        save,
        episode=episode.id,
        seen=episode.version,
        rows=rows.ids("sites", saved=len(episode.tailored.sites) if episode.tailored else 0),
        facts=tuple(fact.id for fact in template.facts),
        then=lambda _: gate.go("prepare", episode=episode.id)(),
        done="prepare.saved",
        **typed,
    )
    frame.bottom_right(say("prepare.save"), press, key="save")


def _sites(episode: Episode) -> list[str]:
    saved = episode.tailored.sites if episode.tailored else ()
    st.subheader(say("prepare.sites"), anchor=False)
    keys = []
    for row in rows.ids("sites", saved=len(saved)):
        site = saved[int(row)] if int(row) < len(saved) else None
        place, level, drop = st.columns([4, 2, 1.4], vertical_alignment="bottom")
        place.text_input(say("prepare.place"), site.place if site else "", key=f"place_{row}")
        level.text_input(say("prepare.level"), site.level if site else "", key=f"level_{row}")
        rows.drop(drop, "sites", row, saved=len(saved), page="prepare", episode=episode.id, edit="1")
        st.segmented_control(
            say("prepare.side"),
            SIDES,
            default=site.side if site else None,
            format_func=lambda side: say(f"side.{side}"),
            key=f"side_{row}",
            wrap=True,
        )
        keys += [f"place_{row}", f"level_{row}", f"side_{row}"]
    rows.add("sites", say("prepare.add_site"), saved=len(saved), page="prepare", episode=episode.id, edit="1")
    return keys


def _why(episode: Episode) -> None:
    st.subheader(say("prepare.why"), anchor=False)
    said = episode.tailored.why if episode.tailored else ""
    st.text_area(say("prepare.why_label"), said, key="why", height=90)


def _facts(episode: Episode, template: Template) -> list[str]:
    st.subheader(say("prepare.facts"), anchor=False)
    known = episode.tailored.facts if episode.tailored else {}
    columns = st.columns(2)
    for number, fact in enumerate(template.facts):
        with columns[number % 2]:
            _fact(fact, known.get(fact.id, ""))
    return [f"fact_{fact.id}" for fact in template.facts]


def _fact(fact: Fact, value: str) -> None:
    key, ask = f"fact_{fact.id}", plain(fact.ask)
    labels = {option.id: plain(option.label) for option in fact.options}
    if len(labels) == 1:
        value = next(iter(labels))
    if labels and sum(map(len, labels.values())) <= _SHORT:
        st.segmented_control(
            ask, list(labels), default=value or None, format_func=lambda one: labels[one], key=key, wrap=True
        )
    elif labels:
        index = list(labels).index(value) if value in labels else None
        st.selectbox(
            ask, list(labels), index, format_func=lambda one: labels[one], key=key, placeholder=say("prepare.choose")
        )
    elif fact.typed == "date":
        st.date_input(ask, date.fromisoformat(value) if value else None, format="MM/DD/YYYY", key=key)
    else:
        st.text_input(f"{ask} ({plain(fact.unit)})" if fact.unit else ask, value, key=key)


def _people(episode: Episode) -> list[str]:
    plan, tailored = episode.plan, episode.tailored
    staff = [account.person for account in desk().people.all() if account.person.active]
    performers = {one.id: one.name for one in staff if plan.procedure in one.privileges}
    chosen = tailored.performer.id if tailored else plan.clinician.id
    left, right = st.columns(2)
    left.selectbox(
        say("prepare.performer"),
        list(performers),
        list(performers).index(chosen) if chosen in performers else None,
        format_func=lambda one: performers[one],
        key="performer",
        placeholder=say("prepare.choose"),
    )
    named = [f"{one.name}, {one.title}" if one.title else one.name for one in staff if one.id != chosen]
    helpers = list(tailored.helpers) if tailored else []
    right.multiselect(
        say("prepare.helpers"),
        list(dict.fromkeys([*named, *helpers])),
        helpers,
        key="helpers",
        placeholder=say("prepare.nobody"),
        accept_new_options=True,
    )
    return ["performer", "helpers"]
