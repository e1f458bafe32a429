"""What records have taken of the staff's work.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "effort",
        sa.Column("episode", _WORDS, primary_key=True),
        sa.Column("taps", sa.Integer, nullable=False),
        sa.Column("millis", _NUMBER, nullable=False),
        sa.Column("talk_taps", sa.Integer, nullable=False),
        sa.Column("talk_millis", _NUMBER, nullable=False),
        sa.Column("session", _WORDS, nullable=False),
        sa.Column("at", _WORDS, nullable=False),
    )
