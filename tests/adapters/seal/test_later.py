"""What stands behind a seal: a timestamp of the whole file, which anybody could have added, and nothing beside it."""

import asyncio
import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

import verify as by_itself
from consent.errors import Broken
from consent.seal import readback, verdict
from consent.seal.pades import _BEYOND_THE_PAGE, _Writer
from consent.wiring import SystemClock
from tests.adapters.seal import changes, sealing
from tests.adapters.seal.conftest import Office

Change = Callable[[IncrementalPdfFileWriter], None]
AUTHORITY = sealing.stamper()
CONTENT = b"q Q"


def behind(
    pdf: bytes, change: Change = lambda _: None, *, by: TimeStamper = AUTHORITY, name: str = "TimeStamp"
) -> bytes:
    """The file with a timestamp behind its seal, and what else is put beside it."""
    writer = _Writer(BytesIO(pdf))
    change(writer)
    done = PdfTimeStamper(by, field_name=name, invis_settings=_BEYOND_THE_PAGE).timestamp_pdf(writer, "sha256")
    return bytes(done.getvalue())


def stamped_anew(pdf: bytes) -> bytes:
    """The file with the timestamp that it would have had as it is now."""
    start, end = changes.last_gap(pdf)
    digest = hashlib.sha256(pdf[:start] + pdf[end:]).digest()
    token: bytes = asyncio.run(AUTHORITY.async_timestamp(digest, "sha256")).dump().hex().encode()
    return pdf[: start + 1] + token.ljust(end - start - 2, b"0") + pdf[end - 1 :]


@pytest.fixture(scope="module")
def stamped(office: Office) -> bytes:
    return behind(office.sealed)


def test_a_timestamp_of_the_whole_file_may_stand_behind_the_seal(office: Office, stamped: bytes) -> None:
    assert office.judge(stamped) == ("", "")
    assert stamped_anew(stamped) != stamped
    assert office.judge(stamped_anew(stamped)) == ("", "")


def _content(writer: IncrementalPdfFileWriter) -> None:
    first = writer.root["/Pages"]["/Kids"][0]
    writer.objects[(0, first.raw_get("/Contents").idnum)] = generic.StreamObject(stream_data=CONTENT)


def _stored(writer: IncrementalPdfFileWriter, kind: str = "/OCSPs") -> generic.DictionaryObject:
    """A store of one answer, as an upgrade adds it."""
    answer = writer.add_object(generic.StreamObject(stream_data=b"answer"))
    store = generic.DictionaryObject({pdf_name(kind): generic.ArrayObject([answer])})
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()
    return store


def _answered(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)


def _content_as_an_answer(writer: IncrementalPdfFileWriter) -> None:
    _content(writer)
    contents = writer.root["/Pages"]["/Kids"][0].raw_get("/Contents")
    _stored(writer)["/OCSPs"].append(generic.IndirectObject(contents.idnum, 0, writer))


def _compressed_answer(writer: IncrementalPdfFileWriter) -> None:
    packed = generic.StreamObject(stream_data=b"answer" * 100)
    packed.compress()
    _stored(writer)["/OCSPs"].append(writer.add_object(packed))


def _more_in_the_store(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)[pdf_name("/More")] = generic.NumberObject(1)


def _more_in_the_catalog(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)
    writer.root[pdf_name("/Lang")] = generic.pdf_string("de")


def _more_objects(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.DictionaryObject({pdf_name("/More"): generic.NumberObject(1)}))


def _more_fields(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(generic.DictionaryObject({pdf_name("/FT"): pdf_name("/Tx")})))
    writer.update_container(form)


def _metadata(writer: IncrementalPdfFileWriter) -> None:
    number = writer.root.raw_get("/Metadata").idnum
    writer.objects[(0, number)] = generic.StreamObject(stream_data=b"<x/>")


def _as_stream(writer: IncrementalPdfFileWriter, number: int, thing: generic.DictionaryObject) -> None:
    writer.objects[(0, number)] = generic.StreamObject(dict(thing), stream_data=b"more")


def _catalog_as_stream(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)
    _as_stream(writer, writer.root_ref.idnum, writer.root)


def _store_as_stream(writer: IncrementalPdfFileWriter) -> None:
    store = _stored(writer)
    _as_stream(writer, writer.root.raw_get("/DSS").idnum, store)


def _answer_that_says_more(writer: IncrementalPdfFileWriter) -> None:
    more = generic.StreamObject({pdf_name("/More"): generic.NumberObject(1)}, stream_data=b"answer")
    _stored(writer)["/OCSPs"].append(writer.add_object(more))


def _answer_that_is_none(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)["/OCSPs"].append(writer.add_object(generic.DictionaryObject()))


def _list_that_is_none(writer: IncrementalPdfFileWriter) -> None:
    _stored(writer)[pdf_name("/CRLs")] = generic.NumberObject(1)


def _catalog_without_a_store(writer: IncrementalPdfFileWriter) -> None:
    writer.update_root()


CHANGES: dict[str, Change] = {
    "the catalog is a stream": _catalog_as_stream,
    "an answer says something more": _answer_that_says_more,
    "a page has another size": changes.resize,
    "a page has another content": _content,
    "a page has another content, told as an answer": _content_as_an_answer,
    "an answer is compressed": _compressed_answer,
    "the store holds something more": _more_in_the_store,
    "the catalog says something else": _more_in_the_catalog,
    "there is an object more": _more_objects,
    "there is a field more": _more_fields,
    "the metadata are others": _metadata,
}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_store_as_stream, ("later", "later")),
        (_answer_that_is_none, ("later", "readable")),
        (_list_that_is_none, ("readable", "later")),
        (_catalog_without_a_store, ("readable", "later")),
    ],
)
def test_a_store_of_another_form_is_refused(office: Office, change: Change, codes: tuple[str, str]) -> None:
    assert office.judge(behind(office.sealed, change)) == codes


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_else_may_stand_behind_the_seal(office: Office, name: str) -> None:
    assert office.judge(behind(office.sealed, CHANGES[name])) == ("later", "later")


def test_answers_may_stand_behind_the_seal(office: Office) -> None:
    assert office.judge(behind(office.sealed, _answered)) == ("", "")


@pytest.mark.parametrize(("kind", "level"), [("/OCSPs", "B-LTA"), ("/CRLs", "B-LTA"), ("/Certs", "B-T")])
def test_answers_of_either_kind_make_the_level_and_certificates_alone_do_not(
    office: Office, kind: str, level: str
) -> None:
    def stored(writer: IncrementalPdfFileWriter) -> None:
        _stored(writer, kind)

    pdf = behind(office.sealed, stored)
    pins, now = frozenset({office.clinic.pin}), SystemClock().now()
    assert office.judge(pdf) == ("", "")
    assert (verdict.verify(pdf, pinned=pins, at=now).level, by_itself.judge(pdf, pins={*pins}, at=now).level) == (
        level,
        level,
    )


def test_only_one_timestamp_may_stand_behind_the_seal(office: Office, stamped: bytes) -> None:
    twice = behind(stamped, name="Another")
    assert office.judge(twice) == ("coverage", "coverage")
    with pytest.raises(Broken, match="one time stamp at most"):
        readback.check(twice, key=office.clinic.sealing, authority=None, at=sealing.NOW)


def test_what_stands_behind_the_seal_is_not_large(office: Office) -> None:
    def much(writer: IncrementalPdfFileWriter) -> None:
        _stored(writer)["/OCSPs"].append(writer.add_object(generic.StreamObject(stream_data=bytes(300_000))))

    assert office.judge(behind(office.sealed, much)) == ("coverage", "coverage")


def test_the_timestamp_behind_the_seal_is_of_this_file(office: Office, stamped: bytes) -> None:
    other = behind(office.seals())
    (start, end), (first, last) = changes.last_gap(stamped), changes.last_gap(other)
    swapped = stamped[:start] + other[first:last].ljust(end - start, b"0") + stamped[end:]
    assert all(office.judge(swapped))
    assert office.judge(behind(office.sealed)[:-1] + b"\r") == ("timestamp", "timestamp")


def test_the_seal_under_a_timestamp_is_the_clinics(office: Office) -> None:
    stranger = sealing.seal(office.kept.file(), sealing.sealer())
    assert office.judge(behind(stranger)) == ("pin", "pin")


@pytest.mark.parametrize(("days", "code"), [(-1, "window"), (1, "window"), (0, "")])
def test_a_timestamp_behind_the_seal_is_not_before_it_nor_to_come(office: Office, days: int, code: str) -> None:
    by = sealing.stamper(at=sealing.NOW + timedelta(days=days))
    assert office.judge(behind(office.sealed, by=by)) == (code, code)


def test_the_table_behind_the_seal_names_what_is_there(office: Office, stamped: bytes) -> None:
    start = stamped.rindex(b"stream\n", 0, stamped.rindex(b"endstream")) + len(b"stream\n")
    end = stamped.rindex(b"\nendstream")
    rows = bytearray(zlib.decompress(stamped[start:end]))
    rows[-3] ^= 1  # where the last object is
    for level in range(10):
        packed = zlib.compress(bytes(rows), level)
        if len(packed) == end - start:
            break
    moved = stamped[:start] + packed.ljust(end - start, b"\0")[: end - start] + stamped[end:]
    assert all(office.judge(stamped_anew(moved)))


IDENTIFIER = rb"/ID \[ (<[0-9a-f]{32}>) <[0-9a-f]{32}> \]\n"
EDITS: dict[str, tuple[bytes, Callable[[re.Match[bytes]], bytes], tuple[str, str]]] = {
    "the first field is another one than the seal": (
        rb"/(Fields|Annots) \[ (\d+) 0 R (\d+) 0 R \]\n",
        lambda found: b"/%b [ %b 0 R %b 0 R ]\n" % (found[1], found[3], found[3]),
        ("later", "later"),
    ),
    "a field is named in another generation": (
        rb"/(Fields|Annots) \[ (\d+) 0 R (\d+) 0 R \]\n",
        lambda found: b"/%b [ %b 0 R %b 1 R ]\n" % found.groups(),
        ("readable", "later"),
    ),
    "an answer is named in another generation": (
        rb"/OCSPs \[ (\d+) 0 R \]\n",
        lambda found: b"/OCSPs [ %b 1 R ]\n" % found[1],
        ("readable", "later"),
    ),
    "the form says something else": (rb"/SigFlags 3\n", lambda _: b"/SigFlags 2\n", ("later", "later")),
    "the table says something more": (
        IDENTIFIER,
        lambda found: b"/ID [ %b <> ]\n/%b 1\n" % (found[1], b"A" * 28),
        ("later", "later"),
    ),
    "the table's index has half a pair more": (
        IDENTIFIER + rb"(/Prev \d+\n)/Index \[ ([0-9 ]+) \]\n",
        lambda found: b"/ID [ %b <> ]\n%b/Index [ %b %b ]\n" % (*found.groups(), b"7" * 31),
        ("readable", "later"),
    ),
}
"""By what it is: what is found behind the seal, what stands there in its place, and what it is refused for."""


@pytest.mark.parametrize("name", EDITS)
def test_nothing_is_told_otherwise_behind_the_seal(office: Office, name: str) -> None:
    whole, until = behind(office.sealed, _answered), len(office.sealed)
    was, said, codes = EDITS[name]
    told = re.sub(was, said, whole[until:])
    assert told != whole[until:]
    assert len(told) == len(whole) - until
    assert office.judge(stamped_anew(whole[:until] + told)) == codes


@pytest.mark.parametrize("times", [24, pytest.param(2000, marks=pytest.mark.soak)])
def test_both_agree_on_what_was_mangled_behind_the_seal_and_stamped_anew(
    office: Office, stamped: bytes, times: int
) -> None:
    apart, proved, files = [], 0, (stamped, behind(office.sealed, _answered))
    for seed in range(times):
        mangled = _mangled(files[seed % 2], len(office.sealed), Random(seed))  # noqa: S311 - a seed, not a secret
        ours, theirs = office.judge(stamped_anew(mangled))
        proved += not ours
        if bool(ours) is not bool(theirs):
            apart.append(f"seed {seed}: ours {ours or 'proved'}, verify.py {theirs or 'proved'}")
    assert not apart, "\n".join(apart)
    assert proved < times // 4


def _mangled(pdf: bytes, until: int, chance: Random) -> bytes:
    """One byte changed behind the seal, outside the timestamp."""
    start, end = changes.last_gap(pdf)
    place = chance.choice([*range(until, start), *range(end, len(pdf))])
    byte = chance.choice(b" \n0123456789/<>R%") if chance.random() < 0.7 else pdf[place] ^ 1 << chance.randrange(8)
    return pdf[:place] + bytes([byte]) + pdf[place + 1 :]
