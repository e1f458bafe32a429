"""The few words that the press itself puts on a page, by language.

Everything else on the page comes from the blocks. English stands in for a language that isn't here.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the running head, the foot and the signature box, and what pictures are to a listener."""

    born: str = "Born"
    record: str = "Record no."
    episode: str = "Episode"
    version: str = "Version"
    page: str = "Page {number} of {total}"
    meaning: str = "Meaning"
    signed: str = "Signed"
    covers: str = "Covers"
    typed: str = "typed by the signer"
    signatures: str = "Signatures, continued"
    sign_here: str = "Signature"
    printed: str = "Printed name"
    moment: str = "Date and time"
    people: str = "{total} small figures of people, {filled} of them filled"
    ink: str = "Signature by hand: {name}"


_BY_LANGUAGE: Final = {
    "en": Labels(),
    "es": Labels(
        born="Fecha de nacimiento",
        record="N.º de historia",
        episode="Episodio",
        version="Versión",
        page="Página {number} de {total}",
        meaning="Significado",
        signed="Firmado",
        covers="Abarca",
        typed="escrito por la persona que firma",
        signatures="Firmas, continuación",
        sign_here="Firma",
        printed="Nombre en letra de imprenta",
        moment="Fecha y hora",
        people="{total} figuras pequeñas de personas, {filled} de ellas rellenas",
        ink="Firma manuscrita: {name}",
    ),
}


def labels(lang: str) -> Labels:
    """The words for a BCP 47 language."""
    return _BY_LANGUAGE.get(lang.split("-", maxsplit=1)[0].lower(), _BY_LANGUAGE["en"])
