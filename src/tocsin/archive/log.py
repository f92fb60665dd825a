"""The custody log on disk: `custody.jsonl`, appended under the archive's lock, read from where it was left."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tocsin.archive.custody import (
    GENESIS,
    CustodyEvent,
    chain_after,
    decode_event,
    encode_event,
    event_digest,
)
from tocsin.archive.errors import DamagedError
from tocsin.archive.files import refusals_said, sync_folder, write_all


class _Subject(msgspec.Struct):
    sha256: str
    prev_event_hash: str
    event: str


@dataclass
class CustodyLog:
    """The log's file, and an index from SHA-256 to the places of its lines, kept up as the file grows."""

    file: Path
    _places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _captured: dict[str, None] = field(default_factory=dict)
    _read_to: int = 0

    def __contains__(self, sha256: str) -> bool:
        """Whether bytes with that SHA-256 were ever collected."""
        self._catch_up()
        return sha256 in self._captured

    def subjects(self) -> list[str]:
        """Every SHA-256 that was collected, in the order of first collection."""
        self._catch_up()
        return list(self._captured)

    def events(self, sha256: str) -> list[CustodyEvent]:
        """The events about one SHA-256, oldest first. Raises DamagedError when one cannot be read."""
        try:
            return [decode_event(line) for line in self.lines_about(sha256)]
        except msgspec.DecodeError as error:
            raise DamagedError(
                f"an event about {sha256} cannot be read ({error})",
                where=str(self.file),
                remedy="Run `tocsin archive verify`, and restore the log from a copy.",
            ) from None

    def lines_about(self, sha256: str) -> list[bytes]:
        """The lines about one SHA-256 as they are stored, without newlines."""
        self._catch_up()
        places = self._places.get(sha256, [])
        if not places:
            return []
        with self.file.open("rb") as stream:
            lines = []
            for start, length in places:
                stream.seek(start)
                lines.append(stream.read(length))
        return lines

    def lines(self) -> Iterator[bytes]:
        """Every whole line in order, without its newline; an unfinished last line is not one."""
        if self.file.exists():
            with self.file.open("rb") as stream:
                for line in stream:
                    if line.endswith(b"\n"):
                        yield line[:-1]

    def unfinished(self) -> int:
        """Bytes after the last newline: what a write that was cut off left behind."""
        with contextlib.suppress(FileNotFoundError):
            return self.file.stat().st_size - self._end_of_last_line()
        return 0

    def append(self, events: Sequence[CustodyEvent]) -> None:
        """Chain the events to the log and flush it; their prev_event_hash is set here. Call under the lock.

        An unfinished last line is removed first: no one was ever told that it was kept. When the disk refuses,
        the file is cut back to where it was.
        """
        is_new = not self.file.exists()
        with refusals_said(self.file):
            fd = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                end = self._end_of_last_line()
                os.ftruncate(fd, end)
                chain = self._chain_at(end)
                data = bytearray()
                for event in events:
                    line = encode_event(msgspec.structs.replace(event, prev_event_hash=chain))
                    chain = chain_after(chain, event_digest(line))
                    data += line + b"\n"
                os.lseek(fd, end, os.SEEK_SET)
                try:
                    write_all(fd, bytes(data))
                    os.fsync(fd)
                except OSError:
                    with contextlib.suppress(OSError):
                        os.ftruncate(fd, end)
                    raise
            finally:
                os.close(fd)
            if is_new:
                sync_folder(self.file.parent)

    def head(self) -> str:
        """The chain value of the whole log."""
        return self._chain_at(self._end_of_last_line()) if self.file.exists() else GENESIS

    def _catch_up(self) -> None:
        if not self.file.exists():
            return
        size = self.file.stat().st_size
        if size < self._read_to:  # another writer removed an unfinished line, or someone cut the log
            self._places.clear()
            self._captured.clear()
            self._read_to = 0
        if size == self._read_to:
            return
        decoder = msgspec.json.Decoder(_Subject)
        with self.file.open("rb") as stream:
            stream.seek(self._read_to)
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                self._index(decoder, line)

    def _index(self, decoder: msgspec.json.Decoder[_Subject], line: bytes) -> None:
        # A line that cannot be read is passed over here and named by `verify`, which reads them all.
        with contextlib.suppress(msgspec.DecodeError):
            subject = decoder.decode(line)
            self._places.setdefault(subject.sha256, []).append((self._read_to, len(line) - 1))
            if subject.event == "collected":
                self._captured[subject.sha256] = None
        self._read_to += len(line)

    def _end_of_last_line(self) -> int:
        with self.file.open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            while end > 0:
                start = max(0, end - 65536)
                stream.seek(start)
                found = stream.read(end - start).rfind(b"\n")
                if found >= 0:
                    return start + found + 1
                end = start
        return 0

    def _chain_at(self, end: int) -> str:
        """The chain value once the line that ends at byte `end` has been added."""
        if end == 0:
            return GENESIS
        with self.file.open("rb") as stream:
            start = end - 1
            line = b""
            while start > 0 and b"\n" not in line:
                start = max(0, start - 65536)
                stream.seek(start)
                line = stream.read(end - 1 - start)
        line = line.rpartition(b"\n")[2]
        try:
            last = msgspec.json.decode(line, type=_Subject)
        except msgspec.DecodeError:
            raise DamagedError(
                "the last line of the custody log is not an event",
                where=str(self.file),
                remedy="Run `tocsin archive verify`, and restore the log from a copy before adding more.",
            ) from None
        return chain_after(last.prev_event_hash, event_digest(line))
