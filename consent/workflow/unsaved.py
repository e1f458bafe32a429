"""What is in fields and not saved yet, so that a reload, a dead server or another tablet loses none of it.

Decides what of it is kept, and who gets it back.

Invariants:
- It is no event and on no document: nobody has said it yet. Saving forgets it in the same commit.
- Each person gets back their own; of others only who has begun, and when.

Refuses more than a page of fields holds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from consent.errors import BadInput
from consent.ports import Unsaved
from consent.workflow.desk import PATIENT, Desk
from consent.workflow.rule import ruled
from consent.workflow.visitor import Visit

MOST = 20_000
"""Characters of all fields together."""
Fields = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What is unsaved on a record's page: one's own fields, since when, and the others who have begun there."""

    fields: Fields = field(default_factory=dict)
    at: str = ""
    others: tuple[tuple[str, str], ...] = ()


@ruled
def keep_typed(desk: Desk, visit: Visit, *, episode: str, fields: Mapping[str, str | list[str] | None]) -> None:
    """Keep what the fields of the preparation hold now; None: not drawn yet, what was kept of it stays.

    Raises:
        BadInput: It is too much.
    """
    before = typed_by(desk, visit, episode=episode).fields
    known = {key: before.get(key) if value is None else value for key, value in fields.items()}
    now = {key: value for key, value in known.items() if value is not None}
    _keep(desk, episode=episode, by=visit.staff.id, fields=now)


@ruled
def keep_question(desk: Desk, visit: Visit, *, text: str) -> None:
    """Keep a question that the patient has begun to write. Raises BadInput when it is too long."""
    _keep(desk, episode=visit.episode, by=PATIENT, fields={"text": text})


def _keep(desk: Desk, *, episode: str, by: str, fields: Fields) -> None:
    kept = json.dumps(dict(fields), ensure_ascii=True)
    if len(kept) > MOST:
        raise BadInput("This is more than the fields can keep.", "Write less, or save it in parts.")
    desk.unsaved.keep(Unsaved(episode=episode, by=by, at=desk.now(), fields=kept))


@ruled
def typed_by(desk: Desk, visit: Visit, *, episode: str) -> Typed:
    """What this person has not saved on a record, and who else has begun."""
    rows = {one.by: one for one in desk.unsaved.of(episode) if one.by != PATIENT}
    mine = rows.pop(visit.staff.id, None)
    names = {account.person.id: account.person.name for account in desk.people.all()}
    return Typed(
        fields=json.loads(mine.fields) if mine else {},
        at=mine.at if mine else "",
        others=tuple((names.get(one.by, one.by), one.at) for one in rows.values()),
    )


def question_begun(desk: Desk, *, episode: str) -> str:
    """What the patient has begun to ask, on whichever page; empty: nothing."""
    kept = next((one.fields for one in desk.unsaved.of(episode) if one.by == PATIENT), "{}")
    begun: dict[str, str] = json.loads(kept)
    return begun.get("text", "")
