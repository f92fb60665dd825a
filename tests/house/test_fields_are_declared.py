"""Each field of every noun is public, internal or confidential by declaration, and only what is public can go out."""

from __future__ import annotations

import msgspec
import pytest

from tocsin.core.model.base import Record
from tocsin.core.model.edition import Content, Edition
from tocsin.core.model.protected import SEALED, Consent, Handling, Sealed
from tocsin.core.protection.declared import DECLARED, fields_of, level_of, structs_in
from tocsin.records.nouns import NOUNS

KEPT = sorted(
    {
        struct
        for noun in NOUNS.values()
        for kind in (noun.struct, noun.seals)
        if kind is not None
        for struct in structs_in(kind)
    },
    key=lambda struct: struct.__name__,
)
"""Every struct that a record can hold."""


@pytest.mark.parametrize("struct", KEPT, ids=lambda struct: struct.__name__)
def test_each_field_is_declared(struct: type[Record]) -> None:
    assert set(DECLARED.get(struct, {})) == set(struct.__struct_fields__), (
        "say what each is in core.protection.declared"
    )


def test_nothing_is_declared_that_is_no_field() -> None:
    assert set(DECLARED) == set(KEPT)


def test_a_field_that_is_added_and_not_declared_is_found() -> None:
    wider = msgspec.defstruct("Wider", [("text", str), ("whisper", str)], bases=(Record,), frozen=True, kw_only=True)
    with pytest.raises(KeyError):
        level_of(wider, "whisper")


def test_an_edition_has_no_place_for_what_is_not_public() -> None:
    reached = structs_in(Edition)
    assert Content in reached
    assert {
        str(level_of(struct, field)) for struct in reached if struct in DECLARED for field in struct.__struct_fields__
    } == {"public"}
    assert not reached & {*SEALED, Sealed, Consent, Handling}


def test_what_is_confidential_is_recorded_sealed_and_only_so() -> None:
    confidential = {struct for struct, _ in fields_of("confidential")}
    assert confidential == set(SEALED) == {noun.seals for noun in NOUNS.values() if noun.seals}
    for noun in NOUNS.values():
        if noun.seals:
            assert noun.struct is Sealed
            assert noun.published == "never"
        assert not structs_in(noun.struct) & confidential, f"{noun.name} would hold something confidential in clear"


def test_a_confidential_struct_has_no_field_of_another_level() -> None:
    for struct in SEALED:
        assert {level_of(struct, field) for field in struct.__struct_fields__} == {"confidential"}
