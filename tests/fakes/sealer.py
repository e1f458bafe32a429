"""A sealer without a key: adds a line with the time behind the file."""

from datetime import UTC, datetime

from consent.ports.sealing import SealCertificate, SealedPdf, SealLevel

BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


class FakeSealer:
    """The port ``Sealer``. ``faults`` are raised, one a seal or upgrade; with a ``problem`` it seals at B-B only."""

    def __init__(self) -> None:
        self.here = SealCertificate("c" * 64, BEGINS, ENDS)
        self.made_for = ""
        self.made_at = BEGINS
        self.faults: list[Exception] = []
        self.problem = ""

    def make(self, *, facility: str, at: datetime) -> None:
        self.made_for, self.made_at = facility, at

    def certificate(self) -> SealCertificate:
        return self.here

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        if self.faults:
            raise self.faults.pop(0)
        level = SealLevel.B_B if self.problem else SealLevel.B_T
        return SealedPdf(pdf + f"\n%sealed {at.isoformat()}".encode(), level, self.problem)

    def upgrade(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        if self.faults:
            raise self.faults.pop(0)
        return SealedPdf(pdf + f"\n%stamped {at.isoformat()}".encode(), SealLevel.B_T)
