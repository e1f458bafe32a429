"""The project's own files as the house tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, in the history."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(sorted(path for name in set(listed) if (path := ROOT / name).is_file()))


def under(*places: str, suffix: str = ".py") -> tuple[Path, ...]:
    """The files of some folders (or single files), by ending."""
    wanted = tuple(ROOT / place for place in places)
    return tuple(
        path
        for path in files()
        if path.suffix == suffix and any(path == place or place in path.parents for place in wanted)
    )


def code() -> tuple[Path, ...]:
    """All Python that runs in a clinic."""
    return under("app.py", "pages", "consent")


def pages() -> tuple[Path, ...]:
    """The screens."""
    return under("pages")


def name_of(path: Path) -> str:
    """As ``consent/ui/gate.py``."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def text(name: str) -> str:
    """A file by its name from the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def place(path: Path, node: ast.AST) -> str:
    """As ``pages/today.py:12``."""
    return f"{name_of(path)}:{getattr(node, 'lineno', 0)}"


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def dotted(node: ast.AST) -> str:
    """A name as it is written, as ``gate.act``; empty for anything else."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def imported(path: Path) -> set[str]:
    """Every module, and everything taken from one, with its full name."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
