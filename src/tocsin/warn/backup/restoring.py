"""A desk out of a backup. Everything is unpacked beside its place and verified; then it is moved there at once.

A crash at any instant leaves no desk or a whole one. In PostgreSQL the rows are there a moment before the folder is; a
restore that was interrupted between the two finds the very same rows and goes on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from tocsin.warn.backup.manifest import FILES, MANIFEST, ROWS, BackupError, Manifest, Member, read_manifest

_CHUNK = 1 << 20
_MAX_MANIFEST = 256 << 20
_MANGLED = "Do not use this file; take another copy of the backup"


class Restored(msgspec.Struct, frozen=True):
    """What was put in place."""

    manifest: Manifest
    n_rows: int


def restore_backup(
    file: Path,
    folder: Path,
    *,
    start: Callable[[Path], None],
    finish: Callable[[], None],
    database: str = "",
) -> Restored:
    """Restore a desk into a folder that is empty or is not there yet.

    start:    starts Django for the desk in a folder; called when there are rows, before they are put in
    finish:   brings the database up to date and lets go of it
    database: a PostgreSQL address for the records; empty for a file in the folder
    Raises BackupError, or RowsError when the database is in use.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BackupError("the folder is not empty", where=str(folder), remedy="Name one that is not there yet")
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.restoring-", dir=folder.parent))
    try:
        (staging / "desk").mkdir()
        (staging / "rows").mkdir()
        manifest = _unpack(file, staging)
        desk = staging / "desk"
        if not (desk / "desk.toml").is_file():
            raise BackupError("there are no settings in it", where=str(file), remedy=_MANGLED)
        if database:
            _name_database(desk / "desk.toml", database)
        n_rows = _put_rows_in(manifest, staging, start, finish)
        for name in ("private", "editions/log", "site"):
            (desk / name).mkdir(parents=True, exist_ok=True)
        (desk / "private").chmod(0o700)
        _sync(desk)
        os.replace(desk, folder)  # over an empty folder, or where there is none
        _sync_folder(folder.parent)
    except OSError as error:
        raise BackupError(f"it could not be put in place: {error}", where=str(folder)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Restored(manifest, n_rows)


def _put_rows_in(manifest: Manifest, staging: Path, start: Callable[[Path], None], finish: Callable[[], None]) -> int:
    if manifest.migrations is None:
        return 0
    start(staging / "desk")
    from tocsin.records import rows

    files = {
        member.name.removeprefix(ROWS): (staging / member.name, member.sha256)
        for member in manifest.members
        if member.name.startswith(ROWS)
    }
    try:
        return rows.fill(manifest.migrations, files)
    finally:
        finish()


def _unpack(file: Path, staging: Path) -> Manifest:
    """Unpack every member, hash it, and hold all of them against the manifest."""
    found: dict[str, Member] = {}
    manifest = None
    try:
        with tarfile.open(file, mode="r|") as tar:
            for info in tar:
                if manifest is not None:
                    raise BackupError("something follows the manifest", where=info.name, remedy=_MANGLED)
                _check_name(info, found)
                opened = tar.extractfile(info)
                assert opened is not None  # noqa: S101  # it is a regular file
                if info.name == MANIFEST:
                    if info.size > _MAX_MANIFEST:
                        raise BackupError("its manifest is too large", where=str(file), remedy=_MANGLED)
                    manifest = read_manifest(opened.read())
                else:
                    found[info.name] = _take(opened, info, staging)
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"it is no backup, or was cut short: {error}", where=str(file), remedy=_MANGLED) from error
    except FileNotFoundError as error:
        raise BackupError("there is no such file", where=str(file)) from error
    if manifest is None:
        raise BackupError("it has no manifest: it was cut short", where=str(file), remedy=_MANGLED)
    said = {member.name: member for member in manifest.members}
    for name in sorted(set(said) | set(found)):
        if name not in found:
            raise BackupError("the manifest names it, and it is not there", where=name, remedy=_MANGLED)
        if name not in said:
            raise BackupError("the manifest does not name it", where=name, remedy=_MANGLED)
        if said[name] != found[name]:
            raise BackupError("its bytes are not those that were saved", where=name, remedy=_MANGLED)
    return manifest


def _check_name(info: tarfile.TarInfo, found: dict[str, Member]) -> None:
    """Refuse whatever is no plain file below the folders of a backup."""
    path = PurePosixPath(info.name)
    plain = str(path) == info.name and ".." not in path.parts and not set(info.name) & {"\\", "\x00"}
    inside = info.name == MANIFEST or (len(path.parts) > 1 and f"{path.parts[0]}/" in (FILES, ROWS))
    if not info.isreg():
        raise BackupError("it is no plain file", where=info.name, remedy=_MANGLED)
    if not plain or not inside:
        raise BackupError("it would be written elsewhere", where=info.name, remedy=_MANGLED)
    if info.name in found:
        raise BackupError("it stands twice", where=info.name, remedy=_MANGLED)


def _take(opened: IO[bytes], info: tarfile.TarInfo, staging: Path) -> Member:
    target = staging / info.name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    private = info.name.startswith((ROWS, f"{FILES}private/"))
    mode = 0o600 if private else info.mode & 0o755 & ~0o111 | 0o600
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    return Member(name=info.name, byte_size=size, sha256=digest.hexdigest())


def _name_database(settings: Path, database: str) -> None:
    said = settings.read_text("utf-8")
    line = f"database = {msgspec.json.encode(database).decode()}\n"
    settings.write_text(line + said, "utf-8")
    settings.chmod(0o600)  # it holds a password


def _sync(folder: Path) -> None:
    """Wait until the disk has all of a folder."""
    for here, _, names in os.walk(folder):
        for name in names:
            handle = os.open(Path(here) / name, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        _sync_folder(Path(here))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
