"""The settings, from the environment (``CONSENT_…``), read once and frozen.

Decides which settings there are and what their limits are; README.md lists each of them.

Invariants:
- The mode is explicit: production unless ``CONSENT_MODE=demo``.
- Whatever is written lies in ``CONSENT_RECORDS``, apart from the chart folder when one is named.

Refuses to start with a value out of range, naming the setting.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from consent.errors import SettingRefused
from consent.model.text import CheckDigit
from consent.model.witness import NEEDED
from consent.ports.sealing import SealLevel

ROOT = Path(__file__).parents[1]
"""The folder of this installation, with its ``.streamlit/config.toml``."""
_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone; use a name as America/New_York")
    return ZoneInfo(name).key


def _phone(number: str) -> str:
    if number and not all(char.isdigit() or char in "+-() .x" for char in number):
        raise ValueError("a telephone number holds digits, spaces and + - ( ) . x")
    return number


Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(env_prefix="CONSENT_", frozen=True, extra="ignore")

    mode: Literal["demo", "production"] = "production"
    records: Path = Path("records/production")
    """The data folder."""
    database: str = ""
    """SQLAlchemy address; empty: SQLite in the data folder."""
    chart: Path | None = None
    """The folder that the chart system reads, in production; default: ``chart`` in the data folder."""
    templates: Path = ROOT / "consent_templates"
    facility: Annotated[str, Field(max_length=200)] = ""
    zone: Annotated[str, AfterValidator(_zone)] = "America/New_York"
    phone_day: Phone = ""
    phone_night: Phone = ""
    page: Literal["letter", "a4"] = "letter"
    adult_age: Annotated[int, Field(ge=18, le=21)] = 18
    """From which age a patient signs alone."""
    mrn_check: CheckDigit = "none"
    """What the last digit of a record number has to fit."""
    witnesses: Annotated[int, Field(ge=1, le=2)] = NEEDED
    """How many people witness a mark, or a yes said aloud, of a patient who cannot write."""
    draft_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """After how many days past its appointment a record that nobody signed or touched is closed."""
    draft_kept_days: Annotated[int, Field(ge=0, le=36500)] = 0
    """How many days later what it says is erased; 0: never."""
    retention_years: Annotated[int, Field(ge=0, le=150)] = 0
    """How many years records are kept; 0: not said, and nothing is proposed for erasure."""
    eraser_database: str = ""
    """The database by the eraser's role, where PostgreSQL has one (``consent.store.roles``)."""
    public_url: Annotated[str, Field(pattern=r"^(https://[A-Za-z0-9.-]+(:\d{1,5})?)?$")] = ""
    """Where browsers reach the app through the TLS proxy."""
    pepper_file: Path | None = None
    """A file with at least 32 random bytes, outside the database, that go into every password's hash."""
    seal: Path | None = None
    """The folder of the sealing key and its certificate; default: ``seal`` in the data folder."""
    seal_passphrase_file: Path | None = None
    """A file that holds what the sealing key is encrypted with."""
    seal_level: SealLevel = SealLevel.B_B
    """What a seal holds (PAdES)."""
    timestamp_url: Annotated[str, Field(pattern=r"^(https?://[^\s]+)?$")] = ""
    """Where the time-stamp authority listens (RFC 3161)."""
    timestamp_roots: Path | None = None
    """A file with the root certificates of that authority (PEM)."""
    log: Path | None = None
    """The folder of the key that signs the log's checkpoints; default: ``log`` in the data folder."""
    checkpoints: Path | None = None
    """A folder on another volume that gets the checkpoints of the log."""
    checkpoint_hosts: str = ""
    """Addresses of hosts that get them, with blanks between (C2SP tlog-witness)."""
    cosigners: Path | None = None
    """A file with the keys of those whose cosignatures count, one a line."""
    checkpoint_authority: Annotated[str, Field(pattern=r"^(https?://[^\s]+)?$")] = ""
    """Where a time-stamp authority for the log's checkpoints listens (RFC 3161)."""
    mail_server: str = ""
    """The mail server that takes checkpoints: ``smtps://user@host`` or ``smtp://user@host``."""
    mail_from: str = ""
    """The address that those mails come from."""
    mail_to: str = ""
    """Addresses that they go to, with blanks between."""
    mail_password_file: Path | None = None
    """A file with the password of that user."""

    @property
    def log_folder(self) -> Path:
        """Where the key of the log lies."""
        return self.log or self.records / "log"

    @property
    def seal_folder(self) -> Path:
        """Where the sealing key lies."""
        return self.seal or self.records / "seal"

    @property
    def database_url(self) -> str:
        """The database's address."""
        return self.database or f"sqlite:///{(self.records / 'consent.sqlite').resolve()}"

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite store; None for PostgreSQL."""
        found = _SQLITE.fullmatch(self.database_url)
        return self.records / found[1] if found else None

    @property
    def chart_folder(self) -> Path:
        """Where finished documents are filed; a demo's stay in its own data folder."""
        return self.chart if self.chart and self.mode == "production" else self.records / "chart"


def read(**given: object) -> Settings:
    """The settings of the environment, with some given by a command.

    Raises:
        SettingRefused: Names the setting and what it takes.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each of them
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = f"CONSENT_{'_'.join(str(part) for part in first['loc']).upper()}"
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingRefused(f"The setting {name} cannot be used: {reason}.", "Change it and start again.") from None


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read()
