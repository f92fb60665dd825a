"""What a backup says of itself."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Instant, Record, Sha256

MANIFEST = "manifest.json"
FILES = "desk/"
ROWS = "rows/"

LEFT_OUT = ("site", "cache")
"""Folders that can be made again."""

PRIVATE = "private"
DATABASE = "desk.sqlite3"


class BackupError(TocsinError):
    """A desk that cannot be backed up, or a backup that cannot be restored."""


class Member(Record, frozen=True, kw_only=True):
    """A file within a backup."""

    name: str
    byte_size: Annotated[int, Meta(ge=0)]
    sha256: Sha256


class Manifest(Record, frozen=True, kw_only=True):
    """The last member of a backup: it vouches for all others."""

    format: Literal["tocsin/backup/1"] = "tocsin/backup/1"
    made_at: Instant
    desk: str
    version: Annotated[str, Meta(description="Version of Tocsin that made it")]
    with_keys: bool
    migrations: Annotated[
        dict[str, list[str]] | None, Meta(description="Shape of the tables; none for a desk without records")
    ] = None
    n_rows: Annotated[int, Meta(ge=0)] = 0
    left_out: Annotated[tuple[str, ...], Meta(description="What is not in it, in words")] = ()
    members: tuple[Member, ...] = ()


def read_manifest(data: bytes) -> Manifest:
    """A manifest from its bytes. Raises BackupError."""
    try:
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(f"its manifest cannot be read: {error}", where=MANIFEST) from error
