"""The tables of the archive, as SQLAlchemy Core knows them.

Decides which columns there are. The migrations make them; a test compares the two.

Invariants:
- Events, payloads, documents and all of the log are written once: the migrations put triggers on them that refuse a
  change. A payload stands apart from its header, so that an erasure is one deleted row and the chain still verifies.
- An entry gets its place in the log apart from the commit that wrote it, in ``leaf``; ``node`` holds what is above the
  leaves, from level 1 on.
- Text is compared byte by byte in both databases (collation "C" in PostgreSQL), so that lists have the same order.
- Times are RFC 3339 instants as text, all of the same width: their order is the order of time.

Refuses to leave this package: tables are the business of ``consent.store`` alone.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

WORDS = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

meta = Table("meta", metadata, Column("key", WORDS, primary_key=True), Column("value", WORDS, nullable=False))

event = Table(
    "event",
    metadata,
    Column("id", NUMBER, Identity(), primary_key=True),
    Column("stream", WORDS, nullable=False),
    Column("number", Integer, nullable=False),
    Column("leaf", WORDS, nullable=False),
    Column("header", LargeBinary, nullable=False),
    UniqueConstraint("stream", "number", name="event_place"),
    UniqueConstraint("leaf", name="event_leaf"),
)

event_payload = Table(
    "event_payload",
    metadata,
    Column("stream", WORDS, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    ForeignKeyConstraint(["stream", "number"], ["event.stream", "event.number"], name="event_payload_event"),
)

leaf = Table(
    "leaf",
    metadata,
    Column("place", NUMBER, primary_key=True, autoincrement=False),
    Column("event", NUMBER, nullable=False),
    UniqueConstraint("event", name="leaf_event"),
    ForeignKeyConstraint(["event"], ["event.id"], name="leaf_of_event"),
)

node = Table(
    "node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", NUMBER, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("at", WORDS, nullable=False),
    Column("note", LargeBinary, nullable=False),
)

published = Table(
    "published",
    metadata,
    Column("target", WORDS, primary_key=True),
    Column("size", NUMBER, primary_key=True, autoincrement=False),
    Column("at", WORDS, nullable=False),
)

worklist = Table(
    "worklist",
    metadata,
    Column("episode", WORDS, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", WORDS, nullable=False),
    Column("outcome", WORDS, nullable=False),
    Column("appointment", WORDS, nullable=False),
    Column("patient_name", WORDS, nullable=False),
    Column("birth_date", WORDS, nullable=False),
    Column("mrn", WORDS, nullable=False),
    Column("procedure", WORDS, nullable=False),
    Column("title", WORDS, nullable=False),
    Column("sites", WORDS, nullable=False),
    Column("clinician", WORDS, nullable=False),
    Column("clinician_name", WORDS, nullable=False),
    Column("performer", WORDS, nullable=False, server_default=""),
    Column("unit", WORDS, nullable=False, server_default=""),
    Column("open_questions", Integer, nullable=False),
    Column("document", WORDS, nullable=False),
    Column("filed", Boolean, nullable=False),
    Column("last_problem", WORDS, nullable=False),
    Column("day", WORDS, nullable=False, server_default=""),
    Column("day_at", WORDS, nullable=False, server_default=""),
    Column("flags", WORDS, nullable=False, server_default=""),
    Column("waiting", WORDS, nullable=False, server_default=""),
    Column("sought", WORDS, nullable=False, server_default=""),
    Column("unmade_since", WORDS, nullable=False, server_default=""),
    Index("worklist_place", "appointment", "episode", "sought"),
    Index("worklist_status", "status"),
    Index("worklist_unmade", "unmade_since"),
    Index("worklist_patient", "mrn", "birth_date"),
)

document = Table(
    "document",
    metadata,
    Column("digest", WORDS, primary_key=True),
    Column("episode", WORDS, nullable=False),
    Column("kind", WORDS, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("episode", "kind", name="document_once"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", WORDS, primary_key=True),
    Column("episode", WORDS, nullable=False),
    Column("outlet", WORDS, nullable=False),
    Column("document", WORDS, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", WORDS, nullable=False),
    Column("settled", Boolean, nullable=False),
    Index("outbox_due", "settled", "due"),
)

answer = Table(
    "answer",
    metadata,
    Column("key", WORDS, primary_key=True),
    Column("request", WORDS, nullable=False),
    Column("body", WORDS, nullable=False),
)

ink = Table("ink", metadata, Column("digest", WORDS, primary_key=True))

lease = Table(
    "lease",
    metadata,
    Column("name", WORDS, primary_key=True),
    Column("holder", WORDS, nullable=False),
    Column("until", WORDS, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", WORDS, primary_key=True),
    Column("login", WORDS, nullable=False),
    Column("login_form", WORDS, nullable=False),
    Column("person", WORDS, nullable=False),
    Column("secret_hash", WORDS, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", WORDS, nullable=False),
    Column("pin_hash", WORDS, nullable=False, server_default=""),
    UniqueConstraint("login_form", name="account_login"),
)

session = Table(
    "session",
    metadata,
    Column("id", WORDS, primary_key=True),
    Column("token", WORDS, nullable=False),
    Column("person", WORDS, nullable=False),
    Column("device", WORDS, nullable=False),
    Column("created", WORDS, nullable=False),
    Column("last_seen", WORDS, nullable=False),
    Column("episode", WORDS, nullable=False),
    Column("parent", WORDS, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("opened", WORDS, nullable=False, server_default=""),
    Column("opened_at", WORDS, nullable=False, server_default=""),
    UniqueConstraint("token", name="session_token"),
    Index("session_person", "person"),
    Index("session_device", "device"),
)

device = Table(
    "device",
    metadata,
    Column("id", WORDS, primary_key=True),
    Column("token", WORDS, nullable=False),
    Column("label", WORDS, nullable=False),
    Column("enrolled", WORDS, nullable=False),
    Column("revoked", Boolean, nullable=False),
    UniqueConstraint("token", name="device_token"),
)

glass = Table(
    "glass",
    metadata,
    Column("id", WORDS, primary_key=True),
    Column("episode", WORDS, nullable=False),
    Column("person", WORDS, nullable=False),
    Column("session", WORDS, nullable=False),
    Column("at", WORDS, nullable=False),
    Column("until", WORDS, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Index("glass_session", "session", "episode"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("bucket", WORDS, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", WORDS, nullable=False),
    Column("until", WORDS, nullable=False),
)

effort = Table(
    "effort",
    metadata,
    Column("episode", WORDS, primary_key=True),
    Column("taps", Integer, nullable=False),
    Column("millis", NUMBER, nullable=False),
    Column("talk_taps", Integer, nullable=False),
    Column("talk_millis", NUMBER, nullable=False),
    Column("session", WORDS, nullable=False),
    Column("at", WORDS, nullable=False),
)

unsaved = Table(
    "unsaved",
    metadata,
    Column("episode", WORDS, primary_key=True),
    Column("by", WORDS, primary_key=True),
    Column("at", WORDS, nullable=False),
    Column("fields", WORDS, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("ticket", WORDS, primary_key=True),
    Column("session", WORDS, nullable=False),
    Column("purpose", WORDS, nullable=False),
    Column("until", WORDS, nullable=False),
    Index("ticket_until", "until"),
)
