"""Where an episode stands, and which event may follow.

Decides the order of everything that happens to a record.

Invariants:
- ``TRANSITIONS`` is the whole truth about order; an event outside it cannot be folded.

Refuses to know what the events say.
"""

from enum import StrEnum

from consent.model.day import MOVES, stays
from consent.model.noticed import KINDS


class Status(StrEnum):
    """Where an episode stands."""

    NONE = "none"
    OPENED = "opened"
    PREPARED = "prepared"
    READING = "reading"
    READ = "read"
    DISCUSSED = "discussed"
    PATIENT_SIGNED = "patient_signed"
    ATTESTED = "attested"
    REFUSED = "refused"
    SEALING = "sealing"
    SEALED = "sealed"
    FILED = "filed"
    CLOSED = "closed"
    ERASED = "erased"


_WITH_PATIENT = (Status.READING, Status.READ, Status.DISCUSSED)
CONSENTED = (Status.ATTESTED, Status.SEALING, Status.SEALED, Status.FILED)
"""Both have signed, unless the patient said no (that is sealed and filed as well)."""

LEFT_OPEN = (Status.CLOSED, Status.ERASED)
_NOTHING = (Status.NONE, Status.ERASED)
ERASABLE = (Status.SEALED, Status.FILED, Status.CLOSED)
"""What two persons may erase: what is finished, and what was left open."""
_SIGNED = (Status.PATIENT_SIGNED, Status.ATTESTED, Status.REFUSED, Status.SEALING, Status.SEALED, Status.FILED)


def _goes(to: Status, *statuses: Status) -> dict[Status, Status]:
    return dict.fromkeys(statuses, to)


TRANSITIONS: dict[str, dict[Status, Status]] = {
    "EpisodeOpened": _goes(Status.OPENED, Status.NONE),
    "TemplatePinned": stays(Status.OPENED),
    "Tailored": _goes(Status.PREPARED, Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "MedicinesPlanned": stays(Status.PREPARED, *_WITH_PATIENT),
    "HandedOver": {Status.PREPARED: Status.READING} | stays(*_WITH_PATIENT),
    "HandedBack": stays(*_WITH_PATIENT, Status.PATIENT_SIGNED, Status.REFUSED, Status.SEALING, Status.SEALED)
    | stays(Status.PREPARED, Status.FILED, Status.ATTESTED),
    "IdentityConfirmed": stays(*_WITH_PATIENT),
    "IdentityMissed": stays(*_WITH_PATIENT),
    "MattersNoted": stays(*_WITH_PATIENT),
    "ScreeningAnswered": stays(*_WITH_PATIENT),
    "ScreeningReviewed": stays(*_WITH_PATIENT),
    "StatementsShown": stays(*_WITH_PATIENT),
    "ShownAgain": stays(*_WITH_PATIENT),
    "StatementAcknowledged": stays(*_WITH_PATIENT),
    "QuestionAsked": stays(*_WITH_PATIENT),
    "QuestionAnswered": stays(*_WITH_PATIENT),
    "UnderstandingChecked": stays(*_WITH_PATIENT),
    "ChoiceMade": stays(*_WITH_PATIENT),
    "ReadingFinished": {Status.READING: Status.READ} | stays(Status.READ, Status.DISCUSSED),
    "Discussed": {Status.READ: Status.DISCUSSED} | stays(Status.DISCUSSED),
    "Presented": stays(Status.DISCUSSED, Status.PATIENT_SIGNED),
    "Redrawn": stays(Status.DISCUSSED, Status.PATIENT_SIGNED),
    "Signed": _goes(Status.PATIENT_SIGNED, Status.DISCUSSED),
    "Attested": _goes(Status.ATTESTED, Status.PATIENT_SIGNED),
    "Refused": _goes(Status.REFUSED, *_WITH_PATIENT, Status.PATIENT_SIGNED),
    "EntryAnchored": stays(Status.ATTESTED, Status.REFUSED, Status.SEALED, Status.FILED),
    "SealBegun": _goes(Status.SEALING, Status.ATTESTED, Status.REFUSED),
    "SealFailed": stays(Status.ATTESTED, Status.REFUSED, Status.SEALING),
    "DocumentCertified": stays(Status.SEALING, Status.SEALED, Status.FILED),
    "Sealed": _goes(Status.SEALED, Status.SEALING),
    "SealUpgraded": stays(Status.SEALED, Status.FILED),
    "UpgradeDelivered": stays(Status.SEALED, Status.FILED),
    "Delivered": _goes(Status.FILED, Status.SEALED, Status.FILED),
    "DeliveryFailed": stays(Status.SEALED, Status.FILED),
    "EffortCounted": stays(Status.ATTESTED),
    "TextSizeChosen": stays(*_WITH_PATIENT),
    "HolderDeclared": stays(*_WITH_PATIENT),
    "AskedAlone": stays(*_WITH_PATIENT),
    "TellingChosen": stays(*_WITH_PATIENT),
    "TabletWiped": stays(Status.PREPARED, *_WITH_PATIENT, *_SIGNED),
    "AppointmentMoved": stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "NeedsNoted": stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT, *CONSENTED),
    "QuestionAssigned": stays(*_WITH_PATIENT),
    "AnswerJudged": stays(*_WITH_PATIENT),
    "UnitAssigned": stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT, *_SIGNED),
    "DraftClosed": _goes(Status.CLOSED, Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "DraftErased": _goes(Status.ERASED, Status.CLOSED, Status.NONE),
    **dict.fromkeys(("HoldSet", "HoldLifted"), stays(*(one for one in Status if one not in _NOTHING))),
    **dict.fromkeys(("ErasureProposed", "ErasureDropped"), stays(*ERASABLE)),
    "RecordErased": _goes(Status.ERASED, *ERASABLE, Status.NONE),
    **{kind: stays(Status.SEALED, Status.FILED) for kind in KINDS},
    **{kind: stays(*CONSENTED) for kind in MOVES},
}
"""Event kind -> status before -> status after. What is not here cannot happen."""
