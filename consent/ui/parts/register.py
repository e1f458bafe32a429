"""The register on the screen: a search, filters as chips, what was found, and the way through its pages.

Decides how it looks. What is chosen stands in the address, so that a reload and the way back from a record lead to the
same list; what is typed does not, since it can be a name.
"""

from collections.abc import Mapping

import streamlit as st

from consent.model.people import Capability, Role
from consent.model.register import State
from consent.model.status import Status
from consent.ports import Place, WorklistRow
from consent.ui import gate, session
from consent.ui.parts import chips, row, when
from consent.ui.parts.plain import plain
from consent.ui.takeout import Filter, takeout
from consent.wiring import desk
from consent.words import say
from consent.workflow import glass
from consent.workflow.register import Found
from consent.workflow.visitor import Visit

FILTERS = ("state", "since", "until", "procedure", "clinician")
PAGING = ("below", "above")
MANY = 200
WHEN_WIDTH = 200


def pointers(*names: str) -> dict[str, str]:
    """Those of the pointers that are set in the address."""
    return {name: held for name in names if (held := session.pointer(name))}


def place(name: str) -> Place | None:
    """The place that a page begins at, from the address."""
    appointment, _, episode = session.pointer(name).partition("~")
    return (appointment, episode) if appointment and episode else None


def head(visit: Visit) -> None:
    """The title, and what waits for a review."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(say("register.title"), anchor=False, width="content")
        if visit.may(Capability.SEE_LOG):
            st.button(say("audit.title"), key="log", on_click=gate.go("audit"), icon=":material/history:")
        if visit.may(Capability.REVIEW_ACCESS):
            waiting = say("register.review", count=str(len(glass.to_review(desk(), visit))))
            st.button(waiting, key="review", on_click=gate.go("access"), icon=":material/rule:")


def search() -> str:
    """The field for a name or number; gives what stands in it."""
    now = session.current()
    press = gate.go("register", **pointers(*FILTERS))
    words = say("register.search")
    now.sought = st.text_input(
        words,
        now.sought,
        key="sought",
        type="search",
        placeholder=words,
        label_visibility="collapsed",
        on_change=press,
    )
    return now.sought


def filters() -> Mapping[str, str]:
    """The chips; gives what is chosen."""
    chosen = pointers(*FILTERS)
    with st.container(horizontal=True, gap="small"):
        for value in ("", *State):
            words = say(f"register.{value or 'all'}")
            marked = f":green[**✓ {words}**]" if value == chosen.get("state", "") else words
            st.button(marked, key=f"state-{value or 'all'}", on_click=gate.go("register", **{**chosen, "state": value}))
        chips.dates("register", chosen)
        chips.one_of("register.procedure", "register.column.procedure", options=_titles(), chosen=chosen)
        people = (account.person for account in desk().people.all())
        clinicians = {one.id: one.name for one in people if Role.CLINICIAN in one.roles}
        chips.one_of("register.clinician", "register.column.clinician", options=clinicians, chosen=chosen)
        if chosen:
            st.button(say("register.clear"), key="clear", on_click=gate.go("register"), type="tertiary")
    return chosen


def _titles() -> dict[str, str]:
    return {template.id: template.plain_name for template in desk().templates.all()}


def results(visit: Visit, found: Found, *, text: str, chosen: Mapping[str, str]) -> None:
    """How many there are, the list, and the way on."""
    if not found.total:
        st.info(say("register.none" if text or chosen else "register.empty"), icon=":material/info:")
        return
    count = say("register.found.one") if found.total == 1 else say("register.found", count=f"{found.total:,}")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(count, anchor=False, width="content")
        if visit.may(Capability.EXPORT_REGISTER):
            takeout(Filter(text=text, **chosen), key="takeout")
    if found.total > MANY and not (text or chosen):
        st.text(say("register.many"))
    titles = _titles()
    for one in found.rows:
        _row(one, chosen, what=one.title or titles.get(one.procedure, one.procedure))
    _ways(found, chosen)


def _row(one: WorklistRow, chosen: Mapping[str, str], *, what: str) -> None:
    """One record: when, who, what, where it stands; one tap opens it."""
    zone, status = desk().clinic.zone, Status(one.status)
    day, _, clock = when.full(one.appointment, zone).partition(", ")
    if status is Status.ERASED:
        _erased(one, chosen, day=day)
        return
    whose = say("register.whose", date=when.birth_words(one.birth_date), mrn=plain(one.mrn))
    badge = f":{row.STEPS[status].colour}-badge[{row.word(one, status)}]"
    if one.outcome in {"refused", "withdrawn"}:  # what became of it; the day's list says what to do about it
        badge = f":orange-badge[{say(f'register.{one.outcome}')}]"
    what = " · ".join(part for part in (what, one.sites, one.clinician_name) if part)
    lines = (f"**{plain(one.patient_name)}** {badge}", whose, plain(what))
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f"{day}  \n{clock}", width=WHEN_WIDTH)
        st.markdown("  \n".join(lines), width="stretch")
        _see(one, chosen)


def _erased(one: WorklistRow, chosen: Mapping[str, str], *, day: str) -> None:
    """What is left of an erased record: that there was one. Its page says by whom, and why."""
    whose = say("register.record", episode=one.episode)
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(day, width=WHEN_WIDTH)
        st.markdown(f"{whose} :gray-badge[{say('row.erased')}]  \n{say('register.erased', day=day)}", width="stretch")
        _see(one, chosen)


def _see(one: WorklistRow, chosen: Mapping[str, str]) -> None:
    here = pointers(*PAGING)
    st.button(
        say("register.see"),
        key=f"open-{one.episode}",
        on_click=gate.go("record", episode=one.episode, **{**chosen, **here}),
    )


def _ways(found: Found, chosen: Mapping[str, str]) -> None:
    """To newer and older records."""
    if not (found.newer or found.older):
        return
    first, last = found.rows[0], found.rows[-1]
    up = gate.go("register", **{**chosen, "above": f"{first.appointment}~{first.episode}"})
    down = gate.go("register", **{**chosen, "below": f"{last.appointment}~{last.episode}"})
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.button(say("register.newer"), on_click=up, disabled=not found.newer, icon=":material/chevron_left:")
        st.button(say("register.older"), on_click=down, disabled=not found.older, icon=":material/chevron_right:")
