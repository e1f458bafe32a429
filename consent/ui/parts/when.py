"""Times and ages in the words of a list: the clinic's own clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from consent.model import canon
from consent.model.text import full_years


def clock(instant: str, zone: str) -> str:
    """As "09:30"."""
    return f"{_local(instant, zone):%H:%M}"


def second(instant: str, zone: str) -> str:
    """As "09:30:07"."""
    return f"{_local(instant, zone):%H:%M:%S}"


def moment(instant: str, zone: str) -> str:
    """As "Tue 24 Nov, 09:30"."""
    local = _local(instant, zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def full(instant: str, zone: str) -> str:
    """As "Tue 24 Nov 2026, 09:30"."""
    return f"{day_words(today(instant, zone))}, {clock(instant, zone)}"


def full_second(instant: str, zone: str) -> str:
    """As "Tue 24 Nov 2026, 09:30:07"."""
    return f"{day_words(today(instant, zone))}, {second(instant, zone)}"


def today(instant: str, zone: str) -> date:
    """The clinic's date at that moment."""
    return _local(instant, zone).date()


def bounds(day: date, zone: str) -> tuple[str, str]:
    """The instants between which that day lies in the clinic's zone."""
    start = datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return canon.instant(start), canon.instant(end)


def day_words(day: date) -> str:
    """As "Tue 24 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def birth_words(iso: str) -> str:
    """A date of birth without doubt about day and month, as "7 Mar 1948"."""
    born = date.fromisoformat(iso)
    return f"{born.day} {born:%b %Y}"


def age(iso: str, today: date) -> int:
    """Full years."""
    return full_years(date.fromisoformat(iso), on=today)


def _local(instant: str, zone: str) -> datetime:
    return canon.parse_instant(instant).astimezone(ZoneInfo(zone))
