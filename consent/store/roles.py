"""The roles of a PostgreSQL database: who may do what with which table.

Decides the rights of four roles. The *owner* makes and changes the tables. The *app* is the running program. The
*eraser* may delete what the law asks to erase. The *auditor* reads.

Invariants:
- Every table is named here with what the app may do with it; a table without that decision fails a test.
- What is written once is the app's to add and to read. It owns no table, so that it can neither change, delete nor
  empty what is there, nor switch off the trigger that would refuse it (catalogue G7).
- Nobody but the eraser deletes what is written once, and it can change none of it: not the app, for drafts neither.
- Nobody but the owner makes anything in the database. Of what proves who somebody is, the auditor reads nothing.
- There is no password here: whoever runs the database sets it, or certificates take its place.

Refuses a prefix that SQL would read in another way.
"""

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from consent.errors import BadInput, StoreRefused
from consent.store import tables

READ = "SELECT"
ONCE = "SELECT, INSERT"
"""What is written once: each such table is one line below."""
KEPT = "SELECT, INSERT, UPDATE"
APP: Mapping[str, str] = {
    "alembic_version": READ,
    "meta": READ,
    "event": ONCE,
    "event_payload": ONCE,
    "document": ONCE,
    "answer": ONCE,
    "ink": ONCE,
    "leaf": ONCE,
    "node": ONCE,
    "checkpoint": ONCE,
    "published": ONCE,
    "worklist": f"{KEPT}, DELETE",  # made again from the events (rebuild)
    "outbox": KEPT,
    "lease": KEPT,
    "account": KEPT,
    "session": KEPT,
    "device": KEPT,
    "glass": KEPT,
    "effort": KEPT,
    "attempt": f"{KEPT}, DELETE",  # forgotten once the secret was right
    "unsaved": f"{KEPT}, DELETE",  # forgotten by the commit that saves it
    "ticket": f"{ONCE}, DELETE",  # used up
}
"""What the app may do with each table, apart from erasing."""

ERASED: Mapping[str, tuple[str, ...]] = {
    "event_payload": ("stream", "number"),
    "answer": ("body",),
    "ink": ("digest",),
    "document": ("episode",),
    "unsaved": ("episode",),
}
"""What an erasure deletes from, and the columns by which it finds the rows: it need not read what it erases."""
WITH_IT: Mapping[str, tuple[str, ...]] = {
    "event": ("SELECT (stream, number)", "INSERT"),
    "event_payload": ("INSERT",),
    "worklist": ("SELECT (episode, status)", "UPDATE"),
    "outbox": ("SELECT (episode)", "UPDATE (settled)"),
}
"""What goes with an erasure in its transaction: the event that says so, the row of the lists, what is owed no more."""

HIDDEN: Mapping[str, frozenset[str]] = {
    "account": frozenset({"secret_hash", "pin_hash"}),
    "session": frozenset({"token"}),
    "device": frozenset({"token"}),
    "ticket": frozenset({"ticket"}),
}
"""What the auditor does not read."""

_PREFIX = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HEAD = """\
-- The roles of Bedside Consent and their rights. Run it with psql on the store's own database, as its administrator the
-- first time (it makes roles) and as the owner afterwards. Running it again changes nothing; do so after each
-- `python -m consent migrate`.
-- It sets no password. Set each with \\password in psql, or let pg_hba.conf ask for certificates.
\\set ON_ERROR_STOP on
BEGIN;
DO $$ BEGIN"""
_ROLE = "  IF to_regrole('{role}') IS NULL THEN CREATE ROLE {role} LOGIN; END IF;"
_DATABASE = """\
  EXECUTE format('ALTER DATABASE %I OWNER TO {owner}', current_database());
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, {others}', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO {others}', current_database());
END $$;
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC, {others};
GRANT USAGE ON SCHEMA public TO {others};
SELECT to_regclass('public.alembic_version') IS NOT NULL AS is_made \\gset
\\if :is_made
ALTER FUNCTION public.refuse_change() OWNER TO {owner};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {others};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {others};"""
_END = """\
\\else
\\echo 'There are no tables yet: run `python -m consent migrate` as {owner}, then this again.'
\\endif
COMMIT;
"""
_LACKING = text(
    'SELECT count(*) FROM unnest(CAST(:tables AS text[]), CAST(:rights AS text[])) AS needed(name, "right") '
    'WHERE NOT has_table_privilege(name, "right")'
)


def sql(prefix: str) -> str:
    """What makes the roles and gives them their rights, for psql.

    Raises:
        BadInput: The prefix cannot be part of a role's name.
    """
    if not _PREFIX.fullmatch(prefix):
        raise BadInput("This prefix cannot be part of a role's name.", "Use small letters, digits and _.")
    roles = {name: prefix + name for name in ("owner", "app", "eraser", "auditor")}
    named = {"owner": roles["owner"], "others": ", ".join(roles[name] for name in ("app", "eraser", "auditor"))}
    made = (_ROLE.format(role=role) for role in roles.values())
    lines = (_HEAD, *made, _DATABASE.format(**named), *_rights(roles), _END.format(**named))
    return "\n".join(lines)


def _rights(roles: Mapping[str, str]) -> Iterator[str]:
    for table, rights in APP.items():
        yield f"ALTER TABLE public.{table} OWNER TO {roles['owner']};"
        yield f"GRANT {rights} ON public.{table} TO {roles['app']};"
        yield f"GRANT {_read_by_auditor(table)} ON public.{table} TO {roles['auditor']};"
    for table, columns in ERASED.items():
        yield f"GRANT SELECT ({', '.join(columns)}), DELETE ON public.{table} TO {roles['eraser']};"
    for table, rights_with_it in WITH_IT.items():
        yield f"GRANT {', '.join(rights_with_it)} ON public.{table} TO {roles['eraser']};"


def _read_by_auditor(table: str) -> str:
    if table not in HIDDEN:
        return READ
    columns = tables.metadata.tables[table].c.keys()
    return f"{READ} ({', '.join(name for name in columns if name not in HIDDEN[table])})"


def check_rights(connection: Connection) -> None:
    """Hold the role of this process to what the app needs: better at the start than at a bedside.

    Raises:
        StoreRefused: It lacks a right.
    """
    needed = [(table, right) for table, rights in APP.items() for right in rights.split(", ")]
    names, rights = zip(*needed, strict=True)
    if connection.scalar(_LACKING, {"tables": list(names), "rights": list(rights)}):
        raise unprepared()


def may_erase(connection: Connection) -> bool:
    """Whether the role of this process may delete what an erasure deletes."""
    given = {"tables": list(ERASED), "rights": ["DELETE"] * len(ERASED)}
    return not connection.scalar(_LACKING, given)


def unprepared() -> StoreRefused:
    """The database is not ready for this program and its role."""
    return StoreRefused(
        "The schema of this store is not that of this program, or its role lacks a right there; it may change neither.",
        "Run `python -m consent migrate` as the owner of the database, then what `python -m consent roles` prints.",
    )
