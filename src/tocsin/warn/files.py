"""Write files so that a crash at any instant leaves the whole file or none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_once(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a new file, whole or not at all. Raises FileExistsError when another got there first."""
    _write(path, data, mode, replace=False)


def write_whole(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Write a file, replacing what was there, whole or not at all.

    durable: wait until the disk has it; not needed for what can be made again.
    """
    _write(path, data, mode, replace=True, durable=durable)


def _write(path: Path, data: bytes, mode: int, *, replace: bool, durable: bool = True) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        if replace:
            os.replace(name, path)
        else:
            os.link(name, path)  # fails when the name is taken, so that two writers cannot both win
    finally:
        if os.path.lexists(name):
            os.unlink(name)
    if durable:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
