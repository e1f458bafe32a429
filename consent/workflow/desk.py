"""The desk itself: the ports in one hand, and the one way to change anything.

Decides how a verb writes: read the stream, decide, append with the version that was read, all in one commit.

Invariants:
- ``change`` is the only writer of episode streams; the worklist row in a commit is the fold of the very events in it.
- A verb decides again when somebody else wrote in between; what must not be decided again says ``retry=False``.

Refuses to write without an event.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from consent.errors import NotFound, StaleEpisode
from consent.model import canon
from consent.model.arrival import word
from consent.model.entry import Entry, Recorded, Stamp, enter
from consent.model.episode import Episode, after, check_transition
from consent.model.events import Event
from consent.model.needs import named
from consent.model.note import Key
from consent.model.presentation import flags, sites_words
from consent.model.status import Status
from consent.model.text import CheckDigit
from consent.model.values import Clinic
from consent.model.witness import NEEDED
from consent.ports import (
    Account,
    Answer,
    Attempts,
    Clock,
    Commit,
    Device,
    Devices,
    Efforts,
    Entropy,
    Glass,
    Hasher,
    Ledger,
    OutboxItem,
    Outlet,
    People,
    Press,
    Sealer,
    Sessions,
    StoredDocument,
    Templates,
    UnsavedInput,
    WorklistRow,
)
from consent.ports.log import Beside, Log, LogKey, Target
from consent.words import say

TRIES = 5
PATIENT = "patient"
"""Who gives the unsaved input of a patient's tablet."""
SYSTEM = Stamp(actor="system", at="", device="server", sign_in="")
_MOST_KNOWN = 256
_known: dict[str, Episode] = {}
"""What episodes lately were, the latest last: values that only their events decide, whoever asks."""
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All ports of one process, and the clinic as its settings describe it."""

    ledger: Ledger
    people: People
    sessions: Sessions
    devices: Devices
    attempts: Attempts
    efforts: Efforts
    unsaved: UnsavedInput
    templates: Templates
    press: Press
    sealer: Sealer
    log: Log
    log_key: LogKey
    targets: tuple[Target, ...] = ()
    """Who gets the log's checkpoints, outside the database."""
    beside: Beside | None = None
    """Where what others say of a checkpoint is kept."""
    cosigners: tuple[Key, ...] = ()
    """Whose cosignatures count."""
    outlets: tuple[Outlet, ...]
    hasher: Hasher
    clock: Clock
    entropy: Entropy
    clinic: Clinic
    mrn_check: CheckDigit = "none"
    witnesses: int = NEEDED
    """How many people have to be there when a patient cannot write."""
    draft_days: int = 30
    """How long after its appointment an untouched draft is closed."""
    draft_kept_days: int = 0
    """How long after that it is erased; 0: never."""
    retention_years: int = 0
    """How long the clinic keeps records; 0: it has not said."""

    def now(self) -> str:
        """This moment as an instant."""
        return canon.instant(self.clock.now())

    def stamp(self, *, actor: str, device: str = "server", sign_in: str = "") -> Stamp:
        """A stamp of this moment."""
        return Stamp(actor=actor, at=self.now(), device=device, sign_in=sign_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a verb decided: events, and what is kept together with them. No events: no change."""

    events: tuple[Event, ...]
    answer: Answer | None = None
    document: StoredDocument | None = None
    outbox: tuple[OutboxItem, ...] = ()
    settled: tuple[str, ...] = ()
    ink: tuple[str, ...] = ()
    saved: str = ""
    erase: bool = False
    freed: tuple[str, ...] = ()


def just(*events: Event) -> Decision:
    """A decision of events alone."""
    return Decision(events=events)


def stream_of(episode: str) -> str:
    """The stream of an episode."""
    return f"episode:{episode}"


def load(desk: Desk, episode: str) -> Episode:
    """The episode as it stands.

    Raises:
        NotFound: There is none of that name.
    """
    recorded = desk.ledger.read(stream_of(episode))
    if not recorded:
        raise NotFound("There is no such record.")
    return _folded(episode, recorded)


def _folded(episode: str, recorded: Sequence[Recorded]) -> Episode:
    """The fold of checked events, gone on from what it last was: a leaf stands for all that came before it."""
    with _lock:
        now = _known.pop(episode, None)
    if now is None or now.head not in {one.leaf for one in recorded[now.version - 1 : now.version]}:
        now = Episode(id=episode)
    for one in recorded[now.version :]:
        now = after(now, one)
    with _lock:
        _known[episode] = now
        if len(_known) > _MOST_KNOWN:
            del _known[next(iter(_known))]
    return now


def change(
    desk: Desk, stamp: Stamp, *, episode: str, decide: Callable[[Episode], Decision], retry: bool = True
) -> Episode:
    """Change an episode: decide on what it is now, append, and give back what it has become.

    Args:
        desk: The ports.
        stamp: Who does it and when.
        episode: Its id.
        decide: Pure; what to do about the episode as it is.
        retry: Decide again when somebody else wrote in between.

    Raises:
        StaleEpisode: Somebody else wrote in between and ``retry`` is False, or it happened again and again.
        WrongState: The transition table does not allow the events.
    """
    for _ in range(TRIES if retry else 1):
        before = _folded(episode, desk.ledger.read(stream_of(episode)))
        decision = decide(before)
        if not decision.events:
            return before
        entries, now = _entered(desk, stamp, before=before, events=decision.events)
        commit = Commit(
            stream=stream_of(episode),
            expected=before.version,
            entries=entries,
            row=row_of(now),
            document=decision.document,
            outbox=decision.outbox,
            settled=decision.settled,
            answer=decision.answer,
            ink=decision.ink,
            saved=decision.saved,
            erase=decision.erase,
            freed=decision.freed,
        )
        with suppress(StaleEpisode):
            desk.ledger.append(commit)
            return now
    raise StaleEpisode("Somebody else changed this record in between.")


def _entered(
    desk: Desk, stamp: Stamp, *, before: Episode, events: Sequence[Event]
) -> tuple[tuple[Entry, ...], Episode]:
    entries, now = [], before
    for event in events:
        check_transition(now, event.kind)
        entry, one = enter(
            event,
            stamp,
            stream=stream_of(before.id),
            number=now.version + 1,
            previous=now.head or None,
            salt=desk.entropy.salt(),
        )
        entries.append(entry)
        now = after(now, one)
    return tuple(entries), now


def note(
    desk: Desk,
    stamp: Stamp,
    *,
    stream: str,
    events: Sequence[Event],
    account: Callable[[], Account] | None = None,
    device: Device | None = None,
    glass: Glass | None = None,
) -> None:
    """Append to a stream that is not an episode's (access, person, device, template), with the row that it changes.

    ``account`` gives the changed account, read again at each try: what somebody else wrote meanwhile stays.

    Raises:
        StaleEpisode: Others kept writing to the same stream.
    """
    for _ in range(TRIES):
        expected, previous = desk.ledger.head(stream)
        changed = account() if account else None
        entries: list[Entry] = []
        for number, event in enumerate(events, start=expected + 1):
            entry, one = enter(event, stamp, stream=stream, number=number, previous=previous, salt=desk.entropy.salt())
            entries.append(entry)
            previous = one.leaf
        with suppress(StaleEpisode):
            desk.ledger.append(
                Commit(
                    stream=stream,
                    expected=expected,
                    entries=tuple(entries),
                    account=changed,
                    device=device,
                    glass=glass,
                )
            )
            return
    raise StaleEpisode("Somebody else keeps writing here right now.")


def row_of(episode: Episode) -> WorklistRow:
    """The worklist row of an episode: what the lists show, and nothing that a rebuild could not make again."""
    if episode.status is Status.ERASED:
        return _row_without_patient(episode)
    plan = episode.plan
    return WorklistRow(
        episode=episode.id,
        version=episode.version,
        status=episode.status.value,
        outcome=episode.standing,
        appointment=episode.appointment,
        patient_name=plan.patient.name,
        birth_date=plan.patient.birth_date,
        mrn=plan.patient.mrn,
        procedure=plan.procedure,
        title=episode.pinned.template.plain_name if episode.pinned else "",
        sites=sites_words(episode.tailored.sites) if episode.tailored else "",
        clinician=plan.clinician.id,
        clinician_name=plan.clinician.name,
        performer=episode.tailored.performer.id if episode.tailored else "",
        unit=episode.unit,
        open_questions=len(episode.open_questions),
        document=episode.sealed.event.document if episode.sealed else "",
        filed=episode.delivered is not None,
        last_problem=episode.problem,
        day=word(episode),
        day_at=episode.day.at,
        flags="\n".join(_flags(episode)),
        waiting="\n".join(f"{episode.asked_of(one).id} {one.at}" for one in episode.open_questions),
        unmade_since=episode.unmade_since,
    )


def _row_without_patient(episode: Episode) -> WorklistRow:
    """What lists keep of a record that was erased: that there was one, and until when."""
    words = {name: "" for name, kind in WorklistRow.__annotations__.items() if kind in {str, "str"}}
    known = {"episode": episode.id, "status": episode.status.value, "outcome": episode.standing}
    erased = episode.keeping.erased or episode.left
    at = erased.at if erased else ""
    return WorklistRow(**words | known | {"appointment": at}, version=episode.version, open_questions=0, filed=False)


def _flags(episode: Episode) -> tuple[str, ...]:
    needed = list(named(episode.needs))
    interpreted = episode.finished is not None and episode.finished.way == "interpreter"
    if interpreted and not (episode.needs and episode.needs.language):
        needed.insert(0, say("row.interpreter"))
    raised = flags(episode.case) if episode.tailored else ()
    return (*needed[:1], *raised, *needed[1:])
