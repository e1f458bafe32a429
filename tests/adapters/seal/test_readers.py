"""Readers that are not ours and do not know pyHanko: poppler's pdfsig and OpenSSL."""

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from werkzeug import Request, Response
from werkzeug.serving import make_server

from consent.ports.sealing import SealLevel
from consent.seal import keys, readback
from consent.seal.authority import Authority
from consent.seal.pades import PadesSealer
from consent.wiring import SystemClock
from tests.adapters.seal.authorities import AT, HOST, Quiet, World

needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler's pdfsig is not there")
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not there")


def ran(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)


@pytest.fixture(params=[SealLevel.B_B, SealLevel.B_T])
def sealed(request: pytest.FixtureRequest, pdf: bytes, own: keys.SealingKey, *, world: World) -> bytes:
    made = PadesSealer(own, level=request.param, authority=world.authority()).seal(pdf, at=AT)
    assert made.level is request.param
    return made.content


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@needs_pdfsig
def test_pdfsig_reads_the_seal_and_finds_a_changed_byte(sealed: bytes, pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)
    found = ran("pdfsig", "-nocert", file).stdout
    assert "Signature Type: ETSI.CAdES.detached" in found
    assert "Total document signed" in found
    assert "Signature Validation: Signature is Valid." in found
    assert "O=St. Example Hospital" in found
    file.write_bytes(flipped(sealed, len(pdf) // 2))
    assert "Signature Validation: Digest Mismatch." in ran("pdfsig", "-nocert", file).stdout


def by_openssl(content: bytes, certificate: x509.Certificate, folder: Path) -> int:
    """What ``openssl cms`` makes of the signature and the bytes that it says it signs; 0 when it holds."""
    (folder / "sealed.pdf").write_bytes(content)
    with pikepdf.open(folder / "sealed.pdf") as file:
        seal = file.Root.Perms.DocMDP
        ranges, signature = [int(one) for one in seal.ByteRange], bytes(seal.Contents)
    (folder / "signed").write_bytes(content[: ranges[1]] + content[ranges[2] : ranges[2] + ranges[3]])
    (folder / "signature").write_bytes(signature)
    (folder / "pinned.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return ran(
        *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder / "signature"),
        *("-content", folder / "signed", "-CAfile", folder / "pinned.pem", "-no-CApath", "-no-CAstore"),
        *("-purpose", "any", "-attime", str(int(AT.timestamp())), "-out", folder / "out"),
    ).returncode


@needs_openssl
def test_openssl_verifies_the_seal_against_the_pinned_certificate_alone(
    sealed: bytes, pdf: bytes, own: keys.SealingKey, *, tmp_path: Path
) -> None:
    assert by_openssl(sealed, own.certificate, tmp_path) == 0
    assert by_openssl(flipped(sealed, len(pdf) // 2), own.certificate, tmp_path) != 0
    other = keys.make(tmp_path / "other", facility="St. Example Hospital", installation="i-1", at=AT)
    assert by_openssl(sealed, other, tmp_path) != 0


class OpensslTsa:
    """``openssl ts`` behind HTTP: an authority that shares no code with pyHanko or certomancer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        now = SystemClock().now()
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OpenSSL TSA")])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        day = timedelta(days=1)
        built = x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        self.certificate = built.add_extension(usage, critical=True).sign(key, hashes.SHA256())
        (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "tsa.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        (folder / "serial").write_text("01")
        (folder / "ts.cnf").write_text(
            f"[tsa]\ndefault_tsa = here\n[here]\nserial = {folder}/serial\nsigner_cert = {folder}/tsa.pem\n"
            f"signer_key = {folder}/key.pem\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\n"
            "ess_cert_id_alg = sha256\ncrypto_device = builtin\n"
        )

    def __call__(self, environ: dict[str, object], start_response: Callable[..., object]) -> object:
        (self._folder / "query").write_bytes(Request(environ).get_data())
        made = ran(
            *("openssl", "ts", "-reply", "-config", self._folder / "ts.cnf", "-queryfile", self._folder / "query"),
            *("-out", self._folder / "reply"),
        )
        assert made.returncode == 0, made.stderr
        reply = Response((self._folder / "reply").read_bytes(), mimetype="application/timestamp-reply")
        return reply(environ, start_response)  # type: ignore[arg-type]  # werkzeug's own types of WSGI


@contextmanager
def serving(app: OpensslTsa) -> Iterator[Authority]:
    server = make_server(HOST, 0, app, request_handler=Quiet)  # type: ignore[arg-type]  # as above
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Authority(f"http://{HOST}:{server.server_port}/", (app.certificate,), seconds=30)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@needs_openssl
def test_openssl_stamps_a_seal_at_once_or_after_an_outage(pdf: bytes, tmp_path: Path) -> None:
    now = SystemClock().now()
    keys.make(tmp_path / "seal", facility="St. Example Hospital", installation="i-1", at=now)
    key = keys.load(tmp_path / "seal", now=now, installation="i-1")
    with serving(OpensslTsa(tmp_path / "tsa")) as authority:
        sealer = PadesSealer(key, level=SealLevel.B_T, authority=authority)
        made = sealer.seal(pdf, at=now)
        assert (made.level, made.problem) == (SealLevel.B_T, "")
        nobody = PadesSealer(key, level=SealLevel.B_T, authority=replace(authority, url="http://127.0.0.1:1/"))
        waiting = nobody.seal(pdf, at=now)
        assert waiting.level is SealLevel.B_B
        later = sealer.upgrade(waiting.content, at=now)
        assert readback.check(later.content, key=key, authority=authority, at=now).level is SealLevel.B_T
