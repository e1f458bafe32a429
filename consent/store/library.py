"""The template library: the folder of templates that this installation offers.

Decides which templates there are. The folder is read and checked as a whole when the library is made; a file that
breaks a rule stops the start, so that no half of a library is ever offered.

Invariants:
- ``<id>/<version>/template.yaml`` holds just the id and version that its folders say.
- What is handed out is what was checked: each ``get`` compares the file's bytes with those that were read, and refuses
  when they changed on disk (catalogue C22).

Refuses to write, and to know what is approved: that is in the ledger, by digest (C16).
"""

from dataclasses import dataclass
from pathlib import Path

from consent.errors import NotFound
from consent.model import canon
from consent.model.template import Template
from consent.store import template_file

_FILE = "template.yaml"


@dataclass(frozen=True)
class _Shelved:
    path: Path
    sha256: str
    template: Template


class TemplateLibrary:
    """The templates of one folder.

    Args:
        folder: Holds one folder for each template id, and in it one for each version.

    Raises:
        TemplateRefused: A file breaks a rule, or lies in a folder of another id or version.
    """

    def __init__(self, folder: Path) -> None:
        self._shelf = {
            (one.template.id, one.template.version): one
            for one in sorted(map(_shelve, folder.glob(f"*/*/{_FILE}")), key=_order)
        }

    def all(self) -> tuple[Template, ...]:
        """Every version of every template, by id, older versions first."""
        return tuple(one.template for one in self._shelf.values())

    def get(self, template_id: str, version: str) -> Template:
        """That version.

        Raises:
            NotFound: The library has no such version.
            TemplateRefused: The file changed on disk since it was checked.
        """
        one = self._shelf.get((template_id, version))
        if one is None:
            raise NotFound("The library has no such template or version.")
        if canon.sha256_hex(template_file.read(one.path)) != one.sha256:
            raise template_file.refusal(
                f"{_place(one.path)}:1",
                "the file changed on disk since it was checked at start",
                "Put the checked file back, or give the change a new version; then start again.",
            )
        return one.template

    def latest(self, template_id: str) -> Template:
        """The newest version of that template.

        Raises:
            NotFound: The library has no such template.
            TemplateRefused: The file changed on disk since it was checked.
        """
        versions = [version for known, version in self._shelf if known == template_id]
        if not versions:
            raise NotFound("The library has no such template.")
        return self.get(template_id, versions[-1])


def _shelve(path: Path) -> _Shelved:
    data = template_file.read(path)
    template = template_file.parse(data, name=_place(path))
    if (template.id, template.version) != (path.parent.parent.name, path.parent.name):
        raise template_file.refusal(
            f"{_place(path)}:1",
            f"the file says {template.id} {template.version}, its folders say otherwise",
            "Name the folders as the file's id and version.",
        )
    return _Shelved(path=path, sha256=canon.sha256_hex(data), template=template)


def _order(one: _Shelved) -> tuple[str, tuple[int, ...]]:
    return one.template.id, tuple(int(number) for number in one.template.version.split("."))


def _place(path: Path) -> str:
    """How refusals call the file: below the library's folder, since all files bear one name."""
    return "/".join(path.parts[-3:])
