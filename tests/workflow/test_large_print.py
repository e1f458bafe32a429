"""A copy in large print: of the sealed blocks alone, within reach, and written down before it leaves."""

import json

import pytest

from consent.errors import Broken, Busy, NotAllowed, NotFound, WrongState
from consent.model.canon import sha256_hex
from consent.model.document import document
from consent.model.events_register import LargePrintExported
from consent.model.status import Status
from consent.workflow import deliver
from tests.samples.story import Story


@pytest.fixture
def sealed(story: Story) -> Story:
    story.at(Status.FILED)
    return story


def digest(story: Story) -> str:
    made = story.now.sealed
    assert made
    return made.event.document


def test_the_copy_holds_the_sealed_blocks_below_what_it_is(sealed: Story) -> None:
    pdf = deliver.export_large(sealed.desk, sealed.staff("audit"), document=digest(sealed))
    copy = json.loads(pdf.partition(b"\n")[2])
    title, mark, what, *rest = copy["blocks"]
    first, *others = document(sealed.now).model_dump(mode="json")["blocks"]
    assert (title, rest) == (first, others)
    assert mark["text"] == f"Large-print copy of document {digest(sealed)}."
    assert "It is not the sealed document." in what["text"]
    assert sha256_hex(pdf) != digest(sealed)
    assert sealed.ledger.document(sealed.staff("audit").scope, digest(sealed)).content != pdf


def test_g12_the_same_copy_is_made_each_time_and_each_is_written_down(sealed: Story) -> None:
    auditor = sealed.staff("audit")
    copies = {deliver.export_large(sealed.desk, auditor, document=digest(sealed)) for _ in range(2)}
    assert len(copies) == 1
    events = [one.event for one in sealed.ledger.read(f"access:{sealed.episode}")]
    assert events.count(LargePrintExported(document=digest(sealed))) == 2


def test_g13_no_copy_leaves_that_cannot_be_written_down(sealed: Story) -> None:
    auditor = sealed.staff("audit")
    sealed.ledger.full = True
    with pytest.raises(Busy):
        deliver.export_large(sealed.desk, auditor, document=digest(sealed))


def test_a_copy_is_for_those_who_reach_the_record(sealed: Story) -> None:
    with pytest.raises(NotAllowed):
        deliver.export_large(sealed.desk, sealed.staff("desk"), document=digest(sealed))
    with pytest.raises(NotFound):
        deliver.export_large(sealed.desk, sealed.staff("audit"), document="0" * 64)


def test_no_copy_is_made_of_other_words_than_the_sealed_ones(sealed: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "blocks_digest", lambda _: "0" * 64)
    with pytest.raises(WrongState, match="would word the document in another way"):
        deliver.export_large(sealed.desk, sealed.staff("audit"), document=digest(sealed))
    assert "LargePrintExported" not in sealed.kinds(f"access:{sealed.episode}")


def test_a_copy_that_does_not_pass_the_check_does_not_leave(sealed: Story) -> None:
    sealed.press.finding = "P08"
    with pytest.raises(Broken):
        deliver.export_large(sealed.desk, sealed.staff("audit"), document=digest(sealed))
    assert "LargePrintExported" not in sealed.kinds(f"access:{sealed.episode}")
