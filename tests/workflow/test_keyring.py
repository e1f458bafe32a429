"""Which key seals: the first by itself, another only on purpose, and one that ends is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consent.errors import Broken, SealRefused
from consent.model.status import Status
from consent.ports.sealing import warning
from consent.workflow import health, keyring, seal
from tests.samples.story import Story


def another(story: Story) -> None:
    story.sealer.here = replace(story.sealer.here, fingerprint="d" * 64)


def test_the_first_key_is_made_and_taken_into_use_by_itself(story: Story) -> None:
    assert keyring.pinned(story.desk) == frozenset()
    assert keyring.ready(story.desk) == story.sealer.here
    assert (story.sealer.made_for, story.sealer.made_at) == (story.desk.clinic.facility, story.clock.now())
    keyring.ready(story.desk)
    assert [one.certificate for one in keyring.taken(story.desk)] == ["c" * 64]


def test_seal_f15_a_key_that_was_swapped_seals_nothing_until_it_is_taken_on_purpose(story: Story) -> None:
    story.at(Status.ATTESTED)
    keyring.ready(story.desk)
    another(story)
    assert seal.work_once(story.desk) == 0
    assert story.now.last_problem == "The sealing key is another one than the one in use."
    with pytest.raises(SealRefused, match="another one"):
        keyring.ready(story.desk)
    keyring.take(story.desk)
    assert seal.work_once(story.desk) == 2
    assert {one.certificate for one in story.now.seals.values()} == {"d" * 64}


def test_seal_f14_what_sealed_before_is_remembered(story: Story) -> None:
    keyring.ready(story.desk)
    another(story)
    keyring.take(story.desk)
    assert keyring.pinned(story.desk) == {"c" * 64, "d" * 64}
    story.sealer.here = replace(story.sealer.here, fingerprint="c" * 64)
    with pytest.raises(SealRefused, match="another one"):
        keyring.ready(story.desk)


@pytest.mark.parametrize(("days", "step"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 7)])
def test_seal_f01_the_end_of_a_certificate_is_told_sixty_thirty_and_seven_days_ahead(
    story: Story, *, days: int, step: int | None
) -> None:
    story.sealer.here = replace(story.sealer.here, ends=story.clock.now() + timedelta(days=days, minutes=1))
    assert keyring.days_left(story.desk) == days
    assert warning(days) == step
    assert health.is_key_ending(story.desk) is (days <= 7)


def test_seal_f02_a_certificate_that_does_not_count_yet_has_no_days_left(story: Story) -> None:
    story.sealer.here = replace(story.sealer.here, begins=story.clock.now() + timedelta(days=1))
    assert keyring.days_left(story.desk) == -1


def test_a_key_that_was_never_used_is_no_trouble_and_one_that_is_gone_is(story: Story) -> None:
    assert not health.is_key_ending(story.desk)
    keyring.ready(story.desk)
    assert not health.is_key_ending(story.desk)
    another(story)
    assert health.is_key_ending(story.desk)


def test_seal_f13_a_key_that_cannot_be_used_keeps_the_record_waiting_with_the_reason(story: Story) -> None:
    story.at(Status.ATTESTED)
    story.sealer.faults = [SealRefused("The certificate of the sealing key ended on 2026-01-01.")]
    assert seal.work_once(story.desk) == 0
    assert (story.now.status, story.now.last_problem) == (
        Status.SEALING,
        "The certificate of the sealing key ended on 2026-01-01.",
    )
    assert story.ledger.documents == {}
    assert seal.work_once(story.desk) == 2
    assert story.now.delivered


def test_seal_f20_a_file_whose_seal_does_not_hold_is_not_kept_and_says_so(story: Story) -> None:
    story.at(Status.ATTESTED)
    story.sealer.faults = [Broken("The seal on a file does not cover all of it.")]
    assert seal.work_once(story.desk) == 0
    assert (story.now.status, story.now.last_problem) == (
        Status.SEALING,
        "The seal on a file does not cover all of it.",
    )
    assert story.ledger.documents == {}
    assert story.outlet.got == {}
