"""The register: what a search looks in, and an index in the order of its pages.

Frozen: a later change is a new file beside this one, never an edit here.
"""

from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_rows = sa.table("worklist", *(sa.column(name) for name in ("episode", "patient_name", "mrn", "sought")))


def upgrade() -> None:
    op.add_column("worklist", sa.Column("sought", _WORDS, nullable=False, server_default=""))
    connection = op.get_bind()
    kept = connection.execute(sa.select(_rows.c.episode, _rows.c.patient_name, _rows.c.mrn)).all()
    filled = [{"of": row.episode, "text": f"{_form(row.patient_name)}\n{_form(row.mrn)}"} for row in kept]
    change = sa.update(_rows).where(_rows.c.episode == sa.bindparam("of")).values(sought=sa.bindparam("text"))
    if filled:
        connection.execute(change, filled)
    op.drop_index("worklist_appointment", "worklist")
    op.create_index("worklist_place", "worklist", ["appointment", "episode", "sought"])


def _form(text: str) -> str:
    return " ".join(normalize("NFC", normalize("NFC", text).casefold()).split())
