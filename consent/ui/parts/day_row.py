"""What today's list says of a patient whose consent is signed, on the day itself: one word, and the next step.

Decides which step a stage of the day leads to. What is ready from another day is not ready (H12).
"""

from consent.model.status import CONSENTED, Status
from consent.ports import WorklistRow
from consent.ui.parts import when

CHECKLIST, TIME_OUT, RECORD = "checklist", "timeout", "record"
STEPS: dict[str, tuple[str, str]] = {
    "": ("green", CHECKLIST),
    "arrived": ("blue", CHECKLIST),
    "exception": ("orange", CHECKLIST),
    "changed": ("orange", CHECKLIST),
    "postponed": ("orange", CHECKLIST),
    "ready": ("green", TIME_OUT),
    "time_out": ("blue", TIME_OUT),
    "halted": ("red", TIME_OUT),
    "started": ("blue", TIME_OUT),
    "finished": ("green", RECORD),
    "stopped": ("orange", TIME_OUT),
    "withdrawn": ("red", RECORD),
}
"""Word of the day -> colour of its badge, and the page that comes next."""
BEGUN = frozenset({"started", "finished", "stopped", "withdrawn"})
"""Nothing more has to be known before it."""
_STAYS = BEGUN | {"halted", "exception", "changed", "postponed"}
"""Words that hold on every day, until somebody does something about them."""


def word_of(row: WorklistRow, *, at: str, zone: str) -> str | None:
    """The word of the day for this row; None when the paperwork has the say."""
    if Status(row.status) not in CONSENTED or row.outcome == "refused":
        return None
    if row.day in _STAYS:
        return row.day
    now = when.today(at, zone)
    if when.today(row.appointment, zone) != now:
        return None
    return row.day if row.day_at and when.today(row.day_at, zone) == now else ""
