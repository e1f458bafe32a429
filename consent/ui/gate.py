"""The gate: the first statement of every page, and the only way into a callback.

Decides who somebody is, again on every run and in every callback, and turns errors into words.

Invariants:
- Identity is the session id that the guard put on the socket, looked up in the store in each run and each callback
  (house.md, section 3.2).
- Callbacks run before any page, so they look the session up themselves (section 3.3).
- A tab that changes hands forgets everything.
- A ``ConsentError`` becomes one friendly line; a broken promise (``Broken``) and anything else a reference number.

Refuses to hold rules: verbs check again what a button shows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Any, NoReturn

import streamlit as st

from consent.errors import Broken, Busy, ConsentError, NotFound, NotSignedIn
from consent.mishap import reference
from consent.model.people import Capability
from consent.ui import session
from consent.ui.door import again, way
from consent.ui.session import Goto, Said
from consent.wiring import desk
from consent.words import say
from consent.workflow import effort
from consent.workflow.desk import Desk
from consent.workflow.rule import rule_of
from consent.workflow.visit import look_up_id, touch
from consent.workflow.visitor import Visit

Callback = Callable[[], None]
_SHOWN = {"done": st.success, "look": st.warning, "stop": st.error}
_AGAIN = 2.0
"""Seconds until the store is asked again."""
_ICONS = {"done": ":material/check:", "look": ":material/info:", "stop": ":material/error:"}


@dataclass(frozen=True, slots=True)
class Typed:
    """Stands for what a widget will hold when its callback runs."""

    key: str


def typed(key: str) -> Typed:
    """The value of the widget with this key, to be passed to ``act``."""
    return Typed(key)


@dataclass(frozen=True, slots=True)
class Held:
    """Stands for what all of these widgets will hold when its callback runs, by their keys; not drawn yet: None."""

    keys: tuple[str, ...]


def held(*keys: str) -> Held:
    """What the widgets with these keys hold, to be passed to ``act``."""
    return Held(keys)


_here: ContextVar[tuple[Visit | None] | None] = ContextVar("here", default=None)


@contextmanager
def here(visit: Visit | None) -> Iterator[None]:
    """This run has looked up who is here: it is not asked again until the end of the block."""
    before = _here.set((visit,))
    try:
        yield
    finally:
        _here.reset(before)


def visitor() -> Visit | None:
    """Who is here; None when the session is unknown, ended, locked or too old."""
    if known := _here.get():
        return known[0]
    sid = st.user.get("sid")
    visit = look_up_id(desk(), str(sid)) if sid else None
    held = session.current().sid
    if held and (visit is None or held != visit.session.id):
        session.wipe()
    if visit is not None:
        session.current().sid = visit.session.id
    return visit


@contextmanager
def patiently() -> Iterator[None]:
    """What the store did not answer is asked again, again and again, by a run that never ends before it has its answer.

    So the page that was there stays, with what was typed into it: a run that ends takes away what it did not draw.
    """
    try:
        yield
    except Busy as busy:
        with st.bottom, st.container():
            st.warning(f"{busy.what} {say('gate.waiting')}", icon=_ICONS["look"])
        Event().wait(_AGAIN)
        st.rerun()


def enter(capability: Capability) -> Visit:
    """Let the page run for somebody who may; else say so in words and stop.

    Shows the line of what just happened at the bottom of the screen, beside what can be tapped.
    """
    try:
        visit = visitor()
    except ConsentError as error:
        _stop(error.what, error.next_step)
    if visit is None:
        again()
        _stop(say("gate.ended"), NotSignedIn.default_next_step)
    _tell(session.take_said())
    if not visit.may(capability):
        way(label=say("shell.home"), goto="/", key="gate_home")
        _stop(say("gate.not_yours"), say("gate.not_yours_next"))
    effort.looked(desk(), visit, episode=session.pointer("episode"), talk=capability is Capability.ANSWER)
    return visit


def _stop(what: str, next_step: str) -> NoReturn:
    st.warning(f"{what} {next_step}", icon=_ICONS["look"])
    st.stop()


def _tell(said: Said | None) -> None:
    with st.bottom, st.container():  # there without words as well, so that the buttons below keep their place
        if said is not None:
            _SHOWN[said.kind](said.text, icon=_ICONS[said.kind])


def act(
    verb: Callable[..., Any],
    /,
    *args: object,
    then: Callable[[Any], None] | None = None,
    done: str = "",
    counts: bool = True,
    **kwargs: object,
) -> Callable[[], None]:
    """A callback that does one thing at the desk, for ``on_click`` and ``on_change``.

    Args:
        verb: A verb of the desk; it gets the desk and the visit first.
        args: Further arguments; ``typed(key)`` stands for what that widget holds when the callback runs.
        then: Gets what the verb gave back, only when it succeeded; may call ``go``.
        done: The key of the words to show when it succeeded.
        counts: Whether this is a tap; typing is none.
        kwargs: Further arguments, as ``args``.

    Raises:
        NotAllowed: The verb has no rule in the one table (``model.access``).
    """
    rule_of(verb)
    talk = effort.is_talk(verb.__module__, verb.__name__)
    about = str(kwargs.get("episode") or session.pointer("episode"))

    def callback() -> None:
        def work(desk: Desk, visit: Visit) -> None:
            given = verb(desk, visit, *map(_value, args), **{name: _value(value) for name, value in kwargs.items()})
            if done:
                session.current().said = Said("done", say(done))
            if then is not None:
                then(given)

        _carefully(work, about=about, talk=talk, counts=counts)

    return _whole(callback)


def _whole(callback: Callback) -> Callback:
    def whole() -> None:
        with session.copied():
            callback()

    return whole


def _carefully(work: Callable[[Desk, Visit], None], *, about: str, talk: bool = False, counts: bool = True) -> None:
    """One tap: counted for the record that it is about, then done."""
    try:
        visit = visitor()
        if visit is None:
            return  # the page that runs next says that the session has ended
        session.current().hand_over = ""  # an earlier tap asked for it; it was not done, and is not done later
        if counts:
            effort.tapped(desk(), visit, episode=about, talk=talk)
        work(desk(), visit)
        touch(desk(), visit)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words, the log no message
        session.current().said = _said(error)


def _value(given: object) -> object:
    if isinstance(given, Held):
        return {key: _plainly(session.typed(key)) if session.is_drawn(key) else None for key in given.keys}
    return session.typed(given.key) if isinstance(given, Typed) else given


def _plainly(held: object) -> str | list[str]:
    """What a field holds, as it can be kept: a date as ISO 8601, nothing as nothing."""
    if isinstance(held, (list, tuple)):
        return [str(one) for one in held]
    return held.isoformat() if isinstance(held, date) else str(held or "")


def go(page: str, **pointers: str | Typed) -> Callable[[], None]:
    """A callback that opens a page (its file's name without ending) with its pointers in the address.

    ``typed(key)`` stands for what that widget holds when the callback runs, a date as ISO 8601; nothing for nothing.
    """

    def callback() -> None:
        about = pointers.get("episode", "")
        _carefully(lambda _desk, _visit: None, about=about if isinstance(about, str) else "")
        held = {name: _value(value) for name, value in pointers.items()}
        session.current().goto = Goto(page, {name: "" if value is None else str(value) for name, value in held.items()})

    return _whole(callback)


def hand_over(page: str, *, episode: str) -> None:
    """The tap that is being done also asks for the hand-over that this page offers; for ``then`` of ``act``."""
    session.current().hand_over = episode
    session.current().goto = Goto(page, {"episode": episode})


def chosen(*, episode: str) -> Callable[[], None]:
    """A callback of a choice that a later button keeps: it changes nothing, but is a tap about this record."""

    def callback() -> None:
        _carefully(lambda _desk, _visit: None, about=episode)

    return _whole(callback)


def on_script_error(error: Exception) -> bool:
    """What a person sees when a page fails: a reference number. True: Streamlit shows nothing of its own.

    Who may break the glass is shown the way there from a record that is out of reach. A part of a page that the store
    did not answer runs again by itself.
    """
    said = _said(error)
    _SHOWN[said.kind](said.text, icon=_ICONS[said.kind])
    if isinstance(error, Busy):
        return True
    with suppress(ConsentError):
        visit = visitor()
        if visit is not None and not visit.is_patient:
            way(label=say("shell.home"), goto="/", key="gate_home")
            if isinstance(error, NotFound) and visit.may(Capability.BREAK_GLASS):
                way(label=say("glass.way"), goto="/glass", key="gate_glass")
            return True
    way(label=say("shell.staff"), goto="/staff", key="gate_staff")
    return True


def _said(error: Exception) -> Said:
    if isinstance(error, ConsentError) and not isinstance(error, Broken):
        return Said("look", f"{error.what} {error.next_step}")
    return Said("stop", f"{say('mishap.what')} {say('mishap.next', reference=reference(error))}")
