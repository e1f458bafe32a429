"""Catalogue H23-H27, H33, H34: forged requests to the running server, and what each of them gets."""

import http.client
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from consent.model.access import ADDRESSES
from consent.model.events_beside import DocumentExported
from consent.model.events_register import LargePrintExported
from consent.web.body import FORM_TYPE
from consent.words import say
from consent.workflow import rehearsal, visit
from tests.catalogue.open_clinic import OpenClinic
from tests.headless import Tab

SECRET = f"password={rehearsal.PASSWORD}".encode()
POSTS = [address.partition(" ")[2] for address in ADDRESSES if address.startswith("POST ")]
COOKIES: dict[str, bytes] = {
    "forged": b"consent_session=" + b"A" * 43,
    "of 8 KB": b"consent_session=" + b"A" * 8192,
    "of 60 KB": b"consent_session=" + b"A" * 60_000,
    "empty": b"consent_session=",
    "not a cookie": b"\x00\xff;;==;consent_session",
    "not ASCII": "consent_session=ключ".encode(),
    "quoted": b'consent_session="%s"' % (b"B" * 43),
    "of a thousand": b"; ".join(b"c%d=x" % number for number in range(1000)) + b"; consent_session=x",
    "of another name": b"__Host-consent_session=" + b"A" * 43,
    "of SQL": b"consent_session=' OR '1'='1",
    "of a device alone": b"consent_device=" + b"A" * 43,
}


@dataclass
class LongAgo:
    """A clock ten minutes behind."""

    def now(self) -> datetime:
        """Ten minutes ago."""
        return datetime.now(UTC) - timedelta(minutes=10)  # noqa: TID251 - the running server has the machine's clock too


def raw(clinic: OpenClinic, method: str, path: str, *headers: tuple[str, str | bytes]) -> tuple[int, str]:
    """A request whose path and headers go out as they are; gives status and text."""
    line = http.client.HTTPConnection(urlsplit(clinic.server.base_url).netloc, timeout=20)
    line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    text = answer.read().decode("utf-8", "replace")
    line.close()
    return answer.status, text


def refused_socket(clinic: OpenClinic, cookie: str, **handshake: str) -> int:
    """The status with which a socket is refused."""
    with pytest.raises(InvalidStatus) as refused:
        Tab.open(clinic.server.base_url, cookie=cookie, **handshake)  # type: ignore[arg-type]  # words only
    return refused.value.response.status_code


@pytest.mark.parametrize("kind", COOKIES)
def test_h23_a_cookie_that_is_not_ours_is_nobody(clinic: OpenClinic, kind: str) -> None:
    host, sent = ("Host", urlsplit(clinic.server.base_url).netloc), ("Cookie", COOKIES[kind])
    origin = ("Origin", clinic.server.base_url)
    if kind == "not a cookie":
        assert raw(clinic, "GET", "/today", host, sent)[0] == 400
        return
    assert raw(clinic, "GET", "/today", host, sent)[0] == 303
    assert raw(clinic, "GET", "/_stcore/health", host, sent) == (401, say("door.sign_in_first"))
    assert raw(clinic, "POST", "/door", host, sent, origin) == (401, say("door.sign_in_first"))


@pytest.mark.parametrize("kind", [kind for kind in COOKIES if kind != "not a cookie"])
def test_h23_no_socket_opens_for_such_a_cookie(clinic: OpenClinic, kind: str) -> None:
    """A header above 8 KiB in a handshake is dropped by the WebSocket library, which then says nothing at all.

    One above 16 KiB that comes in pieces is refused by the reader of HTTP before that; how it is cut is the line's.
    """
    size = len(COOKIES[kind])
    silent = (TimeoutError,) if size > 8000 else ()
    status = {403} if size <= 8000 else {400} if size > 16_384 else set()
    with pytest.raises((*silent, InvalidStatus)) as refused:
        Tab.open(clinic.server.base_url, headers={"Cookie": COOKIES[kind].decode("latin-1")}, timeout=3)
    if isinstance(refused.value, InvalidStatus):
        assert refused.value.response.status_code in status


def test_h23_a_cookie_with_a_letter_less_more_or_another_is_nobody(clinic: OpenClinic) -> None:
    real = clinic.cookies["clinician"]
    other = ("A" if real[-1] != "A" else "B") + real[1:]
    for forged in (real[:-1], f"{real}A", real.swapcase(), other, real * 2):
        assert clinic.ask("GET", "/_stcore/health", cookie=forged).status_code == 401, forged
        assert refused_socket(clinic, forged) == 403
    assert clinic.ask("GET", "/_stcore/health", cookie=real).status_code == 200


def test_h23_a_cookie_too_large_for_any_server_ends_in_no_mishap(clinic: OpenClinic) -> None:
    with suppress(ConnectionError):
        assert raw(clinic, "GET", "/today", ("Host", "x"), ("Cookie", b"consent_session=" + b"A" * 200_000))[0] == 400
    assert clinic.ask("GET", "/healthz").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "http://localhost:9999",
        "https://localhost:{port}",
        "http://127.0.0.1:{port}",
        "http://localhost:{port}.evil.example",
        "http://localhost:{port}/",
        "http://evil@localhost:{port}",
    ],
)
def test_h24_a_socket_from_another_origin_is_refused(clinic: OpenClinic, origin: str) -> None:
    port = str(urlsplit(clinic.server.base_url).port)
    assert refused_socket(clinic, clinic.cookies["clinician"], origin=origin.format(port=port)) == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example:{port}", "localhost:9999", "localhost", "localhost.:{port}", "a@localhost:{port}", "[::2]:{port}"],
)
def test_h24_a_name_that_was_rebound_to_this_machine_gets_nothing(clinic: OpenClinic, host: str) -> None:
    named = host.format(port=urlsplit(clinic.server.base_url).port)
    cookie = clinic.cookies["clinician"]
    known = ("Cookie", f"consent_session={cookie}")
    assert (
        refused_socket(clinic, cookie, host=named.rpartition("@")[2], origin=f"http://{named}") == 403 or "@" in named
    )
    for path in ("/sign-in", "/healthz", "/today", "/favicon.png"):
        assert raw(clinic, "GET", path, ("Host", named), known) == (403, say("door.foreign"))


def test_h24_two_hosts_or_two_origins_are_refused(clinic: OpenClinic) -> None:
    host, origin = ("Host", urlsplit(clinic.server.base_url).netloc), ("Origin", clinic.server.base_url)
    evil = ("Origin", "http://evil.example")
    status, _ = raw(clinic, "GET", "/sign-in", host, ("Host", "evil.example"))
    assert status in {400, 403}
    assert raw(clinic, "GET", "/sign-in")[0] in {400, 403}
    for pair in ((origin, evil), (evil, origin), (origin, origin)):
        assert raw(clinic, "POST", "/sign-in", host, *pair) == (403, say("door.foreign"))


@pytest.mark.parametrize("path", POSTS)
def test_h25_a_change_needs_our_origin_a_post_and_the_right_kind_of_body(clinic: OpenClinic, path: str) -> None:
    cookie = clinic.session("stone")
    for origin in ("http://evil.example", "null", ""):
        answer = clinic.ask("POST", path, cookie=cookie, Origin=origin)
        assert (answer.status_code, answer.text) == (403, say("door.foreign"))
    if f"GET {path}" not in ADDRESSES:
        assert clinic.ask("GET", path, cookie=cookie).status_code == 405
    for kind in ("text/plain", "multipart/form-data", ""):
        headers = {"Content-Type": kind, "X-Consent-Door": "1", "Idempotency-Key": "p-1"}
        answer = clinic.ask("POST", path, cookie=cookie, content=b"{}", **headers)
        assert answer.status_code in {303, 403, 422}
        assert "set-cookie" not in answer.headers
    assert clinic.ask("GET", "/_stcore/health", cookie=cookie).status_code == 200


def test_h25_signing_in_by_get_or_from_another_site_makes_no_session(clinic: OpenClinic) -> None:
    fields = {"login": "stone", "password": rehearsal.PASSWORD}
    got = httpx.get(f"{clinic.server.base_url}/sign-in", params=fields)
    from_afar = httpx.post(f"{clinic.server.base_url}/sign-in", data=fields, headers={"Origin": "http://evil.example"})
    without = httpx.post(f"{clinic.server.base_url}/sign-in", data=fields)
    assert [answer.status_code for answer in (got, from_afar, without)] == [200, 403, 403]
    assert [answer.cookies for answer in (got, from_afar, without)] == [httpx.Cookies()] * 3


def test_h25_the_door_opens_only_with_its_header_and_a_ticket_of_this_session_for_this(clinic: OpenClinic) -> None:
    mine, other = clinic.session("okafor"), clinic.session("okafor")
    known, colleague = visit.look_up(clinic.desk, mine), visit.look_up(clinic.desk, other)
    assert known is not None
    assert colleague is not None
    purpose = f"hand_over:{clinic.reading}"
    tickets = {
        "none": "",
        "made up": "A" * 43,
        "for something else": visit.new_ticket(clinic.desk, known, purpose="hand_over:other"),
        "of another session": visit.new_ticket(clinic.desk, colleague, purpose=purpose),
    }
    right = visit.new_ticket(clinic.desk, known, purpose=purpose)
    said = '{{"purpose": "{}", "ticket": "{}"}}'
    json = {"Content-Type": "application/json"}
    headless = clinic.ask("POST", "/door", cookie=mine, content=said.format(purpose, right).encode(), **json)
    assert headless.status_code == 422
    for kind, ticket in tickets.items():
        asked = said.format(purpose, ticket).encode()
        assert clinic.ask("POST", "/door", cookie=mine, content=asked, **json, X_Consent_Door="1").status_code == 403, (
            kind
        )
    assert clinic.ask("GET", "/_stcore/health", cookie=mine).status_code == 200


def test_h26_no_answer_may_be_framed(clinic: OpenClinic) -> None:
    cookie = clinic.cookies["clinician"]
    paths = ("/healthz", "/sign-in", "/today", "/", "/nothing", "/favicon.png", f"/documents/{clinic.document}.pdf")
    for path, known in [(path, known) for path in paths for known in ("", cookie)]:
        headers = clinic.ask("GET", path, cookie=known).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY"


EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    "/today\r\nLocation: http://evil.example",
    "https://evil.example/today",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//[evil",
    "//evil\u2100.example/today",
    "/today//evil.example",
    "/today/../../evil",
    "/sign-in",
    "/door",
    "/documents/x.pdf",
    "/%2f%2fevil.example",
    "//user@evil.example/today",
    "today",
    "?next=//evil",
    "/today\u0000",
    "/../today",
]


@pytest.mark.parametrize("goto", EVIL)
def test_h27_waking_a_screen_leads_to_our_own_pages_alone(clinic: OpenClinic, goto: str) -> None:
    asleep = visit.sign_in(
        replace(clinic.desk, clock=LongAgo()), login="stone", secret=rehearsal.PASSWORD, device="browser"
    )
    address = f"/unlock?next={quote(goto, safe='')}"
    form = clinic.ask("GET", address, cookie=asleep)
    assert form.status_code == 200, form.text
    assert "evil" not in form.text
    assert "javascript" not in form.text
    woken = clinic.ask("POST", address, cookie=asleep, content=SECRET, Content_Type=FORM_TYPE)
    assert (woken.status_code, woken.headers["location"]) == (303, "/")
    awake = woken.cookies["consent_session"]
    assert clinic.ask("GET", address, cookie=awake).headers["location"] == "/"


def test_h27_waking_a_screen_comes_back_to_its_page_with_its_pointers_alone(clinic: OpenClinic) -> None:
    asleep = visit.sign_in(
        replace(clinic.desk, clock=LongAgo()), login="stone", secret=rehearsal.PASSWORD, device="browser"
    )
    led = clinic.ask("GET", f"/talk?episode={clinic.reading}&evil=//evil.example", cookie=asleep)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/unlock?next=%2Ftalk")
    woken = clinic.ask("POST", led.headers["location"], cookie=asleep, content=SECRET, Content_Type=FORM_TYPE)
    assert woken.headers["location"] == f"/talk?episode={clinic.reading}"


SIDE_DOORS = [
    "/media/abc.pdf",
    "/media/",
    "/media",
    "/media/..%2fabc",
    "/component/consent.pad/pad.js",
    "/component/x/index.html",
    "/component/..%2f..%2fetc%2fpasswd",
    "/_stcore/bidi-components/..%2f..%2fsettings.py",
    "/_stcore/bidi-components/consent.pad/..%2f..%2fsettings.py",
    "/_stcore/bidi-components/consent.pad/../../settings.py",
    "/_stcore/bidi-components/consent.pad/%2e%2e/__init__.py",
    "/_stcore/bidi-components/consent.pad/__init__.py",
    "/_stcore/bidi-components/consent.pad/pad.js%00",
    "/_stcore/bidi-components/consent.pad/pad.js%0a",
    "/_stcore/bidi-components/consent.pad/pad.js/",
    "/_stcore/bidi-components//etc/passwd",
    "/_stcore/bidi-components/%2fetc%2fpasswd",
    "/_stcore/%6detrics",
    "/%6dedia/abc.pdf",
    "//media/abc.pdf",
    "/./media/abc.pdf",
    "/MEDIA/abc.pdf",
    "/today/../media/abc.pdf",
    "/static/../index.html",
    "/static/..%2findex.html",
]


@pytest.mark.parametrize("who", ["anonymous", "patient", "clinician"])
def test_h33_media_components_and_ways_around_their_names_are_closed(clinic: OpenClinic, who: str) -> None:
    host = ("Host", urlsplit(clinic.server.base_url).netloc)
    known = ("Cookie", f"consent_session={clinic.cookies[who]}")
    for path in SIDE_DOORS:
        assert raw(clinic, "GET", path, host, known) == (404, say("door.closed")), path
    pad = raw(clinic, "GET", "/_stcore/bidi-components/consent.pad/pad.js", host, known)
    assert pad[0] == (401 if who == "anonymous" else 200)


@pytest.fixture
def exports(clinic: OpenClinic) -> Iterator[list[str]]:
    """Who took the document while the test ran: the test fills it in, and the record has to say the same."""
    before = len(taken(clinic))
    found: list[str] = []
    yield found
    assert taken(clinic)[before:] == found


def taken(clinic: OpenClinic) -> list[str]:
    """Who took the finished document so far."""
    read = clinic.desk.ledger.read(f"access:{clinic.sealed}")
    return [one.header.actor for one in read if isinstance(one.event, DocumentExported | LargePrintExported)]


COPIES = (".pdf", "/large-print.pdf")


@pytest.mark.parametrize("copy", COPIES)
def test_h34_a_document_goes_to_whoever_may_and_each_time_is_kept(
    clinic: OpenClinic, exports: list[str], copy: str
) -> None:
    address = f"/documents/{clinic.document}{copy}"
    for login in ("stone", "okafor", "only-audits"):
        cookie = clinic.session(login)
        known = visit.look_up(clinic.desk, cookie)
        assert known is not None
        for part in ("", "bytes=0-99"):
            answer = clinic.ask("GET", address, cookie=cookie, Range=part, If_None_Match="*")
            assert answer.status_code == 200
            assert answer.content.startswith(b"%PDF-")
            assert answer.headers["cache-control"] == "no-store"
            exports.append(known.staff.id)
        assert clinic.ask("HEAD", address, cookie=cookie).status_code == 200
        exports.append(known.staff.id)


@pytest.mark.parametrize("copy", COPIES)
def test_h34_its_address_alone_gives_nothing_to_anybody_else(clinic: OpenClinic, exports: list[str], copy: str) -> None:
    address, left = f"/documents/{clinic.document}{copy}", clinic.session("stone")
    gone = visit.look_up(clinic.desk, left)
    assert gone is not None
    visit.sign_out(clinic.desk, gone)
    for method, part in (("GET", ""), ("HEAD", ""), ("GET", "bytes=0-99")):
        for cookie in ("", left):
            answer = clinic.ask(method, address, cookie=cookie, Range=part)
            assert (answer.status_code, b"%PDF" in answer.content) == (401, False)
        for who in ("patient", "front_desk", "reviewer", "admin"):
            assert clinic.ask(method, address, cookie=clinic.cookies[who], Range=part).status_code == 403
    for path in (
        f"/documents/{'0' * 64}{copy}",
        f"/documents/{clinic.document.upper()}{copy}",
        f"{address}/",
        f"{address}?x=1",
    ):
        answer = clinic.ask("GET", path, cookie=clinic.cookies["clinician" if "?" not in path else "patient"])
        assert answer.status_code in {403, 404}
    assert exports == []
