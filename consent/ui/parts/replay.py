"""What the patient saw, on the record: a folded section with one page as it was, and the list of all in order.

Decides how a replay is laid out; it changes nothing.

Invariants:
- Nothing is made again while the section is closed: a record is opened often, and this seldom.
- What stood on a page as something to tap is text here.
- Which page is open stands in the address, so that a reload comes back to it.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from consent.model.episode import Episode
from consent.model.replay import Shown, frames
from consent.model.replay_told import acted, dwell, ending, of_passage, seen_by, summary, title, told
from consent.ui import gate, session
from consent.ui.parts import blocks, register, when
from consent.ui.parts.drawn import drawn
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow.desk import stream_of

_LIST_HEIGHT = 420
_LONG = 640
"""The page to sign is as long as a document: it scrolls in a room of its own."""
_FIT = 10
"""So many lines need no room that scrolls."""
_PICK = "shown-pick"


def draw(episode: Episode) -> None:
    """The section: closed until somebody wants it, or the address points into it."""
    chosen, words = session.pointer("shown"), f"**{say('replay.title')}**"
    opening = gate.chosen(episode=episode.id)
    with st.expander(words, expanded=bool(chosen), key="replay", on_change=opening) as box:
        if not (box.open or chosen):
            return
        seen = frames(episode.id, desk().ledger.read(stream_of(episode.id)))
        if not seen:
            st.text(say("replay.none_yet"))
            return
        zone = episode.plan.clinic.zone
        first, alike, *limits = summary(seen)
        st.markdown(f"**{plain(first)}**")
        st.text(alike)
        at = min(max(int(chosen), 1), len(seen)) if chosen.isdecimal() else 1
        _walk(episode, seen, at=at, zone=zone)
        _page(seen[at - 1], zone=zone)
        _list(seen, zone=zone)
        for line in limits:
            st.text(line)


def _to(episode: Episode, number: int | gate.Typed) -> Callable[[], None]:
    back = register.pointers(*register.FILTERS, *register.PAGING)
    shown = number if isinstance(number, gate.Typed) else str(number)
    return gate.go("record", episode=episode.id, shown=shown, **back)


def _walk(episode: Episode, seen: Sequence[Shown], *, at: int, zone: str) -> None:
    """The way from page to page: one before, one after, or any of them by its line."""
    lines = {
        number: say("replay.line", number=str(number), clock=when.second(one.opened, zone), title=title(one))
        for number, one in enumerate(seen, 1)
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        icon = ":material/arrow_back:"
        st.button(say("replay.before"), key="shown-before", on_click=_to(episode, at - 1), icon=icon, disabled=at == 1)
        st.selectbox(
            say("replay.pick"),
            list(lines),
            index=at - 1,
            format_func=lines.__getitem__,
            key=f"{_PICK}-{at}",
            on_change=_to(episode, gate.typed(f"{_PICK}-{at}")),
            label_visibility="collapsed",
            width="stretch",
        )
        st.text(say("replay.place", number=str(at), count=str(len(seen))), width="content")
        st.button(
            say("replay.after"),
            key="shown-after",
            on_click=_to(episode, at + 1),
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=at == len(seen),
        )


def _list(seen: Sequence[Shown], *, zone: str) -> None:
    """All of them, oldest first: when, which page, how long."""
    cells: dict[str, list[str]] = {say(f"replay.{name}"): [] for name in ("number", "at", "page", "long")}
    for number, one in enumerate(seen, 1):
        again = say("replay.again") if one.time > 1 else ""
        mark = say("replay.mark") if one.likeness == "other" else ""
        line = (str(number), when.second(one.opened, zone), f"{plain(title(one))}{again}{mark}", dwell(one))
        for column, cell in zip(cells.values(), line, strict=True):
            column.append(cell)
    st.markdown(f"**{say('replay.all')}**")
    with st.container(height=_LIST_HEIGHT if len(seen) > _FIT else "content", border=False):
        st.table(cells, border="horizontal", hide_index=True, alt=say("replay.all"))


def _page(one: Shown, *, zone: str) -> None:
    """One page: when and for whom it was there, its words, and what was done on it."""
    st.text(
        say(
            "replay.when",
            opened=when.full_second(one.opened, zone),
            until=ending(one, clock=when.second(one.until, zone) if one.until else ""),
            length=dwell(one),
            time=say("replay.nth", time=str(one.time)) if one.time > 1 else say("replay.first"),
        )
    )
    st.text(seen_by(one))
    like = say(f"replay.is.{one.likeness}")
    if one.likeness == "other":
        st.warning(like, icon=":material/warning:")
    else:
        st.text(like)
    with st.container(border=True, height=_LONG if one.signed else "content"):
        st.subheader(plain(title(one)), anchor=False)
        _words(one)
    st.markdown(f"**{say('replay.did')}**")
    did = [f"- {when.second(at, zone)} {plain(what)}" for at, what in acted(one)]
    st.markdown("\n".join(did) if did else say("replay.nothing"))


def _words(one: Shown) -> None:
    if one.page is None and not one.signed:
        st.text(say("replay.gone"))
    drawings = [passage for passage in one.page.passages if passage.drawing] if one.page else []
    if not drawings or one.page is None:
        blocks.draw(told(one), within="replay", lift=-1)
        return
    for passage in one.page.passages:
        blocks.draw(tuple(of_passage(one, passage)), within=f"replay-{passage.part}", lift=-1)
        if seen := passage.drawing:
            drawn(seen.name, mark=seen.mark, says=seen.says)
