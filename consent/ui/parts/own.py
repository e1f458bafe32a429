"""Somebody's own secrets: the PIN and the password.

Invariants:
- What was typed is forgotten as soon as it was used.
"""

import streamlit as st

from consent.errors import BadInput
from consent.ui import gate, session
from consent.words import say
from consent.workflow import accounts
from consent.workflow.desk import Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

_PIN = ("pin-secret", "pin-new", "pin-again")
_PASSWORD = ("password-old", "password-new", "password-again")


@ruled
def choose_pin(desk: Desk, visit: Visit, *, secret: str, pin: str, again: str) -> None:
    """The PIN, typed twice. Raises BadInput when the two differ, or as ``accounts.set_pin``."""
    _check_alike(pin, again)
    accounts.set_pin(desk, visit, secret=secret, pin=pin)


@ruled
def choose_password(desk: Desk, visit: Visit, *, old: str, new: str, again: str) -> None:
    """The password, typed twice. Raises BadInput when the two differ, or as ``accounts.set_password``."""
    _check_alike(new, again)
    accounts.set_password(desk, visit, old=old, new=new)


def _check_alike(one: str, other: str) -> None:
    if one != other:
        raise BadInput(say("account.not_alike"), say("account.not_alike_next"))


def pin(*, has_one: bool) -> None:
    """Choose a PIN."""
    st.header(say("account.pin"), anchor=False)
    st.text(say("account.pin_set" if has_one else "account.no_pin"))
    st.text(say("account.pin_why"))
    secret, new, again = _PIN
    _secret(say("account.secret"), secret)
    left, right = st.columns(2)
    with left:
        _secret(say("account.new_pin"), new, longest=6)
    with right:
        _secret(say("account.again"), again, longest=6)
    st.text(say("account.pin_hint"))
    press = gate.act(
        choose_pin,
        secret=gate.typed(secret),
        pin=gate.typed(new),
        again=gate.typed(again),
        done="account.pin_kept",
        then=lambda _: session.empty(*_PIN),
    )
    _button(say("account.keep_pin"), press, key="keep-pin", primary=True)


def password() -> None:
    """Choose another password."""
    old, new, again = _PASSWORD
    _secret(say("account.old"), old)
    left, right = st.columns(2)
    with left:
        _secret(say("account.new"), new)
    with right:
        _secret(say("account.again"), again)
    st.text(f"{say('account.password_hint')} {say('account.password_why')}")
    press = gate.act(
        choose_password,
        old=gate.typed(old),
        new=gate.typed(new),
        again=gate.typed(again),
        then=lambda _: session.empty(*_PASSWORD),
    )
    _button(say("account.keep_password"), press, key="keep-password")


def _secret(label: str, key: str, *, longest: int = 200) -> None:
    st.text_input(label, key=key, type="password", max_chars=longest, autocomplete="off")


def _button(label: str, press: gate.Callback, *, key: str, primary: bool = False) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(label, key=key, on_click=press, type="primary" if primary else "secondary")
