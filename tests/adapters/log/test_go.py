"""Go's own ``sumdb/note`` and ``sumdb/tlog`` as judges of our checkpoints and proofs, and we of theirs.

All that is asked goes to one process of peer/main.go in one batch; what each side must say is told beside the question.
"""

import base64
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.errors import BadInput
from consent.model import canon, checkpoint, log
from consent.model.checkpoint import Checkpoint
from consent.model.log import Frontier, Head
from consent.model.note import Key, KeyKind, Note, encoded

MODULES = Path("/usr/share/gocode")
PEER = Path(__file__).parent / "peer" / "main.go"
PROOFS = 4000
LARGEST = 700
AT = 1_800_000_000
SECRETS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 4)]
LOG, OTHER = (
    Key(name=checkpoint.origin(name), kind=KeyKind.NOTE, public=secret.public_key().public_bytes_raw())
    for name, secret in zip(("i-1", "i-2"), SECRETS, strict=False)
)
COSIGNER = Key(name="witness.example/one", kind=KeyKind.COSIGNATURE, public=SECRETS[2].public_key().public_bytes_raw())
LEAVES = [bytes.fromhex(canon.leaf_digest(b"record %d" % number)) for number in range(LARGEST)]

Answers = list[dict[str, object]]
Go = Callable[[list[dict[str, object]]], Answers]


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Go:
    """Asks Go's packages, built once, a batch of questions."""
    if not shutil.which("go") or not (MODULES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("Go and its golang.org/x/mod are not there (`make tools`)")
    folder = tmp_path_factory.mktemp("go")
    ours = {"GO111MODULE": "off", "GOPATH": str(MODULES), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    built = ["go", "build", "-o", str(folder / "peer"), str(PEER)]
    subprocess.run(built, env={**os.environ, **ours}, check=True, timeout=200)

    def ask(asked: list[dict[str, object]]) -> Answers:
        lines = "".join(f"{json.dumps(one)}\n" for one in asked)
        said = subprocess.run([folder / "peer"], input=lines, capture_output=True, text=True, check=True, timeout=100)
        answers: Answers = [json.loads(line) for line in said.stdout.splitlines()]
        assert len(answers) == len(asked)
        return answers

    return ask


@dataclass(frozen=True)
class Claim:
    """That a head has a leaf at a place, or continues an older head, by a proof."""

    head: Head
    proof: log.Proof
    leaf: bytes = b""
    index: int = 0
    older: Head | None = None

    @property
    def holds(self) -> bool:
        if self.older:
            return log.is_consistent(self.older, self.head, self.proof)
        return log.is_included(self.leaf, index=self.index, head=self.head, proof=self.proof)

    @property
    def asked(self) -> dict[str, object]:
        to = {"size": self.head.size, "root": encoded(self.head.root), "proof": [encoded(one) for one in self.proof]}
        if self.older:
            return {"do": "tree", "older": self.older.size, "olderRoot": encoded(self.older.root), **to}
        return {"do": "record", "index": self.index, "leaf": encoded(self.leaf), **to}


class Grown:
    """Our log of all the leaves, with its heads at every size."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}
        frontier = Frontier()
        self.heads = [frontier.head]
        for leaf in LEAVES:
            frontier = frontier.grown([leaf], keep=lambda *place: self.kept.update({place[:2]: place[2]}))
            self.heads.append(frontier.head)

    def at(self, level: int, index: int) -> bytes:
        return self.kept[level, index]

    def included(self, index: int, size: int) -> Claim:
        proof = log.inclusion_proof(index, size=size, hash_at=self.at)
        return Claim(self.heads[size], proof, leaf=LEAVES[index], index=index)

    def continued(self, older: int, newer: int) -> Claim:
        return Claim(self.heads[newer], log.consistency_proof(older, newer, self.at), older=self.heads[older])


@pytest.fixture(scope="module")
def ours() -> Grown:
    return Grown()


def flipped(one: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(8 * len(one))
    return one[: bit // 8] + bytes([one[bit // 8] ^ 1 << bit % 8]) + one[bit // 8 + 1 :]


def put(proof: log.Proof, place: int, *instead: bytes) -> log.Proof:
    return (*proof[:place], *instead, *proof[place + 1 :])


def altered(claim: Claim, ours: Grown, chance: random.Random) -> list[Claim]:
    """The claim with one thing changed, in every way that fits it."""
    head, proof, older = claim.head, claim.proof, claim.older
    elsewhere = chance.choice([size for size in range(1, LARGEST + 1) if size != head.size])
    out = [
        Claim(Head(head.size, flipped(head.root, chance)), proof, leaf=claim.leaf, index=claim.index, older=older),
        Claim(ours.heads[elsewhere], proof, leaf=claim.leaf, index=claim.index, older=older),
    ]
    paths = [(*proof, chance.randbytes(32))]
    if proof:
        place = chance.randrange(len(proof))
        paths += [put(proof, place, flipped(proof[place], chance)), put(proof, place), proof[:-1], proof[1:]]
        paths += [put(proof, place, proof[place][:31]), put(proof, place, proof[place] + b"\0")]
    if len(proof) > 1:
        place = chance.randrange(len(proof) - 1)
        paths += [put(put(proof, place, proof[place + 1]), place + 1, proof[place]), proof[::-1]]
    out += [Claim(head, one, leaf=claim.leaf, index=claim.index, older=older) for one in paths]
    if older:
        wrong = chance.choice([size for size in range(1, LARGEST + 1) if size != older.size])
        return [
            *out,
            Claim(head, proof, older=Head(older.size, flipped(older.root, chance))),
            Claim(head, proof, older=ours.heads[wrong]),
            Claim(older, proof, older=head if head.size > older.size else Head(0, canon.EMPTY_TREE)),
        ]
    wrong = chance.choice([index for index in range(-1, head.size + 2) if index != claim.index])
    out.append(Claim(head, proof, leaf=claim.leaf, index=wrong))
    return [*out, Claim(head, proof, leaf=flipped(claim.leaf, chance), index=claim.index)]


def claims(ours: Grown, seed: int) -> list[Claim]:
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated
    made = []
    for _ in range(PROOFS):
        size = chance.choice((chance.randint(1, 40), chance.randint(1, LARGEST)))
        made += [ours.included(chance.randrange(size), size), ours.continued(chance.randint(1, size), size)]
    return made


def test_go_accepts_thousands_of_our_proofs(go: Go, ours: Grown) -> None:
    made = claims(ours, 1)
    assert all(claim.holds for claim in made)
    assert [one.asked for one, said in zip(made, go([one.asked for one in made]), strict=True) if not said["ok"]] == []


def test_go_refuses_every_altered_one_and_so_do_we(go: Go, ours: Grown) -> None:
    chance = random.Random(2)  # noqa: S311 - chance that can be repeated
    made = [one for claim in claims(ours, 2)[:1600] for one in altered(claim, ours, chance)]
    assert [one for one in made if one.holds] == []
    assert [one for one, said in zip(made, go([one.asked for one in made]), strict=True) if said["ok"]] == []
    assert len(made) > 16_000


def test_both_judge_a_wrong_size_alike(go: Go, ours: Grown) -> None:
    """A path binds no more of the size than its shape, so many pass; it is the checkpoint that binds the size."""
    chance = random.Random(3)  # noqa: S311 - chance that can be repeated
    made = []
    for claim in claims(ours, 3):
        size = max(1, claim.head.size + chance.choice((-2, -1, 1, 2, 64, 999)))
        made.append(Claim(Head(size, claim.head.root), claim.proof, claim.leaf, claim.index, claim.older))
    said = [bool(one["ok"]) for one in go([one.asked for one in made])]
    assert said == [one.holds for one in made]
    assert 0 < sum(said) < len(said)


def test_neither_begins_with_the_empty_log(go: Go, ours: Grown) -> None:
    for proof in ((), (ours.heads[4].root,)):
        claim = Claim(ours.heads[4], proof, older=Head(0, canon.EMPTY_TREE))
        assert not claim.holds
        assert [said["ok"] for said in go([claim.asked])] == [False]


def test_what_go_makes_is_what_we_make_and_holds(go: Go, ours: Grown) -> None:
    chance = random.Random(4)  # noqa: S311 - chance that can be repeated
    sizes = [chance.randint(1, LARGEST) for _ in range(2000)]
    pairs = [(chance.randrange(size), size) for size in sizes]
    (made,) = go([{"do": "grow", "leaves": [encoded(one) for one in LEAVES], "pairs": pairs}])
    assert hashes(made["roots"]) == tuple(head.root for head in ours.heads[1:])
    for (index, size), path, tree in zip(pairs, listed(made["paths"]), listed(made["trees"]), strict=True):
        assert hashes(path) == ours.included(index, size).proof
        assert hashes(tree) == ours.continued(index + 1, size).proof


def listed(told: object) -> list[object]:
    assert isinstance(told, list)
    return told


def hashes(told: object) -> log.Proof:
    return tuple(base64.b64decode(str(one)) for one in listed(told))


def opening(raw: bytes, *keys: Key) -> dict[str, object]:
    notes = [str(key) for key in keys if key.kind is KeyKind.NOTE]
    cosigners = [
        {"called": key.name, "id": int.from_bytes(key.id, "big"), "public": encoded(key.public)}
        for key in keys
        if key.kind is KeyKind.COSIGNATURE
    ]
    return {"do": "open", "note": raw.decode(), "keys": notes, "cosigners": cosigners}


def noted(head: Head) -> Note:
    note = Checkpoint(origin=LOG.name, head=head).signed(LOG, SECRETS[0].sign)
    return checkpoint.cosigned(note, log_key=LOG, cosigner=COSIGNER, sign=SECRETS[2].sign, moment=AT)


def test_go_opens_our_checkpoints_with_the_log_and_its_cosigner(go: Go, ours: Grown) -> None:
    notes = [noted(head) for head in ours.heads]
    for note, said in zip(notes, go([opening(note.written, LOG, COSIGNER) for note in notes]), strict=True):
        assert (said["ok"], said["text"], said["names"]) == (True, note.text, [LOG.name, COSIGNER.name])


def test_go_takes_no_other_key_for_ours(go: Go, ours: Grown) -> None:
    other = Key(name=LOG.name, kind=KeyKind.NOTE, public=OTHER.public)
    written = noted(ours.heads[9]).written
    assert [one["ok"] for one in go([opening(written, OTHER), opening(written, other)])] == [False, False]


def test_no_flipped_bit_of_a_checkpoint_passes_go_or_us(go: Go, ours: Grown) -> None:
    """All that Go lets through are the spare bits at the end of base64, which carry nothing; we refuse those too."""
    raw = noted(ours.heads[300]).written
    bad = [raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :] for at in range(len(raw)) for bit in range(8)]
    bad = [one for one in bad if one.isascii() or _is_text(one)]
    through = [one for one, said in zip(bad, go([opening(one, LOG) for one in bad]), strict=True) if said["ok"]]
    assert all(_signed_by_log(one) == _signed_by_log(raw) for one in through)
    for one in bad:
        try:
            found = checkpoint.read(one, log_key=LOG, cosigners=[COSIGNER])
        except BadInput:
            continue
        assert (found.checkpoint.head, found.seen) == (ours.heads[300], ())


def _is_text(raw: bytes) -> bool:
    """JSON carries nothing else to Go; ``Note.read`` refuses it."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _signed_by_log(raw: bytes) -> tuple[bytes, bytes]:
    """The text, and the signature that the log's line decodes to for who does not look at spare bits."""
    text, _, below = raw.rpartition(b"\n\n")
    return text, base64.b64decode(below.split(b"\n")[0].split(b" ")[2])


def test_we_read_what_go_signs(go: Go, ours: Grown) -> None:
    seed = encoded(bytes([KeyKind.NOTE]) + SECRETS[0].private_bytes_raw())
    secret = f"PRIVATE+KEY+{LOG.name}+{LOG.id.hex()}+{seed}"
    made = [Checkpoint(origin=LOG.name, head=head) for head in ours.heads]
    said = go([{"do": "sign", "text": one.text, "secret": secret} for one in made])
    for one, note in zip(made, said, strict=True):
        raw = str(note["note"]).encode()
        assert raw == one.signed(LOG, SECRETS[0].sign).written
        assert checkpoint.read(raw, log_key=LOG).checkpoint == one
