"""What the catalogue's tests need: the demo's desk on its real store, the running server, Chromium, both databases."""

from tests.adapters.store.conftest import url
from tests.catalogue.open_clinic import clinic, open_clinic
from tests.journeys.conftest import base_url, chromium, complaints, desk, page, server, sign_in

__all__ = [
    "base_url",
    "chromium",
    "clinic",
    "complaints",
    "desk",
    "open_clinic",
    "page",
    "server",
    "sign_in",
    "url",
]
