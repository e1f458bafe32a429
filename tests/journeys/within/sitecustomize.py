"""Runs inside the server's process before anything else, when this folder is on its PYTHONPATH: no hook in the product.

Decides nothing; tells and breaks what a test asks for, by signals, through the folder that ``WITHIN`` names.

Invariants:
- Every logger of the process starts at DEBUG, whatever its options say (catalogue K2).
- SIGUSR1 writes ``told``: what Streamlit holds in its media and upload stores, and what was opened for writing.
- SIGUSR2 reads ``fault`` (a method of the ledger, and words) and has the method raise a ``ValueError`` with the words.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
WRITTEN: set[str] = set()
FOLDER = Path(os.environ["WITHIN"])


def _seen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int) and arguments[2] & WRITES:
        WRITTEN.add(arguments[0])


def _tell(*_: object) -> None:
    from streamlit.runtime import get_instance
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    runtime = get_instance()
    media, uploads = runtime.media_file_mgr._storage, runtime.uploaded_file_mgr
    assert isinstance(media, MemoryMediaFileStorage)
    assert isinstance(uploads, MemoryUploadedFileManager)
    told = {
        "media": [[one.filename or "", one.content.decode("latin-1")] for one in media._files_by_id.values()],
        "later": sorted(runtime.media_file_mgr._deferred_callables),
        "uploads": [
            [one.name, one.data.decode("latin-1")] for s in uploads.file_storage.values() for one in s.values()
        ],
        "written": sorted(WRITTEN),
    }
    (FOLDER / "new").write_text(json.dumps(told), encoding="utf-8")
    (FOLDER / "new").rename(FOLDER / "told")


def _break(*_: object) -> None:
    from consent.store.ledger import SqlLedger

    method, words = (FOLDER / "fault").read_text(encoding="utf-8").split(" ", 1)

    def fail(*_given: object, **_named: object) -> None:
        raise ValueError(words)

    setattr(SqlLedger, method, fail)
    (FOLDER / "fault").unlink()


sys.addaudithook(_seen)
for _name in ("", "sqlalchemy"):
    logging.getLogger(_name).setLevel(logging.DEBUG)
signal.signal(signal.SIGUSR1, _tell)
signal.signal(signal.SIGUSR2, _break)
