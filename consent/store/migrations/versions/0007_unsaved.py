"""What is in fields and not saved yet.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "unsaved",
        sa.Column("episode", _WORDS, primary_key=True),
        sa.Column("by", _WORDS, primary_key=True),
        sa.Column("at", _WORDS, nullable=False),
        sa.Column("fields", _WORDS, nullable=False),
    )
