"""What was added to a finished record, each a document of its own; and the quiet way to add a correction.

Invariants:
- The newest comes last, as in the record; one that is not made yet says so.
- The signed document stays as it is, and the way to a correction says so before anything is written.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.model.events_day import ConsentWithdrawn
from consent.model.events_notices import CorrectionNoted
from consent.model.notice import title
from consent.model.noticed import Notice
from consent.model.people import Capability
from consent.ui import gate, session
from consent.ui.door import way
from consent.ui.parts import when
from consent.ui.parts.plain import plain
from consent.words import say
from consent.workflow import notices
from consent.workflow.day import entitled
from consent.workflow.visitor import Visit

_FIELD = "correction"
_SHORT = 12


def draw(visit: Visit, episode: Episode) -> None:
    """The notices, one below the other; nothing where there are none."""
    if episode.sealed is None or not episode.notices:
        return
    st.header(say("notices.title"), anchor=False)
    for told in episode.notices:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            _notice(visit, episode, told)


def _notice(visit: Visit, episode: Episode, told: Notice) -> None:
    at = when.full(told.told.at, episode.plan.clinic.zone)
    words = _words(told)
    lines = [f"**{plain(title(episode, told))}**"]
    lines += [plain(say("notices.words", text=words))] if words else []
    lines.append(plain(say("notices.line", who=told.told.event.by.name, when=at)))
    made = say("notices.digest", digest=told.document[:_SHORT]) if told.document else say("notices.making")
    with st.container():
        st.markdown("  \n".join((*lines, f":small[{made}]")))
    if told.document and visit.may(Capability.EXPORT):
        newest = episode.upgraded[told.document].document if told.document in episode.upgraded else told.document
        way(label=say("notices.open"), goto=f"/documents/{newest}.pdf", key=f"notice-{told.entry}")


def _words(told: Notice) -> str:
    """What somebody said or wrote, if anything."""
    match told.told.event:
        case ConsentWithdrawn(said=words) | CorrectionNoted(text=words):
            return words
        case event:
            return event.note


def correct(visit: Visit, episode: Episode) -> None:
    """The way to a correction, for a clinician who is privileged for this procedure, once there is a document."""
    if episode.sealed is None or not entitled(visit, episode):
        return
    with st.expander(say("correct.way"), icon=":material/edit_note:"):
        st.text(say("correct.lead"))
        st.text_area(say("correct.text"), key=_FIELD, max_chars=4000)
        press = gate.act(
            notices.correct,
            episode=episode.id,
            text=gate.typed(_FIELD),
            done="correct.saved",
            then=lambda _: session.empty(_FIELD),
        )
        st.button(say("correct.do"), key="correct", on_click=press)
