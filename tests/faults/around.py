"""A desk whose ports are reached through somebody's hands, who gets each call by its name and makes it, or does not."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from consent.workflow.desk import Desk

Call = Callable[[], Any]
Hands = Callable[[str, Call, tuple[Any, ...]], Any]
"""Gets the name of a call, the call, and what it is made with; gives the answer."""
_ALONE = ("ledger", "people", "sessions", "devices", "attempts", "efforts", "unsaved", "sealer", "log", "log_key")


class _Port:
    def __init__(self, port: object, name: str, hands: Hands) -> None:
        self._port, self._name, self._hands = port, name, hands

    def __getattr__(self, what: str) -> Any:
        found = getattr(self._port, what)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            return self._hands(f"{self._name}.{what}", partial(found, *given, **named), given)

        return call


def around(desk: Desk, hands: Hands) -> Desk:
    """The same desk, with these hands between it and whatever it writes to."""

    def held(port: Any, name: str) -> Any:
        return _Port(port, name, hands)

    return replace(
        desk,
        **{name: held(getattr(desk, name), name) for name in _ALONE},
        targets=tuple(held(one, one.name) for one in desk.targets),
        outlets=tuple(held(one, one.name) for one in desk.outlets),
    )
