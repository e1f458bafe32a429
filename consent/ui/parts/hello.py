"""The first page of a turn: which size of text is easy to read, and who reads aloud when none is.

Invariants:
- It comes before the identifiers, which have to be read too, and shows nothing of the record.
- The lines say the same, each as large as the text would be; each also names its size, for who hears it.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate, session
from consent.ui.door import SCALES, samples
from consent.ui.parts import frame
from consent.words import say
from consent.workflow import read
from consent.workflow.visitor import Visit

_ALOUD = "aloud"


def due(visit: Visit, episode: Episode) -> bool:
    """Whether nobody has chosen a size yet, and nobody reads already."""
    return not episode.tablet.size and not visit.asleep and episode.identified_in != visit.session.id


def draw(episode: Episode) -> None:
    """The lines; or, when none is easy, that somebody will read."""
    if session.pointer("step") == _ALOUD:
        _aloud(episode)
        return
    frame.head()
    frame.title(say("hello.title"), below=say("hello.lead"))
    for size in SCALES:
        press = gate.act(read.choose_size, size=size)
        st.button(say(f"hello.line.{size}"), key=f"line-{size}", on_click=press, width="stretch", wrap=True)
    none = "line-none"
    st.button(say("hello.none"), key=none, on_click=gate.go("read", step=_ALOUD), width="stretch", wrap=True)
    samples({f"line-{size}": size for size in SCALES} | {none: "largest"})
    frame.foot(key="hello", helped=episode)


def _aloud(episode: Episode) -> None:
    frame.head(back=gate.go("read"), key="aloud")
    frame.title(say("hello.read_to"), below=say("hello.read_to_lead"))
    press = gate.act(read.choose_size, size="largest", aloud=True, then=lambda _: gate.go("read")())
    frame.foot(frame.Main(label=say("hello.read_to_go"), press=press), key="aloud", helped=episode)
