"""What stands behind a seal: a timestamp of the whole file, with what was known of certificates by then (B-LTA).

Decides whether the revision behind the seal leaves what was sealed as it was (ISO 32000-2, 12.8.5; ETSI EN 319 142-1,
5.5 and 6).

Invariants:
- Nobody signed it with the clinic's key, so no reader of PDF opens it: its objects are read one by one, where they
  stand, and its table has to name those and no others. What was sealed is read from the sealed bytes alone.
- The room of the form and of one page grows by the timestamp's field, the catalog at most by the store of answers; what
  else there is belongs to these.

Refuses everything else, in whatever form. Whether the answers are enough, and whose the authority is, it does not say.
"""

import re
import zlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader

from consent.seal.container import Check, Container, Places

_HEAD: Final = re.compile(rb"\s*(\d{1,7}) 0 obj\n")
_ENDED: Final = b"\nendobj\n"
_TAIL: Final = re.compile(rb"\nstartxref\n(\d{1,9})\n%%EOF\n")
_STAMP: Final = b"/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n>>"
_LABEL: Final = re.compile("[A-Za-z0-9 ]+")
_KINDS: Final = frozenset({"/Certs", "/OCSPs", "/CRLs"})
_TABLE: Final = frozenset({"/W", "/Type", "/Filter", "/Root", "/Size", "/ID", "/Prev", "/Index", "/Length"})
_WIDTHS: Final = (1, 8, 2)


@dataclass(frozen=True, slots=True)
class _Later:
    """The objects behind the seal: each by its number, with where it stands and how far it goes."""

    objects: Mapping[int, DictionaryObject]
    places: Mapping[int, tuple[int, int]]
    table: int

    def take(self, number: int) -> DictionaryObject:
        return self.objects[number]


def added(pdf: bytes, places: Places, sealed: PdfFileReader) -> Generator[Check, None, bool]:
    """Whether answers about revocation are among what stands behind the seal.

    Args:
        pdf: The whole file.
        places: Where seal and timestamp lie in it.
        sealed: What the seal covers.
    """
    later = _read(pdf, places.until, sealed)
    yield "later", later is not None
    if later is None:
        return False
    form, root = sealed.root.raw_get("/AcroForm").reference, sealed.root_ref
    seal = sealed.root["/AcroForm"]["/Fields"][0]
    page = seal.raw_get("/P").reference
    fields = later.take(form.idnum).raw_get("/Fields")
    yield "later", len(fields) == 2 and _number(fields.raw_get(0)) == seal.container_ref.idnum  # noqa: PLR2004 - seal and timestamp
    mark = _number(fields.raw_get(1))
    yield "later", _is_same(form.get_object(), later.take(form.idnum), {"/Fields": fields})
    yield "later", _is_same(page.get_object(), later.take(page.idnum), {"/Annots": fields})
    value = later.take(mark).raw_get("/V")
    told = {key: later.take(mark).raw_get(key) for key in ("/T", "/TU", "/V")}
    yield "later", _is_same(seal, later.take(mark), told) and all(map(_LABEL.fullmatch, (told["/T"], told["/TU"])))
    yield "later", places.stamp is not None and _is_stamp(pdf[slice(*later.places[_number(value)])], pdf, places.stamp)
    store = _store(later, sealed, root)
    yield "later", store is not None
    store = store or set()
    known = {form.idnum, page.idnum, mark, _number(value), later.table} | store
    yield "later", set(later.objects) == known
    new = known - {form.idnum, page.idnum, root.idnum}
    old = {one.idnum for number in (0, 1) for one in sealed.xrefs.explicit_refs_in_revision(number)}
    yield "later", not (new - _store_before(sealed)) & old
    yield "later", _is_table(later, sealed)
    return any({"/OCSPs", "/CRLs"} & set(later.take(one)) for one in store)


def _read(pdf: bytes, at: int, sealed: PdfFileReader) -> _Later | None:
    """The objects from a place to the end of the file; None: there is something else."""
    stream, objects, places = BytesIO(pdf), {}, {}
    while head := _HEAD.match(pdf, at):
        number = int(head[1])
        stream.seek(head.end())
        one = generic.read_object(stream, Reference(number, 0, sealed))
        ends = stream.tell()
        if number in objects or not isinstance(one, DictionaryObject) or pdf[ends : ends + len(_ENDED)] != _ENDED:
            return None
        if "/ByteRange" not in one and pdf[head.end() : ends] != _written(one):
            return None
        objects[number], places[number], at = one, (head.start(1), ends), ends + len(_ENDED)
    tail = _TAIL.fullmatch(pdf, at)
    tables = [number for number, one in objects.items() if tail and places[number][0] == int(tail[1])]
    return _Later(objects, places, tables[0]) if tables else None


def _number(reference: PdfObject) -> int:
    """The number of an object that is referred to. Raises ValueError: this is no reference."""
    if not isinstance(reference, generic.IndirectObject) or reference.generation:
        raise ValueError
    return int(reference.idnum)


def _written(thing: PdfObject) -> bytes:
    out = BytesIO()
    if isinstance(thing, generic.StreamObject):  # loses its length while it is written
        thing = generic.StreamObject(dict(thing), encoded_data=thing.encoded_data)
        if "/ID" in thing:  # a string that happens to be text would be written as one
            halves = [generic.ByteStringObject(one.original_bytes) for one in thing["/ID"]]
            thing[generic.pdf_name("/ID")] = generic.ArrayObject(halves)
    thing.write_to_stream(out)
    return out.getvalue()


def _is_same(was: Any, now: DictionaryObject, room: Mapping[str, PdfObject]) -> bool:  # noqa: ANN401 - a dictionary of pyHanko
    """Whether a dictionary is what it was, but for some keys that have these values now."""
    if isinstance(now, generic.StreamObject):
        return False
    expected = {str(key): _written(was.raw_get(key)) for key in was}
    expected |= {key: _written(value) for key, value in room.items()}
    return {str(key): _written(now.raw_get(key)) for key in now} == expected


def _is_stamp(written: bytes, pdf: bytes, stamp: Container) -> bool:
    """Whether an object is the timestamp that was judged; room is left for the numbers of the range."""
    head, _, told = written.partition(b" 0 obj\n")
    told, _, kind = told.partition(b"]")
    span = b"<<\n/Contents %b\n/ByteRange [0 %d %d %d" % (
        pdf[stamp.start : stamp.end],
        stamp.start,
        stamp.end,
        len(pdf) - stamp.end,
    )
    return head.isdigit() and told == span and kind.lstrip(b" ") == b"\n" + _STAMP


def _store_before(sealed: PdfFileReader) -> set[int]:
    """The number of the store that was sealed, if there was one."""
    return {_number(sealed.root.raw_get("/DSS"))} if "/DSS" in sealed.root else set()


def _store(later: _Later, sealed: PdfFileReader, root: Reference) -> set[int] | None:
    """The numbers of what belongs to the store of answers; None: it is not right."""
    numbers, catalog = set(), later.objects.get(root.idnum)
    before = _store_before(sealed)
    if catalog is not None:
        if before or not _is_same(sealed.root, catalog, {"/DSS": catalog.raw_get("/DSS")}):
            return None
        before, numbers = {_number(catalog.raw_get("/DSS"))}, {root.idnum}
    if not before & set(later.objects):
        return None if numbers else set()
    (number,) = before
    store = later.take(number)
    if isinstance(store, generic.StreamObject) or not set(store) <= _KINDS:
        return None
    kept = _kept(sealed.root["/DSS"].values()) if "/DSS" in sealed.root else set()
    named = _kept(store.raw_get(key) for key in store)
    if not kept <= named:
        return None
    values = [later.objects.get(one) for one in named - kept]
    if not all(isinstance(one, generic.StreamObject) and set(one) == {"/Length"} for one in values):
        return None
    return numbers | {number} | (named - kept)


def _kept(lists: Iterable[PdfObject]) -> set[int]:
    """What the lists of a store refer to. Raises ValueError: one of them holds something else."""
    found: set[int] = set()
    for every in lists:
        if not isinstance(every, generic.ArrayObject):
            raise ValueError  # noqa: TRY004 - what the file holds, not what was called
        found |= {_number(every.raw_get(at)) for at in range(len(every))}
    return found


def _is_table(later: _Later, sealed: PdfFileReader) -> bool:
    """Whether the table names the objects that are there, and follows that of the sealed bytes (ISO 32000-2, 7.5.8)."""
    table, last = later.take(later.table), max(later.objects)
    if not isinstance(table, generic.StreamObject) or set(table) != _TABLE:
        return False
    rows = b"\0" * 9 + b"\xff\xff"
    rows += b"".join(b"\1" + later.places[one][0].to_bytes(8, "big") + b"\0\0" for one in sorted(later.objects))
    told = zlib.decompressobj().decompress(table.encoded_data, len(rows) + 1)
    index = list(map(int, table["/Index"]))
    numbers = [first + more for first, count in zip(index[::2], index[1::2], strict=True) for more in range(count)]
    return (
        told == rows
        and numbers == [0, *sorted(later.objects)]
        and (table["/Type"], table["/Filter"], tuple(table["/W"])) == ("/XRef", "/FlateDecode", _WIDTHS)
        and (table["/Prev"], table["/Size"]) == (sealed.last_startxref, last + 1)
        and _number(table.raw_get("/Root")) == sealed.root_ref.idnum
    )
