"""The guard: the first to see every request and every socket, before Streamlit does.

Decides who comes in, and under which name Streamlit knows them.

Invariants:
- The Host is one of ours; a socket and every POST come from our own Origin (DNS rebinding, F12, F13).
- What is not in the table of addresses does not exist; what is, asks for what the table says (``model.access``).
  Strangers get the sign-in page, the check of documents, ``/healthz``, drawings and Streamlit's own files; without a
  cookie nothing is looked up.
- ``X-Consent-…`` comes from here alone: what a client sends under such a name is dropped (F5, F6).
- Behind TLS, a request that came without it is led there, or refused (catalogue H35).
- Too much at once is refused: requests under way, open sockets, declared bodies (catalogue H30, H31).

Refuses to know about records: that is asked by the gate and by every verb, with each query.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import anyio
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consent.errors import ConsentError
from consent.model.access import Known
from consent.model.people import Capability
from consent.web import body, cookie, threads
from consent.web.addresses import is_drawing, is_known, is_page, rule_of
from consent.web.headers import assets_of, policy_of, secure
from consent.web.page import page, problem
from consent.web.refusals import REFUSALS
from consent.web.sockets import POLICY, Line, Sockets
from consent.web.tls import reached_by_tls
from consent.wiring import this_start
from consent.words import say
from consent.workflow.desk import Desk
from consent.workflow.visit import look_up_resting
from consent.workflow.visitor import Visit

IDENTITY = "x-consent-session"
_OURS = b"x-consent-"
_PASSED_ON = (b"x-consent-door",)
_LOG = structlog.get_logger("consent")
SIGN_IN, UNLOCK, STAFF, HEALTH, VERIFY = "/sign-in", "/unlock", "/staff", "/healthz", "/verify"
LOOK = "/_stcore/health"  # where a page looks whether its server is there
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_READS = frozenset({"GET", "HEAD"})
MOST = {"known": 200, "asset": 200, "stranger": 120}
MOST_OF_ONE = {"known": 200, "asset": 100, "stranger": 60}
"""Requests under way at once, in all and from one address; strangers and files apart from the people at work."""
LOOKS_AGAIN = "5"
"""Seconds until a page that got no answer of the store asks once more."""
PATIENCE = 30.0
"""Seconds to take a file: whoever does not read keeps no place."""
MOST_BYTES = 512 * 1024
MOST_BYTES_AT = {VERIFY: body.FILE + body.FORM}
NOT_YOURS = 403


class Guard:
    """Pure ASGI middleware, outermost.

    Args:
        app: What it guards.
        desk: Gives the desk, for the look-up of sessions.
        sockets: The register of open sockets.
        static: Streamlit's folder of static files.
        public_url: The address that browsers use; empty for this machine alone.
        demo: Loopback names are ours besides the public one, and TLS is not asked for.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        desk: Callable[[], Desk],
        sockets: Sockets,
        static: Path,
        public_url: str,
        demo: bool,
    ) -> None:
        self._app, self._desk, self._sockets = app, desk, sockets
        self._assets, self._policy = assets_of(static), policy_of(static)
        self._public_url = public_url.rstrip("/").lower()
        self._public = urlsplit(self._public_url)
        self._loopback = demo or not public_url
        self._under_way: Counter[tuple[str, str]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on."""
        if scope["type"] == "http":
            await self._counted(scope, receive, self._sealed(scope["path"], send))
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        lane = self._lane(scope)
        places = ((lane, ""), (lane, (scope.get("client") or ("",))[0] or "?"))
        full = self._under_way[places[0]] >= MOST[lane] or self._under_way[places[1]] >= MOST_OF_ONE[lane]
        if full and scope["path"] != HEALTH:
            await PlainTextResponse(say("door.busy"), 503, headers={"retry-after": "5"})(scope, receive, send)
            return
        self._under_way.update(places)
        try:
            with anyio.move_on_after(PATIENCE if lane == "asset" else None):
                await self._http(scope, receive, send)
        finally:
            self._under_way.subtract(places)
            self._under_way += Counter()  # forgets addresses that have gone

    def _lane(self, scope: Scope) -> str:
        if scope["path"] in self._assets:
            return "asset"
        return "stranger" if rule_of(scope["method"], scope["path"]) is Known.STRANGER else "known"

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if scope["path"] in self._assets or scope["path"] == HEALTH:
            await self._app(self._named(scope, None), receive, send)
            return
        rule = rule_of(scope["method"], scope["path"])
        try:
            visit = await self._visit(headers)
        except ConsentError as error:
            await _unanswered(scope, error)(scope, receive, send)
            return
        turned = self._turned_away(scope, rule, visit)
        if turned is not None:
            await turned(scope, receive, self._noted(visit, send))
            return
        await self._app(self._named(scope, visit), receive, self._noted(visit, send))

    def _noted(self, visit: Visit | None, send: Send) -> Send:
        """What is for staff is refused to a patient's tablet; that it asked is written down before it is told (D9)."""
        if visit is None or not visit.is_patient:
            return send

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == NOT_YOURS:
                await threads.verb(REFUSALS.heard, self._desk(), visit)
            await send(message)

        return noted

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to what nobody may do, or None."""
        path, method = scope["path"], scope["method"]
        if not self._is_our_host(scope, headers):
            return PlainTextResponse(say("door.foreign"), status_code=403)
        if not self._is_encrypted(scope):
            return self._to_tls(scope)
        asset = path in self._assets and method in _READS
        if not asset and rule_of(method, path) is None:
            known = method not in _READS or is_known(path)
            return PlainTextResponse(say("door.closed"), status_code=405 if known else 404)
        if method == "POST" and not self._is_our_origin(headers):
            return PlainTextResponse(say("door.foreign"), status_code=403)
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared[:9]) > MOST_BYTES_AT.get(path, MOST_BYTES):
            return PlainTextResponse(say("door.too_large"), status_code=413)
        return None

    def _is_encrypted(self, scope: Scope) -> bool:
        """A look at the health of this process holds nothing to protect."""
        return self._loopback or scope["path"] == HEALTH or reached_by_tls(scope)

    def _to_tls(self, scope: Scope) -> Response:
        if scope["method"] in _READS and is_page(scope["path"]):
            return RedirectResponse(f"{self._public_url}{scope['path']}", status_code=308)
        return PlainTextResponse(say("door.no_tls"), status_code=403)

    @staticmethod
    def _turned_away(scope: Scope, rule: Capability | Known | None, visit: Visit | None) -> Response | None:
        """The way to where somebody can get in, a refusal, or None for whoever may go on."""
        if rule is Known.STRANGER or (visit is not None and rule is Known.RESTING):
            return None
        if visit is None or visit.away:
            return _elsewhere(scope, STAFF if visit else SIGN_IN)
        if visit.asleep and not visit.is_patient:
            here = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            return _elsewhere(scope, UNLOCK if here == "/" else f"{UNLOCK}?next={quote(here, safe='')}")
        if isinstance(rule, Capability) and not visit.may(rule):
            noted = {
                "session": visit.session.id,
                "person": visit.person.id if visit.person else "",
                "episode": visit.episode,
            }
            _LOG.warning("not_yours", method=scope["method"], status=403, **{k: v for k, v in noted.items() if v})
            return PlainTextResponse(say("door.not_yours"), status_code=NOT_YOURS)
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        ours = (
            rule_of("SOCKET", scope["path"]) is not None
            and self._is_our_host(scope, headers)
            and self._is_our_origin(headers)
            and self._is_encrypted(scope)
        )
        try:
            visit = await self._visit(headers) if ours else None
        except ConsentError:
            visit = None
        line = Line(receive, send)
        welcome = visit is not None and not visit.away and (visit.is_patient or not visit.asleep)
        if visit is None or not welcome or not self._sockets.open(visit.session.id, line):
            await receive()
            await send({"type": "websocket.close", "code": POLICY})
            return
        try:
            await self._app(self._named(scope, visit), line.receive, line.send)
        finally:
            self._sockets.closed(visit.session.id, line)

    async def _visit(self, headers: Headers) -> Visit | None:
        sent = headers.get("cookie", "")
        token = cookie.read(sent, self._public_url)
        device = cookie.read(sent, self._public_url, which=cookie.DEVICE)
        return await threads.look_up(partial(self._known, token, device)) if token else None

    def _known(self, token: str, device: str) -> Visit | None:
        return look_up_resting(self._desk(), token, device=device)

    def _is_our_host(self, scope: Scope, headers: Headers) -> bool:
        """A loopback name at the port that was really reached, or the public name; one Host header, and no other."""
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        try:
            parts = urlsplit(f"//{hosts[0]}")
            port = parts.port or 80
        except ValueError:
            return False
        reached = (scope.get("server") or (None, None))[1] or 80
        here = self._loopback or scope["path"] == HEALTH
        if here and parts.hostname in _LOOPBACK and port == reached and "@" not in hosts[0]:
            return True
        return bool(self._public.netloc) and hosts[0].lower() == self._public.netloc

    def _is_our_origin(self, headers: Headers) -> bool:
        host = headers.get("host", "").lower()
        ours = self._public_url if host == self._public.netloc else f"http://{host}"
        return headers.getlist("origin") == [ours]

    def _named(self, scope: Scope, visit: Visit | None) -> Scope:
        """The scope with identity from us alone."""
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if not name.lower().startswith(_OURS) or name.lower() in _PASSED_ON
        ]
        if visit is not None:
            kept.append((IDENTITY.encode(), visit.session.id.encode()))
        return {**scope, "headers": kept, "consent.visit": visit, "consent.sockets": self._sockets}

    def _sealed(self, path: str, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                keep = (path in self._assets or is_drawing(path)) and message["status"] in {200, 206, 304}
                https = self._public.scheme == "https"
                headers = MutableHeaders(scope=message)
                secure(headers, policy=self._policy, https=https, keep=keep)
                if path == LOOK:
                    headers["X-Consent-Start"] = this_start()  # the door tells by it that the server is another
            await send(message)

        return sealed


def _unanswered(scope: Scope, error: ConsentError) -> Response:
    """The store does not say who is there: a browser's page says so, and looks again by itself."""
    if scope["method"] in _READS and is_page(scope["path"]):
        told = page(heading=say("door.unanswered"), body=problem(error.what, error.next_step), status=503)
        told.headers["refresh"] = LOOKS_AGAIN
        return told
    return PlainTextResponse(str(error), status_code=503)


def _elsewhere(scope: Scope, where: str) -> Response:
    """A browser's page is led there; everything else is refused."""
    if scope["method"] in _READS and is_page(scope["path"]):
        return RedirectResponse(where, status_code=303)
    return PlainTextResponse(say("door.sign_in_first"), status_code=401)
