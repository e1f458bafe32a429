"""The pages around the reading: how it was read, saying no, waiting, and the end of a turn.

Invariants:
- Saying no takes one tap and no reason, and is asked once.
- Each of them says what happens next, and who comes.
"""

import streamlit as st

from consent.model.episode import Episode
from consent.model.status import Status
from consent.ui import gate, session
from consent.ui.parts import frame, quiet, steps
from consent.words import say
from consent.workflow import read

ALONE = ("by_myself", "device_read")
HELPED = ("person_read", "interpreter")
OVER = (Status.REFUSED, Status.PATIENT_SIGNED, Status.ATTESTED, Status.SEALING, Status.SEALED, Status.FILED)


def how(episode: Episode) -> None:
    """The last page: how the patient went through it."""
    helped = session.pointer("way")

    def asked() -> None:
        quiet.draw(episode, key="how")

    last = list(steps.pages(episode))[-1]
    frame.head(place=say("how.place"), back=gate.go("read", step="" if helped in HELPED else last), key="how")
    if helped in HELPED:
        frame.title(say(f"how.who.{helped}"))
        st.text_input(say("how.name"), key="how-name")
        press = gate.act(read.finish, way=helped, by=gate.typed("how-name"), then=lambda _: gate.go("read")())
        frame.foot(frame.Main(label=say("how.done"), press=press), key="how", helped=episode, quiet=asked)
        return
    frame.title(say("how.title"))
    for way in ALONE:
        press = gate.act(read.finish, way=way, then=lambda _: gate.go("read")())
        st.button(say(f"how.{way}"), key=way, on_click=press, width="stretch")
    for way in HELPED:
        st.button(say(f"how.{way}"), key=way, on_click=gate.go("read", step=steps.HOW, way=way), width="stretch")
    frame.foot(key="how", helped=episode, quiet=asked)


def no(episode: Episode) -> None:
    """Saying no."""
    frame.head(place="", back=gate.go("read"), key="no")
    frame.title(say("no.title"), below=say("no.lead"))
    st.text_area(say("no.reason"), key="no-reason", height=110)
    press = gate.act(read.refuse, reason=gate.typed("no-reason"), then=lambda _: gate.go("read")())
    frame.foot(
        frame.Main(label=say("no.say"), press=press),
        key="no",
        helped=episode,
        quiet=_back,
    )


def _back() -> None:
    st.button(say("no.back"), key="no-back", on_click=gate.go("read"))


def wait(episode: Episode) -> None:
    """Everything is read; somebody comes to talk."""
    frame.give_back(say("wait.title"), say("wait.give_back"), say("wait.who", name=episode.plan.clinician.name))
    st.button(say("wait.again"), key="again", on_click=gate.go("read", step=next(iter(steps.pages(episode)))))
    frame.foot(key="wait", helped=episode, quiet=lambda: quiet.draw(episode, key="wait"))


def to_sign(episode: Episode) -> None:
    """Everything is read and talked about; checking and signing comes next."""
    frame.head(place=say("sign.place"))
    frame.title(say("to_sign.title"), below=say("to_sign.lead"))
    frame.foot(
        frame.Main(label=say("to_sign.go"), press=gate.go("sign")),
        key="to_sign",
        helped=episode,
        quiet=lambda: quiet.draw(episode, key="to_sign"),
    )


def over(episode: Episode) -> None:
    """Signed, or said no."""
    said = "refused" if episode.refused else "signed"
    phone = episode.plan.clinic.phone_day
    lines = [say(f"over.{said}")]
    if not episode.refused:
        lines.append(say("over.call", phone=phone) if phone else say("over.ask"))
    frame.give_back(say(f"over.{said}.title"), *lines)
    if episode.status is Status.PATIENT_SIGNED:
        st.button(say("over.changed"), key="changed", on_click=gate.go("read", step=steps.NO))


def stuck() -> None:
    """Three times not the patient's name and date of birth."""
    frame.give_back(say("stuck.title"), say("stuck.why"))
