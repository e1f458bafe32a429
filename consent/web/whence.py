"""Where a request comes from: the address, as far as the proxy says it.

Invariants:
- It is a claim (F20): it counts wrong secrets and nothing else, and enters no record and no log.
"""

from starlette.requests import Request


def address_of(request: Request) -> str:
    """The client's network address; empty when it is not known."""
    return request.client.host if request.client else ""
