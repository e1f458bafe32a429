"""The plain rows that cross between the desk and its adapters.

Decides their shape. Frozen; no behaviour.

Invariants:
- Times are RFC 3339 instants in UTC (``canon.instant``); tokens are never held, only their SHA-256.

Refuses to know how they are kept.
"""

from dataclasses import dataclass

from consent.model.entry import Entry
from consent.model.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose records a query may find: need to know is part of the query, not a look at what it found.

    Args:
        everything: All of them: the system's own work, and who reviews access.
        person: Those that this person is in charge of or performs.
        units: Those of these units; the empty name stands for the clinic as a whole.
        episode: That one: a patient's session.
        session: Those whose glass this session broke, until then.
        at: Now.
    """

    everything: bool = False
    person: str = ""
    units: tuple[str, ...] = ()
    episode: str = ""
    session: str = ""
    at: str = ""


EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that lies inside a document as data (ISO 19005-3, 6.8).

    Args:
        name: Its name there, as ``events.json``.
        says: What it is, in a few words.
        content: Its bytes.
        mime: Of which kind they are.
    """

    name: str
    says: str
    content: bytes
    mime: str = "application/json"


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
    performer: str
    unit: str
    open_questions: int
    document: str
    filed: bool
    last_problem: str
    day: str = ""
    """Where the day of the procedure stands, in one word (``model.arrival.word``)."""
    day_at: str = ""
    """When the last of it happened: what is ready from yesterday is not ready."""
    flags: str = ""
    """What staff should know at a glance, a line each."""
    waiting: str = ""
    """Open questions, a line each: who is asked, since when."""
    unmade_since: str = ""
    """Since when a notice of this record could be made and is not; empty when none waits."""


Place = tuple[str, str]
"""Where a row stands in the register: its appointment and its episode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for in the register; what is empty asks for nothing.

    Args:
        text: Part of a name or of a record number, in its matching form. Every sign stands for itself.
        state: Where the record stands (``model.register.State``).
        since: Appointments from then on.
        until: Appointments before then.
        procedure: The template's id.
        clinician: The id of who is in charge.
    """

    text: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    procedure: str = ""
    clinician: str = ""


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
    """A person with what proves who they are. Without a PIN ``pin_hash`` is empty."""

    person: Person
    login: str
    secret_hash: str
    pin_hash: str = ""
    failures: int = 0
    locked_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A tablet or computer that the clinic made known. ``token`` is the SHA-256 of its cookie."""

    id: str
    token: str
    label: str
    enrolled: str
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """A broken glass: who opened which record without need to know, until when, and whether it was reviewed."""

    id: str
    episode: str
    person: str
    session: str
    at: str
    until: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What a record has taken of the staff's work so far, the talk apart, in taps and milliseconds.

    ``session`` and ``at`` say where the last of it was done and when; a pause or another session begins anew.
    """

    episode: str
    taps: int = 0
    millis: int = 0
    talk_taps: int = 0
    talk_millis: int = 0
    session: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaved:
    """What somebody has put into the fields of a record's page and has not saved: nobody has said it yet.

    ``by`` is the person, or ``patient``; ``fields`` is a JSON object of what the fields hold, by their keys.
    """

    episode: str
    by: str
    at: str
    fields: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """Everything that one verb changes.

    Args:
        entries: Entries of one stream, numbered from ``expected`` + 1.
        expected: How many entries the stream had when the verb decided.
        row: The episode's new row, for episode streams.
        ink: Digests of strokes that are used up by this commit.
        settled: Outbox ids that are done.
        saved: Whose unsaved input on this record is saved by this commit, and so forgotten; all of it with an outcome.
        erase: What the earlier entries of the stream say goes, with the documents and what tells of it elsewhere; their
            headers stay.
        freed: Digests of strokes that go with it.
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
    device: Device | None = None
    glass: Glass | None = None
    ink: tuple[str, ...] = ()
    saved: str = ""
    erase: bool = False
    freed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A server-side session. ``token`` is the SHA-256 of the cookie; ``id`` is the public name in stamps.

    A patient's session is bound to one episode and remembers the staff session (``parent``) that it locked. ``opened``
    is the record that was opened last, and when.
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
    opened: str = ""
    opened_at: str = ""
