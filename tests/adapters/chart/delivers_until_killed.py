"""Delivers one document and kills itself with SIGKILL at a named step.

python delivers_until_killed.py FOLDER STEP
"""

import os
import signal
import sys
from pathlib import Path

from consent.chart.folder import ChartFolder
from consent.model.canon import sha256_hex
from consent.ports import StoredDocument

content = b"%PDF-1.7 consent"
document = StoredDocument(digest=sha256_hex(content), episode="e-1", kind="consent", content=content)


def step(name: str) -> None:
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)


print(ChartFolder(Path(sys.argv[1]), step=step).deliver(document, metadata=b"{}"))
