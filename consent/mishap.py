"""What went wrong inside, as a reference number for the person and a line for whoever runs the system.

Invariants:
- The line says which kind of error and where in the code, never what the error says: messages carry patient names.

Refuses to log values, arguments or chained messages.
"""

import secrets
import traceback

import structlog

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOG = structlog.get_logger("consent")


def reference(error: BaseException) -> str:
    """Log where it happened under a short number, and give the number back."""
    number = "".join(secrets.choice(_LETTERS) for _ in range(4))
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    _LOG.error("mishap", reference=number, kind=type(error).__qualname__, where=where)
    return number
