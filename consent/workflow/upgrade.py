"""What a seal lacks is added when those who were out of reach answer again.

Decides when that is tried again.

Invariants:
- The file that was kept first stays; the one with more in its seal is kept beside it, and takes its place. Whoever got
  the first gets it too.
- Nobody at the bedside waits for it, and a failure holds up nothing else.

Refuses to give up: what is lacking stays owed.
"""

from datetime import timedelta

from consent.errors import ConsentError
from consent.model import canon
from consent.model.episode import Episode
from consent.model.events_seal import SealUpgraded
from consent.ports import EVERYTHING, OutboxItem, StoredDocument
from consent.workflow.desk import SYSTEM, Decision, Desk, change, just
from consent.workflow.finish import UPGRADE, owed

MOST_MINUTES = 60


def upgrade_due(desk: Desk) -> int:
    """Add to the seals what is owed to them and due. Gives to how many."""
    return sum(_tried(desk, item) for item in desk.ledger.owed(now=desk.now()) if item.outlet == UPGRADE)


def _tried(desk: Desk, item: OutboxItem) -> bool:
    try:
        if _upgraded(desk, item):
            return True
    except ConsentError:
        pass
    wait = timedelta(minutes=min(2 ** min(item.attempts, 10), MOST_MINUTES))
    desk.ledger.postpone(item, due=canon.instant(desk.clock.now() + wait))
    return False


def _upgraded(desk: Desk, item: OutboxItem) -> bool:
    kept = desk.ledger.document(EVERYTHING, item.document)
    sealed = desk.sealer.upgrade(kept.content, at=desk.clock.now())
    if sealed.content == kept.content:
        return False
    name = canon.sha256_hex(sealed.content)
    event = SealUpgraded(of=item.document, document=name, size=len(sealed.content), level=sealed.level.value)
    kind = f"{kept.kind}-{sealed.level.value}"  # beside the first: the ledger keeps one file of each kind
    stored = StoredDocument(digest=name, episode=item.episode, kind=kind, content=sealed.content)
    done = Decision(events=(event,), document=stored, outbox=owed(desk, name, episode=item.episode), settled=(item.id,))

    def decide(now: Episode) -> Decision:
        return just() if item.document in now.upgraded else done

    now = change(desk, desk.stamp(actor=SYSTEM.actor), episode=item.episode, decide=decide)
    return now.upgraded[item.document].document == name
