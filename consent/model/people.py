"""Who is who: staff, roles and what each may do.

Decides the capability of a role, and who is entitled to hold the discussion and to attest.

Invariants:
- Capabilities come from one table; a role that is not in the table has none.
- The patient's session has the patient's capabilities only; no staff role can sign as the patient.

Refuses to know about passwords and sessions: those are ports.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, field_validator

from consent.model.text import Key, PersonName, Short


class Role(StrEnum):
    """What a person is here for."""

    CLINICIAN = "clinician"
    NURSE = "nurse"
    FRONT_DESK = "front_desk"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    PATIENT = "patient"


class Capability(StrEnum):
    """One thing that somebody may do; the door, the screens and the desk name these."""

    SEE_TODAY = "see_today"
    ADD_PATIENT = "add_patient"
    PREPARE = "prepare"
    HAND_OVER = "hand_over"
    ANSWER = "answer"
    DISCUSS = "discuss"
    ATTEST = "attest"
    SEE_RECORD = "see_record"
    EXPORT = "export"
    READ = "read"
    SIGN_AS_PATIENT = "sign_as_patient"
    REVIEW_TEMPLATE = "review_template"
    MANAGE_PEOPLE = "manage_people"
    SEE_EVERY_UNIT = "see_every_unit"
    SEE_REGISTER = "see_register"
    SEE_LOG = "see_log"
    EXPORT_REGISTER = "export_register"
    BREAK_GLASS = "break_glass"
    REVIEW_ACCESS = "review_access"
    OWN_ACCOUNT = "own_account"
    CHECK_IN = "check_in"
    TIME_OUT = "time_out"
    WITHDRAW = "withdraw"
    WORK_ON_PAPER = "work_on_paper"
    KEEP_RECORDS = "keep_records"


_BEDSIDE = {
    Capability.SEE_TODAY,
    Capability.ADD_PATIENT,
    Capability.PREPARE,
    Capability.HAND_OVER,
    Capability.ANSWER,
    Capability.SEE_RECORD,
    Capability.EXPORT,
    Capability.BREAK_GLASS,
    Capability.CHECK_IN,
    Capability.TIME_OUT,
    Capability.WITHDRAW,
    Capability.WORK_ON_PAPER,
}
_STAFF = {Capability.OWN_ACCOUNT}
_AUDIT = {
    Capability.SEE_RECORD,
    Capability.EXPORT,
    Capability.SEE_EVERY_UNIT,
    Capability.SEE_REGISTER,
    Capability.SEE_LOG,
    Capability.EXPORT_REGISTER,
    Capability.REVIEW_ACCESS,
}
_COMPLIANCE = {
    Capability.SEE_RECORD,
    Capability.SEE_EVERY_UNIT,
    Capability.SEE_REGISTER,
    Capability.SEE_LOG,
    Capability.KEEP_RECORDS,
}

MAY: dict[Role, frozenset[Capability]] = {
    Role.CLINICIAN: frozenset(_STAFF | _BEDSIDE | {Capability.DISCUSS, Capability.ATTEST}),
    Role.NURSE: frozenset(_STAFF | _BEDSIDE),
    Role.FRONT_DESK: frozenset(_STAFF | {Capability.SEE_TODAY, Capability.ADD_PATIENT}),
    Role.REVIEWER: frozenset(_STAFF | {Capability.REVIEW_TEMPLATE}),
    Role.AUDITOR: frozenset(_STAFF | _AUDIT),
    Role.COMPLIANCE: frozenset(_STAFF | _COMPLIANCE),
    Role.ADMIN: frozenset(_STAFF | {Capability.MANAGE_PEOPLE}),
    Role.PATIENT: frozenset({Capability.READ, Capability.SIGN_AS_PATIENT}),
}


class PersonRef(BaseModel):
    """A member of staff as a record names them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Key
    name: PersonName
    title: Short = ""


class Person(BaseModel):
    """An account: who it is, what they may do and for which procedures they are privileged.

    ``privileges`` holds template ids: only somebody who may perform a procedure may hold its discussion and attest
    (VHA 1004.01; A-0955 leaves it to policy, this is the stricter). ``units`` are the parts of the clinic whose
    patients they treat; without any they belong to the clinic as a whole, as its patients without a unit do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Key
    name: PersonName
    title: Short = ""
    roles: tuple[Role, ...] = ()
    privileges: tuple[str, ...] = ()
    units: tuple[Short, ...] = ()
    active: bool = True

    @field_validator("roles")
    @classmethod
    def _are_of_staff(cls, roles: tuple[Role, ...]) -> tuple[Role, ...]:
        if Role.PATIENT in roles:
            raise ValueError("No member of staff acts as the patient.")
        return roles

    @property
    def ref(self) -> PersonRef:
        """How a record names this person."""
        return PersonRef(id=self.id, name=self.name, title=self.title)


def can(roles: tuple[Role, ...], capability: Capability) -> bool:
    """Whether any of the roles has the capability."""
    return any(capability in MAY.get(role, frozenset()) for role in roles)
