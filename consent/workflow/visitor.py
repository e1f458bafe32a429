"""Somebody known behind a request, as every verb gets them.

Decides what a visit may do and whose records are within its reach, from its person and its session.

Invariants:
- A patient's session reaches one record; staff reach those of their units, those they are assigned to, and those whose
  glass this session broke.

Refuses to trust what a client says about itself.
"""

from dataclasses import dataclass

from consent.errors import NotAllowed
from consent.model.entry import Stamp
from consent.model.people import Capability, Person, Role, can
from consent.ports import Scope, SessionRow
from consent.workflow.desk import Desk
from consent.workflow.prove import is_known

PATIENT = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody known behind a request: a member of staff, or the patient of one episode.

    ``asleep``: idle for five minutes, and has to prove who it is. ``away``: a patient's, idle for half an hour.
    """

    session: SessionRow
    person: Person | None
    at: str
    asleep: bool = False
    away: bool = False

    @property
    def is_patient(self) -> bool:
        """Whether this is a patient's session."""
        return self.person is None

    @property
    def episode(self) -> str:
        """The episode that a patient's session is bound to; empty for staff."""
        return self.session.episode

    @property
    def staff(self) -> Person:
        """The member of staff. Raises NotAllowed for a patient's session."""
        if self.person is None:
            raise NotAllowed("This is for staff.")
        return self.person

    @property
    def scope(self) -> Scope:
        """Whose records this visit needs to know: by unit, by assignment, or by a glass that it broke."""
        if self.person is None:
            return Scope(episode=self.session.episode)
        return Scope(
            everything=self.may(Capability.SEE_EVERY_UNIT),
            person=self.person.id,
            units=self.person.units or ("",),
            session=self.session.id,
            at=self.at,
        )

    @property
    def place(self) -> str:
        """Where wrong secrets of somebody already signed in are counted: a known device, else this session alone."""
        return self.session.device if is_known(self.session.device) else self.session.id

    def may(self, capability: Capability) -> bool:
        """Whether this visit has the capability."""
        return can(self.person.roles if self.person else (Role.PATIENT,), capability)

    def check_may(self, capability: Capability) -> None:
        """Raises NotAllowed when this visit has no such capability."""
        if not self.may(capability):
            raise NotAllowed("Your account may not do this.")

    def check_episode(self, episode: str) -> None:
        """Raises NotAllowed when a patient's session asks for another episode."""
        if self.is_patient and episode != self.session.episode:
            raise NotAllowed("This is not your record.")

    def stamp(self, desk: Desk) -> Stamp:
        """Who, when and where, for the events of this visit."""
        actor = self.person.id if self.person else PATIENT
        return desk.stamp(actor=actor, device=self.session.device, sign_in=self.session.id)
