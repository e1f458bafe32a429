"""A document may be deleted once its record is erased, and not before.

Frozen: a later change is a new file beside this one, never an edit here.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ERASED = "SELECT 1 FROM worklist WHERE episode = OLD.episode AND status = 'erased'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER document_refuses_delete")
        op.execute(
            f"CREATE TRIGGER document_refuses_delete BEFORE DELETE ON document WHEN NOT EXISTS ({_ERASED}) "
            "BEGIN SELECT RAISE(ABORT, 'a document is written once'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'document' THEN "
        f"IF EXISTS ({_ERASED}) THEN RETURN OLD; END IF; END IF; "
        "RAISE EXCEPTION 'this row is written once'; END $$"
    )
