"""What went wrong inside, as a reference number for the person and a line for whoever runs the system.

Invariants:
- The line says which kind of error and where in the code, never what the error says: messages carry patient names.

Refuses to log values, arguments or chained messages.
"""

import secrets

import structlog

from consent.logs import kind_and_where

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LOG = structlog.get_logger("consent")


def reference(error: BaseException) -> str:
    """Log where it happened under a short number, and give the number back."""
    number = "".join(secrets.choice(_LETTERS) for _ in range(4))
    _LOG.error("mishap", reference=number, **kind_and_where(error))
    return number


def alarm(what: str, **where: str | int) -> None:
    """Log what somebody should look at soon, as an account that was locked: names of things, never of patients."""
    _LOG.warning("alarm", alarm=what, **where)
