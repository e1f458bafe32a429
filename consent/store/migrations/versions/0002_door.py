"""The door: units and performers in the lists, PINs, known devices, broken glasses, and where wrong secrets came from.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for table, names in (
        ("worklist", ("performer", "unit")),
        ("account", ("pin_hash",)),
        ("session", ("opened", "opened_at")),
    ):
        for name in names:
            op.add_column(table, sa.Column(name, _WORDS, nullable=False, server_default=""))
    op.create_index("worklist_patient", "worklist", ["mrn", "birth_date"])
    op.create_index("session_device", "session", ["device"])
    op.create_table(
        "device",
        sa.Column("id", _WORDS, primary_key=True),
        *_words("token", "label", "enrolled"),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.UniqueConstraint("token", name="device_token"),
    )
    op.create_table(
        "glass",
        sa.Column("id", _WORDS, primary_key=True),
        *_words("episode", "person", "session", "at", "until"),
        sa.Column("reviewed", sa.Boolean, nullable=False),
    )
    op.create_index("glass_session", "glass", ["session", "episode"])
    op.create_table(
        "attempt",
        sa.Column("bucket", _WORDS, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        *_words("since", "until"),
    )


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _WORDS, nullable=False) for name in names]
