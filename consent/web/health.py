"""``/healthz``: whether this process can do its work, as codes and nothing else.

Decides nothing: a thread looks every few seconds (``workflow.health``), and the answer is what it saw last.

Invariants:
- Answering touches neither disk nor database, so that it works while these hang and while floods go on.
- What was seen more than a minute ago is itself a trouble: whoever looks has stalled.
- A stranger gets codes, no numbers and no names (catalogue K10); a trouble that is new is in the log.
"""

import threading
from time import monotonic

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from consent import machine
from consent.errors import ConsentError
from consent.mishap import alarm, reference
from consent.settings import settings
from consent.web.worker import WORKER
from consent.wiring import desk
from consent.workflow.health import Code, Seen, first_look, look

PAUSE = 5.0
FRESH_FOR = 60.0


class Watch:
    """Looks again and again, in a thread of its own."""

    def __init__(self) -> None:
        self._seen: Seen | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Look once, then go on behind. Raises ConsentError when the store cannot even be asked."""
        self._stopping.clear()
        self._seen = first_look(desk(), steady=monotonic())
        self._look_carefully()
        threading.Thread(target=self._loop, name="health", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def codes(self) -> tuple[Code, ...]:
        """The troubles, from memory."""
        seen = self._seen
        return seen.codes if seen is not None and monotonic() - seen.steady < FRESH_FOR else (Code.STALLED,)

    def _loop(self) -> None:
        while not self._stopping.wait(PAUSE):
            self._look_carefully()

    def _look_carefully(self) -> None:
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - the loop outlives whatever happened; what it saw grows old
            reference(error)

    def _look(self) -> None:
        before = self._seen
        if before is None:
            return
        now = look(desk(), before, steady=monotonic(), free=_free(), worker=WORKER.seen)
        for code in set(now.codes) - set(before.codes):
            alarm("health", code=code.value)
        self._seen = now


def _free() -> int:
    try:
        return machine.free_bytes(settings().records)
    except ConsentError:
        return 0


WATCH = Watch()


async def health(_request: Request) -> Response:
    """Well, or what is not."""
    codes = WATCH.codes()
    if not codes:
        return JSONResponse({"ok": True})
    return JSONResponse({"ok": False, "codes": [code.value for code in codes]}, status_code=503)
