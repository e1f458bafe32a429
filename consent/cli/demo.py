"""Commands of the demo: the whole story without a browser.

Refuses to play a patient's part outside a demo store.
"""

import os
from pathlib import Path

from consent.cli.console import Arguments, Subparsers, command, open_desk, signed_in, staff_command
from consent.model import canon
from consent.settings import read
from consent.workflow import deliver, proof, rehearsal


def add(commands: Subparsers) -> None:
    """The commands of this file."""
    demo = command(commands, "demo", _demo, sentence="Play the whole story on an empty demo store.")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    demo.add_argument("--patient", default="Eleanor Whitfield", metavar="NAME")
    demo.add_argument("--seed", type=int, metavar="N", help="fixed clock and ids: two runs give the same bytes")
    for name, work, sentence in (
        ("patient-reads", _patient_reads, "Demo store only: hand over, read and answer as the patient."),
        ("patient-signs", _patient_signs, "Demo store only: hand over and sign as the patient."),
    ):
        played = staff_command(commands, name, work, sentence=sentence)
        played.add_argument("episode")


def _demo(arguments: Arguments) -> None:
    out: Path = arguments.out
    given = {} if "CONSENT_RECORDS" in os.environ else {"records": out / "records"}
    with open_desk(read(mode="demo", **given), seed=arguments.seed) as desk:
        made = rehearsal.play(desk, patient=arguments.patient)
        pdf, events = proof.bundle(desk, episode=made.id)
        out.mkdir(parents=True, exist_ok=True)
        (out / "consent.pdf").write_bytes(pdf)
        (out / "episode.json").write_bytes(events)
        (out / "metadata.json").write_bytes(deliver.metadata(made))
    print(f"{made.id}: {made.status.value}, {len(pdf)} bytes, SHA-256 {canon.sha256_hex(pdf)}")
    print(f"Check it: python -m consent check {out}")


def _patient_reads(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        rehearsal.patient_reads(desk, staff, episode=arguments.episode)


def _patient_signs(arguments: Arguments) -> None:
    with signed_in(arguments) as (desk, staff):
        rehearsal.patient_signs(desk, staff, episode=arguments.episode)
