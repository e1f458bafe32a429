"""Canonical bytes and digests; golden/digests.json holds them for ever.

Renew it only when a digest gets a new tag (a new version beside the old one), with: python -m tests.model.test_canon
"""

import json
from collections import OrderedDict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import BadInput, Broken
from consent.model import canon

GOLDEN = Path(__file__).parent / "golden" / "digests.json"
VALUE: canon.Json = {"b": [1, True, None, "é"], "a": {"€": "\n", "\U0001f600": ""}}
SALT = bytes(range(32))

plain: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def digests() -> dict[str, str]:
    """One digest of each kind."""
    return {
        "canonical": canon.canonical(VALUE).decode(),
        "blocks": canon.blocks_digest(VALUE),
        "template": canon.template_digest(VALUE),
        "text": canon.text_digest("Zoë", language="en-US"),
        "strokes": canon.strokes_digest(VALUE),
        "request": canon.request_digest(VALUE),
        "commitment": canon.commitment(salt=SALT, payload=b"{}"),
        "leaf": canon.leaf_digest(b"{}"),
        "sha256": canon.sha256_hex(b""),
        "backup": canon.backup_digest(VALUE),
        "rows": canon.rows_digest([("é", 1, b"\x00\xff", None), ("", 0, b"", True)]),
        "node": canon.node_hash(SALT, SALT[::-1]).hex(),
        "empty tree": canon.EMPTY_TREE.hex(),
        "key id": canon.key_id(name="é", kind=1, public=SALT).hex(),
    }


def test_g17_every_kind_of_digest_is_the_one_it_always_was() -> None:
    assert digests() == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_no_kind_of_digest_can_stand_for_another() -> None:
    made = [canon.blocks_digest(VALUE), canon.template_digest(VALUE), canon.strokes_digest(VALUE)]
    made += [canon.backup_digest(VALUE), canon.request_digest(VALUE), canon.sha256_hex(canon.canonical(VALUE))]
    assert len({*made}) == 6


@given(plain)
def test_canonical_bytes_read_back_to_the_same_value(value: Any) -> None:
    written = canon.canonical(value)
    assert json.loads(written) == value
    assert canon.canonical(json.loads(written)) == written


@given(plain | st.dictionaries(st.sampled_from(["a", "B", "_", "a1", "\uffee", "\U0001f600"]), plain))
def test_canonical_bytes_are_those_of_an_independent_writer_of_rfc_8785(value: Any) -> None:
    assert canon.canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("code", [*range(0x20), 0x22, 0x2F, 0x5C, 0x7F, 0x85, 0x2028, 0xFEFF, 0xFFFF, 0x10FFFF])
def test_every_sign_that_might_be_escaped_is_written_as_rfc_8785_says(code: int) -> None:
    assert canon.canonical([chr(code), {chr(code): 1}]) == rfc8785.dumps([chr(code), {chr(code): 1}])


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        [0.0],
        {"a": (2.5,)},
        {"a": {"b": float("nan")}},
        {"é": 1.5},
        {"a": {"é": 1}, "b": 1.5},
        [{"é": 1}, 1.5],
        [{"é": 1}, OrderedDict(a=1.5)],
        {1: 1, "a": 1.5},
    ],
)
def test_g17_a_fraction_is_refused_however_deep(value: Any) -> None:
    with pytest.raises(BadInput, match="fraction"):
        canon.canonical(value)


@pytest.mark.parametrize(
    "value", ["\ud800", {"\ud800": 1}, 2**60, 2**53, -(2**53), [2**53], b"bytes", {1: 2}, {"a": [object()]}]
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(BadInput, match="canonical"):
        canon.canonical(value)


def test_the_same_text_in_another_language_has_another_digest() -> None:
    assert canon.text_digest("Gift", language="de") != canon.text_digest("Gift", language="en")


def test_a_row_of_bytes_is_not_that_of_a_text_and_its_order_counts() -> None:
    made = {canon.rows_digest(rows) for rows in ([("00",)], [(b"\x00",)], [("a",), ("b",)], [("b",), ("a",)], [], [()])}
    assert len(made) == 6
    with pytest.raises(BadInput):
        canon.rows_digest([(1.5,)])


def test_g18_what_moves_from_one_field_to_the_next_makes_another_digest() -> None:
    salt, payload = bytes(32), b"{}"
    assert canon.commits(salt=salt + payload[:1], payload=payload[1:]) is None, "the same bytes in a row"
    assert canon.commits(salt=salt[:-1], payload=salt[-1:] + payload) is None
    with pytest.raises(Broken):
        canon.node_hash(salt + b"1", salt[1:])
    assert canon.canonical({"stream": "e-1", "number": 23}) != canon.canonical({"stream": "e-12", "number": 3})
    assert canon.text_digest("b|c", language="a") != canon.text_digest("c", language="a|b")
    assert canon.rows_digest([("a", "bc")]) != canon.rows_digest([("ab", "c")]) != canon.rows_digest([("a",), ("bc",)])
    assert canon.key_id(name="a", kind=1, public=SALT) != canon.key_id(name="a\n\x01", kind=SALT[0], public=SALT[1:])


def test_g18_a_leaf_cannot_stand_for_a_node_nor_a_digest_of_one_kind_for_another() -> None:
    children = SALT + SALT[::-1]
    assert canon.leaf_digest(children) != canon.node_hash(SALT, SALT[::-1]).hex()
    assert canon.leaf_digest(b"\x01" + children) != canon.node_hash(SALT, SALT[::-1]).hex()
    assert canon.commitment(salt=SALT, payload=b"{}") not in {canon.sha256_hex(SALT + b"{}"), canon.leaf_digest(b"{}")}


def test_a_short_salt_commits_to_nothing() -> None:
    with pytest.raises(Broken):
        canon.commitment(salt=b"short", payload=b"{}")


def test_a_moment_is_written_in_utc_and_read_back() -> None:
    local = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert canon.instant(local) == "2026-11-24T14:00:00.000000Z"
    assert canon.parse_instant(canon.instant(local)) == local.astimezone(UTC)


def test_a_moment_without_a_zone_enters_no_record() -> None:
    with pytest.raises(Broken):
        canon.instant(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001 - the missing zone is the point


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(digests(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
