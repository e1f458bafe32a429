"""Accounts on SQL.

Decides how an account is a row: the person as JSON, what proves who they are beside it.

Invariants:
- Accounts change through ``Commit.account`` in the ledger; here only wrong secrets are counted, in one statement, so
  that parallel guesses all count.
- A sign-in name is unique in the form in which names are compared.

Refuses to judge a secret: that is the hasher's.
"""

from sqlalchemy import RowMapping, case, select, update

from consent.model.people import Person
from consent.model.text import matching_form
from consent.ports import Account
from consent.store.engine import Store
from consent.store.tables import account


class SqlPeople:
    """The port ``People`` on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_id(self, person: str) -> Account | None:
        """The account of a person."""
        with self._store.reading() as connection:
            row = connection.execute(select(account).where(account.c.id == person)).mappings().one_or_none()
        return _account(row) if row else None

    def by_login(self, login: str) -> Account | None:
        """The account of a sign-in name, letter case aside."""
        with self._store.reading() as connection:
            query = select(account).where(account.c.login_form == matching_form(login))
            row = connection.execute(query).mappings().one_or_none()
        return _account(row) if row else None

    def all(self) -> tuple[Account, ...]:
        """All accounts by name."""
        with self._store.reading() as connection:
            found = [_account(row) for row in connection.execute(select(account)).mappings()]
        return tuple(sorted(found, key=lambda one: (matching_form(one.person.name), one.person.id)))

    def count_failure(self, person: str, *, every: int, locked_until: str) -> bool:
        """One more wrong secret; each ``every``-th of them locks the account, and then this gives True."""
        full = (account.c.failures + 1) % every == 0
        values = {
            "failures": account.c.failures + 1,
            "locked_until": case((full, locked_until), else_=account.c.locked_until),
        }
        counted = update(account).where(account.c.id == person).values(values).returning(account.c.failures)
        with self._store.writing() as connection:
            failures = connection.scalar(counted)
        return failures is not None and failures % every == 0

    def clear_failures(self, person: str) -> None:
        """The secret was right."""
        with self._store.writing() as connection:
            connection.execute(update(account).where(account.c.id == person).values(failures=0, locked_until=""))


def account_values(one: Account) -> dict[str, object]:
    """An account as the values of its row."""
    return {
        "id": one.person.id,
        "login": one.login,
        "login_form": matching_form(one.login),
        "person": one.person.model_dump_json(),
        "secret_hash": one.secret_hash,
        "failures": one.failures,
        "locked_until": one.locked_until,
        "pin_hash": one.pin_hash,
    }


def _account(row: RowMapping) -> Account:
    return Account(
        person=Person.model_validate_json(row["person"]),
        login=row["login"],
        secret_hash=row["secret_hash"],
        failures=row["failures"],
        locked_until=row["locked_until"],
        pin_hash=row["pin_hash"],
    )
