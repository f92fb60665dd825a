"""Members of a ZIP or a tar, taken out in memory within bounds; nothing is written anywhere."""

from __future__ import annotations

import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, cast

import msgspec

from tocsin.collect.errors import InputError

# What the standard library raises on headers that were changed, from a wrong magic to a negative place to seek.
_DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError,
    ValueError, OverflowError, LookupError,
)  # fmt: skip
_SUSPECT = "Do not unpack it; ask where it comes from"
_AGAIN = "Fetch it again; it was cut short or is damaged"


class Bounds(msgspec.Struct, frozen=True):
    """How much may come out: of one member, of all, and how many members there may be."""

    max_member_bytes: int = 200_000_000
    max_bytes: int = 2_000_000_000
    max_members: int = 20_000


def is_packed(data: bytes) -> bool:
    """Whether the bytes are a ZIP, or a tar packed with xz, gzip or bzip2."""
    return data[:4] == b"PK\x03\x04" or data[:6] == b"\xfd7zXZ\0" or data[:2] == b"\x1f\x8b" or data[:3] == b"BZh"


def read_members(data: bytes, *, where: str, bounds: Bounds | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file inside, as (name, bytes), in the order of the archive.

    Raises InputError for a name that leads outside (`../x`, `/x`, `C:x`), a link or device, a password, more
    than the bounds allow (counted on what really comes out, not on what the headers say), or a damaged file.
    """
    bounds = bounds or Bounds()
    n_bytes = n_members = 0
    members = _zip(data, where, bounds) if data[:4] == b"PK\x03\x04" else _tar(data, where, bounds)
    try:
        for name, content in members:
            n_members += 1
            n_bytes += len(content)
            if n_members > bounds.max_members or n_bytes > bounds.max_bytes:
                raise InputError(
                    f"it holds more than {bounds.max_members:,} files or {bounds.max_bytes:,} bytes",
                    where=where,
                    remedy=_SUSPECT,
                )
            yield name, content
    except _DAMAGED as error:
        raise InputError(f"it cannot be unpacked: {error}", where=where, remedy=_AGAIN) from None
    except (RuntimeError, NotImplementedError) as error:
        raise InputError(f"it cannot be unpacked: {error}", where=where, remedy="Unpack it by hand") from None


def _tar(data: bytes, where: str, bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as packed:
        for number, member in enumerate(packed):
            if number > 2 * bounds.max_members:
                raise InputError("it holds too many members", where=where, remedy=_SUSPECT)
            _check_name(member.name, where)
            if member.isdir():
                continue
            if not member.isreg():
                raise InputError(f"it holds a link or device, {member.name!r}", where=where, remedy=_SUSPECT)
            if member.size > bounds.max_member_bytes:
                raise InputError(f"{member.name!r} in it has {member.size:,} bytes", where=where, remedy=_SUSPECT)
            stream = packed.extractfile(member)
            yield member.name, stream.read() if stream else b""
        _read_out(cast("IO[bytes]", packed.fileobj), bounds.max_bytes)


def _read_out(stream: IO[bytes] | None, most: int) -> None:
    """Go to the end of the packed stream, where one that was cut short raises EOFError; a tar's own end does
    not tell.
    """
    while stream is not None and most > 0 and (more := stream.read(1 << 20)):
        most -= len(more)


def _zip(data: bytes, where: str, bounds: Bounds) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for info in packed.infolist():
            _check_name(info.filename, where)
            if info.is_dir():
                continue
            with packed.open(info) as stream:
                content = stream.read(bounds.max_member_bytes + 1)
            if len(content) > bounds.max_member_bytes:
                raise InputError(f"{info.filename!r} in it is too large", where=where, remedy=_SUSPECT)
            yield info.filename, content


def _check_name(name: str, where: str) -> None:
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or (inside.parts and ":" in inside.parts[0]):
        raise InputError(f"it holds a file that would be written elsewhere: {name!r}", where=where, remedy=_SUSPECT)
