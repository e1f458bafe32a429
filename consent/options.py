"""The options of Streamlit that the guard relies on.

Decides their values, once: the server compares what Streamlit runs with, ``doctor`` what files and environment say.

Invariants:
- Another value, by file, environment or flag, and the app does not start (catalogue H40).
- ``.streamlit/config.toml`` sets each of them, so that a default that changes is seen.

Refuses to know Streamlit: commands read this table too.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from consent.errors import SettingRefused

RELIED_ON: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.showSidebarNavigation": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.enableRich": False,
    "runner.magicEnabled": False,
    "server.address": "127.0.0.1",
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.disconnectedSessionTTL": 60,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.maxMessageSize": 20,
    "server.maxUploadSize": 1,
    "server.maxWidgetStateSize": 2,
    "server.runOnSave": False,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {"X-Consent-Session": "sid"},
    "server.xsrfCookieSameSite": "strict",
}
_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|\.")


def check(found: Callable[[str], object]) -> None:
    """Refuse other options.

    Args:
        found: Gives an option's value, as it is now.

    Raises:
        SettingRefused: Names the option.
    """
    for option, value in RELIED_ON.items():
        if found(option) != value:
            raise SettingRefused(
                f"Streamlit's option {option} is not as .streamlit/config.toml sets it.",
                f"Take it out of flags, other config.toml files and {variable(option)}, and start again.",
            )


def variable(option: str) -> str:
    """The name of an option in the environment, as ``STREAMLIT_SERVER_PORT``."""
    return f"STREAMLIT_{_HUMP.sub('_', option).upper()}"


def written(folders: Iterable[Path], environment: Mapping[str, str]) -> dict[str, object]:
    """What ``.streamlit/config.toml`` in these folders says, a later one before an earlier, and then the environment.

    Raises:
        SettingRefused: One of the files cannot be read.
    """
    found: dict[str, object] = {}
    for folder in folders:
        found |= _options_of(folder / ".streamlit" / "config.toml")
    given = {option: environment[variable(option)] for option in RELIED_ON if variable(option) in environment}
    return found | {option: _meant(text, like=RELIED_ON[option]) for option, text in given.items()}


def _options_of(file: Path) -> dict[str, object]:
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError):
        raise SettingRefused(
            "A .streamlit/config.toml cannot be read.", "Check that it is TOML, and who may read it."
        ) from None
    tables = [(name, table) for name, table in sections.items() if isinstance(table, dict)]
    return {f"{name}.{key}": value for name, table in tables for key, value in table.items()}


def _meant(text: str, *, like: object) -> object:
    if isinstance(like, bool):
        return text.strip().lower() in _YES
    if isinstance(like, int) and text.strip().isdecimal():
        return int(text)
    return text
