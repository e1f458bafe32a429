"""The headers that every answer carries.

Decides what a browser may load, and what it may keep (threats.md F18, F23).

Invariants:
- Scripts come from us; the one inline script of Streamlit's page is named by its digest, computed from the file served.
- Nothing may frame us. Nothing is kept, but for Streamlit's own versioned files and our drawings.
"""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # under no-referrer a form posts with "Origin: null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def digest(inline: str) -> str:
    """An inline script or style as a content policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


def policy_of(static: Path) -> str:
    """The content policy for Streamlit's page."""
    inline = _INLINE_SCRIPT.findall((static / "index.html").read_text(encoding="utf-8"))
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *(digest(script) for script in inline)])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def assets_of(static: Path) -> frozenset[str]:
    """The paths of Streamlit's own files. Any other path would be answered with its page."""
    files = (file.relative_to(static).as_posix() for file in static.rglob("*") if file.is_file())
    return frozenset(f"/{name}" for name in files if name != "index.html")


def secure(headers: MutableHeaders, *, policy: str, https: bool, keep: bool) -> None:
    """Put the headers on an answer; a stricter policy of the answer's own stays.

    Args:
        headers: The answer's.
        policy: The content policy of Streamlit's page.
        https: Browsers reach us by https, and shall go on so.
        keep: The answer is one of Streamlit's versioned files, or a drawing.
    """
    for name, value in _FIXED.items():
        headers[name] = value
    headers.setdefault("content-security-policy", policy)
    if https:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    if not keep:
        headers["cache-control"] = "no-store"
