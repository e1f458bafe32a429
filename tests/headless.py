"""One tab of a browser without the browser: it speaks Streamlit's protocol over a socket and keeps the page's elements.

Decides what is on the page, as Streamlit's own client does: elements by delta path; what a run did not renew goes.

Invariants:
- It sends what a browser sends and no more; what a browser cannot send goes through ``send``.
- Every wait ends: with what was waited for, with the socket's end (``ConnectionClosed``), or with ``TimeoutError``.
- A tab belongs to one thread; many threads may each have theirs.

Refuses to judge: a refused handshake is websockets' ``InvalidStatus``, a missing label a ``LookupError`` that names the
labels there are.
"""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from json import loads
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from google.protobuf.message import Message  # type: ignore[import-untyped]  # protobuf ships no types
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 20.0
COOKIE = "consent_session"
WORDS = frozenset({"alt", "body", "caption", "captions", "code_text", "content", "delta", "help", "label"}) | {
    "message", "options", "placeholder", "stack_trace", "text", "title", "url", "value", "default",
}  # fmt: skip
VALUES = {
    "button_group": "string_array_value",
    "checkbox": "bool_value",
    "date_input": "string_array_value",
    "multiselect": "string_array_value",
    "number_input": "double_value",
    "radio": "string_value",
    "selectbox": "string_value",
    "text_area": "string_value",
    "text_input": "string_value",
    "time_input": "string_value",
}


@dataclass(frozen=True)
class Node:
    """What stands at one place of the page, and the run that put it there."""

    proto: Element | Block
    run: str
    fragment: str

    @property
    def kind(self) -> str:
        """The name of the element, as ``button``; of a block, as ``expandable``."""
        return self.proto.WhichOneof("type") or ""

    @property
    def body(self) -> Message | None:
        """The element itself."""
        return getattr(self.proto, self.kind, None) if self.kind else None


@dataclass(frozen=True)
class Widget:
    """Something that can be tapped or filled in."""

    id: str
    kind: str
    label: str
    disabled: bool
    fragment: str


@dataclass
class Tab:
    """One open tab.

    Attributes:
        line: The socket itself.
        held: What keeps it open.
        elements: What is on the page, by delta path.
        page: The page's address without its slash; empty for the start.
        query: The query of the address.
        session_id: Streamlit's id of the session behind this tab.
        finished: How the last run ended, or None while one is under way.
        page_not_found: The page that was asked for and is not there; empty otherwise.
        fragments: The fragments that the page wants run again by themselves, and their interval in seconds.
        messages: The kinds of all messages that came, in their order.
        answers: The answers to backend operations.
    """

    line: ClientConnection
    held: ExitStack
    page: str = ""
    query: str = ""
    elements: dict[tuple[int, ...], Node] = field(default_factory=dict)
    session_id: str = ""
    finished: int | None = None
    page_not_found: str = ""
    fragments: dict[str, float] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    answers: list[BackendOperationResponse] = field(default_factory=list)
    _run: str = ""
    _page_hash: str = ""
    _values: dict[str, WidgetState] = field(default_factory=dict)
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        base_url: str,
        *,
        cookie: str = "",
        path: str = "",
        query: str = "",
        session: str = "",
        origin: str | None = None,
        host: str | None = None,
        headers: Mapping[str, str] | None = None,
        xsrf: str = "PLACEHOLDER_AUTH_TOKEN",
        timeout: float = PATIENCE,
    ) -> Self:
        """Open the socket, as a browser at this address does; nothing runs before ``run``.

        Args:
            base_url: The server, as ``http://localhost:8501``.
            cookie: The value of our session's cookie; none when empty.
            path: The page in the address, without its slash.
            query: The query in the address, without its question mark.
            session: The id of a session to come back to.
            origin: Another Origin than our own; none is sent when it is empty.
            host: Another Host than the server's.
            headers: More headers.
            xsrf: The value of Streamlit's XSRF cookie.
            timeout: Seconds until the handshake is given up.
        """
        server = urlsplit(base_url)
        known = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        held = ExitStack()
        opening = connect(
            f"ws://{host or server.netloc}/_stcore/stream",
            sock=socket.create_connection((server.hostname, server.port or 80), timeout),
            origin=Origin(base_url) if origin is None else Origin(origin) if origin else None,
            additional_headers=known | dict(headers or {}),
            subprotocols=[Subprotocol(one) for one in ("streamlit", xsrf, session) if one],
            open_timeout=timeout,
            close_timeout=2,
            max_size=None,
            proxy=None,
        )
        return cls(held.enter_context(opening), held, page=path, query=query)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        self.held.close()

    def send(self, message: BackMsg | bytes) -> None:
        """Send anything at all, and wait for nothing."""
        self.line.send(message if isinstance(message, bytes) else message.SerializeToString())

    def run(self, page: str | None = None, query: str | None = None, *, timeout: float = PATIENCE) -> Self:
        """Load the page, or another one by its address, and wait until the script has finished."""
        if page is not None or query is not None:
            self.page, self.query, self._page_hash = page or "", query or "", ""
        return self._rerun(timeout=timeout)

    def click(self, label: str, *, nth: int = 0, wait: bool = True, timeout: float = PATIENCE) -> Self:
        """Tap a button."""
        return self._await(self.tap_message(label, nth=nth), wait=wait, timeout=timeout)

    def tap_message(self, label: str, *, nth: int = 0) -> BackMsg:
        """What a tap on a button sends."""
        widget = self.widget(label, nth=nth)
        return self.rerun_message(WidgetState(id=widget.id, trigger_value=True), fragment=widget.fragment)

    def fill(self, label: str, value: object, *, nth: int = 0, wait: bool = True, timeout: float = PATIENCE) -> Self:
        """Fill in or choose; ``value`` is the text, the option's words, a list of them, a number or a truth."""
        widget = self.widget(label, nth=nth)
        state, name = WidgetState(id=widget.id), VALUES[widget.kind]
        if name == "string_array_value":
            state.string_array_value.data.extend([value] if isinstance(value, str) else value)
        else:
            setattr(state, name, value)
        self._values[widget.id] = state
        return self._rerun(fragment=widget.fragment, wait=wait, timeout=timeout)

    def put(self, *states: WidgetState, wait: bool = True, timeout: float = PATIENCE) -> Self:
        """Run with any state of any widget, as a forged client would."""
        return self._rerun(*states, wait=wait, timeout=timeout)

    def tick(self, *, timeout: float = PATIENCE) -> Self:
        """Let every fragment that runs by itself do so once, as after its interval."""
        for fragment in tuple(self.fragments):
            self._rerun(fragment=fragment, itself=True, timeout=timeout)
        return self

    def rerun_message(self, *states: WidgetState, fragment: str = "", itself: bool = False) -> BackMsg:
        """What a browser sends to have the script run: the address, all values, and what was tapped."""
        message = BackMsg()
        asked: ClientState = message.rerun_script
        asked.query_string, asked.fragment_id, asked.is_auto_rerun = self.query, fragment, itself
        asked.page_script_hash, asked.page_name = self._page_hash, "" if self._page_hash else self.page
        asked.cached_message_hashes.extend(self._kept)
        asked.widget_states.widgets.extend([*self._values.values(), *states])
        return message

    def _rerun(
        self,
        *states: WidgetState,
        fragment: str = "",
        itself: bool = False,
        wait: bool = True,
        timeout: float = PATIENCE,
    ) -> Self:
        return self._await(self.rerun_message(*states, fragment=fragment, itself=itself), wait=wait, timeout=timeout)

    def _await(self, message: BackMsg, *, wait: bool, timeout: float) -> Self:
        before = self.messages.count("new_session")
        self.finished, self.page_not_found = None, ""
        self.send(message)
        if wait:
            self.wait_until(lambda tab: tab._is_done(before), timeout=timeout)
        return self

    def _is_done(self, before: int) -> bool:
        early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return self.finished not in {None, early} and self.messages.count("new_session") > before

    def wait_until(self, holds: Callable[["Tab"], bool], *, timeout: float = PATIENCE) -> Self:
        """Take what comes until this holds.

        Raises:
            TimeoutError: It did not; says what is on the page.
        """
        until = monotonic() + timeout
        while not holds(self):
            try:
                self.take(self.line.recv(timeout=max(0.0, until - monotonic())))
            except TimeoutError as late:
                raise TimeoutError(f"{timeout} s passed; on the page: {self.texts()}") from late
        return self

    def take(self, received: bytes | str) -> None:
        """Take in one message of the server."""
        message = ForwardMsg()
        message.ParseFromString(received if isinstance(received, bytes) else received.encode())
        if message.ref_hash:
            where, message = message.metadata, _copy(self._kept[message.ref_hash])
            message.metadata.CopyFrom(where)
            self.messages.append("ref_hash")
        elif message.metadata.cacheable:
            self._kept[message.hash] = message
        kind = message.WhichOneof("type") or ""
        self.messages.append(kind)
        taken = getattr(self, f"_take_{kind}", None)
        if taken is not None:
            taken(message)

    def _take_new_session(self, message: ForwardMsg) -> None:
        self.finished = None
        self._run = message.metadata.run.script_run_id
        self.session_id = message.new_session.initialize.session_id
        self._page_hash = message.new_session.page_script_hash
        if not message.metadata.run.fragment_ids:
            self.fragments.clear()

    def _take_navigation(self, message: ForwardMsg) -> None:
        self._page_hash = message.navigation.page_script_hash
        here = {one.page_script_hash: one for one in message.navigation.app_pages}.get(self._page_hash)
        self.page = "" if here is None or here.is_default else here.url_pathname

    def _take_page_info_changed(self, message: ForwardMsg) -> None:
        self.query = message.page_info_changed.query_string

    def _take_page_not_found(self, message: ForwardMsg) -> None:
        self.page_not_found = message.page_not_found.page_name or "?"

    def _take_auto_rerun(self, message: ForwardMsg) -> None:
        self.fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval

    def _take_backend_operation_response(self, message: ForwardMsg) -> None:
        self.answers.append(message.backend_operation_response)

    def _take_delta(self, message: ForwardMsg) -> None:
        path, delta = tuple(message.metadata.delta_path), message.delta
        if delta.WhichOneof("type") == "new_element":
            self._drop_below(path)
            self.elements[path] = Node(delta.new_element, self._run, delta.fragment_id)
        elif delta.WhichOneof("type") == "add_block":
            self.elements[path] = Node(delta.add_block, self._run, delta.fragment_id)

    def _take_script_finished(self, message: ForwardMsg) -> None:
        self.finished = message.script_finished
        if self.finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        ran = set(message.metadata.run.fragment_ids)
        for path, node in tuple(self.elements.items()):
            if node.run != self._run and (not ran or node.fragment in ran):
                self._drop_below(path)
                self.elements.pop(path, None)
        there = {widget.id for widget in self.widgets()}
        self._values = {id_: state for id_, state in self._values.items() if id_ in there}

    def _drop_below(self, path: tuple[int, ...]) -> None:
        for below in [one for one in self.elements if len(one) > len(path) and one[: len(path)] == path]:
            del self.elements[below]

    def nodes(self) -> list[Node]:
        """What is on the page, from top to bottom."""
        return [self.elements[path] for path in sorted(self.elements)]

    def texts(self) -> list[str]:
        """All words on the page: markdown, text, headings, alerts, labels, tables, and what components are given."""
        return [word for node in self.nodes() if node.body is not None for word in _words(node.body)]

    def says(self, words: str) -> bool:
        """Whether these words are somewhere on the page."""
        return any(words in text for text in self.texts())

    def widgets(self) -> list[Widget]:
        """All that can be tapped or filled in, from top to bottom."""
        found = []
        for node in self.nodes():
            id_ = getattr(node.body, "id", "")
            if id_ and isinstance(node.proto, Element):
                label = getattr(node.body, "label", "")
                disabled = bool(getattr(node.body, "disabled", False))
                found.append(Widget(id_, node.kind, label, disabled, node.fragment))
        return found

    def widget(self, label: str, *, nth: int = 0) -> Widget:
        """A widget by its label, or by its key in the code.

        Raises:
            LookupError: There is none; names those that are there.
        """
        here = self.widgets()
        same = [one for one in here if one.label == label] or [one for one in here if one.id.endswith(f"-{label}")]
        if len(same) <= nth:
            raise LookupError(f"No widget {label!r} on page {self.page!r}: {[one.label for one in here]}")
        return same[nth]

    def button(self, label: str, *, nth: int = 0) -> str:
        """The id of a button."""
        return self.widget(label, nth=nth).id


def _copy(message: ForwardMsg) -> ForwardMsg:
    made = ForwardMsg()
    made.CopyFrom(message)
    return made


def _words(message: Message) -> Iterator[str]:
    for named, value in message.ListFields():
        if named.name == "data" and isinstance(value, bytes):
            yield from _cells(value)
        elif named.name == "json" and isinstance(value, str):
            yield from _strings(loads(value))
        elif named.message_type is not None:
            for inner in [value] if isinstance(value, Message) else value:
                yield from _words(inner)
        elif named.name in WORDS:
            several = [value] if isinstance(value, str | int | float) else value
            yield from (one for one in several if one and isinstance(one, str))


def _cells(table: bytes) -> Iterator[str]:
    frame = convert_arrow_bytes_to_pandas_df(table)
    yield from (str(one) for column in frame.columns for one in (column, *frame[column]))


def _strings(given: object) -> Iterator[str]:
    if isinstance(given, str) and given:
        yield given
    elif isinstance(given, dict | list):
        for inner in given.values() if isinstance(given, dict) else given:
            yield from _strings(inner)
