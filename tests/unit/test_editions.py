"""The canonical form, the log and the signatures: properties that hold for any content."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.core.editions.canonical import EditionError, canonical_bytes, decode_edition, sha256
from tocsin.core.editions.diff import differences, word_changes
from tocsin.core.editions.log import check_entry, entry_bytes, next_entry, read_entry
from tocsin.core.editions.schema import edition_schema, shipped_schema
from tocsin.core.editions.signing import (
    SigningError,
    check_signature,
    make_key,
    read_private_key,
    read_public_key,
    sign,
)
from tocsin.core.model.edition import Edition

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


def test_an_edition_survives_the_round_trip_to_bytes(armenia: tuple[Edition, Edition]) -> None:
    for edition in armenia:
        data = canonical_bytes(edition)
        assert decode_edition(data) == edition
        assert canonical_bytes(decode_edition(data)) == data


@settings(max_examples=50, deadline=None)
@given(headline=TEXT, claim=TEXT)
def test_any_text_survives_the_round_trip(armenia: tuple[Edition, Edition], headline: str, claim: str) -> None:
    content = armenia[1].content
    claims = (msgspec.structs.replace(content.claims[0], text=claim), *content.claims[1:])
    edition = msgspec.structs.replace(
        armenia[1], content=msgspec.structs.replace(content, headline=headline, claims=claims)
    )
    assert decode_edition(canonical_bytes(edition)) == edition


@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=12,
    )
)
def test_the_canonical_form_does_not_depend_on_order_or_white_space(value: Any) -> None:
    made = rfc8785.dumps(value)
    again = json.loads(json.dumps(value, indent=3, ensure_ascii=True))
    assert rfc8785.dumps(again) == made


ANY_NUMBER = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | ANY_NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(TEXT, ANY_JSON, max_size=6))
@example({"\ue000": 1, "\U00010000": 2})
@example({"all": "".join(map(chr, range(0x20))) + '\x7f"\\/\u2028'})
@example({"numbers": [1.0, -0.0, 1e21, 1e-7, 5e-324, 0.1, 2**53 - 1, -1]})
def test_the_canonical_form_is_that_of_the_rfc_however_it_is_written(value: dict[str, Any]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(10**30), "\ud800"])
def test_what_the_rfc_cannot_write_is_refused(value: Any) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical_bytes({"value": value})


def test_an_edition_fits_its_published_schema(armenia: tuple[Edition, Edition]) -> None:
    schema = json.loads(shipped_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    for edition in armenia:
        jsonschema.Draft202012Validator(schema).validate(json.loads(canonical_bytes(edition)))


def test_the_shipped_schema_is_the_one_that_the_code_makes() -> None:
    assert json.loads(shipped_schema()) == json.loads(json.dumps(edition_schema())), "run: make docs"


def test_every_field_of_the_schema_is_documented_or_plain() -> None:
    for name, definition in edition_schema()["$defs"].items():
        assert definition.get("description"), f"{name} has no docstring"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no Edition"),
        (b"{}", "missing required field"),
        (b"[" * 100000, "no Edition"),
        (b'{"schema": "tocsin/edition/2"}', "no Edition"),
        (b"\xff", "no Edition"),
        (b" " * (17 * 1024 * 1024), "larger than 16 MiB"),
    ],
    ids=["empty", "no fields", "deeply nested", "another schema", "not UTF-8", "huge"],
)
def test_bytes_that_are_no_edition_are_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(EditionError, match=said):
        decode_edition(data)


def test_an_unknown_field_is_refused_not_ignored(armenia: tuple[Edition, Edition]) -> None:
    table = json.loads(canonical_bytes(armenia[0]))
    table["content"]["witness_name"] = "somebody"
    with pytest.raises(EditionError, match="unknown field `witness_name`"):
        decode_edition(json.dumps(table).encode())


@settings(max_examples=30, deadline=None)
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_flipped_bit_in_a_log_entry_is_noticed(armenia: tuple[Edition, Edition], position: int, bit: int) -> None:
    key = read_private_key(make_key()[0], "key")
    made = next_entry(key, armenia[0], sha256(canonical_bytes(armenia[0])), None)
    data = bytearray(entry_bytes(made))
    data[position % len(data)] ^= 1 << bit
    with pytest.raises((EditionError, SigningError)):
        check_entry(key.public_key(), read_entry(bytes(data), "entry"), None, "entry")


def test_a_log_entry_is_stored_in_canonical_form(armenia: tuple[Edition, Edition]) -> None:
    key = read_private_key(make_key()[0], "key")
    first = next_entry(key, armenia[0], sha256(canonical_bytes(armenia[0])), None)
    for made in (first, next_entry(key, armenia[1], sha256(canonical_bytes(armenia[1])), first)):
        assert entry_bytes(made) == canonical_bytes(made) + b"\n"


def test_a_signature_for_one_purpose_does_not_serve_another() -> None:
    key = read_private_key(make_key()[0], "key")
    signature = sign(key, "tocsin/edition/1", "0" * 64)
    check_signature(key.public_key(), signature, "tocsin/edition/1", "0" * 64, "x")
    forged = msgspec.structs.replace(signature, purpose="tocsin/manifest/1")
    with pytest.raises(SigningError, match="does not hold"):
        check_signature(key.public_key(), forged, "tocsin/manifest/1", "0" * 64, "x")


def test_another_key_does_not_verify() -> None:
    one, other = (read_private_key(make_key()[0], "key") for _ in range(2))
    with pytest.raises(SigningError, match="signed with key"):
        check_signature(other.public_key(), sign(one, "tocsin/edition/1", "0" * 64), "tocsin/edition/1", "0" * 64, "x")


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\x00" * 100])
def test_what_is_no_key_is_refused_in_a_sentence(pem: bytes) -> None:
    with pytest.raises(SigningError):
        read_public_key(pem, "key.pem")
    with pytest.raises(SigningError):
        read_private_key(pem, "key.pem")


@settings(max_examples=100, deadline=None)
@given(before=TEXT, after=TEXT)
def test_a_word_diff_holds_both_texts(before: str, after: str) -> None:
    parts = word_changes(before, after)
    assert "".join(text for kind, text in parts if kind != "added") == before
    assert "".join(text for kind, text in parts if kind != "removed") == after


def test_an_edition_does_not_differ_from_itself(armenia: tuple[Edition, Edition]) -> None:
    assert differences(armenia[1].content, armenia[1].content) == []


def test_a_difference_runs_both_ways(armenia: tuple[Edition, Edition]) -> None:
    first, second = (edition.content for edition in armenia)
    there, back = differences(first, second), differences(second, first)
    assert {(each.target, each.field) for each in there} == {(each.target, each.field) for each in back}
    assert [each.kind for each in there].count("added") == [each.kind for each in back].count("removed")
