"""A ledger that holds new records back in memory, so that a whole one is written at once: for rehearsals.

Decides what a verb finds while its record is held back, and how the commits of one record become few.

Invariants:
- Nothing is kept before :meth:`StagingLedger.keep`; then all of it, in one transaction, as the ledger keeps any other.
- Each entry is read back and checked as it is appended, as by every reader.
- Only records are held: what verbs say in other streams meanwhile, as that somebody proved who they are, is let go.

Refuses to change what is in the store already, and to erase.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from consent.errors import AlreadyDone, Broken, StaleEpisode
from consent.model import entry
from consent.model.entry import Entry, Recorded
from consent.ports import Answer, Commit, Scope, WorklistRow
from consent.store.engine import Store
from consent.store.ledger import SqlLedger

_RECORD = "episode:"


class StagingLedger(SqlLedger):
    """The port ``Staging`` on a store. What is held back is in everybody's reach: nobody else sees it yet."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._held: list[Commit] = []
        self._read: dict[str, tuple[Recorded, ...]] = {}
        self._rows: dict[str, WorklistRow] = {}
        self._answers: dict[str, Answer] = {}

    def keep(self) -> None:
        """Keep what is held back, all or nothing. Raises as ``append``; then nothing is held any more."""
        held, self._held = self._held, []
        self._read, self._rows, self._answers = {}, {}, {}
        self.append_all(_joined(held))

    def append(self, commit: Commit) -> None:
        """Hold a commit back. Raises StaleEpisode, AlreadyDone, Broken."""
        if not commit.stream.startswith(_RECORD):
            return
        before = self._read.get(commit.stream, ())
        if commit.erase or (commit.expected and not before):
            raise Broken("A rehearsal changes a record that is kept.")
        if len(before) != commit.expected:
            raise StaleEpisode("Somebody else changed this record in between.")
        if commit.answer:
            if self.answer(commit.answer.key):
                raise AlreadyDone("This request was answered before.")
            self._answers[commit.answer.key] = commit.answer
        self._read[commit.stream] = entry.read_on(before, commit.entries)
        if commit.row:
            self._rows[commit.row.episode] = commit.row
        self._held.append(commit)

    def read(self, stream: str) -> tuple[Recorded, ...]:
        """The checked events of a stream."""
        return self._read.get(stream) or super().read(stream)

    def entries(self, stream: str) -> tuple[Entry, ...]:
        """The bytes of a stream."""
        held = (one for commit in self._held if commit.stream == stream for one in commit.entries)
        return tuple(held) or super().entries(stream)

    def answer(self, key: str) -> Answer | None:
        """The answer kept for an idempotency key."""
        return self._answers.get(key) or super().answer(key)

    def row(self, scope: Scope, episode: str) -> WorklistRow | None:
        """One episode's row."""
        return self._rows.get(episode) or super().row(scope, episode)

    def rows_of(self, *, mrn: str, birth_date: str) -> tuple[WorklistRow, ...]:
        """All rows of a patient by both identifiers."""
        held = (row for row in self._rows.values() if (row.mrn, row.birth_date) == (mrn, birth_date))
        return (*super().rows_of(mrn=mrn, birth_date=birth_date), *held)

    def in_status(self, scope: Scope, *statuses: str) -> tuple[WorklistRow, ...]:  # noqa: ARG002 - the port's
        """The rows in one of the statuses, of what is held back alone."""
        return tuple(row for row in self._rows.values() if row.status in statuses)


def _joined(commits: Sequence[Commit]) -> Iterator[Commit]:
    """Commits to one stream that follow each other as one, but for a second answer or document."""
    last: Commit | None = None
    for commit in commits:
        if last is None:
            last = commit
        elif _fit(last, commit):
            last = replace(
                commit,
                expected=last.expected,
                entries=last.entries + commit.entries,
                row=commit.row or last.row,
                answer=commit.answer or last.answer,
                document=commit.document or last.document,
                outbox=last.outbox + commit.outbox,
                settled=last.settled + commit.settled,
                ink=last.ink + commit.ink,
            )
        else:
            yield last
            last = commit
    if last is not None:
        yield last


def _fit(one: Commit, other: Commit) -> bool:
    twice = (one.answer and other.answer) or (one.document and other.document)
    return one.stream == other.stream and not twice
