"""The ledger in memory: the same refusals, in the same order, as the one on SQL."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from consent.errors import AlreadyDone, Broken, Busy, NotFound, SameInk, StaleEpisode, StoreRefused
from consent.model import canon, entry
from consent.model.entry import Entry, Recorded
from consent.model.register import sought
from consent.ports import Answer, Commit, Glass, OutboxItem, Place, Scope, StoredDocument, Wanted, WorklistRow
from tests.fakes.devices import MemoryDevices
from tests.fakes.people import MemoryPeople
from tests.fakes.unsaved import MemoryUnsaved

_checked = lru_cache(maxsize=500)(entry.read)
"""The real check of the chain; tests make the same bytes again and again, so that it is done once for each."""


def _fits(row: WorklistRow, wanted: Wanted) -> bool:
    stands = {
        "open": not row.outcome,
        "closed": row.outcome in {"closed", "erased"},
        "consented": row.outcome == "consented",
        "refused": row.outcome == "refused",
        "unfiled": row.outcome in {"consented", "refused", "withdrawn"} and not row.filed,
    }
    return (
        wanted.text in sought(row.patient_name, row.mrn)
        and stands.get(wanted.state, True)
        and row.appointment >= wanted.since
        and not (wanted.until and row.appointment >= wanted.until)
        and wanted.procedure in {"", row.procedure}
        and wanted.clinician in {"", row.clinician}
    )


class MemoryLedger:
    """The port ``Ledger``. With :meth:`others`, somebody else writes just before each of the next commits."""

    def __init__(self, people: MemoryPeople, devices: MemoryDevices) -> None:
        self._people, self._devices = people, devices
        self.broken: dict[str, Glass] = {}
        self.kept: dict[str, list[Entry]] = {}
        self.last = b""
        self.order: list[Entry] = []
        self.rows: dict[str, WorklistRow] = {}
        self.documents: dict[str, StoredDocument] = {}
        self.outbox: dict[str, OutboxItem] = {}
        self.settled: set[str] = set()
        self.answers: dict[str, Answer] = {}
        self.ink: set[str] = set()
        self.leases: dict[str, tuple[str, str]] = {}
        self._others: list[Callable[[], object]] = []
        self._prefix = ""
        self.full = False
        self.erasable = True
        self.elsewhere = ""
        self.unsaved = MemoryUnsaved()
        self.appends = 0

    def others(self, write: Callable[[], object], *, times: int = 1, stream: str = "") -> None:
        """Let ``write`` come before each of the next commits to a stream whose name begins so."""
        self._others, self._prefix = [write] * times, stream

    def append(self, commit: Commit) -> None:
        if self._others and commit.stream.startswith(self._prefix):
            write, *waiting = self._others
            self._others = []
            write()
            self._others = waiting
        self._claim(commit)
        stream = self.kept.get(commit.stream, [])
        if len(stream) != commit.expected:
            raise StaleEpisode("Somebody else changed this record in between.")
        if self.full:
            raise Busy("The disk of the records is full.")
        if commit.account:
            self._people.keep(commit.account)
        if commit.device:
            self._devices.keep(commit.device)
        if commit.glass:
            self.broken[commit.glass.id] = commit.glass
        self.appends += 1
        stream = [replace(one, payload=None, salt=None) for one in stream] if commit.erase else stream
        self.kept[commit.stream] = [*stream, *commit.entries]
        self.order += commit.entries
        self.last = commit.entries[-1].header if commit.entries else self.last
        self._keep(commit)

    def _claim(self, commit: Commit) -> None:
        if commit.answer and commit.answer.key in self.answers:
            raise AlreadyDone("This request was answered before.")
        if self.ink & set(commit.ink):
            raise SameInk("This drawing has signed before.")
        kept = {(one.episode, one.kind) for one in self.documents.values()}
        made = commit.document
        if made and (made.digest in self.documents or (made.episode, made.kind) in kept):
            raise AlreadyDone("This document was made before.")

    def _keep(self, commit: Commit) -> None:
        if commit.row:
            self.rows[commit.row.episode] = commit.row
        if commit.document:
            self.documents[commit.document.digest] = commit.document
        if commit.answer:
            self.answers[commit.answer.key] = commit.answer
        self._forget(commit)
        if commit.erase:
            self._erase(commit)
        self.outbox |= {item.id: item for item in commit.outbox if item.id not in self.outbox}
        self.settled |= set(commit.settled)
        self.ink |= set(commit.ink)

    def _erase(self, commit: Commit) -> None:
        episode = commit.stream.partition(":")[2]
        self.answers = {key: one for key, one in self.answers.items() if episode not in one.body}
        self.documents = {name: one for name, one in self.documents.items() if one.episode != episode}
        self.settled |= {name for name, one in self.outbox.items() if one.episode == episode}
        self.ink -= set(commit.freed)

    def _forget(self, commit: Commit) -> None:
        here, over = commit.stream.partition(":")[2], commit.erase or bool(commit.row and commit.row.outcome)
        gone = [key for key in self.unsaved.kept if key[0] == here and (over or key[1] == commit.saved)]
        for key in gone:
            del self.unsaved.kept[key]

    def check_may_erase(self) -> None:
        if not self.erasable:
            raise StoreRefused("The database does not let this program erase.")

    def read(self, stream: str) -> tuple[Recorded, ...]:
        return _checked(self.entries(stream))

    def entries(self, stream: str) -> tuple[Entry, ...]:
        return tuple(self.kept.get(stream, []))

    def head(self, stream: str) -> tuple[int, str | None]:
        entries = self.entries(stream)
        return len(entries), entries[-1].leaf if entries else None

    def streams(self, prefix: str) -> tuple[str, ...]:
        return tuple(name for name in self.kept if name.startswith(prefix))

    def newest(self) -> str:
        return entry.at(self.last) if self.last else ""

    def moment(self) -> str:
        return self.elsewhere

    def answer(self, key: str) -> Answer | None:
        return self.answers.get(key)

    def worklist(self, scope: Scope, *, since: str, until: str) -> tuple[WorklistRow, ...]:
        return tuple(row for row in self._within(scope) if since <= row.appointment < until)

    def row(self, scope: Scope, episode: str) -> WorklistRow | None:
        return next((row for row in self._within(scope) if row.episode == episode), None)

    def rows_of(self, *, mrn: str, birth_date: str) -> tuple[WorklistRow, ...]:
        return tuple(row for row in self._sorted() if (row.mrn, row.birth_date) == (mrn, birth_date))

    def in_status(self, scope: Scope, *statuses: str) -> tuple[WorklistRow, ...]:
        return tuple(row for row in self._within(scope) if row.status in statuses)

    def unmade(self) -> tuple[WorklistRow, ...]:
        return tuple(sorted((row for row in self.rows.values() if row.unmade_since), key=lambda row: row.unmade_since))

    def found(
        self, scope: Scope, wanted: Wanted, *, most: int, below: Place | None = None, above: Place | None = None
    ) -> tuple[WorklistRow, ...]:
        fit = [row for row in self._within(scope) if _fits(row, wanted)]
        places = {(row.appointment, row.episode): row for row in fit}
        if above:
            return tuple(reversed([places[place] for place in sorted(places) if place > above][:most]))
        down = [place for place in sorted(places, reverse=True) if not below or place < below]
        return tuple(places[place] for place in down[:most])

    def count(self, scope: Scope, wanted: Wanted) -> int:
        return sum(_fits(row, wanted) for row in self._within(scope))

    def _within(self, scope: Scope) -> list[WorklistRow]:
        return [row for row in self._sorted() if scope.everything or self._reached(scope, row)]

    def _reached(self, scope: Scope, row: WorklistRow) -> bool:
        if scope.episode:
            return row.episode == scope.episode
        glass = any(
            one.episode == row.episode and one.session == scope.session and one.until > scope.at
            for one in self.broken.values()
        )
        return glass or row.unit in scope.units or scope.person in {row.clinician, row.performer}

    def _sorted(self) -> list[WorklistRow]:
        return sorted(self.rows.values(), key=lambda row: (row.appointment, row.patient_name, row.episode))

    def document(self, scope: Scope, digest: str) -> StoredDocument:
        found = self.documents.get(digest)
        if found is None or not (scope.everything or self.row(scope, found.episode)):
            raise NotFound("There is no such document, or it is not yours to see.")
        if canon.sha256_hex(found.content) != digest:
            raise Broken("A stored document is not the one that was sealed.")
        return found

    def glasses(self) -> tuple[Glass, ...]:
        left = (glass for glass in self.broken.values() if not glass.reviewed)
        return tuple(sorted(left, key=lambda one: (one.at, one.id)))

    def owed(self, *, now: str) -> tuple[OutboxItem, ...]:
        due = [item for item in self.outbox.values() if item.id not in self.settled and item.due <= now]
        return tuple(sorted(due, key=lambda item: (item.due, item.id)))

    def postpone(self, item: OutboxItem, *, due: str) -> None:
        self.outbox[item.id] = replace(item, attempts=item.attempts + 1, due=due)

    def lease(self, name: str, *, holder: str, now: str, until: str) -> bool:
        kept_by, kept_until = self.leases.get(name, ("", ""))
        if kept_by != holder and kept_until > now:
            return False
        self.leases[name] = (holder, until)
        return True

    def replace_rows(self, rows: Sequence[WorklistRow]) -> None:
        self.rows = {row.episode: row for row in rows}
