"""Signed notes and keys, with the examples of the C2SP specifications."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import BadInput, Broken
from consent.model import note
from consent.model.note import Key, KeyKind, Note, Signature

SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
"""The example of C2SP signed-note."""
SPEC_COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501 - lines of a note cannot be broken
"""The example of C2SP tlog-cosignature; its keys are not told there."""
TEXT = "a text\n\nin two parts\n"
SECRETS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(4)]


def key(number: int = 0, *, kind: KeyKind = KeyKind.NOTE, name: str = "") -> Key:
    public = SECRETS[number].public_key().public_bytes_raw()
    return Key(name=name or f"example.org/{number}", kind=kind, public=public)


def cosigner(number: int) -> Key:
    return key(number, kind=KeyKind.COSIGNATURE)


def sign(number: int = 0) -> Callable[[bytes], bytes]:
    return SECRETS[number].sign


SIGNED = Note(TEXT).signed(key(), sign()).signed(cosigner(1), sign(1), moment=1_800_000_000)


def signers(raw: bytes, *known: Key) -> list[str]:
    return [one.name for one, _ in Note.read(raw).signers(known)]


def altered(raw: str, before: str, after: str) -> bytes:
    assert before in raw
    return raw.replace(before, after, 1).encode()


def test_the_example_of_the_specification_holds() -> None:
    known = Key.read(SPEC_KEY)
    read = Note.read(SPEC_NOTE.encode())
    assert (known.name, known.id.hex(), str(known)) == ("example.com/foo", "530d903a", SPEC_KEY)
    assert read.text == "This is an example message.\n"
    assert [key for key, _ in read.signers([known])] == [known]
    assert signers(altered(SPEC_NOTE, "example", "Example"), known) == []


def test_the_example_of_a_cosignature_is_read_as_it_is_told() -> None:
    read = Note.read(SPEC_COSIGNED.encode())
    log, by = read.signatures
    assert (log.name, log.key_id.hex(), by.name, by.key_id.hex()) == (
        *("example.com/behind-the-sofa", "033de0ae"),
        *("witness.example.com/w1", "8d66cf3f"),
    )
    assert (note.moment_of(by), len(by.content), len(log.content)) == (1679315147, 72, 64)
    assert read.written == SPEC_COSIGNED.encode()


def test_a_note_reads_back_as_it_was_signed() -> None:
    read = Note.read(SIGNED.written)
    assert read == SIGNED
    assert read.text == TEXT
    assert signers(SIGNED.written, key(), cosigner(1)) == ["example.org/0", "example.org/1"]
    assert note.moment_of(read.signatures[1]) == 1_800_000_000


def test_a_cosignature_covers_the_moment_and_the_text_in_the_words_of_its_version() -> None:
    content = SIGNED.signatures[1].content
    SECRETS[1].public_key().verify(content[8:], b"cosignature/v1\ntime 1800000000\n" + TEXT.encode())
    assert content[:8] == (1_800_000_000).to_bytes(8, "big")


@given(st.integers(0, 8 * len(SIGNED.written) - 1))
def test_no_flipped_bit_is_passed_over(bit: int) -> None:
    raw = bytearray(SIGNED.written)
    raw[bit // 8] ^= 1 << bit % 8
    try:
        read = Note.read(bytes(raw))
    except BadInput:
        return
    assert read.written == bytes(raw)
    assert len(read.signers([key(), cosigner(1)])) < 2


def test_keys_are_known_by_name_and_id_together() -> None:
    assert signers(SIGNED.written, key(name="example.org/other"), key(2, name="example.org/0")) == []
    assert signers(SIGNED.written, key(kind=KeyKind.COSIGNATURE)) == []
    assert signers(SIGNED.written, key(2), key(), cosigner(3)) == ["example.org/0"]


def test_one_failing_signature_in_a_known_name_leaves_nobody() -> None:
    good, by = SIGNED.signatures
    wrong = Signature(name=good.name, key_id=good.key_id, content=bytes(64))
    for lines in ((wrong, by), (good, wrong, by), (by, good, wrong)):
        assert signers(Note(TEXT, lines).written, key(), cosigner(1)) == []
    assert signers(Note(TEXT, (wrong, by)).written, cosigner(1)) == ["example.org/1"]


@pytest.mark.parametrize("length", [0, 1, 8, 63, 65, 71, 73, 80, 2420])
def test_a_signature_of_another_length_fails(length: int) -> None:
    good, by = SIGNED.signatures
    for known, content in ((key(), good.content), (cosigner(1), by.content)):
        for cut in ((content * 40)[:length], (content * 40)[-length:], bytes(length)):
            assert not known.holds(Signature(name=known.name, key_id=known.id, content=cut), TEXT)


def test_a_cosignature_of_no_possible_time_fails() -> None:
    by = cosigner(1)
    for moment, holds in ((2**63 - 1, True), (2**63, False), (0, True)):
        signed = sign(1)(f"cosignature/v1\ntime {moment}\n{TEXT}".encode())
        one = Signature(name=by.name, key_id=by.id, content=moment.to_bytes(8, "big") + signed)
        assert by.holds(one, TEXT) is holds


@pytest.mark.parametrize("moment", [-1, 2**63])
def test_nobody_cosigns_at_no_possible_time(moment: int) -> None:
    with pytest.raises(Broken, match="no time"):
        Note(TEXT).signed(cosigner(1), sign(1), moment=moment)


@pytest.mark.parametrize("moment", [0, 2**63 - 1])
def test_the_first_and_the_last_moment_can_be_signed(moment: int) -> None:
    cosigned = Note(TEXT).signed(cosigner(1), sign(1), moment=moment)
    assert note.moment_of(cosigned.signatures[0]) == moment


def test_a_note_that_was_signed_with_another_key_is_a_broken_promise() -> None:
    for known, signer, moment in ((key(), sign(1), None), (key(), sign(), 5), (cosigner(1), sign(1), None)):
        with pytest.raises(Broken, match="another key"):
            Note(TEXT).signed(known, signer, moment=moment)


def test_only_the_last_empty_line_parts_text_and_signatures() -> None:
    for text in ("\n", "\n\n\n", "— a b\n", "a\n\n— example.org/0 AAAA\n\n", "a\N{LINE SEPARATOR}b\x85c\x7f\n"):
        signed = Note(text).signed(key(), sign())
        assert Note.read(signed.written) == signed
        assert signers(signed.written, key()) == ["example.org/0"]


LINE = str(SIGNED.signatures[0])


@pytest.mark.parametrize(
    "raw",
    [
        *("", "\n", "\n\n", "a\n", "a\n\n", f"a\n{LINE}", f"a\n\n{LINE[:-1]}", f"a\n\n{LINE}b\n", f"{LINE}\n"),
        *(f"a\n\n{LINE}\n", f"a\n\n\N{EN DASH}{LINE[1:]}", f"a\n\n-{LINE[1:]}", f"a\n\n {LINE}", f"a\n\n{LINE[2:]}"),
        *(f"a\n\n{LINE}".replace("\n", "\r\n"), f"a\t\n\n{LINE}", f"a\x00\n\n{LINE}", f"a\x1f\n\n{LINE}"),
        *(f"a\n\n— {rest}\n" for rest in ("", "x", "x ", " AAAAAAA=", "x AAAAAA==", "x AAAAAAA", "x AAAAAAB=")),
        *(
            f"a\n\n— {rest}\n"
            for rest in ("x AAAAAAA= ", "x  AAAAAAA=", "x AAAA-_A=", "x AAAA\u00e9AA=", "x+y AAAAAAA=")
        ),
        *(f"a\n\n— x{blank}y AAAAAAA=\n" for blank in "\t\x0b\x85\xa0\u2003\u2028\u3000"),
        f"a\n\n{LINE * 101}",
    ],
)
def test_what_is_no_note_is_refused(raw: str) -> None:
    with pytest.raises(BadInput):
        Note.read(raw.encode())


def test_other_lines_than_these_are_notes() -> None:
    for raw in (f"a\n\n{LINE * 100}", "a\n\n— x AAAAAAA=\n", f"a\x7f\n\n{LINE}", "\u00e9\n\n— \u00e9 AAAAAAA=\n"):
        assert Note.read(raw.encode()).written == raw.encode()


def test_a_note_that_is_no_text_or_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="UTF-8"):
        Note.read(b"\xff\n\n" + LINE.encode())
    long = f"{'a' * (note.LONGEST - len(LINE.encode()) - 1)}\n\n{LINE}".encode()
    with pytest.raises(BadInput, match="too long"):
        Note.read(long)
    assert len(Note.read(long[1:]).written) == note.LONGEST


@pytest.mark.parametrize("text", ["", "a", "a\nb", "a\r\n", "a\x00\n", "a\x1f\n", "a\ud800\n"])
def test_no_text_but_whole_lines_is_signed(text: str) -> None:
    with pytest.raises(BadInput, match="whole lines"):
        Note(text)


@pytest.mark.parametrize("name", ["", " ", "a b", "a+b", "a\nb", "a\tb", "a\x00", "a\u2003", "a\xa0", "\ud800"])
def test_no_key_has_such_a_name(name: str) -> None:
    with pytest.raises(BadInput, match="one word"):
        Key(name=name, kind=KeyKind.NOTE, public=bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_no_key_has_another_length(length: int) -> None:
    with pytest.raises(BadInput, match="32 bytes"):
        Key(name="a", kind=KeyKind.NOTE, public=bytes(length))


@pytest.mark.parametrize("kind", KeyKind)
def test_a_key_is_read_as_it_is_written(kind: KeyKind) -> None:
    assert Key.read(str(key(2, kind=kind))) == key(2, kind=kind)


@given(st.integers(0, 8 * len(SPEC_KEY) - 1))
def test_no_flipped_bit_of_a_key_is_passed_over(bit: int) -> None:
    raw = bytearray(SPEC_KEY.encode())
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadInput):
        Key.read(raw.decode("latin-1"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "+", "++", SPEC_KEY.upper(), SPEC_KEY.replace("530d903a", "530D903A"), f"{SPEC_KEY}\n", f" {SPEC_KEY}"),
        *(SPEC_KEY.replace("+530d903a", ""), SPEC_KEY.replace("+A", "+0+A"), "example.com/foo+530d903a+"),
        *("example.com/foo+530d903a+AQ==", "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Key.read(text)


def test_a_public_key_that_is_no_point_signs_nothing() -> None:
    bad = Key(name="a", kind=KeyKind.NOTE, public=b"\xff" * 32)
    assert not bad.holds(Signature(name="a", key_id=bad.id, content=bytes(64)), TEXT)
