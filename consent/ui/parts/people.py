"""Accounts as an administrator sees them: who, what for, and whether the account is open.

Refuses to offer changes of one's own account: the verb refuses them too.
"""

import streamlit as st

from consent.model.people import Person, Role
from consent.ports import Account
from consent.ui import gate
from consent.ui.gate import Typed
from consent.ui.parts import frame, when
from consent.ui.parts.plain import plain
from consent.wiring import desk
from consent.words import say
from consent.workflow import accounts
from consent.workflow.visitor import Visit

STAFF = [role for role in Role if role is not Role.PATIENT]


def everybody(visit: Visit) -> None:
    """All accounts, each with what can be done about it."""
    with st.container(gap="xsmall"):
        for account in desk().people.all():
            with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
                st.markdown("  \n".join(_lines(account, at=visit.at)), width="stretch")
                _buttons(visit, account)


def _lines(account: Account, *, at: str) -> list[str]:
    person = account.person
    titles = {template.id: template.plain_name for template in desk().templates.all()}
    roles = ", ".join(say(f"role.{role.value}") for role in person.roles) or say("account.no_role")
    units = say("people.in_units", units=", ".join(person.units)) if person.units else say("people.no_unit")
    name = ", ".join(part for part in (person.name, person.title) if part)
    lines = [f"**{plain(name)}** ({plain(account.login)}) {_state(account, at=at)}", plain(f"{roles}. {units}.")]
    if person.privileges:
        performs = ", ".join(titles.get(one, one) for one in person.privileges)
        lines.append(plain(say("people.performs", titles=performs)))
    return lines


def _state(account: Account, *, at: str) -> str:
    if not account.person.active:
        return f":gray-badge[{say('people.closed')}]"
    if account.locked_until > at:
        clock = when.clock(account.locked_until, desk().clinic.zone)
        return f":orange-badge[{say('people.locked', clock=clock)}]"
    return f":green-badge[{say('people.open')}]"


def _buttons(visit: Visit, account: Account) -> None:
    person = account.person
    if account.locked_until > visit.at:
        unlock = gate.act(accounts.unlock, person=person.id, done="people.unlocked")
        st.button(say("people.unlock"), key=f"unlock-{person.id}", on_click=unlock)
    if person.id == visit.staff.id:
        st.text(say("people.you"), width="content")
    else:
        change = gate.go("people", person=person.id)
        st.button(say("people.change"), key=f"change-{person.id}", on_click=change)


def change(account: Account) -> None:
    """What somebody may do, and whether the account is open."""
    person = account.person
    frame.head(back=gate.go("people"), key=f"person-{person.id}")
    frame.title(person.name, below=say("people.change_why"))
    roles, units, privileges = _fields(person.id, person)
    active = f"active-{person.id}"
    st.checkbox(say("people.active"), person.active, key=active)
    save = gate.act(
        accounts.change_person,
        person=person.id,
        roles=roles,
        units=units,
        privileges=privileges,
        active=gate.typed(active),
        done="people.saved",
        then=lambda _: gate.go("people")(),
    )
    frame.bottom_right(say("people.save"), save, key="save-person")


def add() -> None:
    """Add somebody. The fields are empty again for the next one."""
    here = f"new-{len(desk().people.all())}"
    left, right = st.columns(2)
    left.text_input(say("people.name"), key=f"name-{here}", autocomplete="off")
    right.text_input(say("people.their_title"), key=f"title-{here}", autocomplete="off")
    left.text_input(say("people.login"), key=f"login-{here}", autocomplete="off")
    right.text_input(say("people.secret"), key=f"secret-{here}", type="password", autocomplete="new-password")
    roles, units, privileges = _fields(here, None)
    keep = gate.act(
        accounts.add_person,
        login=gate.typed(f"login-{here}"),
        name=gate.typed(f"name-{here}"),
        title=gate.typed(f"title-{here}"),
        secret=gate.typed(f"secret-{here}"),
        roles=roles,
        units=units,
        privileges=privileges,
        done="people.added",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(say("people.add_now"), key="add-person", on_click=keep, type="primary")


def _fields(name: str, person: Person | None) -> tuple[Typed, ...]:
    """Roles, units and privileges; gives what stands for them in a callback."""
    titles = {template.id: template.plain_name for template in desk().templates.all()}
    units = sorted({unit for account in desk().people.all() for unit in account.person.units})
    choose = say("people.choose")
    st.multiselect(
        say("people.roles"),
        STAFF,
        default=person.roles if person else (),
        format_func=lambda role: say(f"role.{role.value}"),
        key=f"roles-{name}",
        placeholder=choose,
    )
    st.multiselect(
        say("people.units"),
        units,
        default=person.units if person else (),
        accept_new_options=True,
        key=f"units-{name}",
        placeholder=choose,
    )
    performed = list(dict.fromkeys([*titles, *(person.privileges if person else ())]))
    st.multiselect(
        say("people.privileges"),
        performed,
        default=person.privileges if person else (),
        format_func=lambda one: titles.get(one, one),
        key=f"privileges-{name}",
        placeholder=choose,
    )
    return tuple(gate.typed(f"{part}-{name}") for part in ("roles", "units", "privileges"))
