"""The front door: Streamlit as one ASGI app behind our guard. Start it with ``streamlit run app.py``.

Decides nothing; puts the door (``consent.web``) and the reception (``consent.ui``) together.

Invariants:
- The guard is outermost; without the options it relies on, the app does not start.
- At shutdown the server waits for requests under way (a signature being written), then the worker finishes what is due.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware

from consent.settings import settings
from consent.ui import options
from consent.ui.gate import on_script_error
from consent.web import first
from consent.web.guard import Guard
from consent.web.routes import ROUTES
from consent.web.sockets import Sockets
from consent.web.worker import WORKER
from consent.wiring import desk


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Check the options, open the desk, and keep the worker running meanwhile."""
    options.check()
    first.announce(desk())
    WORKER.start()
    try:
        yield
    finally:
        await to_thread.run_sync(WORKER.stop)


app = st.App(
    Path(__file__).parent / "consent/ui/shell.py",
    routes=ROUTES,
    middleware=[
        Middleware(
            Guard,
            desk=desk,
            sockets=Sockets(),
            static=Path(st.__file__).parent / "static",
            public_url=settings().public_url,
            demo=settings().mode == "demo",
        )
    ],
    lifespan=lifespan,
    on_script_error=on_script_error,
)
