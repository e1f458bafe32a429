"""Runs inside a server's process when this folder is on its PYTHONPATH: Streamlit forgets a session after a second.

Streamlit's own option for it is one that the start insists on (60 s), and no test waits that long.
"""

from typing import Any

import cachetools  # type: ignore[import-untyped]  # it has no types

_kept = cachetools.TTLCache.__init__
SECONDS = 60
SOON = 1.0


def _briefly(self: Any, maxsize: float, ttl: float, *rest: Any, **named: Any) -> None:
    _kept(self, maxsize, SOON if ttl == SECONDS else ttl, *rest, **named)


cachetools.TTLCache.__init__ = _briefly
