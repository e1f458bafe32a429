"""Streamlit's options in the running server: how they are, and held as they are.

Decides nothing: the table is in ``consent.options``.

Invariants:
- Under another value than the table's the app does not start (catalogue H40).
- Afterwards a file that changes does not change them: Streamlit reads its files again while it runs.
- Streamlit takes sockets for our own names only, should the guard ever let one pass (threats.md F12).
- Streamlit's own log of a failed script is off: its tracebacks carry what exceptions say (threats.md F17).
"""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from streamlit import config

from consent.options import RELIED_ON, check

_HERE = ("localhost", "127.0.0.1", "::1")
ALLOWED_HOSTS = "server.allowedHosts"


def found(option: str) -> object:
    """The value of an option, as it is now."""
    value: object = config.get_option(option)
    return value


def hold(*, public_url: str, demo: bool) -> Callable[[], None]:
    """Check the options and keep them as they are; gives the way to let them go again.

    Args:
        public_url: The address that browsers use.
        demo: Loopback names are ours besides.

    Raises:
        SettingRefused: Names the option that is another.
    """
    check(found)
    public = urlsplit(public_url).hostname
    hosts = [*([public] if public else []), *(_HERE if demo else ())]

    def keep() -> None:
        for option, value in {**RELIED_ON, ALLOWED_HOSTS: hosts}.items():
            config.set_option(option, value)

    keep()
    logging.getLogger("streamlit.error_util").disabled = True
    return config.on_config_parsed(keep, force_connect=True)
