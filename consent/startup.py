"""What has to hold before the program starts, each as a check that raises, and names the setting and the next step.

Decides what is asked of every process that opens the store, and what of the server besides.

Invariants:
- A demo is asked for little: nothing in it is anybody's.
- Passwords of production are hashed with a pepper that the database does not hold, by every process alike.
- ``doctor`` runs the same checks as the start.

Refuses to start half: the first check that fails ends it.
"""

from collections.abc import Callable, Mapping
from functools import partial

from consent import machine, options
from consent.errors import SettingRefused
from consent.settings import Settings

Checks = Mapping[str, Callable[[], object]]
LEAST_PEPPER = 32


def hold(checks: Checks) -> None:
    """Run checks in order. Raises SettingRefused, StoreRefused."""
    for check in checks.values():
        check()


def before_opening(chosen: Settings) -> Checks:
    """What every process needs, commands too."""
    always: Checks = {"pepper": partial(pepper, chosen)}
    if chosen.mode == "demo":
        return always
    return {
        "facility": partial(_check_facility, chosen),
        **always,
        "disk": partial(_check_disk, chosen),
        "rights": partial(_close_to_others, chosen),
    }


def before_serving(chosen: Settings, option: Callable[[str], object]) -> Checks:
    """What the server needs besides.

    Args:
        chosen: The settings.
        option: Gives the value of one of Streamlit's options.
    """
    always: Checks = {"options": partial(options.check, option)}
    if chosen.mode == "demo":
        return {**always, "descriptors": machine.raise_descriptors}
    return {**always, "descriptors": machine.check_descriptors, "public_url": partial(_check_public_url, chosen)}


def pepper(chosen: Settings) -> bytes:
    """The bytes that go into every password's hash; none in a demo that names no file.

    Raises:
        SettingRefused: It is missing, too short, or other users may read it.
    """
    file = chosen.pepper_file
    if file is None:
        if chosen.mode == "demo":
            return b""
        raise SettingRefused(
            "The setting CONSENT_PEPPER_FILE is missing.",
            "Make a file with `head -c 32 /dev/urandom`, for this user alone (chmod 600), and name it there.",
        )
    try:
        found = file.read_bytes()
        is_open = machine.is_open_to_others(file)
    except OSError:
        raise SettingRefused(
            "The file of CONSENT_PEPPER_FILE cannot be read.", "Check the path and its rights."
        ) from None
    if is_open:
        raise SettingRefused("Other users may use the file of CONSENT_PEPPER_FILE.", "Close it to them: chmod 600.")
    if len(found) < LEAST_PEPPER:
        raise SettingRefused("The file of CONSENT_PEPPER_FILE is too short.", f"It needs {LEAST_PEPPER} random bytes.")
    return found


def _check_facility(chosen: Settings) -> None:
    if not chosen.facility:
        raise SettingRefused("The setting CONSENT_FACILITY is missing.", "Set it to the name of the clinic.")


def _check_public_url(chosen: Settings) -> None:
    if not chosen.public_url:
        raise SettingRefused(
            "The setting CONSENT_PUBLIC_URL is missing: no TLS is known to be in front.",
            "Set it to the https address of the proxy that browsers use.",
        )


def _check_disk(chosen: Settings) -> None:
    if file := chosen.database_file:
        machine.check_disk(file.resolve(), mounts=machine.mounts(), what="The database")


def _close_to_others(chosen: Settings) -> None:
    machine.close_to_others(chosen.records, what="The data folder (CONSENT_RECORDS)")
    if file := chosen.database_file:
        for ending in ("", "-wal", "-shm"):
            machine.close_to_others(file.with_name(file.name + ending), what="The database file")
