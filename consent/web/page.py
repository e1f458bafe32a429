"""The few pages that the door draws itself, because nobody is known yet when they are read.

Invariants:
- Everything that is filled in is escaped. The one style is named by its digest, and so is a script of ours where a page
  has one; every page works without.
"""

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from consent.web.headers import digest
from consent.wiring import desk
from consent.words import say

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "page.html").read_text(encoding="utf-8"))
_STYLE = (_HERE / "page.css").read_text(encoding="utf-8")
_POLICY = (
    f"default-src 'none'; style-src {digest(_STYLE)}; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page(*, heading: str, body: str, status: int = 200, script: str = "") -> HTMLResponse:
    """One page.

    Args:
        heading: Its heading, in words.
        body: Its HTML, escaped by whoever made it.
        status: The HTTP status.
        script: Our own script, which makes it handier.
    """
    clinic = desk().clinic
    banner = f'<header class="banner">{escape(say("app.demo"))}</header>' if clinic.mode == "demo" else ""
    html = _PAGE.substitute(
        lang="en",
        dir="ltr",
        title=escape(say("app.title")),
        style=_STYLE,
        banner=banner,
        house=escape(clinic.facility),
        heading=escape(heading),
        body=body,
        script=f"<script>{script}</script>" if script else "",
    )
    policy = f"{_POLICY}; script-src {digest(script)}" if script else _POLICY
    return HTMLResponse(html, status_code=status, headers={"content-security-policy": policy})


def problem(what: str, next_step: str) -> str:
    """The line that says what went wrong and what now."""
    return f'<p class="problem" role="alert"><strong>{escape(what)}</strong> {escape(next_step)}</p>'
