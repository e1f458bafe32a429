"""The guard: the first to see every request and every socket, before Streamlit does.

Decides who comes in, and under which name Streamlit knows them.

Invariants:
- The Host is one of ours; a socket and every POST come from our own Origin (DNS rebinding, F12, F13).
- ``X-Consent-Session`` comes from here alone: what a client sends under such a name is dropped (F5, F6).
- Without a session only the sign-in page, ``/healthz`` and Streamlit's own files are answered; no cookie, no look-up.
- Streamlit's media, uploads, metrics, agent, auth and foreign components are closed to everybody (F1, F16, F18, F21).
- A session that ends or is locked loses its open sockets at once.

Refuses to know about roles: that is asked on every run of a page, by ``gate.enter``.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consent.errors import Busy
from consent.web import cookie, threads
from consent.web.headers import assets_of, policy_of, secure
from consent.web.sockets import POLICY, Line, Sockets
from consent.words import say
from consent.workflow.desk import Desk
from consent.workflow.visit import Visit, look_up

IDENTITY = "x-consent-session"
_OURS = b"x-consent-"
_PASSED_ON = (b"x-consent-door",)
SIGN_IN = "/sign-in"
OPEN = frozenset({SIGN_IN, "/healthz"})
POSTS = frozenset({SIGN_IN, "/staff", "/door", "/api/sign/patient", "/api/sign/clinician"})
STREAM = "/_stcore/stream"
CORE = frozenset({"/_stcore/health", "/_stcore/host-config"})
PARTS = "/_stcore/bidi-components/consent."
CLOSED = ("/_stcore", "/media", "/component", "/app", "/auth", "/oauth2callback", "/static")
NOT_A_PAGE = ("/_stcore/", "/api/", "/documents/")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_READS = frozenset({"GET", "HEAD"})


class Guard:
    """Pure ASGI middleware, outermost.

    Args:
        app: What it guards.
        desk: Gives the desk, for the look-up of sessions.
        sockets: The register of open sockets.
        static: Streamlit's folder of static files.
        public_url: The address that browsers use; empty for this machine alone.
        demo: Loopback names are ours besides the public one.
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or pass on."""
        if scope["type"] == "http":
            await self._http(scope, receive, self._sealed(scope["path"], send))
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method, headers = scope["path"], scope["method"], Headers(scope=scope)
        refusal = self._refusal(path, method, headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if path in self._assets:
            await self._app(self._named(scope, None), receive, send)
            return
        try:
            visit = await self._visit(headers)
        except Busy as busy:
            await PlainTextResponse(str(busy), status_code=503)(scope, receive, send)
            return
        if visit is None and path not in OPEN:
            await _turned_away(path, method)(scope, receive, send)
            return
        await self._app(self._named(scope, visit), receive, send)

    def _refusal(self, path: str, method: str, headers: Headers) -> Response | None:
        """The answer to what nobody may do, or None."""
        if not self._is_our_host(headers.get("host", "")):
            return PlainTextResponse(say("door.foreign"), status_code=403)
        if method not in _READS and not (method == "POST" and path in POSTS):
            return PlainTextResponse(say("door.closed"), status_code=405)
        if method == "POST" and not self._is_our_origin(headers):
            return PlainTextResponse(say("door.foreign"), status_code=403)
        if path not in self._assets and self._is_closed(path):
            return PlainTextResponse(say("door.closed"), status_code=404)
        return None

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        ours = scope["path"] == STREAM and self._is_our_host(headers.get("host", "")) and self._is_our_origin(headers)
        try:
            visit = await self._visit(headers) if ours else None
        except Busy:
            visit = None
        if visit is None:
            await receive()
            await send({"type": "websocket.close", "code": POLICY})
            return
        line = Line(receive, send)
        self._sockets.open(visit.session.id, line)
        try:
            await self._app(self._named(scope, visit), line.receive, line.send)
        finally:
            self._sockets.closed(visit.session.id, line)

    async def _visit(self, headers: Headers) -> Visit | None:
        token = cookie.read(headers.get("cookie", ""), self._public_url)
        return await threads.look_up(partial(self._known, token)) if token else None

    def _known(self, token: str) -> Visit | None:
        return look_up(self._desk(), token)

    def _is_our_host(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return (self._loopback and name in _LOOPBACK) or (bool(host) and host == self._public.netloc)

    def _is_our_origin(self, headers: Headers) -> bool:
        host = headers.get("host", "")
        ours = self._public_url if host == self._public.netloc else f"http://{host}"
        return headers.getlist("origin") == [ours]

    @staticmethod
    def _is_closed(path: str) -> bool:
        if any(odd in path for odd in ("//", "..", "\\", "\0")):
            return True
        if path in CORE or path.startswith(PARTS):
            return False
        return any(path == closed or path.startswith(f"{closed}/") for closed in CLOSED)

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
                keep = path in self._assets and message["status"] in {200, 206, 304}
                https = self._public.scheme == "https"
                secure(MutableHeaders(scope=message), policy=self._policy, https=https, keep=keep)
            await send(message)

        return sealed


def _turned_away(path: str, method: str) -> Response:
    if method in _READS and not path.startswith(NOT_A_PAGE):
        return RedirectResponse(SIGN_IN, status_code=303)
    return PlainTextResponse(say("door.sign_in_first"), status_code=401)
