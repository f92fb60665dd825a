"""The archive: add, read back verified, and tell where bytes came from and what happened to them."""

from __future__ import annotations

import hashlib
import itertools
import mimetypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from tocsin.archive.adding import Addition, Staged, add_batch, make_folders, new_item_id, settle
from tocsin.archive.custody import Circumstances, CustodyEvent
from tocsin.archive.errors import DamagedError, NotKeptError
from tocsin.archive.files import (
    digest_of,
    digest_of_open,
    exclusive,
    place_for,
    refusals_said,
    stage,
    staging,
)
from tocsin.archive.log import CustodyLog
from tocsin.archive.origin import Origin, decode_origin
from tocsin.archive.timestamp import Stamp, decode_stamp, encode_stamp
from tocsin.archive.verifying import Finding, find_leftovers, read_log, verify_files, verify_stamps

BATCH = 4096
UNKNOWN_MIME = "application/octet-stream"
_MIMES = mimetypes.MimeTypes()  # the table that Python carries, the same on every machine
_RESTORE = "Run `tocsin archive verify`, and restore what it names from a copy of the archive."


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """Kept bytes: their SHA-256 in hexadecimal, size in bytes, media type, and the file that holds them."""

    sha256: str
    byte_size: int
    mime: str
    path: Path


class Archive:
    """The archive in a folder, made by the first addition. Safe for several processes at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = CustodyLog(folder / "custody.jsonl")

    def add_file(
        self,
        path: Path,
        *,
        origin: Origin,
        at: datetime,
        by: str,
        mime: str = "",
        reason: str = "collected",
        how: Circumstances | None = None,
    ) -> Capture:
        """Copy a file in; the original is left alone. The same bytes with the same origin again change nothing.

        at: the instant of the event, UTC; by: who collects; mime: guessed from the name when empty.
        Raises OriginError, CannotKeepError, ArchiveError (unreadable), DamagedError (an altered copy is kept).
        """
        return self.add_all([_addition(path, origin, mime, reason, how)], at=at, by=by)[0]

    def add_bytes(
        self,
        data: bytes,
        *,
        origin: Origin,
        at: datetime,
        by: str,
        mime: str = "",
        reason: str = "collected",
        how: Circumstances | None = None,
    ) -> Capture:
        """Keep bytes that are in memory; otherwise as `add_file`."""
        return self.add_all([_addition(data, origin, mime, reason, how)], at=at, by=by)[0]

    def add_files(
        self, files: Iterable[tuple[Path, Origin]], *, at: datetime, by: str, reason: str = "collected"
    ) -> list[Capture]:
        """Copy many files in, flushing them together, up to 4,096 at once. Otherwise as `add_file`.

        Each capture is whole or absent whatever happens; when one is refused, its 4,096 are not kept.
        """
        return self.add_all((_addition(path, origin, "", reason, None) for path, origin in files), at=at, by=by)

    def add_all(self, additions: Iterable[Addition], *, at: datetime, by: str) -> list[Capture]:
        """Keep each addition, in batches of up to 4,096; captures in the order given."""
        captures: list[Capture] = []
        waiting = iter(additions)
        while batch := list(itertools.islice(waiting, BATCH)):
            for addition, one in zip(batch, add_batch(self.folder, self.log, batch, at=at, by=by), strict=True):
                captures.append(self._capture(one.sha256, one.byte_size, addition.mime))
        return captures

    def keep_stamp(self, stamp: Stamp, *, at: datetime, by: str) -> None:
        """Keep a verified timestamp of a capture or of the log's head, and record the sealing."""
        make_folders(self.folder)
        with staging(self.folder / "incoming") as incoming:
            staged = Staged(*stage(incoming, encode_stamp(stamp), durable=True))
            with refusals_said(self.folder), exclusive(self.folder):
                settle(self.folder / "stamps", [staged])
                known = self.log.events(stamp.sha256)
                sealed = CustodyEvent(
                    prev_event_hash="",
                    event="sealed",
                    event_at=at,
                    event_by=by,
                    event_reason=f"timestamped {stamp.stamped_at:%Y-%m-%dT%H:%M:%SZ} by {stamp.authority}",
                    item_id=known[0].item_id if known else new_item_id(),
                    sha256=stamp.sha256,
                    timestamp_token_ref=staged.sha256,
                )
                self.log.append([sealed])

    def record_copy(self, sha256s: Sequence[str], *, to: str, reason: str, at: datetime, by: str) -> None:
        """Record that captures were copied out of the archive. Raises NotKeptError."""
        events = [
            CustodyEvent(
                prev_event_hash="",
                event="copied",
                event_at=at,
                event_by=by,
                event_reason=reason,
                item_id=self.custody(sha256)[0].item_id,
                sha256=sha256,
                storage_uri=to,
            )
            for sha256 in sha256s
        ]
        with refusals_said(self.folder), exclusive(self.folder):
            self.log.append(events)

    def stamp(self, ref: str) -> Stamp:
        """The kept stamp with that SHA-256. Raises DamagedError."""
        return decode_stamp(self._sidecar("stamps", ref, "a timestamp"), where=ref)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self.log

    def captures(self) -> Iterator[Capture]:
        """Every capture, in the order of first collection; bytes not read."""
        seen = set()
        for line in self.log.lines():
            try:
                event = msgspec.json.decode(line, type=_Listed)
            except msgspec.DecodeError:  # named by `verify`, which reads every line
                continue
            if event.event == "collected" and event.byte_size is not None and event.sha256 not in seen:
                seen.add(event.sha256)
                yield self._capture(event.sha256, event.byte_size, event.mime)

    def find(self, beginning: str) -> str:
        """The whole SHA-256 of the one capture whose hash begins so. Raises NotKeptError unless it is one."""
        found = [sha256 for sha256 in self.log.subjects() if sha256.startswith(beginning.lower())]
        if len(found) == 1 and len(beginning) >= 6:
            return found[0]
        raise NotKeptError(
            f"{len(found) or 'no'} captures have a SHA-256 that begins so" if len(beginning) >= 6 else "too short",
            where=beginning,
            remedy="Give at least six characters, enough to tell one; `tocsin archive show` lists them.",
        )

    def capture(self, sha256: str) -> Capture:
        """The capture with that SHA-256, its bytes not read. Raises NotKeptError."""
        for event in self.custody(sha256):
            if event.event == "collected" and event.byte_size is not None:
                return self._capture(sha256, event.byte_size, event.mime)
        raise NotKeptError("nothing is kept under that SHA-256", where=sha256)

    def open(self, sha256: str) -> BinaryIO:
        """The kept bytes, verified, as a stream at its start; close it. Raises NotKeptError, DamagedError."""
        self._check_kept(sha256)
        place = place_for(self.folder / "bytes", sha256)
        try:
            stream = place.open("rb")
        except FileNotFoundError:
            raise DamagedError("the kept bytes are gone", where=str(place), remedy=_RESTORE) from None
        if digest_of_open(stream) != sha256:
            stream.close()
            raise DamagedError("the kept bytes have been altered", where=str(place), remedy=_RESTORE)
        return stream

    def path(self, sha256: str) -> Path:
        """The file that holds the bytes, after verifying them. Raises NotKeptError, DamagedError."""
        self.open(sha256).close()
        return place_for(self.folder / "bytes", sha256)

    def origins(self, sha256: str) -> list[Origin]:
        """Where the bytes came from, once for each time they came; sidecars verified. Raises as `open`."""
        return [self.origin(ref) for ref in dict.fromkeys(e.origin_ref for e in self.custody(sha256)) if ref]

    def origin(self, origin_ref: str) -> Origin:
        """The sidecar with that SHA-256. Raises DamagedError."""
        return decode_origin(self._sidecar("origins", origin_ref, "an origin sidecar"), where=origin_ref)

    def _sidecar(self, part: str, ref: str, what: str) -> bytes:
        place = place_for(self.folder / part, ref)
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != ref:
            raise DamagedError(f"{what} is gone or altered", where=str(place), remedy=_RESTORE)
        return data

    def origins_of_file(self, path: Path) -> list[Origin]:
        """The origins under which a file's bytes are kept already; none when they are not, or not readable."""
        try:
            sha256 = digest_of(path)
        except OSError:
            return []
        return self.origins(sha256) if sha256 in self.log else []

    def custody(self, sha256: str) -> list[CustodyEvent]:
        """What happened to the bytes, oldest first. Raises NotKeptError."""
        self._check_kept(sha256)
        return self.log.events(sha256)

    def verify(
        self,
        *,
        roots_pem: Sequence[str] = (),
        progress: Callable[[int, int], None] = lambda n_done, n_files: None,
    ) -> Iterator[Finding]:
        """Read the whole log and every kept byte again; one Finding for each thing that does not hold.

        roots_pem: root certificates of timestamp authorities that the desk trusts; without any, a stamp is held
                   against the root kept beside it, which proves that it is whole but not whose it is
        progress:  called with how many files of how many have been read
        """
        held, findings = read_log(self.log)
        yield from findings
        n_files = len(held.byte_sizes) + len(held.origin_refs)
        yield from verify_files(self.folder, held, progress=lambda n_done: progress(n_done, n_files))
        yield from verify_stamps(self.folder, held, roots_pem)
        yield from find_leftovers(self.folder, self.log, held)

    def _check_kept(self, sha256: str) -> None:
        if sha256 not in self.log:
            raise NotKeptError(
                "nothing is kept under that SHA-256",
                where=sha256,
                remedy="`tocsin archive show` lists what is kept.",
            )

    def _capture(self, sha256: str, byte_size: int, mime: str) -> Capture:
        return Capture(sha256=sha256, byte_size=byte_size, mime=mime, path=place_for(self.folder / "bytes", sha256))


class _Listed(msgspec.Struct):
    event: str
    sha256: str
    byte_size: int | None = None
    mime: str = ""


def _addition(source: Path | bytes, origin: Origin, mime: str, reason: str, how: Circumstances | None) -> Addition:
    return Addition(
        source=source, origin=origin, mime=mime or _mime_of(source), reason=reason, how=how or Circumstances()
    )


def _mime_of(source: Path | bytes) -> str:
    guessed = None if isinstance(source, bytes) else _MIMES.guess_type(source.name)[0]
    return guessed or UNKNOWN_MIME
