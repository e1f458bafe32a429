"""The session cookie.

Invariants:
- HttpOnly, SameSite=Strict, Path=/, no lifetime of its own; behind https also Secure and ``__Host-``.
- Its value is 256 random bits; the store keeps only their SHA-256.
"""

from starlette.requests import cookie_parser
from starlette.responses import Response

LONGEST = 128


def name(public_url: str) -> str:
    """Its name, by the address that browsers use."""
    return "__Host-consent_session" if public_url.startswith("https://") else "consent_session"


def read(header: str, public_url: str) -> str:
    """The token in a Cookie header; empty when there is none that could be ours."""
    token = cookie_parser(header).get(name(public_url), "")
    return token if len(token) <= LONGEST else ""


def put(response: Response, token: str, public_url: str) -> None:
    """Give the browser a new session."""
    secure = public_url.startswith("https://")
    response.set_cookie(name(public_url), token, path="/", httponly=True, samesite="strict", secure=secure)


def clear(response: Response, public_url: str) -> None:
    """Take the session away from the browser."""
    secure = public_url.startswith("https://")
    response.delete_cookie(name(public_url), path="/", httponly=True, samesite="strict", secure=secure)
