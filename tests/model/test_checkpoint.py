"""Checkpoints, cosignatures and proof files; golden/log.json holds their bytes for ever.

Renew it only when there is a new form beside the old one, with: python -m tests.model.test_checkpoint
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import BadInput, Broken
from consent.model import canon, checkpoint, log
from consent.model.checkpoint import Checkpoint, Seen
from consent.model.log import Frontier, Head
from consent.model.note import LONGEST, Key, KeyKind, Note, encoded

GOLDEN = Path(__file__).parent / "golden" / "log.json"
SECRETS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 5)]
AT = 1_800_000_000


def key(number: int, *, kind: KeyKind, name: str) -> Key:
    return Key(name=name, kind=kind, public=SECRETS[number].public_key().public_bytes_raw())


def sign(number: int) -> Callable[[bytes], bytes]:
    return SECRETS[number].sign


LOG = key(0, kind=KeyKind.NOTE, name=checkpoint.origin("i-1"))
NEAR = key(1, kind=KeyKind.COSIGNATURE, name="witness.example/near")
FAR = key(2, kind=KeyKind.COSIGNATURE, name="witness.example/far")
LEAVES = [bytes.fromhex(canon.leaf_digest(b"%d" % number)) for number in range(11)]
KEPT: dict[tuple[int, int], bytes] = {}
FRONTIER = Frontier().grown(LEAVES, keep=lambda level, index, one: KEPT.update({(level, index): one}))
HEAD = FRONTIER.head


def signed(*, head: Head = HEAD, more: tuple[str, ...] = ()) -> Note:
    return Checkpoint(origin=LOG.name, head=head, more=more).signed(LOG, sign(0))


def seen(note: Note, *, by: Key = NEAR, number: int = 1, moment: int = AT) -> Note:
    return checkpoint.cosigned(note, log_key=LOG, cosigner=by, sign=sign(number), moment=moment)


def path(index: int) -> log.Proof:
    return log.inclusion_proof(index, size=len(LEAVES), hash_at=lambda level, index: KEPT[level, index])


NOTE = seen(seen(signed()), by=FAR, number=2, moment=AT + 60)
FILE = checkpoint.proof_file(index=6, path=path(6), note=NOTE, extra=b"i-1")


def by_hand(text: str, *, key: Key = LOG, number: int = 0) -> bytes:
    """Any text, signed."""
    return Note(text).signed(key, sign(number)).written


def forms() -> dict[str, object]:
    return {
        "log": str(LOG),
        "cosigner": str(NEAR),
        "checkpoint": NOTE.written.decode().splitlines(),
        "proof": FILE.decode().splitlines(),
    }


def test_what_leaves_this_house_is_written_as_it_always_was() -> None:
    assert forms() == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_a_checkpoint_names_its_installation_its_size_and_its_root() -> None:
    assert signed().text == f"bedside-consent/i-1\n11\n{encoded(HEAD.root)}\n"
    assert NOTE.text == signed().text


def test_a_checkpoint_reads_back_with_who_saw_it() -> None:
    found = checkpoint.read(NOTE.written, log_key=LOG, cosigners=[NEAR, FAR])
    assert found.checkpoint == Checkpoint(origin="bedside-consent/i-1", head=HEAD)
    assert found.seen == (Seen(NEAR, AT), Seen(FAR, AT + 60))
    assert found.note == NOTE
    assert checkpoint.read(NOTE.written, log_key=LOG, cosigners=[FAR]).seen == (Seen(FAR, AT + 60),)
    assert checkpoint.read(NOTE.written, log_key=LOG).seen == ()


def test_a_cosigner_that_signed_twice_counts_once_with_the_later_moment() -> None:
    for moments in ((AT, AT + 5), (AT + 5, AT)):
        note = seen(seen(signed(), moment=moments[0]), moment=moments[1])
        assert checkpoint.read(note.written, log_key=LOG, cosigners=[NEAR]).seen == (Seen(NEAR, AT + 5),)


def test_an_empty_log_and_the_largest_one_have_checkpoints() -> None:
    for head in (Head(0, canon.EMPTY_TREE), Head(log.MOST, bytes(32))):
        assert checkpoint.read(signed(head=head).written, log_key=LOG).checkpoint.head == head


def test_lines_that_nobody_here_understands_are_kept() -> None:
    note = signed(more=("one", "two words"))
    assert checkpoint.read(note.written, log_key=LOG).checkpoint.more == ("one", "two words")
    for more in (("",), ("a\n",), ("a", "", "b")):
        with pytest.raises(BadInput, match="whole lines"):
            signed(more=more)


def test_the_text_of_a_note_is_no_checkpoint_until_its_log_signed_it() -> None:
    for note in (
        by_hand(signed().text, key=key(3, kind=KeyKind.NOTE, name=LOG.name), number=3),
        by_hand(signed().text, key=key(0, kind=KeyKind.NOTE, name="other/i-1")),
        Note(signed().text).signed(NEAR, sign(1), moment=AT).written,
        NOTE.written.replace(b"\n11\n", b"\n12\n"),
    ):
        with pytest.raises(BadInput, match="not signed by this log"):
            checkpoint.read(note, log_key=LOG, cosigners=[NEAR, FAR])


def test_a_checkpoint_of_another_installation_is_refused() -> None:
    other = by_hand(signed().text.replace("i-1", "i-2"))
    with pytest.raises(BadInput, match="another log"):
        checkpoint.read(other, log_key=LOG)


def test_a_wrong_signature_in_the_name_of_a_known_cosigner_refuses_all_of_it() -> None:
    good, near, far = NOTE.signatures
    wrong = Note(NOTE.text, (good, type(near)(name=near.name, key_id=near.key_id, content=far.content)))
    assert checkpoint.read(wrong.written, log_key=LOG, cosigners=[FAR]).seen == ()
    with pytest.raises(BadInput, match="somebody's signature"):
        checkpoint.read(wrong.written, log_key=LOG, cosigners=[NEAR])


def test_a_cosignature_cannot_be_moved_to_another_checkpoint() -> None:
    moved = Note(signed(head=Head(10, HEAD.root)).text, NOTE.signatures).signed(LOG, sign(0))
    with pytest.raises(BadInput, match="signature"):
        checkpoint.read(Note(moved.text, moved.signatures[1:]).written, log_key=LOG, cosigners=[NEAR])


ROOT = encoded(HEAD.root)


@pytest.mark.parametrize(
    "text",
    [
        *(f"{size}\n{ROOT}\n" for size in ("", "011", "+11", "-11", " 11", "11 ", "1e1", "0x11", "१", "1_1", "11.0")),
        *(f"{size}\n{ROOT}\n" for size in (2**63, 10**18 * 99, "0", "00", "9" * 5000)),
        *(f"11\n{root}\n" for root in ("", ROOT[:-1], f"{ROOT}=", ROOT[4:], f"AAAA{ROOT}", f" {ROOT}", "AA==")),
        *(f"11\n{ROOT}\n{more}" for more in ("\n", "a\n\n", "\na\n", "a\n\nb\n")),
        *("", "11\n", f"{ROOT}\n11\n", f"\n11\n{ROOT}\n"),
    ],
)
def test_what_a_log_signed_and_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checkpoint.read(by_hand(f"{LOG.name}\n{text}"), log_key=LOG)


def test_a_log_is_no_cosigner_and_a_cosigner_no_log() -> None:
    as_log = key(1, kind=KeyKind.NOTE, name=NEAR.name)
    for log_key, cosigners in ((NEAR, [FAR]), (LOG, [NEAR, as_log]), (LOG, [LOG])):
        with pytest.raises(BadInput, match="two kinds"):
            checkpoint.read(NOTE.written, log_key=log_key, cosigners=cosigners)


def test_only_its_own_log_signs_a_checkpoint_and_only_cosigners_cosign() -> None:
    at_hand = Checkpoint(origin=LOG.name, head=HEAD)
    for wrong in (key(0, kind=KeyKind.NOTE, name="other"), key(0, kind=KeyKind.COSIGNATURE, name=LOG.name)):
        with pytest.raises(Broken, match="own log"):
            at_hand.signed(wrong, sign(0))
    with pytest.raises(Broken, match="another key"):
        at_hand.signed(LOG, sign(1))
    with pytest.raises(Broken, match="cosignatures alone"):
        seen(signed(), by=key(1, kind=KeyKind.NOTE, name=NEAR.name))
    with pytest.raises(BadInput):
        seen(Note("no checkpoint\n").signed(LOG, sign(0)))


@pytest.mark.parametrize("installation", ["a b", "a+b", "a\nb"])
def test_an_installation_without_a_name_for_its_log_is_refused(installation: str) -> None:
    with pytest.raises(BadInput):
        checkpoint.origin(installation)


def test_every_leaf_is_proved_from_its_file_alone_and_no_other() -> None:
    for index, leaf in enumerate(LEAVES):
        file = checkpoint.proof_file(index=index, path=path(index), note=NOTE)
        found = checkpoint.read_proof(file, log_key=LOG, cosigners=[NEAR])
        assert (found.index, found.extra, found.signed.seen) == (index, b"", (Seen(NEAR, AT),))
        assert [one for one in LEAVES if found.proves(one)] == [leaf]


def test_a_proof_file_has_the_lines_of_its_specification() -> None:
    hashes = "".join(f"{encoded(one)}\n" for one in path(6))
    head = f"c2sp.org/tlog-proof@v1\nextra {encoded(b'i-1')}\nindex 6\n{hashes}\n"
    assert FILE.decode() == head + NOTE.written.decode()
    found = checkpoint.read_proof(FILE, log_key=LOG, cosigners=[NEAR, FAR])
    assert (found.extra, found.path, len(found.signed.seen)) == (b"i-1", path(6), 2)


def test_a_log_of_one_record_is_proved_by_an_empty_path() -> None:
    one = Frontier().grown(LEAVES[:1]).head
    file = checkpoint.proof_file(index=0, path=(), note=signed(head=one))
    assert checkpoint.read_proof(file, log_key=LOG).proves(LEAVES[0])


@given(st.integers(0, 8 * len(FILE) - 1))
def test_no_flipped_bit_of_a_proof_is_passed_over(bit: int) -> None:
    raw = bytearray(FILE)
    raw[bit // 8] ^= 1 << bit % 8
    try:
        found = checkpoint.read_proof(bytes(raw), log_key=LOG, cosigners=[NEAR, FAR])
    except BadInput:
        return
    assert not found.proves(LEAVES[6]) or len(found.signed.seen) < 2 or found.extra != b"i-1"


LINES = FILE.decode().split("\n\n")[0].split("\n")


@pytest.mark.parametrize(
    "above",
    [
        *([], LINES[:1], LINES[:2], LINES[1:], LINES[2:], [LINES[0], *LINES[2:][::-1]], [*LINES, "index 6"]),
        *(["c2sp.org/tlog-proof@v2", *LINES[1:]], ["", *LINES], [LINES[0].upper(), *LINES[1:]], [*LINES, "é"]),
        *([LINES[0], LINES[1], *LINES[1:]], [LINES[0], "extra ", *LINES[2:]], [LINES[0], "extra", *LINES[2:]]),
        *([*LINES[:2], f"index {index}", *LINES[3:]] for index in ("", "06", "-6", "6 ", " 6", "11", "12", "99", "x")),
        *([*LINES[:2], "Index 6", *LINES[3:]], [*LINES[:2], "index", *LINES[3:]], [*LINES[:2], "6", *LINES[3:]]),
        *([*LINES, "AA=="], [*LINES, f"{LINES[-1]}="], [*LINES, f"{LINES[-1]}\r"], [*LINES, *LINES[3:4] * 60]),
    ],
)
def test_what_is_no_proof_is_refused(above: list[str]) -> None:
    with pytest.raises(BadInput):
        checkpoint.read_proof("\n".join([*above, "", ""]).encode() + NOTE.written, log_key=LOG)


def test_a_path_of_another_length_is_a_proof_that_proves_nothing() -> None:
    for hashes in (path(6)[:-1], (*path(6), bytes(32)), (), (bytes(32),) * 63):
        file = checkpoint.proof_file(index=6, path=hashes, note=NOTE)
        assert not checkpoint.read_proof(file, log_key=LOG).proves(LEAVES[6])
    with pytest.raises(BadInput, match="not a proof"):
        checkpoint.read_proof(checkpoint.proof_file(index=6, path=(bytes(32),) * 64, note=NOTE), log_key=LOG)


def test_a_proof_without_a_checkpoint_or_too_long_is_refused() -> None:
    for raw in (b"", FILE.split(b"\n\n")[0], FILE.split(b"\n\n")[0] + b"\n\n"):
        with pytest.raises(BadInput):
            checkpoint.read_proof(raw, log_key=LOG)
    spare = LONGEST - len(checkpoint.proof_file(index=6, path=path(6), note=NOTE, extra=b""))
    most = (spare - len("extra \n")) // 4 * 3
    for extra, is_fine in ((most, True), (most + 3, False)):
        file = checkpoint.proof_file(index=6, path=path(6), note=NOTE, extra=bytes(extra))
        if is_fine:
            assert len(checkpoint.read_proof(file, log_key=LOG).extra) == extra
        else:
            with pytest.raises(BadInput, match="not a proof"):
                checkpoint.read_proof(file, log_key=LOG)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(forms(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
