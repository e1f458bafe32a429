"""The log over all records: which entry has which place, the hashes of its tree, its checkpoints, and who got them.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leaf",
        sa.Column("place", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("event", _NUMBER, nullable=False),
        sa.UniqueConstraint("event", name="leaf_event"),
        sa.ForeignKeyConstraint(["event"], ["event.id"], name="leaf_of_event"),
    )
    op.create_table(
        "node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", _WORDS, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "published",
        sa.Column("target", _WORDS, primary_key=True),
        sa.Column("size", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", _WORDS, nullable=False),
    )
    for table in ("leaf", "node", "checkpoint", "published"):
        for action in ("UPDATE", "DELETE"):
            _refuse(table, action)


def _refuse(table: str, action: str) -> None:
    name = f"{table}_refuses_{action.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, 'a {table} is written once'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} {body}")
        return
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    if action == "DELETE":
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
