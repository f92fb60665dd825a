"""Read what a person wrote in a file: one record as TOML, or JSON when the file is called so; `-` is standard input."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer

from tocsin.core.errors import TocsinError

R = TypeVar("R", bound=msgspec.Struct)

MAX_BYTES = 4 * 1024 * 1024

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A TOML file (or .json) with the record; - reads standard input.")
]


class RecordFileError(TocsinError):
    """A file that does not say such a record."""


def read_struct(path: Path, kind: type[R], **more: Any) -> R:
    """The record that a file says; `more` are fields that the command line gives. Raises RecordFileError."""
    shown = "standard input" if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if str(path) == "-" else _bytes(path)
        if len(data) > MAX_BYTES:
            raise RecordFileError("it is too large for one record", where=shown)
        text = data.decode("utf-8")
        tables = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return msgspec.convert({**tables, **more}, kind)
    except OSError as error:
        raise RecordFileError(f"it cannot be read: {error.strerror}", where=shown) from error
    except (ValueError, TypeError, RecursionError) as error:
        fields = ", ".join(kind.__struct_fields__)
        said = str(error)
        raise RecordFileError(f"it says no {kind.__name__}: {said}", where=shown, remedy=f"Fields: {fields}") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
