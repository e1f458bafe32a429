"""Since when a record has a notice that is not made yet.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("worklist", sa.Column("unmade_since", _WORDS, nullable=False, server_default=""))
    op.create_index("worklist_unmade", "worklist", ["unmade_since"])
