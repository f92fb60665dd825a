"""Open what came compressed, without trusting what it says about itself.

The sizes that a ZIP states are checked first, since a bomb of the honest kind can be refused unopened; then the
bytes that really come out are counted against the same caps, since a header can lie.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, cast

import msgspec

from tocsin.collect.errors import InputError

_CHUNK = 1 << 20


class Caps(msgspec.Struct, frozen=True):
    """How much may come out of a compressed file: in all, and for each byte that went in (from `free` bytes
    on).
    """

    max_bytes: int = 64 << 30
    max_ratio: int = 200
    max_members: int = 10_000
    free: int = 16 << 20


CAPS = Caps()
WORKBOOK_CAPS = Caps(max_bytes=2 << 30)


def unpack(path: Path, name: str, into: Path, *, member: str = "", caps: Caps = CAPS) -> list[tuple[str, Path]]:
    """The files inside, as (name, path); a file that is not packed is itself.

    member: a glob that names which members of a ZIP are wanted; the others are not unpacked
    Raises InputError for a truncated file, a bomb, a password, or a name that leads out of the folder.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        plain = name.removesuffix(".gz")
        target = into / "unpacked"
        with gzip.open(path, "rb") as packed:
            _pour(cast("IO[bytes]", packed), target, name, caps, path.stat().st_size)
        return [(plain, target)]
    if magic == b"PK\x03\x04":
        return _unzip(path, name, into, member, caps)
    return [(name, path)]


def check_workbook(path: Path, name: str, *, caps: Caps = WORKBOOK_CAPS) -> None:
    """Refuse an XLSX whose parts would unpack to more than the caps, before any reader opens it."""
    with _opened(path, name) as packed:
        _check_members(packed, name, caps)


def _unzip(path: Path, name: str, into: Path, member: str, caps: Caps) -> list[tuple[str, Path]]:
    found = []
    with _opened(path, name) as packed:
        if "[Content_Types].xml" in packed.namelist():
            return [(name, path)]
        infos = _check_members(packed, name, caps)
        room = caps.max_bytes
        for number, info in enumerate(infos):
            if member and not PurePosixPath(info.filename).match(member):
                continue
            target = into / f"member-{number}"
            with _member(packed, info, name) as stream:
                left = msgspec.structs.replace(caps, max_bytes=room)
                room -= _pour(stream, target, f"{name}!{info.filename}", left, max(info.compress_size, 1))
            found.append((PurePosixPath(info.filename).name, target))
    if not found:
        wanted = f"no file that matches {member!r}" if member else "no file"
        raise InputError(f"there is {wanted} in it", where=name, remedy="Check that this is the right download")
    return found


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        remedy = "Fetch it again; the download was probably cut short"
        raise InputError(f"the ZIP cannot be opened: {error}", where=name, remedy=remedy) from None


def _member(packed: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> IO[bytes]:
    try:
        return packed.open(info)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        problem = f"{info.filename} in it cannot be read: {error}"
        raise InputError(problem, where=name, remedy="Fetch it again, or unpack it by hand") from None


def _check_members(packed: zipfile.ZipFile, name: str, caps: Caps) -> list[zipfile.ZipInfo]:
    infos = [info for info in packed.infolist() if not info.is_dir()]
    if len(infos) > caps.max_members:
        raise InputError(f"it holds {len(infos):,} files", where=name, remedy="Check that this is the right download")
    for info in infos:
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            problem = f"it holds a file that would be written elsewhere: {info.filename!r}"
            raise InputError(problem, where=name, remedy="Do not unpack it; ask the publisher")
        if stat.S_ISLNK(info.external_attr >> 16):
            problem = f"it holds a link, {info.filename!r}"
            raise InputError(problem, where=name, remedy="Do not unpack it; ask the publisher")
        if info.flag_bits & 1:
            raise InputError("it is locked with a password", where=name, remedy="Unpack it by hand and use --from")
    said = sum(info.file_size for info in infos)
    _check_size(said, sum(info.compress_size for info in infos), name, caps)
    return infos


def _pour(stream: IO[bytes], target: Path, name: str, caps: Caps, packed_size: int) -> int:
    size = 0
    try:
        with target.open("wb") as out:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                size += len(chunk)
                _check_size(size, packed_size, name, caps)
                out.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        problem = f"it ends too early or is damaged: {error}"
        raise InputError(problem, where=name, remedy="Fetch it again; the download was cut short") from None
    return size


def _check_size(size: int, packed_size: int, name: str, caps: Caps) -> None:
    if size > caps.max_bytes:
        problem = f"it unpacks to more than {caps.max_bytes:,} bytes"
        raise InputError(problem, where=name, remedy="Check that this is the right download")
    if size > caps.free and size > caps.max_ratio * max(packed_size, 1):
        problem = f"it unpacks to more than {caps.max_ratio} times its size, as a bomb does"
        raise InputError(problem, where=name, remedy="Check that this is the right download")
