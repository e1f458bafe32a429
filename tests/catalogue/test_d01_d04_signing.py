"""Catalogue D1 to D4 on both stores: who signs at the same moment, and workers that seal at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest

from consent.errors import AlreadyDone, ConsentError, Refused
from consent.model.status import Status
from consent.settings import Settings
from consent.wiring import opened
from consent.workflow import rehearsal, seal, sign
from consent.workflow.desk import Desk, load
from tests.catalogue.at_the_pad import AtThePad, at_the_pad


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Iterator[Desk]:
    """The demo's desk, on SQLite and on PostgreSQL."""
    made, store = opened(Settings(mode="demo", records=tmp_path / "records", database=url))
    rehearsal.populate(made)
    yield made
    store.close()


@pytest.fixture
def pad(desk: Desk) -> AtThePad:
    return at_the_pad(desk)


def at_once(*work: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment; what a person would be refused with is a result too."""
    start = Barrier(len(work))

    def one(do: Callable[[], object]) -> object:
        start.wait()
        try:
            return do()
        except ConsentError as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


def attested(desk: Desk, pad: AtThePad) -> Callable[[], str]:
    """A clinician who tries again until the patient has signed, and attests."""
    staff = rehearsal.signed_in(desk, "stone")

    def attest() -> str:
        while load(desk, pad.episode).status is not Status.ATTESTED:
            with suppress(Refused):
                asked = sign.present_to_clinician(desk, staff, episode=pad.episode).presented
                assert asked
                raw = pad.body(shift=900, secret=rehearsal.PASSWORD)
                return sign.attest(desk, staff, presentation=asked.presentation, body=raw)
        return ""

    return attest


def test_d01_d02_taps_and_tablets_at_once_make_one_signature(desk: Desk, pad: AtThePad) -> None:
    tablet, same, other = pad.tablet, pad.body(), pad.body(shift=500)

    def with_body(raw: bytes) -> Callable[[], str]:
        return lambda: sign.sign_as_patient(desk, tablet, presentation=pad.presentation, body=raw)

    results = at_once(*(with_body(raw) for raw in (same, other, same, other)))
    told = {str(one) for one in results if isinstance(one, str)}
    refused = [one for one in results if isinstance(one, ConsentError)]
    assert len(told) == 1
    assert [type(one) for one in refused] == [AlreadyDone] * 2
    assert all("by the patient" in one.what for one in refused)
    assert pad.kinds().count("Signed") == 1


def test_d03_d04_both_signatures_and_two_workers_at_once_make_one_document(desk: Desk, pad: AtThePad) -> None:
    worker = lambda: seal.seal(desk, episode=pad.episode)  # noqa: E731 - said twice below
    at_once(pad.sign, attested(desk, pad), worker, worker)
    at_once(worker, worker, worker)
    assert [pad.kinds().count(kind) for kind in ("Signed", "Attested", "SealBegun", "Sealed")] == [1, 1, 1, 1]
    seal.work_once(desk)
    before = pad.kinds()
    seal.work_once(desk)
    assert pad.kinds() == before
    assert before.count("Delivered") == 1
    now = load(desk, pad.episode)
    assert now.status is Status.FILED
    assert len(pad.documents()) == 1
