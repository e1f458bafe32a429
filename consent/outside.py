"""Who outside the database gets checkpoints of the log, as the settings say: a part of the wiring, and for it alone.

Decides which targets there are, where cosignatures lie, and whose word on a checkpoint counts.

Refuses settings that are of no use without others.
"""

from collections.abc import Iterator
from typing import TypedDict

from consent.chart import cosigners
from consent.chart.checkpoint_host import CheckpointHost
from consent.chart.checkpoint_mail import CheckpointMail
from consent.chart.checkpoints import CheckpointFolder
from consent.errors import SettingRefused
from consent.model.note import Key
from consent.ports.log import Beside, Target
from consent.seal.checkpoint_stamps import CheckpointStamps
from consent.settings import Settings


class Outside(TypedDict):
    """What a desk has of it."""

    targets: tuple[Target, ...]
    beside: Beside | None
    cosigners: tuple[Key, ...]


def keepers(chosen: Settings) -> Outside:
    """Who gets checkpoints, and whose word on them counts. Raises SettingRefused."""
    folder = CheckpointFolder(chosen.checkpoints) if chosen.checkpoints else None
    if folder is None and chosen.cosigners:
        raise SettingRefused(
            "Cosignatures have no place outside the database.",
            "Name a folder in CONSENT_CHECKPOINTS, or leave CONSENT_COSIGNERS out.",
        )
    hosts = map(CheckpointHost, chosen.checkpoint_hosts.split())
    known = cosigners.read(chosen.cosigners) if chosen.cosigners else ()
    targets: tuple[Target, ...] = (*([folder] if folder else []), *hosts, *_mails(chosen), *_stamps(chosen, folder))
    return {"targets": targets, "beside": folder, "cosigners": known}


def _stamps(chosen: Settings, folder: CheckpointFolder | None) -> Iterator[CheckpointStamps]:
    if not chosen.checkpoint_authority:
        return
    if folder is None or chosen.timestamp_roots is None:
        raise SettingRefused(
            "Time stamps on checkpoints need a place outside the database, and roots to lead to.",
            "Name CONSENT_CHECKPOINTS and CONSENT_TIMESTAMP_ROOTS, or leave CONSENT_CHECKPOINT_AUTHORITY out.",
        )
    yield CheckpointStamps(chosen.checkpoint_authority, roots=chosen.timestamp_roots, keep=folder.keep)


def _mails(chosen: Settings) -> Iterator[CheckpointMail]:
    """One target an address: a wrong one keeps nobody else from theirs."""
    if chosen.mail_server and not chosen.mail_to.split():
        raise SettingRefused(
            "Checkpoints by e-mail go to nobody.",
            "Name addresses in CONSENT_MAIL_TO, or leave CONSENT_MAIL_SERVER out.",
        )
    for to in chosen.mail_to.split():
        yield CheckpointMail(
            chosen.mail_server, sender=chosen.mail_from, to=to, password_file=chosen.mail_password_file
        )
