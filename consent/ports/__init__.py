"""What the desk needs from the world, as protocols; adapters stand behind them, fakes only here.

Decides the shape of every adapter, and the plain rows that cross between them.

Invariants:
- One ``Commit`` is atomic: entries, the row of the worklist, document, outbox, account and the answer to an
  idempotency key are kept together or not at all.
- Adapters raise the house's own errors only (``consent.errors``).
- Times are RFC 3339 instants in UTC (``canon.instant``); tokens are never stored, only their SHA-256.

Refuses to know SQL, files, PDF libraries or HTTP.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from consent.model.entry import Entry, Recorded
from consent.model.template import Template
from consent.ports.press import Press
from consent.ports.rows import (
    EVERYTHING,
    Account,
    Answer,
    Attachment,
    Commit,
    Device,
    Effort,
    Glass,
    OutboxItem,
    Place,
    Scope,
    SessionRow,
    StoredDocument,
    Unsaved,
    Wanted,
    WorklistRow,
)
from consent.ports.sealing import Sealer
from consent.ports.unsaved import UnsavedInput

__all__ = [
    "EVERYTHING",
    "Account",
    "Answer",
    "Attachment",
    "Attempts",
    "Clock",
    "Commit",
    "Device",
    "Devices",
    "Effort",
    "Efforts",
    "Entropy",
    "Glass",
    "Hasher",
    "Ledger",
    "OutboxItem",
    "Outlet",
    "People",
    "Place",
    "Press",
    "Scope",
    "Sealer",
    "SessionRow",
    "Sessions",
    "Staging",
    "StoredDocument",
    "Templates",
    "Unsaved",
    "UnsavedInput",
    "Wanted",
    "WorklistRow",
]


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

    def check_may_erase(self) -> None:
        """Whether a commit that erases can be kept here. Raises StoreRefused."""
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

    def newest(self) -> str:
        """When the event that was kept last happened, in any stream; empty when there is none."""
        ...

    def moment(self) -> str:
        """What time it is where the database runs; empty when that is this machine."""
        ...

    def answer(self, key: str) -> Answer | None:
        """The answer kept for an idempotency key."""
        ...

    def worklist(self, scope: Scope, *, since: str, until: str) -> tuple[WorklistRow, ...]:
        """Rows within reach with an appointment in [since, until), by time, then name."""
        ...

    def row(self, scope: Scope, episode: str) -> WorklistRow | None:
        """One episode's row, when it is within reach."""
        ...

    def rows_of(self, *, mrn: str, birth_date: str) -> tuple[WorklistRow, ...]:
        """All rows of a patient by both identifiers, in nobody's reach: for a broken glass only."""
        ...

    def in_status(self, scope: Scope, *statuses: str) -> tuple[WorklistRow, ...]:
        """All rows within reach in one of the statuses, oldest appointment first."""
        ...

    def unmade(self) -> tuple[WorklistRow, ...]:
        """All rows with a notice that could be made and is not, the one that has waited longest first."""
        ...

    def found(
        self, scope: Scope, wanted: Wanted, *, most: int, below: Place | None = None, above: Place | None = None
    ) -> tuple[WorklistRow, ...]:
        """The first rows within reach that fit, newest appointment first: from the top, below a place, or above one."""
        ...

    def count(self, scope: Scope, wanted: Wanted) -> int:
        """How many rows within reach fit."""
        ...

    def document(self, scope: Scope, digest: str) -> StoredDocument:
        """A document within reach by its digest, its bytes checked against it. Raises NotFound, Broken."""
        ...

    def glasses(self) -> tuple[Glass, ...]:
        """Broken glasses that nobody has reviewed yet, oldest first."""
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


class Staging(Ledger, Protocol):
    """A ledger that holds new records back in memory, and keeps them all at once: for rehearsals."""

    def keep(self) -> None:
        """Keep what is held back, all or nothing. Raises as ``append``; then nothing is held any more."""
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

    def count_failure(self, person: str, *, every: int, locked_until: str) -> bool:
        """One more wrong secret; each ``every``-th of them locks the account, and then this gives True.

        Counted and decided in one statement, so that guesses in parallel all count.
        """
        ...

    def clear_failures(self, person: str) -> None:
        """The secret was right."""
        ...


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

    def some(self, ids: Sequence[str]) -> tuple[SessionRow, ...]:
        """Those of the sessions that there are, ended ones too."""
        ...

    def touch(self, session: str, *, now: str, asleep_before: str) -> None:
        """Somebody did something; without effect on a session that was last used before then."""
        ...

    def wake(self, session: str, *, now: str) -> None:
        """Whoever holds it has proved who they are."""
        ...

    def renew(self, session: str, *, token: str, now: str) -> None:
        """A staff session that slept goes on under a new token. Raises WrongState when it is locked or has ended."""
        ...

    def note_opened(self, session: str, *, episode: str, now: str) -> None:
        """The session opened a record."""
        ...

    def opened_since(self, since: str, *, person: str, device: str, other_than: str) -> bool:
        """Whether that person, or anybody on that device, opened another record since then."""
        ...

    def last_patient(self, *, device: str, parent: str) -> SessionRow | None:
        """The last session of a patient on that device; without one, the last that this staff session opened."""
        ...

    def hand_over(self, *, locked: str, opened: SessionRow) -> None:
        """Lock one session, end every other of the same episode and open another, together. Raises WrongState."""
        ...

    def take_back(self, *, ended: str, unlocked: str, token: str, now: str) -> None:
        """End the patient's session and unlock the staff's under a new token, together."""
        ...

    def take_over(self, *, ended: str, parent: str, opened: SessionRow) -> None:
        """End the patient's session and the staff's behind it, and open one of somebody else, together."""
        ...

    def end(self, session: str) -> None:
        """End a session, and the patient's sessions that it opened."""
        ...

    def end_all(self, person: str) -> None:
        """End every session of a person, and those of their patients."""
        ...

    def end_on(self, device: str) -> None:
        """End every session on a device."""
        ...

    def put_ticket(self, ticket: str, *, session: str, purpose: str, until: str) -> None:
        """Keep a one-use ticket (its SHA-256) for a session and a purpose."""
        ...

    def use_ticket(self, ticket: str, *, session: str, purpose: str, now: str) -> bool:
        """Use it up; False when there is no such ticket, or it was used or is too old."""
        ...


class Efforts(Protocol):
    """What records have taken of the staff's work: a running count, which no list is made of."""

    def of(self, episode: str) -> Effort | None:
        """The count of a record; None when nothing was counted."""
        ...

    def change(self, episode: str, step: Callable[[Effort], Effort]) -> None:
        """Count on from what there is, in one transaction; two at once both count."""
        ...


class Devices(Protocol):
    """Devices that the clinic knows. They change through ``Commit.device`` only, with the event that says so."""

    def by_token(self, token: str) -> Device | None:
        """The device of a token's SHA-256, revoked ones too."""
        ...

    def by_id(self, device: str) -> Device | None:
        """The device of that name, revoked ones too."""
        ...

    def all(self) -> tuple[Device, ...]:
        """All devices by label, revoked ones too."""
        ...


class Attempts(Protocol):
    """Wrong secrets by where they came from (``bucket``): a device, an address, everywhere."""

    def closed(self, buckets: Sequence[str], *, now: str) -> bool:
        """Whether one of them is closed now."""
        ...

    def count(self, bucket: str, *, now: str, since: str, most: int, until: str) -> bool:
        """One more; at ``most`` since then the bucket closes, and this gives True. In one statement."""
        ...

    def clear(self, bucket: str) -> None:
        """Forget them."""
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
