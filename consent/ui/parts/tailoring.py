"""The clinician's fields for one patient, and how they are put together.

Decides which field asks for what. Whether it may be kept is decided by ``consent.workflow.prepare``.

Invariants:
- Nothing about the patient is preset; a fact with one option is, and what the clinic does alike for all.
- Every change is kept at once, though it is saved by a button: a reload or another tablet gives it back.
- A side is always the patient's own; a place without a name is left out.
"""

from datetime import date
from typing import Any

import streamlit as st

from consent.errors import BadInput
from consent.model.episode import Episode
from consent.model.events import Tailored
from consent.model.presentation import Case
from consent.model.template import Fact, Template
from consent.model.values import Site
from consent.ui import gate, session
from consent.ui.parts import frame, needing, prepared, rows, when
from consent.ui.parts.fields import Form
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import prepare
from consent.workflow.accept import accepting
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.unsaved import Fields, Typed, keep_typed, typed_by
from consent.workflow.usual import usual
from consent.workflow.visitor import Visit

SIDES = ("left", "right", "both", "midline", "not_applicable")
_MOST_BUTTONS = 6
_LETTER, _AROUND, _LEAST, _MOST = 7, 36, 240, 460
"""Pixels of a letter and around a button's words, and the width of a fact."""
_LEVEL, _LINES = 110, 130
"""Width of a level, and height of why it is proposed: as high as a place beside it."""


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
        needs=needing.noted(desk, visit, **{key: typed[key] for key in needing.KEYS}),
    )


def _kept(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def draw(visit: Visit, episode: Episode, template: Template) -> None:
    """All fields and the main buttons: the common on top, the rare behind one line."""
    usually = {} if episode.tailored else usual(desk(), visit, procedure=template.id, performer=_performer(episode))
    unsaved = typed_by(desk(), visit, episode=episode.id)
    form = _form(episode, template, unsaved.fields)
    known = {**usually, **(episode.tailored.facts if episode.tailored else {}), **form.facts}
    facts, special = _apart(template, usually)
    with st.container(gap="small"):
        where, why = st.columns(2)
        with where.container(gap="xsmall"):
            _sites(episode, form)
        with why:
            _why(episode, form)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            _facts(facts, known, form)
            needing.kinds(episode.needs, form)
        needing.interpreter(episode.needs, form)
        with st.expander(_special(episode, special, known), icon=":material/more_horiz:", expanded=False):
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                _facts(special, known, form)
            _people(episode, form)
            needing.signal(episode.needs, form)
    typed: dict[str, Any] = {key: gate.typed(key) for key in form.keys}
    typed["rows"], typed["facts"] = form.rows, tuple(fact.id for fact in template.facts)
    press = gate.act(
        save,
        episode=episode.id,
        seen=episode.version,
        then=lambda now: gate.hand_over("prepare", episode=now.id),
        **typed,
    )

    def beside() -> None:
        with st.container(gap=None):
            _to_read(episode, template, known)
            _unsaved(unsaved, zone=episode.plan.clinic.zone)
        _only_save(episode, typed)

    frame.bottom_right(say("prepare.save_and_hand_over"), press, key="save_on", beside=beside)


def _form(episode: Episode, template: Template, fields: Fields) -> Form:
    begun = {int(key.removeprefix("place_")) + 1 for key in fields if key.startswith("place_")}
    here = rows.ids("sites", saved=max(_saved(episode), *begun, 0))
    keys = [f"{part}_{row}" for row in here for part in ("place", "level", "side")]
    keys += ["why", *(f"fact_{fact.id}" for fact in template.facts), "performer", "helpers", *needing.KEYS]
    held = gate.held(*keys)
    return Form(
        rows=here,
        keys=tuple(keys),
        fields=fields,
        typing=gate.act(keep_typed, counts=False, episode=episode.id, fields=held),
        choosing=gate.act(keep_typed, episode=episode.id, fields=held),
    )


def _saved(episode: Episode) -> int:
    return len(episode.tailored.sites) if episode.tailored else 0


def _unsaved(unsaved: Typed, *, zone: str) -> None:
    """Since when what is here is kept though not saved, and who else has begun."""
    if unsaved.at:
        st.caption(say("prepare.unsaved", at=when.clock(unsaved.at, zone)))
    for name, at in unsaved.others:
        st.caption(say("prepare.others", name=name, at=when.clock(at, zone)))


def _performer(episode: Episode) -> str:
    return episode.tailored.performer.id if episode.tailored else episode.plan.clinician.id


def _apart(template: Template, usually: dict[str, str]) -> tuple[list[Fact], list[Fact]]:
    """What is asked for this patient, and what goes without asking: one option only, or as usual here."""
    special = [fact for fact in template.facts if len(fact.options) == 1 or fact.id in usually]
    return [fact for fact in template.facts if fact not in special], special


def _special(episode: Episode, special: list[Fact], known: dict[str, str]) -> str:
    """The line that the rare is behind says what holds while nobody opens it."""
    names = {account.person.id: account.person.name for account in desk().people.all()}
    values = [names.get(_performer(episode), ""), *(_label(fact, known.get(fact.id, "")) for fact in special)]
    return say("prepare.special", now=plain(" · ".join(filter(None, values))))


def _label(fact: Fact, value: str) -> str:
    labels = {option.id: option.label for option in fact.options}
    return next(iter(labels.values())) if len(labels) == 1 else labels.get(value, value)


def _to_read(episode: Episode, template: Template, known: dict[str, str]) -> None:
    """What the patient will see: the pages that these facts make, more while some are open; and what comes first."""
    facts = known | {fact.id: _kept(session.typed(f"fact_{fact.id}")) for fact in template.facts}
    facts = {fact: value for fact, value in facts.items() if value}
    case = Case(
        template=template,
        clinic=episode.plan.clinic,
        tailored=Tailored(
            sites=(Site(place=say("prepare.site"), side="not_applicable"),),
            why=str(session.typed("why") or "").strip() or say("prepare.why"),
            performer=episode.plan.clinician,
            facts=facts,
        ),
        appointment=episode.appointment,
        answers={},
        reviews={},
    )
    missing = any(fact.id not in facts for fact in template.facts)
    prepared.length(case, key="prepare.at_least" if missing else "prepared.length")
    st.text(say("prepare.again") if episode.pages_shown else say("prepare.compare"))


def _only_save(episode: Episode, typed: dict[str, Any]) -> None:
    """For a patient who reads later."""
    press = gate.act(
        save,
        episode=episode.id,
        seen=episode.version,
        then=lambda _: gate.go("prepare", episode=episode.id)(),
        done="prepare.saved",
        **typed,
    )
    st.button(say("prepare.save"), key="save", on_click=press)


def _sites(episode: Episode, form: Form) -> None:
    saved = episode.tailored.sites if episode.tailored else ()
    back: dict[str, Any] = {"saved": len(saved), "page": "prepare", "episode": episode.id, "edit": "1"}
    for row in form.rows:
        site = saved[int(row)] if int(row) < len(saved) else None
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            level = f"level_{row}"
            st.text_input(
                say("prepare.place"),
                form.text(f"place_{row}", site.place if site else ""),
                key=f"place_{row}",
                on_change=form.typing,
            )
            st.text_input(
                say("prepare.level"),
                form.text(level, site.level if site else ""),
                key=level,
                width=_LEVEL,
                on_change=form.typing,
            )
            if len(form.rows) > 1:
                rows.drop(st.container(width="content"), "sites", row, **back)
            if row == form.rows[-1]:
                rows.add("sites", say("prepare.add_site"), **back)
        side = form.text(f"side_{row}", site.side if site else "")
        st.segmented_control(
            say("prepare.side"),
            SIDES,
            default=side if side in SIDES else None,
            format_func=lambda side: say(f"side.{side}"),
            key=f"side_{row}",
            on_change=form.choosing,
            wrap=True,
        )


def _why(episode: Episode, form: Form) -> None:
    said = form.text("why", episode.tailored.why if episode.tailored else "")
    st.text_area(say("prepare.why_label"), said, key="why", height=_LINES, on_change=form.typing)


def _facts(facts: list[Fact], known: dict[str, str], form: Form) -> None:
    """As many side by side as the screen has room for."""
    for fact in facts:
        with st.container(width=_width(fact)):
            _fact(fact, known.get(fact.id, ""), form)


def _width(fact: Fact) -> int:
    """Pixels that the buttons of a fact take in one row, or its question."""
    labels = [option.label for option in fact.options]
    if not 1 < len(labels) <= _MOST_BUTTONS:
        return _LEAST
    return min(max(sum(_LETTER * len(label) + _AROUND for label in labels), _LETTER * len(fact.ask)), _MOST)


def _fact(fact: Fact, value: str, form: Form) -> None:
    key, ask = f"fact_{fact.id}", plain(fact.ask)
    labels = {option.id: plain(option.label) for option in fact.options}
    if len(labels) == 1:
        value = next(iter(labels))
    if 0 < len(labels) <= _MOST_BUTTONS:
        st.segmented_control(
            ask,
            list(labels),
            default=value if value in labels else None,
            format_func=lambda one: labels[one],
            key=key,
            on_change=form.choosing,
            wrap=True,
        )
    elif labels:
        st.selectbox(
            ask,
            list(labels),
            list(labels).index(value) if value in labels else None,
            format_func=lambda one: labels[one],
            key=key,
            on_change=form.choosing,
            placeholder=say("prepare.choose"),
        )
    elif fact.typed == "date":
        day = date.fromisoformat(value) if value else None
        st.date_input(ask, day, format="MM/DD/YYYY", key=key, on_change=form.typing)
    else:
        st.text_input(f"{ask} ({plain(fact.unit)})" if fact.unit else ask, value, key=key, on_change=form.typing)


def _people(episode: Episode, form: Form) -> None:
    plan, tailored, chosen = episode.plan, episode.tailored, form.text("performer", _performer(episode))
    staff = [account.person for account in desk().people.all() if account.person.active]
    performers = {one.id: one.name for one in staff if plan.procedure in one.privileges}
    left, right = st.columns(2)
    left.selectbox(
        say("prepare.performer"),
        list(performers),
        list(performers).index(chosen) if chosen in performers else None,
        format_func=lambda one: performers[one],
        key="performer",
        on_change=form.choosing,
        placeholder=say("prepare.choose"),
    )
    named = [f"{one.name}, {one.title}" if one.title else one.name for one in staff if one.id != chosen]
    helpers = list(form.fields.get("helpers", tailored.helpers if tailored else ()))
    right.multiselect(
        say("prepare.helpers"),
        list(dict.fromkeys([*named, *helpers])),
        helpers,
        key="helpers",
        on_change=form.choosing,
        placeholder=say("prepare.nobody"),
        accept_new_options=True,
    )
