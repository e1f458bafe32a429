"""Holds every verb to its rule in the one table (``model.access``), before the verb looks at anything.

Decides whether this visit may do that, with this record.

Invariants:
- A verb without a rule cannot be defined; one that names a record gets it only when the visit needs to know it, and
  the answer is the same for a record of somebody else and for none at all (catalogue H8).
- A session that sleeps does nothing but wake.

Refuses to hold rules itself.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from consent.errors import NotAllowed, NotFound, NotSignedIn
from consent.model.access import TAPS, VERBS, Reach, Rule
from consent.workflow.desk import Desk
from consent.workflow.visitor import Visit

P = ParamSpec("P")
T = TypeVar("T")
NOT_YOURS = "There is no such record, or it is not yours to see."
RULED = "rule"


def ruled(verb: Callable[Concatenate[Desk, Visit, P], T]) -> Callable[Concatenate[Desk, Visit, P], T]:
    """A verb, or a tap that is more than one verb, held to its rule. One without a rule is a mistake: KeyError."""
    name = f"{verb.__module__.rpartition('.')[2]}.{verb.__name__}"
    rule = (VERBS | TAPS)[name]

    @wraps(verb)
    def held(desk: Desk, visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> T:
        check(desk, visit, rule, episode=str(kwargs.get("episode", "")))
        return verb(desk, visit, *args, **kwargs)

    setattr(held, RULED, rule)
    return held


def rule_of(verb: Callable[..., object]) -> Rule:
    """The rule that a verb is held to.

    Raises:
        NotAllowed: It is held to none, so nobody may use it.
    """
    rule: Rule | None = getattr(verb, RULED, None)
    if rule is None:
        raise NotAllowed("Nobody may do this: it has no rule.", "Tell whoever runs this system.")
    return rule


def check(desk: Desk, visit: Visit, rule: Rule, *, episode: str = "") -> None:
    """This visit may do what the rule is for.

    Raises:
        NotSignedIn: The session sleeps.
        NotAllowed: Its holder has no such capability, or it is bound to another record.
        NotFound: The record is not within its reach, or there is none.
    """
    if (visit.asleep and not rule.asleep) or (visit.away and not rule.away):
        raise NotSignedIn("This screen was locked.", "Say who you are, then go on.")
    visit.check_may(rule.may)
    if rule.reach is Reach.OWN:
        visit.check_episode(episode or visit.episode)
    if rule.reach is Reach.NAMED:
        visit.check_episode(episode)
        if desk.ledger.row(visit.scope, episode) is None:
            raise NotFound(NOT_YOURS)
