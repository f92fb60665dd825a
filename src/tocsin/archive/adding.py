"""Adding to the archive: stage, flush, move into place, and only then let the custody log speak."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin import __version__
from tocsin.archive.custody import Circumstances, CustodyEvent
from tocsin.archive.errors import DamagedError
from tocsin.archive.files import (
    digest_of,
    exclusive,
    place_for,
    put_in_place,
    refusals_said,
    stage,
    staging,
    sweep,
    sync_folder,
)
from tocsin.archive.log import CustodyLog
from tocsin.archive.origin import Origin, check_origin, encode_origin

_THREADS = 4  # hashing and copying leave Python's lock; more threads than this gain nothing on a desk's machine
_SLICE = 64


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One thing to add: a file or bytes, with the origin without which nothing enters."""

    source: Path | bytes
    origin: Origin
    mime: str
    reason: str
    how: Circumstances


@dataclass(frozen=True)
class Staged:
    """A staged copy with the SHA-256 and the size in bytes of what was copied."""

    part: Path
    sha256: str
    byte_size: int


def add_batch(
    folder: Path, log: CustodyLog, batch: Sequence[Addition], *, at: datetime, by: str
) -> list[Staged]:
    """Keep all of a batch; after any failure nothing of it is kept.

    One item is flushed file by file; more of them by one flush of the whole disk, which costs less.
    """
    for addition in batch:
        check_origin(addition.origin)
    make_folders(folder)
    alone = len(batch) == 1
    with staging(folder / "incoming") as incoming:
        staged = (
            [Staged(*stage(incoming, batch[0].source, durable=True))] if alone else _stage_many(incoming, batch)
        )
        origins = _stage_origins(incoming, batch, durable=alone)
        if not alone:
            os.sync()
        with refusals_said(folder), exclusive(folder):
            sweep(incoming)
            settle(folder / "bytes", staged)
            settle(folder / "origins", origins.values())
            _record(log, batch, staged, origins, at=at, by=by)
    return staged


def make_folders(folder: Path) -> None:
    """The archive's folders, where they are not there yet. Raises CannotKeepError."""
    with refusals_said(folder):
        for name in ("bytes", "origins", "stamps", "incoming"):
            (folder / name).mkdir(parents=True, exist_ok=True)


def _stage_many(incoming: Path, batch: Sequence[Addition]) -> list[Staged]:
    def some(start: int) -> list[Staged]:
        return [Staged(*stage(incoming, one.source, durable=False)) for one in batch[start : start + _SLICE]]

    with ThreadPoolExecutor(_THREADS) as pool:
        return [one for part in pool.map(some, range(0, len(batch), _SLICE)) for one in part]


def _stage_origins(incoming: Path, batch: Sequence[Addition], *, durable: bool) -> dict[Origin, Staged]:
    distinct = dict.fromkeys(one.origin for one in batch)
    return {origin: Staged(*stage(incoming, encode_origin(origin), durable=durable)) for origin in distinct}


def settle(folder: Path, staged: Iterable[Staged]) -> None:
    """Move staged files to their places below `folder` and flush the names. Call under the lock.

    Raises DamagedError when a place is taken by bytes that no longer match their name.
    """
    touched = set()
    for one in staged:
        place = place_for(folder, one.sha256)
        if put_in_place(one.part, place):
            touched.add(place.parent)
        elif digest_of(place) != one.sha256:
            raise DamagedError(
                "the copy kept earlier has been altered, so the same bytes cannot be added beside it",
                where=str(place),
                remedy="Run `tocsin archive verify`; restore the file from a copy of the archive.",
            )
    for parent in touched:
        sync_folder(parent)


def _record(
    log: CustodyLog,
    batch: Sequence[Addition],
    staged: Sequence[Staged],
    origins: dict[Origin, Staged],
    *,
    at: datetime,
    by: str,
) -> None:
    """One `collected` line for each pair of bytes and origin that the log does not have yet."""
    events: dict[tuple[str, str], CustodyEvent] = {}
    for addition, one in zip(batch, staged, strict=True):
        origin_ref = origins[addition.origin].sha256
        known = {event.origin_ref: event for event in log.events(one.sha256)}
        if origin_ref in known or (one.sha256, origin_ref) in events:
            continue
        first = next(iter(known.values()), None)
        events[one.sha256, origin_ref] = collected(
            addition, one, origin_ref, item_id=first.item_id if first else new_item_id(), at=at, by=by
        )
    if events:
        log.append(list(events.values()))


def new_item_id() -> str:
    """A random name for an item; what it holds cannot be guessed from a digest of its events."""
    return f"urn:uuid:{uuid.uuid4()}"


def collected(
    addition: Addition, one: Staged, origin_ref: str, *, item_id: str, at: datetime, by: str
) -> CustodyEvent:
    """The line that makes a capture."""
    how = addition.how
    told = {
        "source_url": how.source_url or addition.origin.source_url,
        "captured_at_utc": how.captured_at_utc or addition.origin.retrieved_at,
        "collector_id": how.collector_id or by,
        "tool": how.tool or "tocsin",
        "tool_version": how.tool_version or __version__,
        "access_class": how.access_class or "restricted",
    }
    return CustodyEvent(
        **{**msgspec.structs.asdict(how), **told},
        prev_event_hash="",
        event="collected",
        event_at=at,
        event_by=by,
        event_reason=addition.reason,
        item_id=item_id,
        sha256=one.sha256,
        byte_size=one.byte_size,
        mime=addition.mime,
        origin_ref=origin_ref,
        storage_uri=f"bytes/{one.sha256[:2]}/{one.sha256}",
    )
