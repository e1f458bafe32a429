"""Everything verified in a process of its own, so that nobody at a bedside waits for it; also what that process runs.

Decides how that process is told what to do, and how it answers: JSON lines on its standard input and output.

Invariants:
- One runs at a time, with the lowest priority; it only reads.
- The address of the database goes in by standard input, never by the command line, which others on the machine see.
- When the program ends, the process finds nobody who listens and ends as well.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from pydantic import TypeAdapter, ValidationError

from consent.errors import WrongState
from consent.model.checkpoint import read_any
from consent.model.note import Key
from consent.store.audit import SELDOM, SqlArchive
from consent.store.engine import open_to_read
from consent.store.ledger import SqlLedger
from consent.store.upgrade import Mode
from consent.workflow.audit import Report, in_turn, verify_all
from consent.workflow.proving import Progress

_POLITE = 19
_report = TypeAdapter(Report)


class OneVerification:
    """The port ``Verifier`` on the store that the settings name.

    Args:
        url: Its address.
        mode: Its mode.
        folder: The data folder.
    """

    def __init__(self, url: str, mode: Mode, *, folder: Path) -> None:
        self._url, self._mode, self._folder = url, mode, folder
        self._lock, self._now = Lock(), Progress()
        self._process: subprocess.Popen[str] | None = None

    def begin(self, *, notes: Sequence[bytes], keys: Sequence[str], by: str, at: str) -> None:
        """Begin. Raises WrongState."""
        with self._lock:
            if self._now.running:
                raise WrongState("A verification runs already.", "Wait until it has ended, or stop it.")
            asked: dict[str, object] = {"url": self._url, "mode": self._mode, "folder": str(self._folder)}
            asked |= {"notes": [note.decode() for note in notes], "keys": list(keys)}
            process = subprocess.Popen(
                [sys.executable, "-m", "consent.store.verifying"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self._process, self._now = process, Progress(by=by, at=at, running=True, against=len(notes))
        Thread(target=self._listen, args=(process, json.dumps(asked)), daemon=True).start()

    def stop(self) -> None:
        """Stop the one that runs."""
        with self._lock:
            if self._process is not None and self._now.running:
                self._now = replace(self._now, running=False, stopped=True)
                self._process.terminate()

    def progress(self) -> Progress:
        """How far the last one is."""
        return self._now

    def _listen(self, process: "subprocess.Popen[str]", asked: str) -> None:
        report = None
        with process, suppress(OSError, ValueError, ValidationError):
            if process.stdin and process.stdout:
                process.stdin.write(asked)
                process.stdin.close()
                for line in process.stdout:
                    said = json.loads(line)
                    if "report" in said:
                        report = _report.validate_python(said["report"], strict=False)
                    else:
                        self._tell(str(said["told"]))
        with self._lock:
            if self._now.running:
                self._now = replace(self._now, running=False, report=report)

    def _tell(self, told: str) -> None:
        with self._lock:
            self._now = replace(self._now, told=told)


def main() -> None:
    """Verify what standard input names."""
    os.nice(_POLITE)
    gc.set_threshold(SELDOM)
    asked = json.load(sys.stdin)

    def say(what: Mapping[str, object]) -> None:
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()

    keys = [Key.read(one) for one in asked["keys"]]
    outside = [signed for note in asked["notes"] if (signed := read_any(note.encode(), keys))]
    with closing(open_to_read(asked["url"], mode=asked["mode"], folder=Path(asked["folder"]))) as store:
        archive = SqlArchive(store)
        report = verify_all(
            archive,
            SqlLedger(store),
            outside=outside,
            keys=keys,
            look=in_turn(archive),
            tell=lambda told: say({"told": told}),
        )
    say({"report": _report.dump_python(report, mode="json")})


if __name__ == "__main__":
    main()
