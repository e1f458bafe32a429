"""Lists of revoked certificates before both judges: which of them may speak, and what they undo."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from consent.wiring import SystemClock
from tests.adapters.seal import sealing
from tests.adapters.seal.conftest import Office

PLACE: Final = "http://lists.example/clinics.crl"
ABOVE: Final = sealing.sealer(name="Authority", authority=True)
SEALS: Final = sealing.sealer(by=ABOVE, lists=PLACE)
OTHER: Final = sealing.sealer(by=ABOVE)
HOUR: Final = timedelta(hours=1)
now = SystemClock().now


@pytest.fixture(scope="module")
def sealed(office: Office) -> bytes:
    return sealing.seal(office.kept.file(), SEALS)


@dataclass(frozen=True)
class Stamped:
    """The same, seen by an authority."""

    pdf: bytes
    seen: datetime


@pytest.fixture(scope="module")
def stamped(office: Office) -> Stamped:
    seen = now().replace(microsecond=0)
    return Stamped(sealing.seal(office.kept.file(), SEALS, stamper=sealing.stamper(at=seen)), seen)


def listed(*, place: str = PLACE, **narrow: bool) -> bytes:
    """A list with the place where it lies, and what narrows it."""
    told = x509.IssuingDistributionPoint(
        [x509.UniformResourceIdentifier(place)] if place else None,
        None,
        only_contains_user_certs=narrow.get("users", False),
        only_contains_ca_certs=narrow.get("authorities", False),
        only_some_reasons=frozenset({x509.ReasonFlags.key_compromise}) if narrow.get("reasons") else None,
        indirect_crl=narrow.get("indirect", False),
        only_contains_attribute_certs=narrow.get("attributes", False),
    )
    return sealing.revocations(ABOVE, own=[(told, True)])


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


SPEAK: Final[dict[str, Callable[[], bytes]]] = {
    "empty": lambda: sealing.revocations(ABOVE),
    "of another certificate": lambda: sealing.revocations(ABOVE, {OTHER: now() - HOUR}),
    "as text": lambda: _pem(sealing.revocations(ABOVE)),
    "SHA-512": lambda: sealing.revocations(ABOVE, digest=hashes.SHA512()),
    "numbered": lambda: sealing.revocations(ABOVE, own=[(x509.CRLNumber(7), False)]),
    "from a place of the certificate": listed,
    "of users": lambda: listed(users=True),
    "from no place": lambda: listed(place="", users=True),
}
DO_NOT: Final[dict[str, Callable[[], bytes]]] = {
    "older than the seal": lambda: sealing.revocations(ABOVE, at=now() - HOUR),
    "from tomorrow": lambda: sealing.revocations(ABOVE, at=now() + HOUR),
    "of somebody else": lambda: sealing.revocations(sealing.sealer(name="Another authority")),
    "under the name of the authority": lambda: sealing.revocations(sealing.sealer(name="Authority")),
    "with another kind of key": lambda: sealing.revocations(
        sealing.Sealer(rsa.generate_private_key(public_exponent=65537, key_size=2048), ABOVE.certificate)
    ),
    "SHA-224": lambda: sealing.revocations(ABOVE, digest=hashes.SHA224()),
    "from another place": lambda: listed(place="http://lists.example/others.crl"),
    "of authorities": lambda: listed(authorities=True),
    "of attributes": lambda: listed(attributes=True),
    "of some reasons": lambda: listed(reasons=True),
    "of several issuers": lambda: listed(indirect=True),
    "what changed since another": lambda: sealing.revocations(ABOVE, own=[(x509.DeltaCRLIndicator(3), True)]),
    "no list": lambda: b"No list.",
    "nothing": lambda: b"",
    "a certificate": lambda: ABOVE.pem,
    "text that is none": lambda: b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
    "cut": lambda: sealing.revocations(ABOVE)[:-4],
    "longer": lambda: sealing.revocations(ABOVE) + b"\0",
}


@pytest.mark.parametrize("name", SPEAK)
def test_a_list_that_may_speak_and_does_not_name_the_certificate_leaves_it_proved(
    name: str, office: Office, sealed: bytes
) -> None:
    assert office.judge(sealed, by=SEALS, lists=(SPEAK[name](),)) == ("", "")


@pytest.mark.parametrize("name", DO_NOT)
def test_a_list_that_may_not_speak_proves_nothing(name: str, office: Office, sealed: bytes) -> None:
    assert office.judge(sealed, by=SEALS, lists=(DO_NOT[name](),)) == ("list", "list")
    assert office.judge(sealed, by=SEALS, lists=(SPEAK["empty"](), DO_NOT[name]())) == ("list", "list")


def test_a_list_of_an_issuer_that_may_sign_none_proves_nothing(office: Office) -> None:
    plain = sealing.sealer(name="Authority")
    by = sealing.Sealer(SEALS.key, sealing.sealer(key=SEALS.key, by=plain).certificate, (plain.certificate,))
    pdf = sealing.seal(office.kept.file(), by)
    assert office.judge(pdf, by=by) == ("", "")
    assert office.judge(pdf, by=by, lists=(sealing.revocations(plain),)) == ("list", "list")


def test_a_clinic_that_certified_itself_has_no_such_list(office: Office) -> None:
    told = sealing.revocations(office.clinic)
    assert office.judge(office.sealed, lists=(told,)) == ("list", "list")


@pytest.mark.parametrize("since", [-HOUR, timedelta(), HOUR])
def test_a_seal_that_no_timestamp_saw_does_not_outlive_its_certificate(
    office: Office, sealed: bytes, since: timedelta
) -> None:
    told = sealing.revocations(ABOVE, {OTHER: now() - HOUR, SEALS: now() + since})
    assert office.judge(sealed, by=SEALS, lists=(told,)) == ("revoked", "revoked")


@pytest.mark.parametrize("since", [-HOUR, timedelta(), HOUR])
def test_no_timestamp_undoes_a_revocation_since_anybody_may_have_set_it(
    office: Office, stamped: Stamped, since: timedelta
) -> None:
    assert office.judge(stamped.pdf, by=SEALS, lists=(sealing.revocations(ABOVE),)) == ("", "")
    told = sealing.revocations(ABOVE, {SEALS: stamped.seen + since})
    assert office.judge(stamped.pdf, by=SEALS, lists=(told,)) == ("revoked", "revoked")
