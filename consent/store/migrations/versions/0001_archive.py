"""The archive as it begins: events written once, and what is kept with them.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_WRITTEN_ONCE = (
    ("event", "UPDATE"),
    ("event", "DELETE"),
    ("event_payload", "UPDATE"),
    ("document", "UPDATE"),
    ("document", "DELETE"),
)


def upgrade() -> None:
    _create_events()
    _create_episodes()
    _create_people()
    for name, action in _WRITTEN_ONCE:
        _refuse(name, action)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("event", "event_payload", "document"):
            _refuse(name, "TRUNCATE")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _WORDS, nullable=False) for name in names]


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _WORDS, primary_key=True)


def _create_events() -> None:
    op.create_table("meta", _key("key"), *_words("value"))
    op.create_table(
        "event",
        sa.Column("id", _NUMBER, sa.Identity(), primary_key=True),
        *_words("stream"),
        sa.Column("number", sa.Integer, nullable=False),
        *_words("leaf"),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("stream", "number", name="event_place"),
        sa.UniqueConstraint("leaf", name="event_leaf"),
    )
    op.create_table(
        "event_payload",
        _key("stream"),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["stream", "number"], ["event.stream", "event.number"], name="event_payload_event"),
    )


def _create_episodes() -> None:
    op.create_table(
        "worklist",
        _key("episode"),
        sa.Column("version", sa.Integer, nullable=False),
        *_words("status", "outcome", "appointment", "patient_name", "birth_date", "mrn", "procedure", "title"),
        *_words("sites", "clinician", "clinician_name"),
        sa.Column("open_questions", sa.Integer, nullable=False),
        *_words("document"),
        sa.Column("filed", sa.Boolean, nullable=False),
        *_words("last_problem"),
    )
    op.create_index("worklist_appointment", "worklist", ["appointment"])
    op.create_index("worklist_status", "worklist", ["status"])
    op.create_table(
        "document",
        _key("digest"),
        *_words("episode", "kind"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("episode", "kind", name="document_once"),
    )
    op.create_table(
        "outbox",
        _key("id"),
        *_words("episode", "outlet", "document"),
        sa.Column("attempts", sa.Integer, nullable=False),
        *_words("due"),
        sa.Column("settled", sa.Boolean, nullable=False),
    )
    op.create_index("outbox_due", "outbox", ["settled", "due"])
    op.create_table("answer", _key("key"), *_words("request", "body"))
    op.create_table("ink", _key("digest"))
    op.create_table("lease", _key("name"), *_words("holder", "until"))


def _create_people() -> None:
    op.create_table(
        "account",
        _key("id"),
        *_words("login", "login_form", "person", "secret_hash"),
        sa.Column("failures", sa.Integer, nullable=False),
        *_words("locked_until"),
        sa.UniqueConstraint("login_form", name="account_login"),
    )
    op.create_table(
        "session",
        _key("id"),
        *_words("token", "person", "device", "created", "last_seen", "episode", "parent"),
        sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.UniqueConstraint("token", name="session_token"),
    )
    op.create_index("session_person", "session", ["person"])
    op.create_table("ticket", _key("ticket"), *_words("session", "purpose", "until"))
    op.create_index("ticket_until", "ticket", ["until"])


def _refuse(table: str, action: str) -> None:
    name = f"{table}_refuses_{action.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, 'a {table} is written once'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'this row is written once'; END $$"
    )
    each = "STATEMENT" if action == "TRUNCATE" else "ROW"
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {each} EXECUTE FUNCTION refuse_change()")
