"""Dates and times in words.

Decides how a day and an instant are read by people.

Invariants:
- A month is a word, so that no reader takes the day for the month; a time has its zone and distance from UTC.

Refuses to know a zone by itself: the clinic's comes in.
"""

from datetime import date
from zoneinfo import ZoneInfo

from consent.model import canon


def moment_words(instant: str, zone: str) -> str:
    """As "Tue 24 Nov 2026, 10:30 EST (UTC-0500)": weekday, date, clock time and zone."""
    local = canon.parse_instant(instant).astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local:%Z} (UTC{local:%z})"


def date_words(day: str) -> str:
    """A date as "18 Jun 1955": in words, so that no reader takes the day for the month."""
    born = date.fromisoformat(day)
    return f"{born.day} {born:%b %Y}"


def day_of(instant: str, zone: str) -> date:
    """The day of an instant there."""
    return canon.parse_instant(instant).astimezone(ZoneInfo(zone)).date()


def day_words(instant: str, zone: str) -> str:
    """The day of an instant there, as "24 Nov 2026"."""
    return date_words(day_of(instant, zone).isoformat())
