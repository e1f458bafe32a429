"""What staff should know at a glance, and for whom questions wait, in the lists.

Frozen: a later change is a new file beside this one, never an edit here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("flags", "waiting"):
        op.add_column("worklist", sa.Column(name, _WORDS, nullable=False, server_default=""))
