"""Write the golden digest anew: ``PYTHONPATH=. python tests/adapters/paper/golden/renew.py sample.pdf``.

It writes the file as well: look at every page of it. A change of fpdf2, uharfbuzz, fontTools or zlib changes the bytes
without changing the page.
"""

import hashlib
import sys
from pathlib import Path

from consent.model.blocks import Document
from consent.paper.layout import build

HERE = Path(__file__).parent

pdf = build(Document.model_validate_json((HERE / "sample.json").read_text(encoding="utf-8")))
Path(sys.argv[1]).write_bytes(pdf)
(HERE / "sample.sha256").write_text(f"{hashlib.sha256(pdf).hexdigest()}  sample.pdf\n", encoding="ascii")
