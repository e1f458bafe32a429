"""A sealed file as a PDF: the document in its first revision, the seal in its second, and nothing else.

Decides whether the seal certifies the document without any change (ISO 32000-2, 12.8.2.2), and whether the revision
that holds it leaves the document as it was.

Invariants:
- One signature, of the kind PAdES, over the bytes that were judged before.
- The second revision adds the seal, its field and its form, and what was known of revocation (B-LT). Of what was there,
  it touches the catalog, the metadata and the list of notes of one page.

Refuses a third revision, whatever is in it: what may stand behind a seal is judged apart from it (``later``).
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import DocumentSecurityStore, SignatureCoverageLevel
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from consent.seal.container import Check, Container

_KIND: Final = {"/Type": "/Sig", "/Filter": "/Adobe.PPKLite", "/SubFilter": "/ETSI.CAdES.detached"}
_IN_CATALOG: Final = frozenset({"/AcroForm", "/Perms", "/Version", "/Extensions", "/DSS"})
_ON_PAGE: Final = frozenset({"/Annots"})


@dataclass(frozen=True, slots=True)
class Certified:
    """What a seal certifies.

    Attributes:
        reader: The document with its seal.
        before: The document before its seal.
        claimed: When the seal claims to have been made; None: it does not say.
        stored: Whether answers about revocation lie beside it.
    """

    reader: PdfFileReader
    before: HistoricalResolver
    claimed: datetime | None
    stored: bool


def certified(pdf: bytes, container: Container) -> Generator[Check, None, Certified]:
    """The document and its seal, as a PDF; what stands behind the seal is not given here."""
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    seals = reader.embedded_signatures
    yield "structure", len(seals) == 1 and len(reader.root["/AcroForm"]["/Fields"]) == 1
    seal = seals[0]
    yield "structure", _is_what_was_judged(seal, pdf, container)
    yield "structure", all(seal.sig_object[key] == value for key, value in _KIND.items())
    yield "structure", len(seal.sig_object.get("/Reference", ())) == 1 and seal.docmdp_level is MDPPerm.NO_CHANGES
    certifies = reader.root["/Perms"].raw_get("/DocMDP").reference
    yield "structure", certifies == seal.sig_field.raw_get("/V").reference
    yield "update", reader.total_revisions == 2  # noqa: PLR2004 - the document, and its seal
    before = reader.get_historical_resolver(0)
    yield "update", _touches_nothing(reader, before, seal.sig_field)
    return Certified(reader, before, seal.self_reported_timestamp, _stores(reader))


def _stores(reader: PdfFileReader) -> bool:
    """Whether there are answers of OCSP or lists (CRL); whether they are enough is not asked."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return False
    return bool(store.ocsps or store.crls)


def _is_what_was_judged(seal: EmbeddedPdfSignature, pdf: bytes, container: Container) -> bool:
    span = [0, container.start, container.end, len(pdf) - container.end]
    whole = seal.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    same: bool = seal.pkcs7_content.startswith(container.der)
    return whole and same and list(seal.byte_range) == span


def _touches_nothing(reader: PdfFileReader, before: HistoricalResolver, mark: Any) -> bool:  # noqa: ANN401 - a dictionary of pyHanko
    """Whether all that the second revision writes anew of the first is room for the seal."""
    after, catalog = reader.get_historical_resolver(1), before.trailer_view.raw_get("/Root").reference
    written = (reader.xrefs.explicit_refs_in_revision(number) for number in (0, 1))
    both = set.intersection(*written)
    pages = both - {catalog, before.root.raw_get("/Metadata").reference}
    rooms = [(catalog, _IN_CATALOG), *((page, _ON_PAGE) for page in pages)]
    if not all(_is_same(before.get_object(one), after.get_object(one), room) for one, room in rooms):
        return False
    marked = [note.reference for page in pages for note in after.get_object(page)["/Annots"]]
    return marked == [mark.container_ref] and not reader.xrefs.refs_freed_in_revision(1)


def _is_same(was: generic.PdfObject, now: generic.PdfObject, room: frozenset[str]) -> bool:
    """Whether a dictionary is what it was, apart from some keys that it did not have."""
    if not (isinstance(was, generic.DictionaryObject) and type(now) is type(was)) or room & set(was):
        return False
    rest = {key: now.raw_get(key) for key in now if key not in room}
    return rest == {key: was.raw_get(key) for key in was} and set(now) - set(was) <= room
