"""What goes into an emitter and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that a run reads: `path` is the archive's verified copy, `name` what the publisher calls them,
    `charset` the encoding that the server claimed.
    """

    path: Path
    sha256: str
    name: str
    byte_size: int
    url: str = ""
    mime: str = ""
    charset: str = ""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A table that came out: its row count, the layouts it was read with, and what the account of its rows
    says.
    """

    name: str
    n_rows: int
    layouts: tuple[str, ...] = ()
    account: Mapping[str, Any] = {}


class Emitted(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one run wrote below its folder, and sentences a person should read."""

    tables: tuple[Made, ...]
    notes: tuple[str, ...] = ()


Progress = Callable[[str, float], None]
"""Called with the step's name and how much of it is done (0 to 1); a command draws a bar with it."""


def silent(step: str, done: float) -> None:
    """The progress of a run that nobody watches."""
