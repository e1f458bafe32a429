"""Words about records that were left open, and about what a patient's tablet was refused."""

WORDS: dict[str, str] = {
    "event.DraftClosed": "Left open: closed",
    "event.DraftErased": "Left open: its contents were erased",
    "event.StaffActionRefused": "Asked on the patient's tablet for something that is for staff, and was refused",
    "row.closed": "Left open",
    "row.erased": "Erased",
    "row.next.closed": "Open",
    "row.next.erased": "Open",
    "register.closed": "Left open or erased",
    "register.erased": "What it said was erased on {day}.",
    "register.record": "Record {episode}",
    "record.closed": (
        "Left open, closed on {day}. Nobody signed it. If the patient comes back, add the patient to that day's list."
    ),
    "looked.once": "Once.",
    "looked.times": "{count} times within a minute.",
}
