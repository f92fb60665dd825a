"""Bytes into and out of a folder, so that a kill or a power cut leaves a whole file or none.

A file is written under `incoming/`, flushed to the disk, and only then renamed to its place; its name is the
SHA-256 of its bytes. What a kill leaves behind lies under `incoming/`, or in its place unspoken of, and is no
evidence until the custody log says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tocsin.archive.errors import ArchiveError, CannotKeepError

CHUNK = 1 << 20
_MANY = 64
_LEFTOVER_AGE_S = 24 * 3600


@contextlib.contextmanager
def refusals_said(where: Path) -> Iterator[None]:
    """Turn the file system's refusal (full disk, no permission, read-only) into a sentence."""
    try:
        yield
    except OSError as error:
        raise CannotKeepError(
            f"the file system refused: {error.strerror or error}",
            where=str(error.filename or where),
            remedy="Make room or give permission, then run the same command again; nothing was half kept.",
        ) from error


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the archive's lock: one writer at a time, threads and processes alike; a killed holder lets go."""
    fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write every byte, however many calls it takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def place_for(folder: Path, sha256: str) -> Path:
    """Where bytes with that hash live below `folder`: 256 subfolders keep each of them short."""
    return folder / sha256[:2] / sha256


def stage(folder: Path, source: Path | bytes, *, durable: bool) -> tuple[Path, str, int]:
    """Copy bytes into a staging folder and hash them on the way: (staged file, SHA-256, size in bytes).

    durable=False only starts the flushing; the caller waits for a whole batch with `flush`, which costs far
    less.
    """
    staged = folder / secrets.token_hex(12)
    hasher = hashlib.sha256()
    size = 0
    with refusals_said(folder):
        fd = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        try:
            for chunk in (source,) if isinstance(source, bytes) else _chunks(source):
                hasher.update(chunk)
                write_all(fd, chunk)
                size += len(chunk)
            if durable:
                os.fsync(fd)
            else:
                start_flushing(fd)
        finally:
            os.close(fd)
    return staged, hasher.hexdigest(), size


def start_flushing(fd: int) -> None:
    """Ask the system to begin writing a file's bytes out, without waiting for it."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)


def flush_whole_disk(n_waiting: int) -> bool:
    """Flush by one `sync` where so many files wait that it costs less than one flush for each; False elsewhere.

    Only Linux promises that `sync` returns when everything is on the disk.
    """
    if n_waiting < _MANY or sys.platform != "linux":
        return False
    os.sync()
    return True


def flush(files: Iterable[Path]) -> None:
    """Wait until the files' bytes are on the disk."""
    for file in files:
        fd = os.open(file, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _chunks(source: Path) -> Iterator[bytes]:
    try:
        fd = os.open(source, os.O_RDONLY)
    except OSError as error:
        raise ArchiveError(
            f"this file cannot be read: {error.strerror}",
            where=str(source),
            remedy="Name a file that exists and that you may read.",
        ) from None
    try:
        while chunk := _read(fd, source):
            yield chunk
    finally:
        os.close(fd)


def _read(fd: int, source: Path) -> bytes:
    try:
        return os.read(fd, CHUNK)
    except OSError as error:
        raise ArchiveError(f"this file cannot be read: {error.strerror}", where=str(source)) from None


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    hasher = hashlib.sha256()
    fd = os.open(path, os.O_RDONLY)
    try:
        while chunk := os.read(fd, CHUNK):
            hasher.update(chunk)
    finally:
        os.close(fd)
    return hasher.hexdigest()


def digest_of_open(stream: BinaryIO) -> str:
    """SHA-256 of an open file from its start; the stream is left at its start."""
    hasher = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        hasher.update(chunk)
    stream.seek(0)
    return hasher.hexdigest()


@contextlib.contextmanager
def staging(incoming: Path) -> Iterator[Path]:
    """A folder of one's own below `incoming`, gone afterwards; a killed writer's is swept a day later."""
    folder = incoming / secrets.token_hex(12)
    with refusals_said(incoming):
        os.mkdir(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(mine: Path) -> None:
    """Remove the staging folders that killed writers left a day or more before this one was made.

    Ages are told by the file system's own clock, so that no instant handed to us can endanger a living writer.
    """
    made_at_s = mine.stat().st_mtime
    for other in mine.parent.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if made_at_s - other.stat().st_mtime > _LEFTOVER_AGE_S:
                shutil.rmtree(other, ignore_errors=True)
