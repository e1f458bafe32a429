"""A finished or unfinished record as somebody reads it: its document, where it stands, its copies and its proof.

Decides how a record is laid out; it changes nothing, so that an auditor sees what everybody else sees.

Invariants:
- The document is drawn from the very blocks that are signed and printed.
- What never was on a screen is not shown as if it had been: an unprepared record says that it has no document.
"""

from functools import partial

import streamlit as st

from consent.model.blocks import Heading
from consent.model.document import body, document
from consent.model.episode import Episode
from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import way
from consent.ui.parts import blocks, register, timeline, when
from consent.ui.parts.plain import plain
from consent.wiring import desk, judge
from consent.words import say
from consent.workflow import deliver
from consent.workflow.desk import stream_of
from consent.workflow.visitor import Visit

_SEAL = "seal"
"""In the address: the seal is to be verified, which takes a moment."""


def back(visit: Visit) -> None:
    """The way back to the list that led here, for those who have the register."""
    if visit.may(Capability.SEE_REGISTER):
        press = gate.go("register", **register.pointers(*register.FILTERS, *register.PAGING))
        st.button(say("record.back"), key="back", on_click=press, icon=":material/arrow_back:", type="tertiary")


def paper(episode: Episode) -> None:
    """The document, by section: the plan open, everything else a line to be opened."""
    st.header(say("record.paper"), anchor=False)
    if not episode.pinned:
        st.text(say("record.no_paper"))
        return
    drawn = document(episode).blocks[1:] if episode.sealing else body(episode)
    titles = {block.text for block in drawn if isinstance(block, Heading) and block.level == blocks.SECTION}
    blocks.folded(drawn, closed=frozenset(titles - {say("document.facts")}))


def standing(episode: Episode) -> None:
    """Where it stands, in a sentence; what went wrong last; why the patient said no."""
    outcome = episode.outcome or "open"
    said = say(f"record.{outcome}.{episode.status.value}" if outcome != "open" else "record.open")
    if episode.left:
        said = say("record.closed", day=when.full(episode.left.at, episode.plan.clinic.zone).partition(", ")[0])
    if episode.refused:
        st.warning(said, icon=":material/block:")
    elif episode.delivered and not episode.day.withdrawn:
        st.success(said, icon=":material/check:")
    else:
        st.info(said, icon=":material/schedule:")
    if by := _signatures(episode):
        st.text(" · ".join(by))
    if episode.problem:
        st.warning(say("record.problem", what=plain(episode.problem)), icon=":material/info:")
    if episode.refused and episode.refused.event.reason:
        st.text(say("record.reason", text=episode.refused.event.reason))


def _signatures(episode: Episode) -> list[str]:
    """Who signed, and when."""
    zone, signed, attested = episode.plan.clinic.zone, episode.signed, episode.attested
    marks = [(episode.plan.patient.name, signed.at)] if signed else []
    marks += [(attested.event.by.name, attested.at)] if attested else []
    return [say("record.signed", name=name, when=when.full(at, zone)) for name, at in marks]


def copies(visit: Visit, episode: Episode) -> None:
    """The finished document and its copy in large print, for those who may take them."""
    sealed = episode.sealed
    if not sealed or not visit.may(Capability.EXPORT):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        way(
            label=say("record.open_document"),
            goto=f"/documents/{episode.newest}.pdf",
            key="document",
            primary=True,
        )
        large = f"/documents/{sealed.event.document}/large-print.pdf"
        way(label=say("record.large"), goto=large, key="large_print")
        st.text(say("record.size", size=str(-(-sealed.event.size // 1024))), width="content")


def proof(visit: Visit, episode: Episode) -> None:
    """What happened, and who looked."""
    st.header(say("timeline.title"), anchor=False)
    timeline.draw(desk(), desk().ledger.read(stream_of(episode.id)))
    if visit.may(Capability.SEE_LOG):
        st.button(say("audit.here"), key="log", on_click=gate.go("audit", record=episode.id), icon=":material/history:")
    with st.expander(say("looked.title"), icon=":material/visibility:"):
        timeline.looked(desk(), deliver.who_looked(desk(), visit, episode=episode.id))


def verdict(visit: Visit, episode: Episode) -> None:
    """Whether the document is the one that was sealed, looked at now."""
    if episode.sealed is None:
        return
    unchanged = deliver.is_unchanged(desk(), visit, episode=episode.id)
    if unchanged:
        since = when.full(episode.sealed.at, desk().clinic.zone)
        st.text(say("record.unchanged", since=since, events=str(episode.version)))
    else:
        st.error(say("record.changed"), icon=":material/error:")
    st.text(say("record.digest", digest=episode.sealed.event.document))
    if unchanged and episode.sealed.event.document in episode.seals:
        if session.pointer(_SEAL):
            _seal(visit, episode)
        else:
            back = register.pointers(*register.FILTERS, *register.PAGING)
            look = gate.go("record", episode=episode.id, **{_SEAL: "1"}, **back)
            st.button(say("record.seal"), key="seal", on_click=look, icon=":material/verified_user:")


def _seal(visit: Visit, episode: Episode) -> None:
    """What the seal proves, found out now, check by check."""
    found = deliver.judged(desk(), visit, episode=episode.id, judge=partial(judge, pages=True))
    if found.proved:
        st.success(say("record.proved", level=found.level or "?"), icon=":material/check:")
    else:
        st.error(say("record.not_proved", why=found.failed[0].sentence), icon=":material/error:")
    st.markdown("\n".join(f"- {plain(one.sentence)}" for one in found.checked))
    st.text(say("record.certificate", fingerprint=found.certificate))
    st.text(say("record.what_it_is"))
