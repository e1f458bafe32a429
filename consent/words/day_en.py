"""English words of the day of the procedure: checklist, time-out, withdrawal."""

_RECORD = {
    "event.ConsentConfirmed": "Asked on the day whether it stands",
    "event.ConsentWithdrawn": "Withdrew the consent",
    "event.PreparationChecked": "Checked on arrival",
    "event.ExceptionDecided": "Decided about what was not in order",
    "event.TimeOutBegun": "Time-out begun",
    "event.TimeOutAgreed": "Time-out read aloud",
    "event.TimeOutHalted": "Time-out stopped: somebody did not agree",
    "event.HaltResolved": "Found out what did not agree",
    "event.TimeOutCompleted": "Time-out complete",
    "event.TimeOutLapsed": "Time-out lapsed: turned, or left the room",
    "event.ProcedureStarted": "Procedure started",
    "event.ProcedureEnded": "Procedure ended",
    "event.EndingExplained": "Wrote why it was stopped",
}

_BLOCKERS = {
    "blocker.unsigned": "There is no signed consent.",
    "blocker.withdrawn": "The patient has withdrawn the consent.",
    "blocker.retired": "The clinic has taken the text that was signed out of use.",
    "blocker.changed": "Something has changed since the patient read the text.",
    "blocker.unconfirmed": "The patient has not been asked today whether the consent stands.",
    "blocker.unasked": "Items of the checklist to ask: {count}.",
    "blocker.exception": "Items that are not in order: {count}.",
    "blocker.postponed": "It was postponed.",
    "blocker.differs": "This record is not what was signed.",
    "blocker.no_time_out": "The time-out is not complete.",
    "blocker.lapsed": "The time-out has lapsed.",
}

_TIME_OUT = {
    "timeout.spoken.name": "Your name?",
    "timeout.spoken.born": "Your date of birth?",
    "timeout.spoken.what": "What will we do?",
    "timeout.spoken.where": "Where? Please point.",
    "timeout.signed": "Signed {when}",
    "timeout.attested": "Also signed by {name}",
    "timeout.confirmed": "Patient still wants it: {when}",
    "timeout.filed": "In the chart",
    "timeout.not_filed": "Not in the chart yet: the document is still being filed",
    "timeout.refused": "NO to: {ask}",
    "timeout.none_refused": "No choice was refused.",
    "timeout.allergies_unknown": "Not known in this record. Ask now.",
    "timeout.unsure": "Is anyone unsure?",
    "timeout.unsure.patient": "The patient too.",
}

WORDS: dict[str, str] = {**_RECORD, **_BLOCKERS, **_TIME_OUT}
