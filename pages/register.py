"""The register: find any record within reach by name, number or filter, open it, or take the list out."""

from consent.model.people import Capability
from consent.ui import gate
from consent.ui.door import top
from consent.ui.parts import register
from consent.wiring import desk
from consent.workflow.register import find, wanted

visit = gate.enter(Capability.SEE_REGISTER)
register.head(visit)
text = register.search()
chosen = register.filters()
below, above = register.place("below"), register.place("above")
top(f"register {below} {above}")
found = find(desk(), visit, wanted=wanted(desk(), text=text, **chosen), below=below, above=above)
register.results(visit, found, text=text, chosen=chosen)
