"""Take a discussed episode to its filed document, and a filed one to the filed notice of its withdrawal; die by SIGKILL
at a named step when one is given.

``python tests/faults/finish.py RECORDS EPISODE [STEP]``: prints the steps that it passed.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from consent.model.blocks import Document
from consent.model.entry import Header
from consent.model.status import Status
from consent.ports import Attachment, Commit, Ledger, Press
from consent.settings import Settings
from consent.store.ledger import SqlLedger
from consent.wiring import opened
from consent.workflow import day, rehearsal, seal
from consent.workflow.desk import Desk, load

Step = Callable[[str], None]
ROUNDS = 3


def dying_at(wanted: str) -> Step:
    def step(name: str) -> None:
        print(name, flush=True)
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


class SteppingLedger(SqlLedger):
    """Tells before and after each append what is appended."""

    def __init__(self, ledger: SqlLedger, step: Step) -> None:
        self.__dict__.update(ledger.__dict__)
        self._tell = step

    def append(self, commit: Commit) -> None:
        kinds = [Header.model_validate_json(entry.header).kind for entry in commit.entries]
        for kind in kinds:
            self._tell(f"append.{kind}.before")
        super().append(commit)
        for kind in kinds:
            self._tell(f"append.{kind}.after")


@dataclass(frozen=True)
class SteppingPress:
    """Tells when the press has built and checked."""

    press: Press
    step: Step

    def build(self, document: Document, attached: Sequence[Attachment] = ()) -> bytes:
        pdf = self.press.build(document, attached)
        self.step("press.built")
        return pdf

    def enlarge(self, document: Document) -> bytes:
        return self.press.enlarge(document)

    def bind(self, documents: Sequence[Document], *, title: str) -> bytes:
        return self.press.bind(documents, title=title)

    def check(self, pdf: bytes) -> None:
        self.press.check(pdf)
        self.step("press.checked")

    def attached(self, pdf: bytes) -> Mapping[str, bytes]:
        return self.press.attached(pdf)

    def spoken(self, pdf: bytes) -> tuple[str, ...]:
        return self.press.spoken(pdf)

    def unprintable(self, text: str) -> tuple[str, ...]:
        return self.press.unprintable(text)


def finish(desk: Desk, episode: str) -> Status:
    """What the people and the worker do, from wherever the record stands."""
    for _ in range(ROUNDS):
        status = load(desk, episode).status
        if status is Status.DISCUSSED:
            rehearsal.patient_signs(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
        elif status is Status.PATIENT_SIGNED:
            rehearsal.clinician_signs(desk, rehearsal.signed_in(desk, "stone"), episode=episode)
        else:
            seal.work_once(desk)
    return load(desk, episode).status


def withdraw(desk: Desk, episode: str) -> None:
    """The patient takes the consent back, unless that is done, and the worker makes and files the notice."""
    if not load(desk, episode).day.withdrawn:
        day.withdraw(desk, rehearsal.signed_in(desk, "stone"), episode=episode, said="Not today.")
    seal.work_once(desk)


def stepping(folder: Path, step: Step) -> Desk:
    desk, _ = opened(Settings(mode="demo", records=folder), step=step)
    ledger: Ledger = desk.ledger
    assert isinstance(ledger, SqlLedger)
    return replace(desk, ledger=SteppingLedger(ledger, step), press=SteppingPress(desk.press, step))


def main(folder: str, episode: str, wanted: str = "") -> None:
    desk = stepping(Path(folder), dying_at(wanted))
    if load(desk, episode).status is Status.FILED:
        withdraw(desk, episode)
    else:
        finish(desk, episode)


if __name__ == "__main__":
    main(*sys.argv[1:])
