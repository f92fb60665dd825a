"""A download under way: the bytes so far, and what is needed to go on where it broke off.

`NAME.part` holds the bytes as they came over the wire; `NAME.part.json` says of which version of what address.
The next attempt, in this run or a later one, asks for the rest only of that very version (Range with If-Range).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tocsin.archive.fetch.errors import BusyError
from tocsin.archive.files import refusals_said


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """Which version of what the bytes so far belong to; validator is a strong ETag or a Last-Modified date."""

    url: str
    validator: str
    encoding: str = ""


class Part:
    """The open `.part` file of one target, held against other processes."""

    def __init__(self, fd: int, target: Path) -> None:
        self.fd = fd
        self.file = part_file(target)
        self._state_file = Path(f"{self.file}.json")

    def size(self) -> int:
        """Bytes so far."""
        return os.fstat(self.fd).st_size

    def resumable(self, url: str) -> PartState | None:
        """What the bytes so far belong to, when there are any and they can be gone on from."""
        try:
            state = msgspec.json.decode(self._state_file.read_bytes(), type=PartState)
        except (OSError, msgspec.DecodeError):
            return None
        return state if state.url == url and state.validator and self.size() else None

    def start(self, state: PartState) -> None:
        """Begin again from nothing, for that version."""
        with refusals_said(self.file):
            os.ftruncate(self.fd, 0)
            os.lseek(self.fd, 0, os.SEEK_SET)
            self._state_file.write_bytes(msgspec.json.encode(state))

    def go_on(self) -> None:
        """Place the next byte after the last one."""
        os.lseek(self.fd, 0, os.SEEK_END)

    def finish(self) -> None:
        """Forget the download; its bytes have been taken over."""
        self.file.unlink(missing_ok=True)
        self._state_file.unlink(missing_ok=True)


def part_file(target: Path) -> Path:
    """Where the bytes of a download lie until it is whole."""
    return target.with_name(f"{target.name}.part")


@contextlib.contextmanager
def open_part(target: Path) -> Iterator[Part]:
    """The part file of `target`, locked; gone afterwards when nothing came.

    Raises BusyError when another process holds it, CannotKeepError.
    """
    with refusals_said(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        fd = _open_locked(part_file(target), target)
    try:
        part = Part(fd, target)
        yield part
    finally:
        if os.fstat(fd).st_nlink and not part.size():
            part.finish()
        os.close(fd)


def _open_locked(file: Path, target: Path) -> int:
    while True:
        fd = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(fd).st_nlink:  # else another run finished with it between our two calls
                return fd
        except BlockingIOError:
            os.close(fd)
            raise BusyError(
                "another run is downloading this",
                where=str(target),
                remedy="Wait until it is done, then run the command again.",
            ) from None
        os.close(fd)
