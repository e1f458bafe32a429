"""A library of templates in memory, older versions first."""

from consent.errors import NotFound
from consent.model.template import Template


class MemoryTemplates:
    """The port ``Templates``."""

    def __init__(self, *templates: Template) -> None:
        self.shelf = list(templates)

    def all(self) -> tuple[Template, ...]:
        return tuple(self.shelf)

    def get(self, template_id: str, version: str) -> Template:
        for one in self.shelf:
            if (one.id, one.version) == (template_id, version):
                return one
        raise NotFound("The library has no such template or version.")

    def latest(self, template_id: str) -> Template:
        versions = [one for one in self.shelf if one.id == template_id]
        if not versions:
            raise NotFound("The library has no such template.")
        return versions[-1]
