"""The moments between which a seal counts, to the second, before both judges."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import verify as by_itself
from consent.ports.sealing import SealLevel
from consent.seal import verdict
from consent.seal.pades import PadesSealer
from consent.wiring import SystemClock
from tests.adapters.seal import sealing
from tests.adapters.seal.authorities import World, serving
from tests.adapters.seal.conftest import Office
from tests.adapters.seal.test_later import behind

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WHEN = sealing.NOW.replace(microsecond=0)


def _judged(pdf: bytes, pin: str, at: datetime) -> str:
    """The check that failed; both have to say the same."""
    ours = verdict.verify(pdf, pinned=frozenset({pin}), at=at)
    theirs = by_itself.judge(pdf, pins={pin}, at=at)
    assert [one.code for one in ours.failed] == ([theirs.failed] if theirs.failed else [])
    return theirs.failed


def test_clocks_may_differ_by_five_minutes() -> None:
    assert verdict.SKEW == by_itself.SKEW == timedelta(minutes=5)


def test_a_seal_from_the_future_counts_while_a_clock_may_be_that_late(office: Office) -> None:
    pdf = PadesSealer(office.clinic.sealing).seal(office.kept.file(), at=WHEN).content
    assert _judged(pdf, office.clinic.pin, WHEN - verdict.SKEW) == ""
    assert _judged(pdf, office.clinic.pin, WHEN - verdict.SKEW - SECOND) == "window"


def test_a_certificate_counts_from_its_first_second_to_its_last(office: Office) -> None:
    by = sealing.sealer(days=(-3, -1))
    for when in (by.certificate.not_valid_before_utc, by.certificate.not_valid_after_utc):
        pdf = PadesSealer(by.sealing).seal(office.kept.file(), at=when).content
        assert _judged(pdf, by.pin, sealing.NOW) == ""


def test_a_stamp_may_be_earlier_than_its_seal_by_as_much_as_clocks_differ(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, pin = WHEN - MINUTE, office.clinic.pin
    pdf = sealing.seal(office.kept.file(), office.clinic, stamper=sealing.stamper(at=seen))
    now = SystemClock().now()
    claimed = verdict.verify(pdf, pinned=frozenset({pin}), at=now).sealed_at
    assert claimed
    for skew, code in ((claimed - seen, ""), (claimed - seen - SECOND, "window")):
        for judge in (verdict, by_itself):
            monkeypatch.setattr(judge, "SKEW", skew)
        assert _judged(pdf, pin, now) == code


def test_a_stamp_of_the_whole_file_may_be_earlier_than_the_one_upon_the_seal_by_as_much(
    office: Office, tmp_path: Path
) -> None:
    with serving(lambda port: World(tmp_path, port, at=WHEN)) as world:
        sealer = PadesSealer(office.clinic.sealing, level=SealLevel.B_T, authority=world.authority())
        pdf = sealer.seal(office.kept.file(), at=WHEN).content
    for over, code in ((WHEN - verdict.SKEW, ""), (WHEN - verdict.SKEW - SECOND, "window")):
        twice = behind(pdf, by=sealing.stamper(at=over))
        assert _judged(twice, office.clinic.pin, SystemClock().now()) == code


def test_a_stamp_of_the_whole_file_from_the_future_counts_while_a_clock_may_be_that_late(office: Office) -> None:
    pdf = PadesSealer(office.clinic.sealing).seal(office.kept.file(), at=WHEN).content
    over = WHEN + MINUTE
    twice = behind(pdf, by=sealing.stamper(at=over))
    assert _judged(twice, office.clinic.pin, over - verdict.SKEW) == ""
    assert _judged(twice, office.clinic.pin, over - verdict.SKEW - SECOND) == "window"


FOUND = ("size", "form", "seal", "coverage", "container")
SIGNED = ("cms", "algorithms", "certificates", "attributes", "digest", "signature")


def test_what_a_stage_held_is_told_though_the_next_one_fails(office: Office) -> None:
    def told(pdf: bytes, pin: str = office.clinic.pin) -> list[str]:
        return sorted({one.code for one in verdict.verify(pdf, pinned=frozenset({pin}), at=sealing.NOW).checked})

    changed = office.sealed.replace(b"/OneColumn", b"/TwoColumn")
    assert told(changed) == sorted(FOUND)
    assert told(office.sealed, "0" * 64) == sorted((*FOUND, *SIGNED))
    wrong = office.seals(*sealing.record(second=True).inside)
    kept = verdict.verify(wrong, pinned=frozenset({office.clinic.pin}), at=SystemClock().now()).checked
    assert [one.code for one in kept][-3:] == ["structure", "update", "window"]
    assert {"pinned", "pin"} <= {one.code for one in kept}
