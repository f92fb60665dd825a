"""A marked word in every field of every noun that may not be published, made from the declaration."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import msgspec.inspect as shapes

from tocsin.core.model.base import Record
from tocsin.core.protection.declared import DECLARED

SAMPLES = ("2026-11-20", "2026-11-20T10:00:00Z", "hy", "a" * 64)
"""For texts of a fixed form, which cannot hold a word."""


class Planted(msgspec.Struct):
    """What was planted: the word for each field, and the fields that can hold none."""

    words: dict[str, str]
    """`Witness.name` to its word."""
    cannot: list[str]

    def instance(self, struct: type[Record], **given: Any) -> Record:
        """A struct with a marked word in each field that can hold one, but those that are given."""
        values = dict(given)
        for field in shapes.type_info(struct).fields:
            name = f"{struct.__name__}.{field.name}"
            if field.name in given:
                self.cannot.append(f"{name} (given: it refers to other records)")
                continue
            shape = field.type.type if isinstance(field.type, shapes.Metadata) else field.type
            if isinstance(shape, shapes.StructType):
                values[field.name] = self.instance(shape.cls)
                self.cannot.append(f"{name} (its fields are marked by themselves)")
                continue
            word = f"Kanarie{struct.__name__}{field.name.replace('_', '')}q{len(self.words):03d}z"
            values[field.name], holds = _value(field.type, word)
            if holds:
                self.words[name] = holds
            else:
                self.cannot.append(name)
        return msgspec.convert(msgspec.to_builtins(values), struct)


def _value(shape: shapes.Type, word: str) -> tuple[Any, str]:
    """A value of a type, and what to search for; empty when it can hold no word."""
    if isinstance(shape, shapes.Metadata):
        return _value(shape.type, word)
    if isinstance(shape, shapes.StrType):
        if shape.pattern is None or re.search(shape.pattern, word):
            return word, word
        return next(text for text in SAMPLES if re.search(shape.pattern, text)), ""
    if isinstance(shape, shapes.VarTupleType):
        value, holds = _value(shape.item_type, word)
        return (value,), holds
    if isinstance(shape, shapes.TupleType):  # longitude and latitude: numbers that stand nowhere else
        number = int(word[-4:-1])
        return (47.13 + number / 1e5 + 0.0000071, 38.17 + number / 1e5 + 0.0000053), f"{47.13 + number / 1e5:.5f}"
    if isinstance(shape, shapes.UnionType):
        return _value(next(each for each in shape.types if not isinstance(each, shapes.NoneType)), word)
    if isinstance(shape, shapes.LiteralType):
        return shape.values[-1], ""
    if isinstance(shape, shapes.BoolType):
        return True, ""
    if isinstance(shape, shapes.FloatType):
        return 0.5, ""
    return 7, ""


def declared(level: str) -> set[str]:
    """`Witness.name` for each field of a level."""
    return {f"{noun.__name__}.{name}" for noun, own in DECLARED.items() for name, said in own.items() if said == level}
