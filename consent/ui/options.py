"""The options of Streamlit that the guard relies on, checked once more at start.

Invariants:
- Another value, by file, environment or flag, and the app does not start (catalogue H40).
- Streamlit's own log of a failed script is off: its tracebacks carry what exceptions say (threats.md F17).
"""

import logging

from streamlit import config

from consent.errors import SettingRefused

RELIED_ON: dict[str, object] = {
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "browser.gatherUsageStats": False,
    "global.developmentMode": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.fileWatcherType": "none",
    "server.baseUrlPath": "",
    "server.maxUploadSize": 1,
    "server.maxWidgetStateSize": 2,
    "server.trustedUserHeaders": {"X-Consent-Session": "sid"},
}


def check() -> None:
    """Refuse to run under other options.

    Raises:
        SettingRefused: Names the option.
    """
    for option, value in RELIED_ON.items():
        if config.get_option(option) != value:
            raise SettingRefused(
                f"Streamlit's option {option} is not as .streamlit/config.toml sets it.",
                "Start from the project's folder with `streamlit run app.py`, without flags that change it.",
            )
    logging.getLogger("streamlit.error_util").disabled = True
