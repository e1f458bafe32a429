"""Whether a request came through the TLS proxy.

Decides nothing about what to do when it did not: that is the guard's.

Invariants:
- Only what a trusted proxy says counts: uvicorn takes the scheme from ``X-Forwarded-Proto`` of this machine alone.
"""

from starlette.types import Scope


def reached_by_tls(scope: Scope) -> bool:
    """Whether the browser's end of this connection was encrypted."""
    return scope.get("scheme", "http") in {"https", "wss"}
