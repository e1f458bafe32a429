"""The log on the screen: how far it is covered, a list by record, person, kind and time, and a verification.

Decides how it looks. What is chosen stands in the address, so that a reload leads to the same list.

Invariants:
- What no checkpoint covers, or none from outside, is called so, never fine.
- A verification of everything runs beside the program, and goes on when its page is left.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from consent.errors import BadInput
from consent.settings import settings
from consent.ui import gate, session
from consent.ui.door import way
from consent.ui.parts import chips, frame, when
from consent.ui.parts.plain import plain
from consent.ui.parts.timeline import who
from consent.wiring import desk, exporting, outside, verifier
from consent.words import keys, say
from consent.workflow import browse, proving
from consent.workflow.audit import Report
from consent.workflow.browse import Standing, Told
from consent.workflow.desk import SYSTEM
from consent.workflow.visitor import PATIENT, Visit

FILTERS = ("record", "actor", "kind", "since", "until")
VERIFY = "verify"
"""In the address: all of it, or the record that is chosen, is to be verified; ``now``: it is being."""
NAMED = 20
WHEN_WIDTH = 200
_NOW = "now"
_BROUGHT = "brought"


def chosen() -> dict[str, str]:
    """What the list is narrowed to, from the address."""
    return {name: held for name in FILTERS if (held := session.pointer(name))}


def standing(now: Standing) -> None:
    """The title, how far the log is covered, who has its checkpoints outside, and what that means."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(say("audit.title"), anchor=False, width="content")
        press = gate.go("audit", **{VERIFY: "1"})
        st.button(say("audit.verify"), key="verify", on_click=press, icon=":material/verified_user:", type="primary")
    zone, newest = desk().clinic.zone, now.newest
    st.text(say("audit.entries", count=f"{now.entries:,}"))
    if newest:
        st.text(say("audit.covered", count=f"{newest.size:,}", when=when.full(newest.at, zone)))
    else:
        st.text(say("audit.no_checkpoint"))
    for told, whom in (("sent", now.sent), ("cosigned", now.cosigned)):
        for name, had in whom:
            words = {"count": f"{had.size:,}", "when": when.full(had.at, zone)} if had else {}
            st.text(say(f"audit.{told}" if had else f"audit.{told}.none", name=name, **words))
    if now.unanchored:
        since = when.full(now.since, zone) if now.since else say("audit.unknown")
        window = "audit.window.one" if now.unanchored == 1 else "audit.window"
        st.text(say(window, count=f"{now.unanchored:,}", since=since))
    if not now.sent or now.late:
        st.warning(say("audit.late" if now.sent else "audit.nobody"), icon=":material/info:")
    with st.expander(say("audit.means"), icon=":material/help:"):
        st.markdown(say("audit.meaning"))
    if newest:
        way(label=say("audit.take"), goto="/log.checkpoint", key="take")


def filters(chosen: Mapping[str, str]) -> None:
    """The chips; and, of one record, the ways to it."""
    with st.container(horizontal=True, gap="small"):
        chips.dates("audit", chosen)
        people = {one.person.id: one.person.name for one in desk().people.all()}
        own = {one: say(f"timeline.{one}") for one in (PATIENT, SYSTEM.actor)}
        chips.one_of("audit.actor", "audit.column.actor", options={**own, **people}, chosen=chosen)
        chips.one_of("audit.kind", "audit.column.kind", options=_kinds(), chosen=chosen)
        if chosen:
            st.button(say("register.clear"), key="clear", on_click=gate.go("audit"), type="tertiary")
    if record := chosen.get("record"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(plain(say("audit.record", record=record)), anchor=False, width="content")
            st.button(say("audit.open"), key="open", on_click=gate.go("record", episode=record))
            st.button(say("audit.verify_one"), key="one", on_click=gate.go("audit", record=record, **{VERIFY: "1"}))


def _kinds() -> dict[str, str]:
    """Every kind of event, by its words."""
    words = {key.removeprefix("event."): say(key) for key in keys() if key.startswith("event.")}
    return dict(sorted(words.items(), key=lambda one: one[1]))


def results(visit: Visit, chosen: Mapping[str, str]) -> None:
    """The list, and the way on."""
    sought, below = browse.sought(desk(), **chosen), session.pointer("below")
    found, older = browse.lines(desk(), visit, sought=sought, below=int(below) if below.isdecimal() else 0)
    if not found:
        st.info(say("audit.none" if chosen or below else "audit.empty"), icon=":material/info:")
    for one in found:
        _line(one, chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        newest = gate.go("audit", **chosen)
        down = gate.go("audit", **chosen, below=str(found[-1].line.id if found else 0))
        st.button(say("audit.newest"), on_click=newest, disabled=not below, icon=":material/first_page:")
        st.button(say("register.older"), on_click=down, disabled=not older, icon=":material/chevron_right:")


def _line(one: Told, chosen: Mapping[str, str]) -> None:
    """One entry: when, what and by whom, of what, and its place in the log."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        day, _, clock = (
            when.full_second(one.header.at, desk().clinic.zone).partition(", ") if one.header else ("", "", "")
        )
        st.markdown(f"{day}  \n{clock}", width=WHEN_WIDTH)
        kind, _, name = one.line.stream.partition(":")
        named = who(desk(), name) if kind == "person" else name
        stream = say(f"audit.stream.{kind}", name=named) if f"audit.stream.{kind}" in keys() else one.line.stream
        place = say("audit.no_place")
        if one.line.place is not None:
            words = "audit.place" if one.covered else "audit.place.uncovered"
            place = say(words, place=f"{one.line.place:,}")
        st.markdown(
            "  \n".join((_what(one), plain(f"{stream} · {say('audit.number', number=str(one.line.number))} · {place}")))
        )
        if kind in {"episode", "access"} and name != "register" and name != chosen.get("record"):
            st.button(say("audit.only"), key=f"only-{one.line.id}", on_click=gate.go("audit", record=name))


def _what(one: Told) -> str:
    if one.header is None:
        return f"**{say('audit.damaged')}**"
    words = f"event.{one.header.kind}"
    what = say(words) if words in keys() else one.header.kind
    return f"**{plain(say('timeline.by', what=what, who=who(desk(), one.header.actor)))}**"


def verification(visit: Visit, chosen: Mapping[str, str]) -> None:
    """What is verified and against what; the verification; and what it came to."""
    record = chosen.get("record", "")
    at = {"record": record} if record else {}
    st.button(
        say("audit.back"), key="back", on_click=gate.go("audit", **at), icon=":material/arrow_back:", type="tertiary"
    )
    frame.title(say("audit.verify_this", record=record) if record else say("audit.verify"), below=say("audit.against"))
    lying = outside(settings())
    st.text(say("audit.folder", count=f"{len(lying):,}") if lying else say("audit.no_folder"))
    again = gate.go("audit", **at, **{VERIFY: "1"})
    brought = st.text_area(say("audit.brought"), key=_BROUGHT, height=200, on_change=again)
    if record:
        press = gate.go("audit", **at, **{VERIFY: _NOW})
    else:
        press = gate.act(proving.begin, verifier=verifier(), outside=lying, brought=gate.typed(_BROUGHT))
    st.button(say("audit.now"), key="now", on_click=press, type="primary", icon=":material/verified_user:")
    if not record:
        _live()
    elif session.pointer(VERIFY) == _NOW:
        _one(visit, record=record, against={"outside": lying, "brought": brought})


def _one(visit: Visit, *, record: str, against: dict[str, Any]) -> None:
    try:
        with exporting(settings()) as (archive, _, _):
            report, count = browse.verify(desk(), visit, archive=archive, record=record, **against)
    except BadInput as error:
        st.warning(f"{error.what} {error.next_step}", icon=":material/info:")
        return
    _outcome(report, count)


@st.fragment(run_every="2s")
def _live() -> None:
    """How far the last verification of everything is, whoever began it; looking again keeps no session awake."""
    visit = gate.visitor()
    if visit is None or session.current().goto:
        st.rerun()
    now = proving.progress(desk(), visit, verifier=verifier())
    at = when.full(now.at, desk().clinic.zone) if now.at else ""
    if now.running:
        so_far = now.told or say("audit.beginning")
        st.info(say("audit.so_far", name=plain(now.by), at=at, so_far=so_far), icon=":material/hourglass_top:")
        st.button(say("audit.stop"), key="stop", on_click=gate.act(proving.stop, verifier=verifier()))
    elif now.report:
        st.text(say("audit.came_to", name=now.by, at=at))
        _outcome(now.report, now.against)
    elif now.by:
        st.warning(say("audit.stopped" if now.stopped else "audit.broke", at=at), icon=":material/info:")


def _outcome(report: Report, against: int) -> None:
    """What it came to, in words: proved, not proved, or not anchored from when on."""
    since = when.full(report.since, desk().clinic.zone) if report.since else ""
    if report.faults:
        st.error(say("audit.not_proved", count=f"{len(report.faults):,}"), icon=":material/error:")
        st.markdown("\n".join(f"- {plain(one.words)}" for one in report.faults[:NAMED]))
        if len(report.faults) > NAMED:
            st.text(say("audit.more", count=f"{len(report.faults) - NAMED:,}"))
        st.text(say("audit.not_proved_next"))
    elif not report.anchored:
        st.warning(say("audit.unanchored"), icon=":material/info:")
    elif report.unanchored:
        words = {"count": f"{report.anchored:,}", "later": f"{report.unanchored:,}", "since": since}
        st.warning(say("audit.partly", **words), icon=":material/info:")
    else:
        st.success(say("audit.proved"), icon=":material/check:")
    count = {"entries": report.entries, "waiting": report.waiting, "documents": report.documents, "against": against}
    st.text(say("audit.looked_at", **{name: f"{number:,}" for name, number in count.items()}))
    if report.erased:
        st.text(say("audit.erased", count=f"{len(report.erased):,}"))
