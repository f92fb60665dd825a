"""Check that everything kept is what was kept: every byte, every sidecar, every link of the chain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.archive.custody import GENESIS, CustodyEvent, chain_after, decode_event, event_digest
from tocsin.archive.files import digest_of, place_for
from tocsin.archive.log import CustodyLog
from tocsin.archive.timestamp import TimestampError, decode_stamp, verify_stamp

Kind = Literal["bytes", "origin", "log", "stamp", "leftover"]
_THREADS = 4
_SLICE = 128


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not hold.

    is_fault: True when evidence has suffered; False for a note (what a cut-off write left behind)
    kind:     bytes, origin, log, stamp or leftover
    where:    the file, for the log with its line
    problem:  what is wrong, a sentence without a full stop
    """

    is_fault: bool
    kind: Kind
    where: str
    problem: str


class Holdings(msgspec.Struct):
    """What the log says is kept.

    byte_sizes:  SHA-256 of each capture to its size in bytes
    origin_refs: SHA-256 of each origin sidecar
    seals:       each `sealed` event with its place in the log
    chain:       every chain value so far, with the number of the line it stands after
    """

    byte_sizes: dict[str, int]
    origin_refs: dict[str, None]
    seals: list[tuple[str, CustodyEvent]]
    chain: dict[str, int]


def read_log(log: CustodyLog) -> tuple[Holdings, list[Finding]]:
    """Walk the chain from its start: what it says is kept, and every place where it does not hold."""
    held = Holdings({}, {}, [], {GENESIS: 0})
    findings: list[Finding] = []
    chain = GENESIS
    for number, line in enumerate(log.lines(), start=1):
        where = f"{log.file}:{number}"
        try:
            event = decode_event(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            findings.append(_fault("log", where, f"this line is not a custody event ({error})"))
            chain = chain_after(chain, event_digest(line))
            continue
        if event.prev_event_hash != chain:
            findings.append(
                _fault("log", where, "the chain breaks here: a line above has been changed, removed or put in")
            )
        chain = chain_after(event.prev_event_hash, event_digest(line))
        held.chain[chain] = number
        if event.event == "collected" and event.byte_size is not None:
            held.byte_sizes[event.sha256] = event.byte_size
            held.origin_refs[event.origin_ref] = None
        if event.event == "sealed":
            held.seals.append((where, event))
    return held, findings


def verify_files(
    folder: Path, held: Holdings, *, progress: Callable[[int], None] = lambda n_done: None
) -> Iterator[Finding]:
    """Read every kept byte and every sidecar again. progress is called with the number of files read so far."""
    wanted: list[tuple[Kind, str, int]] = [
        *(("bytes", sha256, size) for sha256, size in held.byte_sizes.items()),
        *(("origin", ref, -1) for ref in held.origin_refs),
    ]

    def some(start: int) -> list[Finding]:
        return [finding for one in wanted[start : start + _SLICE] if (finding := _check_file(folder, *one)) is not None]

    n_done = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        for findings in pool.map(some, range(0, len(wanted), _SLICE)):
            yield from findings
            n_done = min(n_done + _SLICE, len(wanted))
            progress(n_done)


def _check_file(folder: Path, kind: Kind, sha256: str, byte_size: int) -> Finding | None:
    place = place_for(folder / ("bytes" if kind == "bytes" else "origins"), sha256)
    what = "the kept bytes" if kind == "bytes" else "the origin sidecar"
    try:
        if digest_of(place) == sha256:
            return None
        size = os.stat(place).st_size
    except FileNotFoundError:
        return _fault(kind, str(place), f"{what} of {sha256} are gone")
    except OSError as error:
        return _fault(kind, str(place), f"{what} of {sha256} cannot be read ({error.strerror})")
    shorter = f", {size} bytes where {byte_size} were kept" if byte_size not in (-1, size) else ""
    return _fault(kind, str(place), f"{what} are no longer those that were kept{shorter}")


def verify_stamps(folder: Path, held: Holdings, roots_pem: Sequence[str]) -> Iterator[Finding]:
    """Verify each timestamp offline, and that what it stamped is kept or was the log's head."""
    for where, event in held.seals:
        place = place_for(folder / "stamps", event.timestamp_token_ref)
        try:
            if digest_of(place) != event.timestamp_token_ref:
                yield _fault("stamp", str(place), "the timestamp is no longer the one that was kept")
                continue
            stamp = decode_stamp(place.read_bytes(), where=str(place))
            verify_stamp(stamp, event.sha256, roots_pem=roots_pem)
        except OSError as error:
            yield _fault("stamp", str(place), f"the timestamp cannot be read ({error.strerror})")
        except TimestampError as error:
            yield _fault("stamp", str(place), error.problem)
        if event.sha256 not in held.byte_sizes and event.sha256 not in held.chain:
            yield _fault("stamp", where, "what was stamped is neither a capture nor a state of this log")


def find_leftovers(folder: Path, log: CustodyLog, held: Holdings) -> Iterator[Finding]:
    """What a write that was cut off left behind: no evidence, and no harm."""
    if n_bytes := log.unfinished():
        yield _note(str(log.file), f"an unfinished last line ({n_bytes} bytes); the next addition removes it")
    for place in sorted((folder / "bytes").glob("*/*")):
        if place.name not in held.byte_sizes:
            yield _note(
                str(place),
                "bytes that the custody log never mentions: not evidence; add them again to keep them",
            )
    for place in sorted((folder / "incoming").glob("*")):
        yield _note(str(place), "an addition under way or cut off; removed by an addition a day later")


def _fault(kind: Kind, where: str, problem: str) -> Finding:
    return Finding(is_fault=True, kind=kind, where=where, problem=problem)


def _note(where: str, problem: str) -> Finding:
    return Finding(is_fault=False, kind="leftover", where=where, problem=problem)
