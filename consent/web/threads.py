"""Work that waits for disk or for a slow hash, off the event loop and never too much of it at once.

Invariants:
- A look-up is given up after ``PATIENCE`` seconds: a store that hangs refuses, it does not freeze.
- A verb is never given up: what was begun is waited for.
- One file is judged at a time: nobody at the bedside waits for a stranger.
- Few secrets are hashed at once: each takes 64 MiB (threats.md, section 5).
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread

from consent.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 5.0
_LOOK_UPS = CapacityLimiter(8)
_VERBS = CapacityLimiter(8)
_SECRETS = CapacityLimiter(2)
_JUDGED = CapacityLimiter(1)


async def look_up(work: Callable[[], T]) -> T:
    """Read something small. Raises Busy when it takes too long."""
    try:
        with anyio.fail_after(PATIENCE):
            return await to_thread.run_sync(work, limiter=_LOOK_UPS, abandon_on_cancel=True)
    except TimeoutError as error:
        raise Busy("The store did not answer in time.") from error


async def verb(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do one thing at the desk."""
    return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=_VERBS)


async def secret(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do one thing that checks a password."""
    return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=_SECRETS)


async def judged(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Judge one file of a stranger."""
    return await to_thread.run_sync(partial(work, *args, **kwargs), limiter=_JUDGED)
