"""Accounts in memory; the ledger of the same test keeps them through ``keep``."""

from dataclasses import replace

from consent.errors import AlreadyDone
from consent.model.text import matching_form
from consent.ports import Account


class MemoryPeople:
    """The port ``People``."""

    def __init__(self) -> None:
        self.kept: dict[str, Account] = {}

    def keep(self, account: Account) -> None:
        other = self.by_login(account.login)
        if other and other.person.id != account.person.id:
            raise AlreadyDone("This sign-in name belongs to somebody else.")
        self.kept[account.person.id] = account

    def by_id(self, person: str) -> Account | None:
        return self.kept.get(person)

    def by_login(self, login: str) -> Account | None:
        assert login.isprintable(), "PostgreSQL takes no NUL and no half a character"
        found = (one for one in self.kept.values() if matching_form(one.login) == matching_form(login))
        return next(found, None)

    def all(self) -> tuple[Account, ...]:
        return tuple(sorted(self.kept.values(), key=lambda one: (matching_form(one.person.name), one.person.id)))

    def count_failure(self, person: str, *, every: int, locked_until: str) -> bool:
        known = self.kept[person]
        full = (known.failures + 1) % every == 0
        until = locked_until if full else known.locked_until
        self.kept[person] = replace(known, failures=known.failures + 1, locked_until=until)
        return full

    def clear_failures(self, person: str) -> None:
        self.kept[person] = replace(self.kept[person], failures=0, locked_until="")

    def deactivate(self, person: str) -> None:
        """Somebody left: there is no verb for it yet."""
        known = self.kept[person]
        self.kept[person] = replace(known, person=known.person.model_copy(update={"active": False}))
