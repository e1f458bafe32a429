"""Takes a backup or brings one back, by the settings of the environment, and is killed at a step on the way.

python -m tests.adapters.store.dies_at_work backup|restore FOLDER STEP

A step is what progress tells, or ``fsync`` with a number: the so-manieth time that something is forced to the disk.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from consent.settings import read
from consent.wiring import backed_up, restored


def main(work: str, folder: str, step: str) -> None:
    forced, really = count(1), os.fsync

    def tell(what: str, _rows: int) -> None:
        if what == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def force(handle: Any) -> None:
        tell(f"fsync {next(forced)}", 0)
        really(handle)

    os.fsync = force  # type: ignore[assignment]  # its parameters are by position only
    (backed_up if work == "backup" else restored)(read(), Path(folder), tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
