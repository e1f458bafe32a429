"""The two cookies: the session's, and that of a device which the clinic knows.

Invariants:
- HttpOnly, SameSite=Strict, Path=/; behind https also Secure and ``__Host-``. The session's has no lifetime of its own,
  the device's lasts for a year.
- Their values are 256 random bits; the store keeps only their SHA-256.
"""

import re

from starlette.requests import cookie_parser
from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43,64}")
"""256 bits, as the store of secrets writes them; nothing else is looked up."""
SESSION, DEVICE = "consent_session", "consent_device"
A_YEAR = 365 * 24 * 3600


def name(public_url: str, *, which: str = SESSION) -> str:
    """Its name, by the address that browsers use."""
    return f"__Host-{which}" if public_url.startswith("https://") else which


def read(header: str, public_url: str, *, which: str = SESSION) -> str:
    """The token in a Cookie header; empty when there is none that could be ours."""
    token = cookie_parser(header).get(name(public_url, which=which), "")
    return token if _TOKEN.fullmatch(token) else ""


def put(response: Response, token: str, public_url: str, *, which: str = SESSION) -> None:
    """Give the browser a new token."""
    secure = public_url.startswith("https://")
    lifetime = A_YEAR if which == DEVICE else None
    kept = name(public_url, which=which)
    response.set_cookie(kept, token, path="/", httponly=True, samesite="strict", secure=secure, max_age=lifetime)


def clear(response: Response, public_url: str) -> None:
    """Take the session away from the browser, with all that it may have kept of us (catalogue H13)."""
    secure = public_url.startswith("https://")
    response.delete_cookie(name(public_url), path="/", httponly=True, samesite="strict", secure=secure)
    response.headers["clear-site-data"] = '"cache", "storage"'
