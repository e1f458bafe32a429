"""A CA with its OCSP, its CRLs and its time-stamp authorities, on loopback; they can be made to fail."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import pem, tsp
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, PKIArchitecture, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from consent.seal.authority import Authority

AT = datetime(2026, 3, 12, 9, 45, tzinfo=UTC)
HOST = "127.0.0.1"
KEYS = ("root", "interm", "interm-ocsp", "tsa", "seal")
REFUSAL = bytes.fromhex("30053003020102")
"""A TimeStampResp with status 2 (rejection) and no token (RFC 3161, 2.4.2)."""
Answer = Callable[[Request], Response]


class World:
    """The CA, and the ways in which a time-stamp authority fails."""

    def __init__(self, folder: Path, port: int, *, at: datetime = AT) -> None:
        self.url = f"http://{HOST}:{port}"
        self.down: set[str] = set()
        """What does not answer: ``ocsp``, ``crls``, ``tsa``."""
        self.asked: list[str] = []
        self.over = threading.Event()
        _make_keys(folder)
        config = CertomancerConfig(_config(), key_search_dir=str(folder), external_url_prefix=self.url)
        self.pki: PKIArchitecture = config.get_pki_arch(ArchLabel("ca"))
        self._real = Animator(AnimatorArchStore({ArchLabel("ca"): self.pki}), at_time=at, with_web_ui=False)
        self._faults: dict[str, Answer] = {
            "garbage": lambda _: _reply(b"\x30\x03abc"),
            "page": lambda _: Response("<html>Please pay for the network.</html>", mimetype="text/html"),
            "error": lambda _: Response("Out of order.", status=503),
            "slow": self._slow,
            "refusal": lambda _: _reply(REFUSAL),
            "nonce": lambda request: self._stamp(request, _other_nonce),
            "digest": lambda request: self._stamp(request, _other_digest),
            "clock": lambda request: self._stamp(request, lambda asked: asked, at=AT - timedelta(days=1)),
            "expired": lambda request: self._stamp(request, lambda asked: asked, service="expired"),
            "revoked": lambda request: self._stamp(request, lambda asked: asked, service="revoked"),
        }

    @property
    def faults(self) -> list[str]:
        return sorted(self._faults)

    def __call__(self, environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        request = Request(environ)
        self.asked.append(request.path)
        parts = request.path.strip("/").split("/")
        if parts[0] == "faulty":
            return self._faults[parts[1]](request)(environ, start_response)  # type: ignore[arg-type]  # werkzeug's own types of WSGI
        if parts[1] in self.down:
            return Response(status=503)(environ, start_response)  # type: ignore[arg-type]  # as above
        return self._real(environ, start_response)  # type: ignore[no-any-return]  # certomancer says nothing of it

    def authority(self, fault: str = "", *, seconds: float = 30.0) -> Authority:
        path = f"faulty/{fault}" if fault else "ca/tsa/tsa"
        return Authority(url=f"{self.url}/{path}", roots=(self.certificate("root"),), seconds=seconds)

    def certificate(self, label: str) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.pki.get_cert(CertLabel(label)).dump())

    def place(self, folder: Path, label: str) -> Path:
        """Key, certificate and chain as a clinic places them."""
        folder.mkdir()
        key = self.pki.key_set.get_private_key(KeyLabel("seal"))
        (folder / "key.pem").write_bytes(_pem(key.dump()))
        (folder / "key.pem").chmod(0o400)
        (folder / "certificate.pem").write_bytes(self.certificate(label).public_bytes(Encoding.PEM))
        chain = (self.certificate(one).public_bytes(Encoding.PEM) for one in ("root", "interm"))
        (folder / "chain.pem").write_bytes(b"".join(chain))
        return folder

    def _slow(self, _: Request) -> Response:
        self.over.wait(30)
        return Response(status=503)

    def _stamp(
        self,
        request: Request,
        change: Callable[[tsp.TimeStampReq], tsp.TimeStampReq],
        *,
        service: str = "tsa",
        at: datetime = AT,
    ) -> Response:
        stamper = self.pki.service_registry.summon_timestamper(ServiceLabel(service), at)
        return _reply(stamper.request_tsa_response(change(tsp.TimeStampReq.load(request.get_data()))).dump())


@contextmanager
def serving(app: Callable[[int], World]) -> Iterator[World]:
    """A world behind a port that the system gives."""
    holder: list[World] = []

    def call(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        return holder[0](environ, start_response)

    server = make_server(HOST, 0, call, threaded=True, request_handler=Quiet)
    holder.append(app(server.server_port))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield holder[0]
    finally:
        holder[0].over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name
        pass


def _make_keys(folder: Path) -> None:
    for name in KEYS:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)


def _pem(der: bytes) -> bytes:
    return bytes(pem.armor("PRIVATE KEY", der))


def _reply(body: bytes) -> Response:
    return Response(body, mimetype="application/timestamp-reply")


def _other_nonce(asked: tsp.TimeStampReq) -> tsp.TimeStampReq:
    asked["nonce"] = asked["nonce"].native + 1
    return asked


def _other_digest(asked: tsp.TimeStampReq) -> tsp.TimeStampReq:
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return asked


def _validity(begins: int, ends: int) -> dict[str, str]:
    return {"valid-from": f"{begins}-01-01T00:00:00+0000", "valid-to": f"{ends}-01-01T00:00:00+0000"}


def _config() -> dict[str, object]:
    stamps = [
        {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": ["digital_signature"]}},
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        {
            "id": "crl_distribution_points",
            "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}},
        },
    ]
    long = _validity(2020, 2060)
    gone = {"revoked-since": "2026-01-01T00:00:00+0000", "reason": "key_compromise"}
    tsa = {"subject": "tsa", "subject-key": "tsa", "issuer": "root", "validity": long, "extensions": stamps}
    seal = {"subject": "seal", "subject-key": "seal", "issuer": "interm", "validity": _validity(2025, 2028)}
    seal["profiles"] = ["digsig-commitment"]
    certs = {
        "root": {
            "subject": "root", "subject-key": "root", "issuer": "root", "authority-key": "root", "validity": long,
            "profiles": [{"id": "simple-ca", "params": {"crl-repo": "root"}}],
        },
        "interm": {
            "issuer": "root", "validity": long,
            "profiles": [{"id": "simple-ca", "params": {"crl-repo": "interm", "ocsp-service": "interm"}}],
        },
        "interm-ocsp": {"issuer": "interm", "validity": long, "profiles": ["ocsp-responder"]},
        "tsa": tsa,
        "tsa-expired": tsa | {"validity": _validity(2020, 2026)},
        "tsa-revoked": tsa | {"revocation": gone},
        "seal": seal,
        "seal-revoked": seal | {"revocation": gone},
    }  # fmt: skip
    return {
        "keysets": {"ca": {"keys": {name: {"path": f"{name}.pem"} for name in KEYS}}},
        "pki-architectures": {
            "ca": {
                "keyset": "ca",
                "entity-defaults": {"country-name": "US", "organization-name": "Testing Authority"},
                "entities": {name: {"common-name": name} for name in KEYS},
                "certs": certs,
                "services": {
                    "ocsp": {
                        "interm": {
                            "for-issuer": "interm",
                            "responder-cert": "interm-ocsp",
                            "signing-key": "interm-ocsp",
                        }
                    },
                    "crl-repo": {
                        name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "P30D"}
                        for name in ("root", "interm")
                    },
                    "time-stamping": {
                        "tsa": {"signing-key": "tsa", "signing-cert": "tsa"},
                        "expired": {"signing-key": "tsa", "signing-cert": "tsa-expired"},
                        "revoked": {"signing-key": "tsa", "signing-cert": "tsa-revoked"},
                    },
                },
            }
        },
    }
