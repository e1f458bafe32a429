"""Where an episode stands, and which event may follow.

Decides the order of everything that happens to a record.

Invariants:
- ``TRANSITIONS`` is the whole truth about order; an event outside it cannot be folded.

Refuses to know what the events say.
"""

from enum import StrEnum

from consent.model.day import MOVES


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
_SIGNED = (Status.PATIENT_SIGNED, Status.ATTESTED, Status.REFUSED, Status.SEALING, Status.SEALED, Status.FILED)


def _stays(*statuses: Status) -> dict[Status, Status]:
    return {status: status for status in statuses}


def _goes(to: Status, *statuses: Status) -> dict[Status, Status]:
    return dict.fromkeys(statuses, to)


TRANSITIONS: dict[str, dict[Status, Status]] = {
    "EpisodeOpened": _goes(Status.OPENED, Status.NONE),
    "TemplatePinned": _stays(Status.OPENED),
    "Tailored": _goes(Status.PREPARED, Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "MedicinesPlanned": _stays(Status.PREPARED, *_WITH_PATIENT),
    "HandedOver": {Status.PREPARED: Status.READING} | _stays(*_WITH_PATIENT),
    "HandedBack": _stays(*_WITH_PATIENT, Status.PATIENT_SIGNED, Status.REFUSED, Status.SEALING, Status.SEALED)
    | _stays(Status.PREPARED, Status.FILED, Status.ATTESTED),
    "IdentityConfirmed": _stays(*_WITH_PATIENT),
    "IdentityMissed": _stays(*_WITH_PATIENT),
    "MattersNoted": _stays(*_WITH_PATIENT),
    "ScreeningAnswered": _stays(*_WITH_PATIENT),
    "ScreeningReviewed": _stays(*_WITH_PATIENT),
    "StatementsShown": _stays(*_WITH_PATIENT),
    "StatementAcknowledged": _stays(*_WITH_PATIENT),
    "QuestionAsked": _stays(*_WITH_PATIENT),
    "QuestionAnswered": _stays(*_WITH_PATIENT),
    "UnderstandingChecked": _stays(*_WITH_PATIENT),
    "ChoiceMade": _stays(*_WITH_PATIENT),
    "ReadingFinished": {Status.READING: Status.READ} | _stays(Status.READ, Status.DISCUSSED),
    "Discussed": {Status.READ: Status.DISCUSSED} | _stays(Status.DISCUSSED),
    "Presented": _stays(Status.DISCUSSED, Status.PATIENT_SIGNED),
    "Redrawn": _stays(Status.DISCUSSED, Status.PATIENT_SIGNED),
    "Signed": _goes(Status.PATIENT_SIGNED, Status.DISCUSSED),
    "Attested": _goes(Status.ATTESTED, Status.PATIENT_SIGNED),
    "Refused": _goes(Status.REFUSED, *_WITH_PATIENT, Status.PATIENT_SIGNED),
    "SealBegun": _goes(Status.SEALING, Status.ATTESTED, Status.REFUSED),
    "SealFailed": _stays(Status.SEALING),
    "Sealed": _goes(Status.SEALED, Status.SEALING),
    "Delivered": _goes(Status.FILED, Status.SEALED, Status.FILED),
    "DeliveryFailed": _stays(Status.SEALED, Status.FILED),
    "EffortCounted": _stays(Status.ATTESTED),
    "TextSizeChosen": _stays(*_WITH_PATIENT),
    "HolderDeclared": _stays(*_WITH_PATIENT),
    "AskedAlone": _stays(*_WITH_PATIENT),
    "TellingChosen": _stays(*_WITH_PATIENT),
    "TabletWiped": _stays(Status.PREPARED, *_WITH_PATIENT, *_SIGNED),
    "AppointmentMoved": _stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "NeedsNoted": _stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT, *CONSENTED),
    "QuestionAssigned": _stays(*_WITH_PATIENT),
    "AnswerJudged": _stays(*_WITH_PATIENT),
    "UnitAssigned": _stays(Status.OPENED, Status.PREPARED, *_WITH_PATIENT, *_SIGNED),
    "DraftClosed": _goes(Status.CLOSED, Status.OPENED, Status.PREPARED, *_WITH_PATIENT),
    "DraftErased": _goes(Status.ERASED, Status.CLOSED, Status.NONE),
    **{kind: _stays(*CONSENTED) for kind in MOVES},
}
"""Event kind -> status before -> status after. What is not here cannot happen."""
