"""The public page that checks a document: by the code on it, or by the file.

Decides what is said, and how many files are held at once. Whether a file is proved is the judge's to say.

Invariants:
- No name, no date of birth, no number and no procedure is on it; a code is in no address; a file is in memory only, and
  let go with the answer.
- A code that is unknown is answered as late as one that is known.
- It works without a script.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from time import monotonic

import anyio
from starlette.requests import Request
from starlette.responses import Response

from consent.errors import BadInput, Busy, TooLarge
from consent.model import canon
from consent.model.moments import day_words, moment_words
from consent.model.standing import Standing
from consent.web import body, threads
from consent.web.answers import sorry
from consent.web.page import page, problem
from consent.web.whence import address_of
from consent.wiring import desk, judge
from consent.words import say
from consent.workflow import keyring, verification
from consent.workflow.desk import Desk
from consent.workflow.verification import Found

_SCRIPT = (Path(__file__).parent / "verify.js").read_text(encoding="utf-8")
MOST_AT_ONCE, MOST_OF_ONE = 2, 1
"""Files in memory at once, in all and from one address."""
FLOOR = 0.3
"""Seconds until a code is answered, known or not."""
NO_SEAL = "seal"
_GROUP = 8
_held: Counter[str] = Counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found out about a file.

    Args:
        proved: Whether its seal proves it.
        right: What was checked and held, in sentences.
        wrong: What did not, in a sentence; empty when all held.
        code: The check that did not hold.
        certificate: SHA-256 of the certificate that sealed it, where that was found.
        sealed_at: When the seal says that it was made; empty where that is not known.
        digest: SHA-256 of the file.
        same: What the register has of this very file.
        found: What it has of the record that the file is of.
    """

    proved: bool
    right: tuple[str, ...]
    wrong: str
    code: str
    certificate: str
    sealed_at: str
    digest: str
    same: Found | None
    found: Found | None


async def show(_request: Request) -> Response:
    """Both forms."""
    return _page(say("verify.title"), _lead() + _forms() + _what())


async def ask(request: Request) -> Response:
    """The answer to a file or to a code, or what went wrong with it."""
    try:
        if body.kind_of(request) == body.FILE_TYPE:
            return await _file(request)
        return await _code(request)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person gets words and the log a reference
        status, what, next_step = sorry(error)
        if isinstance(error, TooLarge):
            what, next_step = say("verify.too_large"), say("verify.too_large_next", most=_megabytes())
        return _page(say("verify.title"), problem(what, next_step) + _forms() + _what(), status=status)


async def _code(request: Request) -> Response:
    begun = monotonic()
    typed = (await body.form(request)).get("code", "")
    found = await threads.verb(verification.by_code, desk(), code=typed, address=address_of(request))
    await anyio.sleep(max(0.0, FLOOR - (monotonic() - begun)))
    if found is None:
        told = _verdict("unknown", say("verify.code.unknown"), say("verify.code.unknown_next"))
        return _page(say("verify.title"), told + _forms(typed) + _what())
    if found.standing is Standing.ERASED:
        return _page(say("verify.title"), _standing(found, "") + _again() + _what())
    clinic = desk().clinic
    day = day_words(found.finished, clinic.zone)
    told = _verdict("known", say("verify.code.known", clinic=clinic.facility, day=day), say("verify.code.known_next"))
    rows = ((say("verify.kept"), _grouped(found.digest)),)
    return _page(say("verify.title"), _standing(found, told) + _rows(rows) + _again() + _what())


async def _file(request: Request) -> Response:
    address = address_of(request)
    with _place(address):
        await threads.look_up(lambda: verification.check_open(desk(), address=address))
        pdf = await body.file(request)
        if not pdf:
            raise BadInput(say("verify.no_file"), say("verify.no_file_next"))
        looked = await threads.judged(_look, desk(), pdf)
    if not looked.proved and looked.same is None:
        await threads.verb(verification.missed, desk(), address=address)
    return _page(say("verify.title"), _told(looked) + _again() + _what())


@contextmanager
def _place(address: str) -> Iterator[None]:
    """A place for one file. Raises Busy when there is none."""
    if _held.total() >= MOST_AT_ONCE or _held[address] >= MOST_OF_ONE:
        raise Busy(say("verify.busy"), say("verify.busy_next"))
    _held[address] += 1
    try:
        yield
    finally:
        _held[address] -= 1
        if not _held[address]:
            del _held[address]


def _look(here: Desk, pdf: bytes) -> Looked:
    verdict = judge(pdf, pinned=keyring.pinned(here))
    digest = sha256(pdf).hexdigest()
    same = verification.by_file(here, digest=digest)
    found = verification.by_episode(here, episode=verdict.episode) if verdict.proved else None
    (failed,) = verdict.failed or (None,)
    return Looked(
        proved=verdict.proved,
        right=tuple(reason.sentence for reason in verdict.checked),
        wrong=failed.sentence if failed else "",
        code=failed.code if failed else "",
        certificate=verdict.certificate,
        sealed_at=canon.instant(verdict.sealed_at) if verdict.sealed_at else "",
        digest=digest,
        same=same,
        found=same or found,
    )


def _told(looked: Looked) -> str:
    clinic = desk().clinic
    if looked.proved:
        day = day_words(looked.sealed_at, clinic.zone) if looked.sealed_at else ""
        told = _verdict("right", say("verify.sealed", clinic=clinic.facility, day=day))
    elif looked.same:
        day = day_words(looked.same.finished, clinic.zone)
        said = say("verify.same", clinic=clinic.facility, day=day)
        told = _verdict("right", said, say("verify.same.seal", why=looked.wrong))
    else:
        next_step = say("verify.no_seal_next" if looked.code == NO_SEAL else "verify.not_proved_next")
        told = _verdict("wrong", say("verify.not_proved"), looked.wrong, next_step)
    return _standing(looked.found, told) + _checks(looked) + _compared(looked)


def _verdict(kind: str, *lines: str) -> str:
    first, *others = lines
    more = "".join(f"<p>{escape(line)}</p>" for line in others)
    return f'<section class="verdict {kind}" tabindex="-1" autofocus><h2>{escape(first)}</h2>{more}</section>'


def _standing(found: Found | None, told: str) -> str:
    """What was found out, and whether it stands; what does not stand is said first, before anything green."""
    clinic = desk().clinic
    if found is None:
        return told + _section(
            "verify.standing", f"<p>{escape(say('verify.standing.none', clinic=clinic.facility))}</p>"
        )
    said = say(f"verify.standing.{found.standing.value}")
    moment = say("verify.standing.moment", clinic=clinic.facility, when=moment_words(desk().now(), clinic.zone))
    if found.standing is not Standing.STANDS:
        kind = "known" if found.standing in {Standing.CORRECTED, Standing.ERASED} else "wrong"
        return _verdict(kind, said, moment) + told
    inside = f'<p><strong>{escape(said)}</strong></p><p class="hint">{escape(moment)}</p>'
    return told + _section("verify.standing", inside)


def _section(title: str, inside: str) -> str:
    return f"<h2>{escape(say(title))}</h2>{inside}"


def _checks(looked: Looked) -> str:
    register = say(f"verify.register.{'known' if looked.same else 'unknown'}", clinic=desk().clinic.facility)
    held = [(sentence, True) for sentence in looked.right]
    failed = [(looked.wrong, False)] if looked.wrong else []
    lines = "".join(
        f'<li class="{"held" if right else "failed"}">{escape(sentence)}</li>'
        for sentence, right in (*held, *failed, (register, looked.same is not None))
    )
    unfolded = " open" if looked.wrong else ""
    return f"<details{unfolded}><summary>{escape(say('verify.checked'))}</summary><ul>{lines}</ul></details>"


def _compared(looked: Looked) -> str:
    zone = desk().clinic.zone
    rows = (
        (say("verify.sealed_at"), moment_words(looked.sealed_at, zone) if looked.sealed_at else ""),
        (say("verify.certificate"), _grouped(looked.certificate)),
        (say("verify.digest"), _grouped(looked.digest)),
    )
    return _rows(tuple(row for row in rows if row[1]))


def _rows(rows: tuple[tuple[str, str], ...]) -> str:
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return _section("verify.details", f"<dl>{listed}</dl>")


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))


def _lead() -> str:
    return f"<p>{escape(say('verify.lead', clinic=desk().clinic.facility))}</p>"


def _forms(typed: str = "") -> str:
    trouble = problem(say("verify.too_large"), say("verify.too_large_next", most=_megabytes()))
    return (
        f"<h2>{escape(say('verify.paper'))}</h2>"
        '<form method="post" action="/verify">'
        f'<label for="code">{escape(say("verify.code"))}</label>'
        f'<p class="hint" id="code-hint">{escape(say("verify.code.hint"))}</p>'
        '<input id="code" name="code" autocomplete="off" autocapitalize="none" spellcheck="false" required '
        f'maxlength="200" aria-describedby="code-hint" value="{escape(typed[:200])}">'
        f'<button type="submit">{escape(say("verify.code.button"))}</button></form>'
        f"<h2>{escape(say('verify.file'))}</h2>"
        '<form method="post" action="/verify" enctype="multipart/form-data">'
        f'<div id="drop" data-most="{body.FILE}">'
        f'<label for="file">{escape(say("verify.choose"))}</label>'
        f'<p class="hint" id="file-hint">{escape(say("verify.file.hint"))}</p>'
        '<input id="file" name="file" type="file" accept="application/pdf,.pdf" required '
        'aria-describedby="file-hint">'
        f'<div id="too-large" hidden>{trouble}</div></div>'
        f'<button type="submit">{escape(say("verify.file.button"))}</button></form>'
    )


def _again() -> str:
    """Both forms, folded: a square may be scanned, or a file dropped, on every page."""
    return f"<details><summary>{escape(say('verify.again'))}</summary>{_forms()}</details>"


def _what() -> str:
    lines = "".join(f"<p>{escape(say(f'verify.what.{key}'))}</p>" for key in ("is", "when", "not", "here"))
    return f"<details><summary>{escape(say('verify.what'))}</summary>{lines}</details>"


def _megabytes() -> str:
    return str(body.FILE // 1_000_000)


def _page(heading: str, inside: str, *, status: int = 200) -> Response:
    return page(heading=heading, body=inside, status=status, script=_SCRIPT)
