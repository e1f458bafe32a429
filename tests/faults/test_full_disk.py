"""A disk fills up at every write: what is refused is said and has done nothing, and works once there is room."""

from pathlib import Path

import pytest

from tests.faults.small_disk import on_small_disk

FULL = "The disk is full; nothing was saved. Tell whoever runs this system. What was stored before is safe."
REFUSED = {
    *("ledger.append EpisodeOpened", "ledger.append StatementsShown", "ledger.append ScreeningAnswered"),
    *("ledger.append Signed", "ledger.append Attested", "ledger.append SealBegun", "ledger.append Sealed"),
    *("ledger.append Delivered", "ledger.append ConsentWithdrawn", "ledger.append NoticeSealed"),
    *("sessions.add", "sessions.put_ticket", "sessions.hand_over", "efforts.change", "ledger.lease"),
    *("log_key.make", "sealer.make", "log.sequence", "log.keep", "log.note_sent"),
    *("chart-folder.deliver", "checkpoint-folder.send"),
}


def test_e04_e06_every_write_on_a_full_disk_is_refused_in_words_and_works_once_there_is_room(tmp_path: Path) -> None:
    found = on_small_disk("every_write", tmp_path)
    assert REFUSED - found["refused"].keys() == set()
    assert FULL in found["said"]
    assert all("full" in said or "has room" in said for said in found["said"]), found["said"]
    assert (found["status"], found["faults"], found["unanchored"], found["left"]) == ("filed", [], 0, [])


@pytest.mark.parametrize("every", ["9", pytest.param("1", marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
def test_e04_a_disk_that_fills_up_on_the_way_to_the_document_costs_nothing_that_was_kept(
    every: str, ready: tuple[Path, str], tmp_path: Path
) -> None:
    folder, episode = ready
    found = on_small_disk("at_a_write", tmp_path, str(folder), episode, every)
    assert found["writes"] > 25
    assert found["told"].keys() <= {FULL}
    assert found["told"]


def test_e05_where_only_the_little_row_fits_the_large_one_takes_none_of_its_rows_in(tmp_path: Path) -> None:
    found = on_small_disk("for_little_only", tmp_path)
    assert found["refused"] > 10
    assert found["kept"] == [True, 1, 1]


def test_e06_a_document_is_sealed_while_the_disk_of_the_chart_is_full_and_filed_once_there_is_room(
    ready: tuple[Path, str], tmp_path: Path
) -> None:
    folder, episode = ready
    found = on_small_disk("outlet_alone", tmp_path, str(folder), episode)
    assert (found["without_room"], found["half"], found["filed"]) == ("sealed", [], "filed")
    assert found["said"] == "The disk of the chart folder is full."
