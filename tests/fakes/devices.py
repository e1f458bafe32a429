"""Devices and wrong secrets in memory; the ledger of the same test keeps devices through ``keep``."""

from collections.abc import Sequence

from consent.ports import Device


class MemoryDevices:
    """The port ``Devices``."""

    def __init__(self) -> None:
        self.kept: dict[str, Device] = {}

    def keep(self, device: Device) -> None:
        self.kept[device.id] = device

    def by_token(self, token: str) -> Device | None:
        return next((one for one in self.kept.values() if one.token == token), None)

    def by_id(self, device: str) -> Device | None:
        return self.kept.get(device)

    def all(self) -> tuple[Device, ...]:
        return tuple(sorted(self.kept.values(), key=lambda one: (one.label, one.id)))


class MemoryAttempts:
    """The port ``Attempts``."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, str, str]] = {}

    def closed(self, buckets: Sequence[str], *, now: str) -> bool:
        return any(self.kept.get(bucket, (0, "", ""))[2] > now for bucket in buckets)

    def count(self, bucket: str, *, now: str, since: str, most: int, until: str) -> bool:
        failures, began, _ = self.kept.get(bucket, (0, "", ""))
        failures, began = (1, now) if began < since else (failures + 1, began)
        self.kept[bucket] = (failures, began, until if failures >= most else "")
        return failures == most

    def clear(self, bucket: str) -> None:
        self.kept.pop(bucket, None)
