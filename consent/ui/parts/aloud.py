"""What the room shows at each moment of the time-out, and what a press there does.

Decides which screen a stage of the day is told on; what a press means is the desk's to decide.

Invariants:
- Nothing of the patient stands on the screen before the patient has spoken (H12).
- A STOP says what disagrees and who resolves it; nothing on it goes on.
- After the start the screen is quiet: no button has the focus, and each ends it with one tap (H13).
"""

from collections import Counter

import streamlit as st

from consent.errors import BadInput
from consent.model.blockers import Blocker
from consent.model.day import Stage, TimeOut
from consent.model.episode import Episode
from consent.model.pictures import BODY, mark
from consent.model.presentation import site_words
from consent.model.timeout import Card, card_now, cards, holds_until, lapsed, running
from consent.ui import gate
from consent.ui.parts import when
from consent.ui.parts.drawn import address
from consent.ui.room import Button, Screen
from consent.words import say
from consent.workflow import timeout
from consent.workflow.day import entitled
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

ENDS = ("stopped_by_patient", "stopped_by_us", "finished")
LAPSES = ("repositioned", "left_room")


@ruled
def press(desk: Desk, visit: Visit, /, *, episode: str, pressed: object) -> Episode:
    """Do what a button of the room does, for the screen that it was on.

    Raises:
        BadInput: It is no press of ours.
    """
    said = str(getattr(pressed, "get", lambda _: "")("pressed") or "")
    does, _, name = said.partition(" ")
    time_out, _, card = name.partition("/")
    if does == "begin":
        return timeout.begin(desk, visit, episode=episode)
    if does == "agree":
        return timeout.agree(desk, visit, episode=episode, time_out=time_out, card=card)
    if does == "halt":
        return timeout.halt(desk, visit, episode=episode, time_out=time_out, card=card)
    if does == "start":
        return timeout.start(desk, visit, episode=episode, time_out=time_out)
    for why in LAPSES:
        if does == why:
            return timeout.lapse(desk, visit, episode=episode, why=why)  # type: ignore[arg-type]  # one of the two
    for how in ENDS:
        if does == how:
            return timeout.end(desk, visit, episode=episode, how=how)  # type: ignore[arg-type]  # one of the three
    raise BadInput(say("timeout.no_press"))


def screen(desk: Desk, visit: Visit, episode: Episode) -> Screen:
    """The screen of this moment."""
    day = episode.day
    if day.stage in {Stage.STARTED, Stage.ENDED}:
        return _after(episode)
    if day.stage is Stage.HALTED and day.time_out:
        return _halted(episode, day.time_out)
    if against := timeout.disagrees(desk, episode):
        return _against(episode, against)
    if episode.case.tailored.performer.id == visit.staff.id:
        return Screen(name="performer", tone="quiet", title=say("timeout.title"), lines=(say("timeout.you_perform"),))
    here = running(episode)
    return _ahead(episode, visit) if here is None else _read(desk, visit, episode, here=here)


def _read(desk: Desk, visit: Visit, episode: Episode, *, here: TimeOut) -> Screen:
    if lapsed(here, at=desk.now()):
        return _again(here, say("timeout.lapsed"))
    if here.begun.reader.id != visit.staff.id:
        return _again(here, say("timeout.other_reads", name=here.begun.reader.name))
    card = card_now(episode)
    return _complete(episode, here) if card is None else _card(episode, here, card)


def _ahead(episode: Episode, visit: Visit) -> Screen:
    performer = episode.case.tailored.performer.name
    return Screen(
        name="ahead",
        tone="quiet",
        title=say("timeout.title"),
        lines=(say("timeout.everybody_stops"),),
        small=(say("timeout.reads", name=visit.staff.name), say("timeout.performs", name=performer)),
        buttons=(Button(does="begin", label=say("timeout.begin")),),
    )


def _again(here: TimeOut, why: str) -> Screen:
    begin = Button(does="begin", label=say("timeout.begin_again"))
    return Screen(name=f"{here.name}/again", tone="quiet", title=say("timeout.title"), lines=(why,), buttons=(begin,))


def _card(episode: Episode, here: TimeOut, card: Card) -> Screen:
    every = cards(episode)
    yes, no = f"timeout.yes.{card.kind}", f"timeout.no.{card.kind}"
    return Screen(
        name=f"{here.name}/{card.key}",
        tone="ask",
        title=say(f"timeout.card.{card.kind}"),
        lines=card.lines,
        small=card.small,
        picture=_picture(episode, card),
        place=_place(episode, every, card),
        buttons=(
            Button(does="agree", label=say(yes)),
            Button(does="halt", label=say(no), look="stop"),
            *_lapses(),
        ),
    )


def _place(episode: Episode, every: tuple[Card, ...], card: Card) -> str:
    """Which card of how many; whose it is, on all that come after the one that says so."""
    number = every.index(card)
    place = say("timeout.place", number=str(number + 1), count=str(len(every)))
    known = any(one.kind == "who" for one in every[:number])
    return f"{episode.plan.patient.name} · {place}" if known else place


def _picture(episode: Episode, card: Card) -> str:
    """The body with the side of this place marked; nothing where it has none."""
    sides = {f"where-{number}": mark([site]) for number, site in enumerate(episode.case.tailored.sites, start=1)}
    side = sides.get(card.key, "")
    return address(BODY, mark=side) if side else ""


def _lapses() -> tuple[Button, ...]:
    return tuple(Button(does=why, label=say(f"timeout.{why}"), look="beside") for why in LAPSES)


def _complete(episode: Episode, here: TimeOut) -> Screen:
    until = when.clock(holds_until(here), episode.plan.clinic.zone)
    return Screen(
        name=f"{here.name}/{timeout.START}",
        tone="go",
        title=say("timeout.all_agree"),
        lines=(say("timeout.good_until", at=until),),
        small=_whom(episode),
        buttons=(
            Button(does="start", label=say("timeout.start")),
            Button(does="halt", label=say("timeout.no.unsure"), look="stop"),
            *_lapses(),
        ),
    )


def _halted(episode: Episode, here: TimeOut) -> Screen:
    key = here.halted.card if here.halted else ""
    card = next((one for one in cards(episode) if one.key == key), None)
    lines: tuple[str, ...] = (say("timeout.halted.last"),)
    if card is not None:
        what = say(f"timeout.card.{card.kind}")
        lines = (say("timeout.halted", card=what), *(() if card.kind == "spoken" else card.lines))
    name = f"{here.name}/halted"
    return Screen(name=name, tone="stop", title=say("timeout.stop"), lines=lines, small=(_who_resolves(episode),))


def _who_resolves(episode: Episode) -> str:
    return say("timeout.who_resolves", name=episode.case.tailored.performer.name)


def _against(episode: Episode, against: tuple[Blocker, ...]) -> Screen:
    counted = Counter(one.code for one in against)
    lines = tuple(say(f"blocker.{code}", count=str(count)) for code, count in counted.items())
    small = _next(episode, counted, staff=all(one.who == "staff" for one in against))
    return Screen(name="against", tone="stop", title=say("timeout.stop"), lines=lines, small=(small,))


def _next(episode: Episode, counted: Counter[str], *, staff: bool) -> str:
    if "unsigned" in counted:
        return say("timeout.unsigned")
    if "withdrawn" in counted:
        return say("timeout.not_today")
    return say("timeout.staff_resolves") if staff else _who_resolves(episode)


def _after(episode: Episode) -> Screen:
    day, zone = episode.day, episode.plan.clinic.zone
    title = say("timeout.under_way", at=when.clock(day.started_at, zone))
    if day.ended:
        title = say(f"timeout.ended.{day.ended.how}", at=when.clock(day.ended_at, zone))
    noted = episode.needs
    signal = noted.signal if noted and not day.ended else ""
    looks = {"stopped_by_patient": "stop"}
    buttons = tuple(
        Button(does=how, label=say(f"timeout.{how}"), look="stop" if how in looks else "end")
        for how in ENDS
        if not day.ended or day.ended.how != how
    )
    return Screen(
        name=f"after/{day.ended.how if day.ended else ''}",
        tone="quiet",
        title=title,
        lines=(
            *((say("timeout.withdrawn_now"),) if day.withdrawn and not day.ended else ()),
            *((say("timeout.signal", signal=signal),) if signal else ()),
        ),
        small=_whom(episode),
        note=say("timeout.wrong_tap") if day.ended else "",
        buttons=buttons,
    )


def _whom(episode: Episode) -> tuple[str, ...]:
    """Who it is, and where."""
    return (episode.plan.patient.name, *(site_words(site) for site in episode.case.tailored.sites))


def settle(visit: Visit, episode: Episode) -> None:
    """Below the room's screen, for a clinician who performs this: what a STOP was, or why it was stopped."""
    day = episode.day
    unexplained = day.stage is Stage.ENDED and day.stopped and not day.explained
    if not entitled(visit, episode) or not (day.stage is Stage.HALTED or unexplained):
        return
    kind = "explained" if unexplained else "resolved"
    st.text_area(say(f"timeout.{kind}.note"), key=kind, height=110)
    note = gate.typed(kind)
    press = gate.act(timeout.resolve, episode=episode.id, note=note, done="talk.saved")
    if unexplained:
        press = gate.act(timeout.explain, episode=episode.id, note=note, done="talk.saved")
    st.button(say(f"timeout.{kind}"), key=f"save-{kind}", on_click=press, type="primary")
