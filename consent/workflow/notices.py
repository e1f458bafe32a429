"""What is added to a finished record: a correction; and the notices of withdrawal, confirmation and correction.

Decides who may add a correction, and when a notice is made.

Invariants:
- Nothing here replaces: the finished document stays, byte for byte, and each notice names it by its digest.
- A notice waits until the document is finished; its intent (``NoticeBegun``) fixes its time, so that every try gives
  the same bytes, before they are sealed. The notice, its event and what is owed to the outlets are kept in one commit.
- One that cannot be made says why once, and holds up no other.

Refuses to correct what is not finished: until then the talk is the place for it.
"""

from contextlib import suppress

from consent.errors import AlreadyDone, BadInput, ConsentError, WrongState
from consent.model.blocks import digest as blocks_digest
from consent.model.episode import Episode
from consent.model.events_notices import CorrectionNoted, NoticeBegun, NoticeFailed, NoticeSealed
from consent.model.notice import notice
from consent.model.noticed import Notice
from consent.words import say
from consent.workflow import log
from consent.workflow.accept import accepting, check_printable
from consent.workflow.desk import SYSTEM, Decision, Desk, change, just, load, stream_of
from consent.workflow.finish import finished
from consent.workflow.proof import inside
from consent.workflow.rule import ruled
from consent.workflow.visit import check_privileged
from consent.workflow.visitor import Visit


@ruled
def correct(desk: Desk, visit: Visit, *, episode: str, text: str) -> Episode:
    """A clinician who is privileged for the procedure adds a correction, in own words; nothing is replaced.

    Said again by the same person in the same words, it is the same correction.

    Raises:
        BadInput: There is no text, or it is too long or cannot be printed.
        NotAllowed: The clinician is not privileged for this procedure.
        WrongState: There is no finished document yet.
    """
    if not text.strip():
        raise BadInput(say("correct.empty"), say("correct.empty_next"))
    with accepting("The correction"):
        noted = CorrectionNoted(text=text, by=visit.staff.ref)
    check_printable(desk.press, noted.text)

    def decide(now: Episode) -> Decision:
        check_privileged(visit, now)
        if now.sealed is None:
            raise WrongState(say("correct.early"), say("correct.early_next"))
        return just() if any(one.told.event == noted for one in now.notices) else just(noted)

    return change(desk, visit.stamp(desk), episode=episode, decide=decide)


def make(desk: Desk, *, episode: str, entry: int) -> Episode:
    """Make the notice of one event; nothing happens when it is made already, or has nothing to belong to.

    Raises:
        Broken: The notice or its seal does not pass its own check; it is not kept.
        Unprintable: A character has no sign (refused at entry already; this is the last defence).
        SealRefused: The clinic's key cannot be used.
    """

    def begin(now: Episode) -> Decision:
        told = _unmade(now, entry)
        if told is None or told.begun or now.sealed is None:
            return just()
        return just(anchored, NoticeBegun(of=told.of, entry=entry, about=now.sealed.event.document, at=at))

    now = load(desk, episode)
    told = _unmade(now, entry)
    if told is not None and told.begun is None:
        at, anchored = desk.now(), log.anchor(desk, stream=stream_of(episode))
        now = change(desk, desk.stamp(actor=SYSTEM.actor), episode=episode, decide=begin)
        told = _unmade(now, entry)
    if told is None or told.begun is None:
        return now
    made = notice(now, told)
    done = finished(desk, made, inside(made, desk.ledger.entries(stream_of(episode))[: told.begun.number]))
    sealed = NoticeSealed(
        of=told.of,
        entry=entry,
        about=told.begun.event.about,
        document=done.certified.document,
        size=len(done.content),
        blocks=blocks_digest(made.blocks),
    )
    kept = Decision(
        events=(done.certified, sealed),
        document=done.stored(episode=episode, kind=f"{told.of}-{entry}"),
        outbox=done.owed(desk, episode=episode),
    )
    with suppress(AlreadyDone):
        change(
            desk,
            desk.stamp(actor=SYSTEM.actor),
            episode=episode,
            decide=lambda now: kept if _unmade(now, entry) else just(),
        )
    return load(desk, episode)


def _unmade(now: Episode, entry: int) -> Notice | None:
    return next((one for one in now.unmade if one.entry == entry), None)


def waiting(desk: Desk) -> tuple[str, ...]:
    """Records with a notice that can be made, the one that has waited longest first."""
    return tuple(row.episode for row in desk.ledger.unmade())


def make_waiting(desk: Desk) -> int:
    """Make every notice that can be made. Gives how many were."""
    done = 0
    for episode in waiting(desk):
        for told in load(desk, episode).unmade:
            try:
                make(desk, episode=episode, entry=told.entry)
            except ConsentError as error:
                _failed(desk, episode=episode, told=told, reason=error.what)
            else:
                done += 1
    return done


def _failed(desk: Desk, *, episode: str, told: Notice, reason: str) -> None:
    """Keep why it failed, once; the same failure again adds nothing."""
    failed = NoticeFailed(of=told.of, entry=told.entry, reason=reason)

    def decide(now: Episode) -> Decision:
        here = _unmade(now, told.entry)
        return just() if here is None or here.problem == reason else just(failed)

    with suppress(ConsentError):
        change(desk, desk.stamp(actor=SYSTEM.actor), episode=episode, decide=decide)
