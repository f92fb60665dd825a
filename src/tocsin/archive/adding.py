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
    flush,
    flush_whole_disk,
    place_for,
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


def add_batch(folder: Path, log: CustodyLog, batch: Sequence[Addition], *, at: datetime, by: str) -> list[Staged]:
    """Keep all of a batch; after any failure nothing of it is kept."""
    for addition in batch:
        check_origin(addition.origin)
    make_folders(folder)
    with staging(folder / "incoming") as incoming:
        staged, origins = _stage_all(incoming, batch)
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


def _stage_all(incoming: Path, batch: Sequence[Addition]) -> tuple[list[Staged], dict[Origin, Staged]]:
    """Copy and hash everything, and wait until it is on the disk: one item by itself, more of them together."""
    distinct = list(dict.fromkeys(one.origin for one in batch))
    if len(batch) == 1:
        staged = [Staged(*stage(incoming, batch[0].source, durable=True))]
        return staged, {distinct[0]: Staged(*stage(incoming, encode_origin(distinct[0]), durable=True))}

    def stage_some(start: int) -> list[Staged]:
        some = batch[start : start + _SLICE]
        return [Staged(*stage(incoming, one.source, durable=False)) for one in some]

    def stage_some_origins(start: int) -> list[Staged]:
        some = distinct[start : start + _SLICE]
        return [Staged(*stage(incoming, encode_origin(origin), durable=False)) for origin in some]

    def flush_some(start: int) -> None:
        flush(one.part for one in everything[start : start + _SLICE])

    with ThreadPoolExecutor(_THREADS) as pool, refusals_said(incoming):
        staged = [one for some in pool.map(stage_some, range(0, len(batch), _SLICE)) for one in some]
        sidecars = [one for some in pool.map(stage_some_origins, range(0, len(distinct), _SLICE)) for one in some]
        everything = [*staged, *sidecars]
        if not flush_whole_disk(len(everything)):
            list(pool.map(flush_some, range(0, len(everything), _SLICE)))
    return staged, dict(zip(distinct, sidecars, strict=True))


def settle(folder: Path, staged: Iterable[Staged]) -> None:
    """Move staged files to their places below `folder` and flush the names. Call under the lock.

    Raises DamagedError when a place is taken by bytes that no longer match their name.
    """
    touched: set[Path] = set()
    for one in staged:
        place = place_for(folder, one.sha256)
        if place.parent not in touched:
            if not place.parent.exists():
                os.mkdir(place.parent)
                touched.add(folder)
            touched.add(place.parent)
        if place.exists():
            _check_kept(place, one.sha256)
        else:
            os.rename(one.part, place)
    if not flush_whole_disk(len(touched)):
        for parent in touched:
            sync_folder(parent)


def _check_kept(place: Path, sha256: str) -> None:
    if digest_of(place) != sha256:
        raise DamagedError(
            "the copy kept earlier has been altered, so the same bytes cannot be added beside it",
            where=str(place),
            remedy="Run `tocsin archive verify`; restore the file from a copy of the archive.",
        )


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


def collected(addition: Addition, one: Staged, origin_ref: str, *, item_id: str, at: datetime, by: str) -> CustodyEvent:
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
