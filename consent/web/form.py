"""The parts of the door's forms: fields and buttons as HTML, everything that is filled in escaped.

Decides nothing.
"""

from html import escape

from consent.words import say

BY_KEY = '<button type="submit" hidden></button>'
"""First in a form: the button that the enter key stands for, so that it is told from a tap (HTML 4.10.21.2)."""


def field(name: str, label: str, *, kind: str = "text", value: str = "", focus: bool = False, need: bool = True) -> str:
    """A labelled field, for secrets on a screen that somebody else may hold: no browser fills them in."""
    secret = kind == "password"
    complete = "one-time-code" if secret else "off"
    longest = 200 if secret else 100
    said = "" if secret else f' value="{escape(value)}" autocapitalize="none" spellcheck="false"'
    marks = f"{' required' if need else ''}{' autofocus' if focus else ''}"
    return (
        f'<label for="{name}">{escape(say(label))}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{complete}" maxlength="{longest}"{said}{marks}>'
    )


def button(label: str, *, name: str = "", quiet: bool = False) -> str:
    """A button; a named one says in the form that it was the one."""
    marks = f"{f' name={name} value=1' if name else ''}{' class=quiet' if quiet else ''}"
    return f'<button type="submit"{marks}>{escape(say(label))}</button>'


def link(label: str, goto: str) -> str:
    """A way to another page of ours."""
    return f'<a href="{escape(goto)}">{escape(say(label))}</a>'
