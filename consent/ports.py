"""What the desk needs from the world, as protocols; adapters stand behind them, fakes only here.

Decides the shape of every adapter, and the plain rows that cross between them.

Invariants:
- One ``Commit`` is atomic: entries, the row of the worklist, document, outbox, account and the answer to an
  idempotency key are kept together or not at all.
- Adapters raise the house's own errors only (``consent.errors``).
- Times are RFC 3339 instants in UTC (``canon.instant``); tokens are never stored, only their SHA-256.

Refuses to know SQL, files, PDF libraries or HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from consent.model.blocks import Document
from consent.model.entry import Entry, Recorded
from consent.model.people import Person
from consent.model.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One episode as the lists show it: a projection, rebuildable from its stream."""

    episode: str
    version: int
    status: str
    outcome: str
    appointment: str
    patient_name: str
    birth_date: str
    mrn: str
    procedure: str
    title: str
    sites: str
    clinician: str
    clinician_name: str
    open_questions: int
    document: str
    filed: bool
    last_problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A finished document: its digest is its name."""

    digest: str
    episode: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One delivery that is owed. ``id`` is derived from outlet and document, so that it is owed once."""

    id: str
    episode: str
    outlet: str
    document: str
    attempts: int = 0
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request with an idempotency key was answered with: same key and body, same answer."""

    key: str
    request: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with what proves who they are."""

    person: Person
    login: str
    secret_hash: str
    failures: int = 0
    locked_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """Everything that one verb changes.

    Args:
        entries: Entries of one stream, numbered from ``expected`` + 1.
        expected: How many entries the stream had when the verb decided.
        row: The episode's new row, for episode streams.
        ink: Digests of strokes that are used up by this commit.
        settled: Outbox ids that are done.
    """

    stream: str
    expected: int
    entries: tuple[Entry, ...]
    row: WorklistRow | None = None
    document: StoredDocument | None = None
    outbox: tuple[OutboxItem, ...] = ()
    settled: tuple[str, ...] = ()
    answer: Answer | None = None
    account: Account | None = None
    ink: tuple[str, ...] = ()


class Ledger(Protocol):
    """The archive of events and what is written with them."""

    def append(self, commit: Commit) -> None:
        """Keep a commit, all or nothing.

        Raises:
            StaleEpisode: The stream has another length than ``expected``.
            AlreadyDone: The idempotency key, the document or the ink was used before.
            Busy: The database did not answer in time.
        """
        ...

    def read(self, stream: str) -> tuple[Recorded, ...]:
        """The checked events of a stream; empty when there is none. Raises Broken."""
        ...

    def entries(self, stream: str) -> tuple[Entry, ...]:
        """The stored bytes of a stream, unchecked; for a proof that leaves the house."""
        ...

    def head(self, stream: str) -> tuple[int, str | None]:
        """How many entries a stream has, and the leaf of the last; (0, None) when there is none."""
        ...

    def streams(self, prefix: str) -> tuple[str, ...]:
        """Names of the streams that begin so, in order of their first event."""
        ...

    def answer(self, key: str) -> Answer | None:
        """The answer kept for an idempotency key."""
        ...

    def worklist(self, *, since: str, until: str) -> tuple[WorklistRow, ...]:
        """Rows with an appointment in [since, until), by time, then name."""
        ...

    def row(self, episode: str) -> WorklistRow | None:
        """One episode's row."""
        ...

    def in_status(self, *statuses: str) -> tuple[WorklistRow, ...]:
        """All rows in one of the statuses, oldest appointment first."""
        ...

    def document(self, digest: str) -> StoredDocument:
        """A document by its digest, its bytes checked against it. Raises NotFound, Broken."""
        ...

    def owed(self, *, now: str) -> tuple[OutboxItem, ...]:
        """Deliveries whose time has come and that are not settled, oldest first."""
        ...

    def postpone(self, item: OutboxItem, *, due: str) -> None:
        """Count one more attempt and set the time of the next."""
        ...

    def lease(self, name: str, *, holder: str, now: str, until: str) -> bool:
        """Take or renew a lease; False while another holder has it."""
        ...

    def replace_rows(self, rows: Sequence[WorklistRow]) -> None:
        """Put the given rows in place of the whole worklist, in one transaction (rebuild)."""
        ...


class People(Protocol):
    """Accounts. They change through ``Commit.account`` only, together with the event that says so."""

    def by_id(self, person: str) -> Account | None:
        """The account of a person."""
        ...

    def by_login(self, login: str) -> Account | None:
        """The account of a sign-in name, letter case aside."""
        ...

    def all(self) -> tuple[Account, ...]:
        """All accounts by name."""
        ...

    def count_failure(self, person: str, *, every: int, locked_until: str) -> None:
        """One more wrong secret; each ``every``-th of them locks the account. Counted and decided in one statement."""
        ...

    def clear_failures(self, person: str) -> None:
        """The secret was right."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A server-side session. ``token`` is the SHA-256 of the cookie; ``id`` is the public name in stamps.

    A patient's session is bound to one episode and remembers the staff session (``parent``) that it locked.
    """

    id: str
    token: str
    person: str
    device: str
    created: str
    last_seen: str
    episode: str = ""
    parent: str = ""
    locked: bool = False
    ended: bool = False


class Sessions(Protocol):
    """Server-side sessions and one-use tickets."""

    def add(self, session: SessionRow) -> None:
        """Keep a new session."""
        ...

    def by_token(self, token: str) -> SessionRow | None:
        """The session of a token's SHA-256."""
        ...

    def by_id(self, session: str) -> SessionRow | None:
        """The session of that public name."""
        ...

    def touch(self, session: str, *, now: str) -> None:
        """Somebody did something."""
        ...

    def hand_over(self, *, locked: str, opened: SessionRow) -> None:
        """Lock one session, end every other of the same episode and open another, together. Raises WrongState."""
        ...

    def take_back(self, *, ended: str, unlocked: str, token: str, now: str) -> None:
        """End the patient's session and unlock the staff's under a new token, together."""
        ...

    def end(self, session: str) -> None:
        """End a session."""
        ...

    def end_all(self, person: str) -> None:
        """End every session of a person."""
        ...

    def put_ticket(self, ticket: str, *, session: str, purpose: str, until: str) -> None:
        """Keep a one-use ticket (its SHA-256) for a session and a purpose."""
        ...

    def use_ticket(self, ticket: str, *, session: str, purpose: str, now: str) -> bool:
        """Use it up; False when there is no such ticket, or it was used or is too old."""
        ...


class Templates(Protocol):
    """The library of template files."""

    def all(self) -> tuple[Template, ...]:
        """Every version of every template."""
        ...

    def get(self, template_id: str, version: str) -> Template:
        """One version. Raises NotFound, TemplateRefused."""
        ...

    def latest(self, template_id: str) -> Template:
        """The newest version. Raises NotFound, TemplateRefused."""
        ...


class Press(Protocol):
    """Makes the PDF."""

    def build(self, document: Document) -> bytes:
        """The document as PDF/A: same input, same bytes. Raises Unprintable."""
        ...

    def check(self, pdf: bytes) -> None:
        """Open it again and check it. Raises Broken naming the rule."""
        ...

    def unprintable(self, text: str) -> tuple[str, ...]:
        """The characters of a text that no font of the document has."""
        ...


class Outlet(Protocol):
    """A place that takes finished documents, as the chart folder."""

    @property
    def name(self) -> str:
        """Its short name, kept in events."""
        ...

    def deliver(self, document: StoredDocument, *, metadata: bytes) -> str:
        """Deliver once or find that it was delivered; returns the name it has there. Raises Busy, StoreRefused."""
        ...


class Hasher(Protocol):
    """Hashes secrets, slowly on purpose (argon2id)."""

    def hash(self, secret: str) -> str:
        """A hash to keep."""
        ...

    def verify(self, kept: str, secret: str) -> bool:
        """Whether the secret is the one. Takes the same time when there is nothing kept (an empty string)."""
        ...


class Clock(Protocol):
    """The one clock of the house."""

    def now(self) -> datetime:
        """Now, with zone UTC."""
        ...


class Entropy(Protocol):
    """Randomness: salts, tokens and identifiers."""

    def salt(self) -> bytes:
        """32 random bytes."""
        ...

    def token(self) -> str:
        """256 random bits as text for a cookie or ticket."""
        ...

    def name(self, prefix: str) -> str:
        """A new identifier of 128 random bits: ``prefix-`` and letters and digits."""
        ...
