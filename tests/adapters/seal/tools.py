"""What other tools say of a file in a folder, with the certificate to believe beside it: ``NAME.pdf``, ``NAME.pem``."""

import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from tests.adapters.seal import changes

_PYHANKO = """
import sys
from click.testing import CliRunner
from pyhanko.cli import launch
from pyhanko.cli._root import cli_root
asked = ["sign", "validate", "--no-revocation-check", "--trust"]
for name in sys.argv[1:]:
    print(CliRunner().invoke(cli_root, [*asked, f"{name}.pem", f"{name}.pdf"]).exit_code)
"""


def pyhanko(folder: Path, names: Collection[str]) -> Mapping[str, bool]:
    """By its command's exit status, which a script would go by; one process, since it takes a second to start.

    Revocation is not asked for: the authorities of the tests live on a day of their own.
    """
    said = _ran(folder, sys.executable, "-c", _PYHANKO, *names).stdout.split()
    return {name: status == "0" for name, status in zip(names, said, strict=True)}


def pdfsig(folder: Path, name: str) -> bool:
    """The whole document is signed, and validly; it does not judge certificates here."""
    said = _ran(folder, "pdfsig", "-nocert", f"{name}.pdf").stdout
    return "Signature is Valid" in said and "- Total document signed" in said


def openssl(folder: Path, name: str) -> bool | None:
    """The signature over what its ByteRange covers, whatever else is in the file."""
    pdf = (folder / f"{name}.pdf").read_bytes()
    if b"/ByteRange [0 " not in pdf:
        return None
    start, end, rest = changes.gap(pdf)
    (folder / "seal.der").write_bytes(bytes.fromhex(pdf[start + 1 : end - 1].decode()).rstrip(b"\0"))
    (folder / "covered").write_bytes(pdf[:start] + pdf[end : end + rest])
    command = "openssl cms -verify -inform DER -in seal.der -content covered -binary -purpose any -out out -CAfile"
    return _ran(folder, *command.split(), f"{name}.pem").returncode == 0


def _ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
