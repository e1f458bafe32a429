"""What happens beside an episode: accounts, sign-ins, devices, access to records, and template versions.

Decides what their streams can say; ``events`` puts them into the one union.

Invariants:
- As in ``events``: a kind and a schema number, no secret, no free form.

Refuses patients' data: these streams are read by people who do not need to know any.
"""

from typing import Annotated, Literal

from pydantic import Field

from consent.model.people import PersonRef, Role
from consent.model.template import TemplateRef
from consent.model.text import Digest, Key, Note, Short
from consent.model.values import Instant, Value


class Happening(Value):
    """What every event has: the number of its schema."""

    schema_: Literal[1] = 1


class PersonAdded(Happening):
    """An account was made, or its name, roles or privileges were changed."""

    kind: Literal["PersonAdded"] = "PersonAdded"
    person: PersonRef
    roles: Annotated[tuple[Role, ...], Field(max_length=8)]
    privileges: Annotated[tuple[Key, ...], Field(max_length=200)] = ()
    active: bool = True


class SignedIn(Happening):
    """Somebody proved who they are."""

    kind: Literal["SignedIn"] = "SignedIn"


class SignedOut(Happening):
    """Somebody ended their session."""

    kind: Literal["SignedOut"] = "SignedOut"


class RecordViewed(Happening):
    """Somebody opened an episode's record: one event a visit and record."""

    kind: Literal["RecordViewed"] = "RecordViewed"


class DocumentExported(Happening):
    """Bytes of a document were about to leave; written before they did."""

    kind: Literal["DocumentExported"] = "DocumentExported"
    document: Digest


class PersonAssigned(Happening):
    """Whose patients an account's holder treats: its units, all of them."""

    kind: Literal["PersonAssigned"] = "PersonAssigned"
    units: Annotated[tuple[Short, ...], Field(max_length=40)]


class SecretChanged(Happening):
    """Somebody has another password or PIN; neither is in the event."""

    kind: Literal["SecretChanged"] = "SecretChanged"
    which: Literal["password", "pin"]


class AccountLocked(Happening):
    """Too many wrong secrets: the account is closed until then."""

    kind: Literal["AccountLocked"] = "AccountLocked"
    until: Instant


class AccountUnlocked(Happening):
    """An administrator opened a locked account again."""

    kind: Literal["AccountUnlocked"] = "AccountUnlocked"
    by: PersonRef


class ProvedAgain(Happening):
    """Somebody signed in proved once more who they are, and for what (21 CFR 11.200).

    ``about`` is the request to sign that it was for, which the signature names too; empty for a screen that was locked.
    """

    kind: Literal["ProvedAgain"] = "ProvedAgain"
    way: Literal["password", "pin"]
    about: str = ""


class DeviceEnrolled(Happening):
    """A tablet or computer of the clinic was made known; on it a PIN opens a locked screen."""

    kind: Literal["DeviceEnrolled"] = "DeviceEnrolled"
    label: Annotated[Short, Field(min_length=1)]
    by: PersonRef


class DeviceRevoked(Happening):
    """A device is not known any more; all of its sessions ended."""

    kind: Literal["DeviceRevoked"] = "DeviceRevoked"
    by: PersonRef


class GlassBroken(Happening):
    """Somebody without need to know by unit or assignment opened a record all the same, and said why."""

    kind: Literal["GlassBroken"] = "GlassBroken"
    glass: Key
    reason: Annotated[Note, Field(min_length=1)]
    until: Instant


class GlassMissed(Happening):
    """Somebody tried to, with identifiers that no record has; what they were is not kept."""

    kind: Literal["GlassMissed"] = "GlassMissed"


class AccessReviewed(Happening):
    """Somebody independent looked at a broken glass afterwards."""

    kind: Literal["AccessReviewed"] = "AccessReviewed"
    glass: Key
    finding: Literal["justified", "not_justified"]
    note: Note = ""
    by: PersonRef


class FlagAnswered(Happening):
    """A named reviewer answered a flag of a template version."""

    kind: Literal["FlagAnswered"] = "FlagAnswered"
    ref: TemplateRef
    flag: Key
    answer: Annotated[Note, Field(min_length=1)]
    by: PersonRef


class TemplateApproved(Happening):
    """A second person approved a template version; its digest never changes from now on."""

    kind: Literal["TemplateApproved"] = "TemplateApproved"
    ref: TemplateRef
    by: PersonRef


class TemplateRetired(Happening):
    """A template version is not offered any more."""

    kind: Literal["TemplateRetired"] = "TemplateRetired"
    ref: TemplateRef
    by: PersonRef
    reason: Annotated[Note, Field(min_length=1)]
