"""The front door: Streamlit as one ASGI app behind our guard. Start it with ``streamlit run app.py``.

Decides nothing; puts the door (``consent.web``) and the reception (``consent.ui``) together.

Invariants:
- The guard is outermost; without the options it relies on, the app does not start.
- One server a store: the lock is taken before the store is opened, and given back last.
- At shutdown the server waits for requests under way (a signature being written), then the worker finishes what is due.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware

from consent import logs
from consent.ui import options
from consent.ui.gate import on_script_error
from consent.web import first, start, tcp
from consent.web.guard import Guard
from consent.web.health import WATCH
from consent.web.routes import ROUTES
from consent.web.sockets import Sockets
from consent.web.worker import LOG_WORKER, WORKER
from consent.wiring import desk
from consent.workflow.visit import in_use

CHOSEN = start.chosen()
SOCKETS = Sockets()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Check what has to hold, open the desk, and keep the worker running meanwhile."""
    logs.start()
    with ExitStack() as held:
        with first.refusals_told():
            held.enter_context(start.serving(CHOSEN, options.found))
            options.hold(public_url=CHOSEN.public_url, demo=CHOSEN.mode == "demo")
            tcp.send_at_once()
            first.announce(desk())
            WORKER.expect()
            WATCH.start()
        async with working():
            yield


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """Seal, deliver and watch, until the end of the block."""
    WORKER.start()
    LOG_WORKER.start()
    watching = asyncio.create_task(SOCKETS.watch(lambda open_ones: in_use(desk(), open_ones)))
    try:
        yield
    finally:
        watching.cancel()
        WATCH.stop()
        await to_thread.run_sync(WORKER.stop)
        await to_thread.run_sync(LOG_WORKER.stop)


app = st.App(
    Path(__file__).parent / "consent/ui/shell.py",
    routes=ROUTES,
    middleware=[
        Middleware(
            Guard,
            desk=desk,
            sockets=SOCKETS,
            static=Path(st.__file__).parent / "static",
            public_url=CHOSEN.public_url,
            demo=CHOSEN.mode == "demo",
        )
    ],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
