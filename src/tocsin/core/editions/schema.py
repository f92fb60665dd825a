"""The JSON Schema of an Edition, made from its definition; the shipped copy is tested to be the same."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec

from tocsin.core.model.edition import SCHEMA, Edition

FILE = "edition-1.schema.json"


def edition_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `tocsin/edition/1`."""
    made = msgspec.json.schema(Edition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "Tocsin edition, version 1",
        **made,
    }


def shipped_schema() -> bytes:
    """The schema as it is shipped with the package."""
    return (files(__package__) / FILE).read_bytes()
