"""A desk into one file, while others go on working at it. Nothing is held in memory but one piece of one file."""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import re
import stat
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from tocsin import __version__
from tocsin.warn.backup.manifest import (
    DATABASE,
    FILES,
    LEFT_OUT,
    MANIFEST,
    PRIVATE,
    ROWS,
    BackupError,
    Manifest,
    Member,
)
from tocsin.warn.desk import DeskFolder

_DATABASE_SETTING = re.compile(r"^[ \t]*database[ \t]*=.*$", re.MULTILINE)
_UNFINISHED = (".writing-", ".scratch", ".restoring-")


def write_backup(
    desk: DeskFolder, to: Path, *, at: datetime.datetime, with_records: bool, with_keys: bool = False
) -> Manifest:
    """Write a desk to a new file that its owner alone can read; give the manifest.

    with_records: Django is started for the desk, and its rows are taken as they stand after the last act
    Raises BackupError when the file is there already or lies within the desk.
    """
    if os.path.lexists(to):
        raise BackupError("there is such a file already", where=str(to), remedy="Give another name")
    if not to.parent.is_dir():
        raise BackupError("there is no such folder", where=str(to.parent), remedy="Make it first")
    if to.resolve().is_relative_to(desk.folder.resolve()):
        raise BackupError(
            "a backup cannot lie within the desk", where=str(to), remedy="Put it beside the desk, or away"
        )
    handle, unfinished = tempfile.mkstemp(prefix=".backup-", dir=to.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file, tempfile.TemporaryDirectory(prefix=".rows-", dir=to.parent) as scratch:
            manifest = _write(desk, file, Path(scratch), at, with_records, with_keys)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, to)
    except FileExistsError as error:
        raise BackupError("there is such a file already", where=str(to), remedy="Give another name") from error
    except OSError as error:
        raise BackupError(f"it could not be written: {error.strerror}", where=str(to)) from error
    finally:
        os.unlink(unfinished)
    return manifest


def _write(
    desk: DeskFolder, file: BinaryIO, scratch: Path, at: datetime.datetime, with_records: bool, with_keys: bool
) -> Manifest:
    members: list[Member] = []
    left_out: list[str] = []
    migrations, n_rows = None, 0
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        if with_records:
            from tocsin.records import rows

            with rows.snapshot(scratch) as (alias, release):
                logged = _log(desk)
                release()  # the log and the rows are of one instant; the desk goes on
                migrations = rows.migrations_of(alias)
                for model in rows.tables(migrations):
                    path = scratch / "rows"
                    n_rows += rows.write_rows(model, path, alias)
                    with path.open("rb") as opened:
                        members.append(_add(tar, f"{ROWS}{model._meta.label_lower}", opened, 0o600))
        else:
            logged = _log(desk)
        for path, name in _files(desk, logged, with_keys, left_out):
            if name == "desk.toml":
                settings = _without_database(path.read_text("utf-8"))
                members.append(_add(tar, FILES + name, io.BytesIO(settings.encode()), 0o644))
                continue
            with path.open("rb") as opened:
                mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
                members.append(_add(tar, FILES + name, opened, mode))
        manifest = Manifest(
            made_at=at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), desk=desk.settings.name,
            version=__version__, with_keys=with_keys, migrations=migrations, n_rows=n_rows, left_out=tuple(left_out),
            members=tuple(members),
        )  # fmt: skip
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        _add(tar, MANIFEST, io.BytesIO(data), 0o600)
    return manifest


def _log(desk: DeskFolder) -> frozenset[str]:
    """The entries of the log of editions."""
    folder = desk.editions / "log"
    return frozenset(entry.name for entry in folder.iterdir()) if folder.is_dir() else frozenset()


def _files(
    desk: DeskFolder, logged: frozenset[str], with_keys: bool, left_out: list[str]
) -> Iterator[tuple[Path, str]]:
    """Every file to be kept, with its name within the desk, in order; and in words what is left out."""
    kept_private = False
    for folder, folders, names in os.walk(desk.folder, followlinks=False):
        here = Path(folder)
        inside = here.relative_to(desk.folder)
        if here == desk.folder:
            left_out += [f"{name}/: it can be made again" for name in LEFT_OUT if name in folders]
            if PRIVATE in folders and not with_keys:
                left_out.append(f"{PRIVATE}/: the keys; --with-keys takes them in")
            dropped = {*LEFT_OUT, *(() if with_keys else (PRIVATE,))}
        else:
            dropped = set()
        for name in folders:
            if (here / name).is_symlink():
                left_out.append(f"{inside / name}: it is a link")
                dropped.add(name)
        folders[:] = sorted(each for each in folders if each not in dropped and not each.startswith(_UNFINISHED))
        for name in sorted(names):
            path = here / name
            if name.startswith(_UNFINISHED) or (here == desk.folder and name.startswith(DATABASE)):
                continue
            if inside.as_posix() == "editions/log" and name not in logged:
                continue  # issued after the rows were taken
            if not stat.S_ISREG(path.lstat().st_mode):
                left_out.append(f"{inside / name}: it is no file")
                continue
            kept_private = kept_private or inside.parts[:1] == (PRIVATE,)
            yield path, (inside / name).as_posix()
    if with_keys and not kept_private:
        raise BackupError("the desk has no keys", where=str(desk.folder / PRIVATE), remedy="Leave out --with-keys")


def _without_database(settings: str) -> str:
    """The settings without the address of the database, and its password."""
    kept = _DATABASE_SETTING.sub("# database = ...  # left out of the backup", settings)
    expected = {name: value for name, value in tomllib.loads(settings).items() if name != "database"}
    if tomllib.loads(kept) != expected:
        raise BackupError(
            "the setting `database` cannot be told from others", where="desk.toml", remedy="Write it on one line"
        )
    return kept


class _Hashed(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def _add(tar: tarfile.TarFile, name: str, file: BinaryIO, mode: int) -> Member:
    """Add a file as long as it is now; what others append to it meanwhile is left for the next backup."""
    info = tarfile.TarInfo(name)
    info.size = file.seek(0, os.SEEK_END)
    file.seek(0)
    info.mode = mode
    hashed = _Hashed(file)
    try:
        tar.addfile(info, hashed)
    except tarfile.TarError as error:
        raise BackupError(f"it changed while it was read: {error}", where=name, remedy="Run it again") from error
    except OSError as error:
        raise BackupError(f"it could not be copied: {error}", where=name) from error
    return Member(name=name, byte_size=info.size, sha256=hashed.digest.hexdigest())
