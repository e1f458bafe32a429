"""The day of the procedure in the lists: where it stands, and since when.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("day", "day_at"):
        op.add_column("worklist", sa.Column(name, _WORDS, nullable=False, server_default=""))
