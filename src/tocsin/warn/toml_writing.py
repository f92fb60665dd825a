"""Write records as TOML: what `tomllib` reads back to the same values, laid out as a person would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

WIDTH = 110


def fields(record: msgspec.Struct, *, whole: Iterable[str] = ()) -> dict[str, Any]:
    """A record as plain tables, without what says no more than the default; those named in `whole` always stand."""
    found = {}
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if field.name not in whole:
            if field.default is not msgspec.NODEFAULT and value == field.default:
                continue
            if value is None:
                continue
        found[field.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return fields(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def document(tables: dict[str, Any], heading: str = "") -> str:
    """A TOML document of plain tables: single values first, then tables, then lists of tables."""
    lines = [*(f"# {line}" if line else "#" for line in heading.splitlines())]
    lines += ["", *_table(tables, ())] if lines else list(_table(tables, ()))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if _stands_apart(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        own = (*path, key)
        name = ".".join(_key(part) for part in own)
        for each in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _table(each, own)


def _stands_apart(value: Any) -> bool:
    """Whether a value gets a header of its own: a table, or a list of tables that does not fit on a line."""
    if isinstance(value, dict):
        return len(_value(value)) > WIDTH or any(_stands_apart(each) for each in value.values())
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        return False
    return len(_value(value)) > WIDTH


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in value)}]"
    inside = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
    return f"{{ {inside} }}" if inside else "{}"


def _text(text: str) -> str:
    """A basic string: TOML escapes as JSON does, and U+007F besides."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
