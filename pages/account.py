"""One's own account: what one is here for, the PIN, and the password."""

import streamlit as st

from consent.model.people import Capability
from consent.ui import gate
from consent.ui.parts import frame, own
from consent.wiring import desk
from consent.words import say

visit = gate.enter(Capability.OWN_ACCOUNT)
account = desk().people.by_id(visit.staff.id)
roles = ", ".join(say(f"role.{role.value}") for role in visit.staff.roles) or say("account.no_role")
units = ", ".join(visit.staff.units) or say("account.no_unit")

frame.title(say("account.title"), below=say("account.roles", roles=roles, units=units))
own.pin(has_one=bool(account and account.pin_hash))
with st.expander(say("account.password"), icon=":material/key:"):
    own.password()
