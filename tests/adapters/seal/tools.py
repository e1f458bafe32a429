"""What other tools say of a file in a folder, with the certificate to believe beside it: ``NAME.pdf``, ``NAME.pem``.

A list of revoked certificates may lie there too, as text: ``NAME.crl``.
"""

import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from tests.adapters.seal import changes

LARGEST = 50_000_000
"""Bytes: what lies behind is not looked at, since no seal of a test does."""
_PYHANKO = """
import sys
from pathlib import Path
from click.testing import CliRunner
from pyhanko.cli import launch
from pyhanko.cli._root import cli_root
for name in sys.argv[1:]:
    unasked = [] if Path(f"{name}.crl").exists() else ["--no-revocation-check"]
    asked = ["sign", "validate", *unasked, "--trust", f"{name}.pem", f"{name}.pdf"]
    print(CliRunner().invoke(cli_root, asked).exit_code)
"""


def pyhanko(folder: Path, names: Collection[str]) -> Mapping[str, bool]:
    """By its command's exit status, which a script would go by; one process, since it takes a second to start.

    Whether a certificate was revoked it asks its authority, where a list lies beside the file (``NAME.crl``); the other
    authorities of the tests live on a day of their own.
    """
    said = _ran(folder, sys.executable, "-c", _PYHANKO, *names).stdout.split()
    return {name: status == "0" for name, status in zip(names, said, strict=True)}


def pdfsig(folder: Path, name: str) -> bool:
    """The whole document is signed, and validly; it does not judge certificates here."""
    said = _ran(folder, "pdfsig", "-nocert", f"{name}.pdf").stdout
    return "Signature is Valid" in said and "- Total document signed" in said


def openssl(folder: Path, name: str) -> bool | None:
    """The signature over what its ByteRange covers, whatever else is in the file."""
    with (folder / f"{name}.pdf").open("rb") as opened:
        pdf = opened.read(LARGEST)
    if b"/ByteRange [0 " not in pdf:
        return None
    start, end, rest = changes.gap(pdf)
    (folder / "seal.der").write_bytes(bytes.fromhex(pdf[start + 1 : end - 1].decode()))
    (folder / "covered").write_bytes(pdf[:start] + pdf[end : end + rest])
    command = "openssl cms -verify -inform DER -in seal.der -content covered -binary -purpose any -out out -CAfile"
    believed, revoked = folder / f"{name}.pem", folder / f"{name}.crl"
    if not revoked.exists():
        return _ran(folder, *command.split(), believed.name).returncode == 0
    (folder / "both.pem").write_bytes(believed.read_bytes() + revoked.read_bytes())
    return _ran(folder, *command.split(), "both.pem", "-crl_check").returncode == 0


def _ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
