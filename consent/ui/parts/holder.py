"""Who holds the tablet: asked after the identifiers, at the start, after a pause and before signing.

Invariants:
- A declared companion may read aloud and never signs: before the signature the tablet goes to the patient.
- The page that the patient was on stays in the address.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.ui import gate, session
from consent.ui.parts import frame, quiet
from consent.words import say
from consent.workflow import read

_COMPANION = "companion"
_NAME = "holder-name"


def draw(episode: Episode) -> None:
    """The question; then, for a companion, who that is."""
    step = session.pointer("step")
    if session.pointer("way") == _COMPANION:
        frame.head(back=gate.go("read", step=step), key="who")
        frame.title(say("holder.who"), below=say("holder.who_lead"))
        st.text_input(say("holder.name"), key=_NAME, autocomplete="off")
        press = gate.act(
            read.declare_holder,
            holder=_COMPANION,
            name=gate.typed(_NAME),
            then=lambda _: gate.go("read", step=step)(),
        )
        frame.foot(
            frame.Main(label=say("read.go_on"), press=press),
            key="who",
            helped=episode,
            quiet=lambda: quiet.draw(episode, key="who"),
        )
        return
    frame.head()
    frame.title(say("holder.title"), below=say("holder.lead"))
    press = gate.act(read.declare_holder, holder="patient")
    st.button(say("holder.patient"), key="holder-patient", on_click=press, width="stretch")
    onward = gate.go("read", step=step, way=_COMPANION)
    st.button(say("holder.companion"), key="holder-companion", on_click=onward, width="stretch")
    press = gate.act(read.declare_holder, holder="staff")
    st.button(say("holder.staff"), key="holder-staff", on_click=press, width="stretch")
    frame.foot(key="holder", helped=episode, quiet=lambda: quiet.draw(episode, key="holder"))


def to_patient(episode: Episode) -> None:
    """A companion holds the tablet where only the patient may go on."""
    frame.head(place=say("sign.place"))
    frame.title(say("holder.to_patient"), below=say("holder.to_patient_lead"))
    press = gate.act(read.declare_holder, holder="patient")
    frame.foot(
        frame.Main(label=say("holder.mine"), press=press),
        key="mine",
        helped=episode,
        quiet=lambda: quiet.draw(episode, key="mine"),
    )
