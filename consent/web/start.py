"""The start of the server: its settings, what has to hold on this machine, and the one lock.

Decides nothing: what is asked is in ``consent.startup``.

Invariants:
- What the server makes is for its own user alone, from the first file on (catalogue K11).
- The lock comes before the store is opened: a second server changes nothing (catalogue K8).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from consent import machine
from consent.errors import ConsentError
from consent.settings import Settings, settings
from consent.startup import before_opening, before_serving, hold


def chosen() -> Settings:
    """The settings of this server; ends the process when one cannot be used."""
    try:
        return settings()
    except ConsentError as error:
        sys.exit(str(error))


@contextmanager
def serving(chosen: Settings, option: Callable[[str], object]) -> Iterator[None]:
    """Be the one server of the store, until the end of the block.

    Args:
        chosen: The settings.
        option: Gives the value of one of Streamlit's options.

    Raises:
        SettingRefused: A setting or option is not as it has to be.
        StoreRefused: The machine does not fit, or there is another server.
    """
    machine.keep_to_owner()
    hold(before_serving(chosen, option))
    hold(before_opening(chosen))
    file = chosen.database_file
    with machine.sole_server(file.parent) if file else nullcontext():
        yield
