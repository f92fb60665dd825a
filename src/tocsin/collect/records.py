"""What a run leaves on record, and what the desk holds as the last good table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from tocsin.archive import Origin
from tocsin.collect.emitted import Made
from tocsin.collect.source import UsageWarning

Status = Literal["running", "done", "unchanged", "failed"]


class InputRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One input of a run: its hash opens it in the archive."""

    name: str
    sha256: str
    byte_size: int
    url: str = ""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One run from start to end, also when it failed.

    folder:  of the tables it made or found unchanged, relative to the source's folder; empty when it failed
    cursor:  what the next incremental run starts from
    changes: what is different from the last good table, in one line
    """

    run_id: str
    source: str
    revision: int
    status: Status
    started_at: datetime
    by: str
    finished_at: datetime | None = None
    version: str = ""
    key: str = ""
    folder: str = ""
    inputs: tuple[InputRecord, ...] = ()
    tables: tuple[Made, ...] = ()
    notes: tuple[str, ...] = ()
    changes: str = ""
    cursor: Mapping[str, str] = {}
    problem: str = ""
    where: str = ""
    remedy: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a good table lies, relative to the source's folder."""

    folder: str
    n_rows: int
    run_id: str
    version: str


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """The pointer to the last good tables: by table, and for each version by table."""

    latest: dict[str, Place] = {}
    versions: dict[str, dict[str, Place]] = {}
    cursor: Mapping[str, str] = {}


class TableOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """The sidecar beside a run's tables: all that a chart made from them must be able to say."""

    origin: Origin
    source: str
    revision: int
    run_id: str
    key: str
    inputs: tuple[InputRecord, ...]
    warnings: tuple[UsageWarning, ...]
    tables: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...] = ()


class FetchedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of fetched.jsonl: what an address gave, and how to ask only for a newer one."""

    url: str
    sha256: str
    byte_size: int
    at: datetime
    name: str
    mime: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
