"""What a pad posts for a patient who cannot write, and how it becomes a mark with its witnesses.

Decides how a witness is believed: staff by sign-in name and password (or PIN on a known device), somebody else by an
own signature.

Invariants:
- Who a member of staff is comes from the proof, never from the request; no secret enters the mark or its digest.
- Each proof is kept in that person's own stream, with the request to sign that it was for.

Refuses a session: a witness opens nothing and sees nothing by having proved who they are.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from consent.errors import BadInput, NotSignedIn
from consent.model.events_beside import ProvedAgain
from consent.model.signature import (
    MOST_STROKES,
    MOST_WITNESSES,
    Aspect,
    Drawn,
    Frozen,
    Mark,
    Marked,
    OtherWitness,
    Spoken,
    StaffWitness,
    Stroke,
    Typed,
    Witness,
    check_mark,
)
from consent.words import say
from consent.workflow.desk import Desk, note
from consent.workflow.prove import prove
from consent.workflow.visitor import Visit


class Proof(Frozen):
    """A member of staff at the patient's tablet: who it is said to be, and the secret that shows it."""

    kind: Literal["staff"]
    login: Annotated[str, Field(min_length=1, max_length=100)]
    secret: Annotated[str, Field(min_length=1, max_length=200)]


Asked = Annotated[Proof | OtherWitness, Field(discriminator="kind")]
_Asked = Annotated[tuple[Asked, ...], Field(min_length=1, max_length=MOST_WITNESSES)]


class AskedMarked(Frozen):
    """A mark, as the pad posts it."""

    way: Literal["marked"]
    strokes: Annotated[tuple[Stroke, ...], Field(min_length=1, max_length=MOST_STROKES)]
    aspect: Aspect = 300
    witnesses: _Asked

    @model_validator(mode="after")
    def _is_more_than_a_touch(self) -> Self:
        check_mark(self.strokes)
        return self


class AskedSpoken(Frozen):
    """A yes that was said aloud, as the pad posts it."""

    way: Literal["spoken"]
    witnesses: _Asked


AskedMark = Annotated[Drawn | Typed | AskedMarked | AskedSpoken, Field(discriminator="way")]


def with_witnesses(desk: Desk, visit: Visit, asked: AskedMark, *, about: str, address: str = "") -> Mark:
    """The mark with its witnesses, each of them believed.

    Raises:
        BadInput: A member of staff could not be believed.
    """
    if isinstance(asked, Drawn | Typed):
        return asked
    here = tuple(_believed(desk, visit, asked.witnesses, about=about, address=address))
    if isinstance(asked, AskedSpoken):
        return Spoken(witnesses=here)
    return Marked(strokes=asked.strokes, aspect=asked.aspect, witnesses=here)


def _believed(
    desk: Desk, visit: Visit, asked: tuple[Proof | OtherWitness, ...], *, about: str, address: str
) -> Iterator[Witness]:
    for one in asked:
        yield _proved(desk, visit, one, about=about, address=address) if isinstance(one, Proof) else one


def _proved(desk: Desk, visit: Visit, one: Proof, *, about: str, address: str) -> StaffWitness:
    known = desk.people.by_login(one.login) if one.login.isprintable() else None
    try:
        account, way = prove(desk, known, secret=one.secret, device=visit.session.device, address=address, pin=True)
    except NotSignedIn as error:
        raise BadInput(say("witness.not_proved", why=error.what), error.next_step) from None
    stamp = desk.stamp(actor=account.person.id, device=visit.session.device, sign_in=visit.session.id)
    note(desk, stamp, stream=f"person:{account.person.id}", events=[ProvedAgain(way=way, about=about)])
    return StaffWitness(who=account.person.ref)
