"""The master key to what is confidential: a file outside the database, mode 0600; and the data keys that it wraps.

Each line of the file is a key in base64, the newest first. There is one, except while keys are being changed: then the
old one stays until no row is wrapped by it. A crash at any instant leaves a file that opens everything.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from tocsin.core.errors import TocsinError
from tocsin.core.model import base
from tocsin.core.model.protected import Sealed
from tocsin.core.protection import sealing
from tocsin.records.models import DataKey, Version

R = TypeVar("R", bound=base.Record)


class KeyringError(TocsinError):
    """The key to what is confidential is missing, or cannot be used."""


class ErasedError(TocsinError):
    """A confidential record whose data key was destroyed: nobody can read it any more."""


class Keyring:
    """The master keys of a desk, read from their file when they are needed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def masters(self) -> list[bytes]:
        """The keys, newest first. Raises KeyringError when others could read them, or they are none."""
        try:
            mode = self.path.stat().st_mode & 0o777
            lines = self.path.read_text("ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyringError(
                "the key to what is confidential cannot be read", where=str(self.path),
                remedy="Restore it from where you keep it: without it nothing confidential can be read",
            ) from error  # fmt: skip
        if mode & 0o077:
            raise KeyringError(
                f"others could read the key to what is confidential (mode {mode:04o})", where=str(self.path),
                remedy=f"chmod 600 {self.path}",
            )  # fmt: skip
        try:
            keys = [base64.b64decode(line, validate=True) for line in lines]
        except (binascii.Error, ValueError):
            keys = []
        if not keys or any(len(key) != sealing.KEY_BYTES for key in keys):
            raise KeyringError("this is no key to what is confidential", where=str(self.path), remedy="Restore it")
        return keys

    def ready(self) -> None:
        """Make the first key where nothing was sealed yet. Raises KeyringError when a key in use is missing."""
        if not self.path.exists() and not DataKey.objects.exists():
            self._write([sealing.make_key()])

    def change(self, to: Callable[[list[bytes]], list[bytes]]) -> None:
        """Change the keys in the file, one process at a time."""
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            self._write(to(self.masters()))
        finally:
            os.close(folder)

    def _write(self, masters: list[bytes]) -> None:
        """Put keys in place of those that are there, whole or not at all."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = "".join(base64.b64encode(key).decode("ascii") + "\n" for key in masters)
        beside = self.path.with_name(f".{self.path.name}-{secrets.token_hex(6)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def new_data_key(self, path: str) -> tuple[DataKey, bytes]:
        """A data key for a record, not saved yet; and the key itself."""
        self.ready()
        master = self.masters()[0]
        name, key = sealing.make_name(), sealing.make_key()
        wrapped = sealing.wrap(key, master=master, name=name, path=path)
        return DataKey(name=name, path=path, wrapped=wrapped, master=sealing.key_mark(master)), key

    def open(self, row: DataKey) -> bytes:
        """A data key. Raises ErasedError, KeyringError, SealError."""
        if not row.wrapped:
            raise ErasedError("it was erased, and nobody can read it any more", where=row.path)
        for master in self.masters():
            if sealing.key_mark(master) == row.master:
                return sealing.unwrap(row.wrapped, master=master, name=row.name, path=row.path)
        raise KeyringError(
            f"the key that it was sealed with ({row.master}) is not there", where=str(self.path),
            remedy="Restore the key that belongs to this database",
        )  # fmt: skip

    def rows(self, versions: Collection[Version]) -> dict[str, DataKey]:
        """The data keys of several versions by path, in one query; for `read`."""
        paths = [version.record.path for version in versions]
        return {row.path: row for row in DataKey.objects.filter(path__in=paths)} if paths else {}

    def read(self, version: Version, kind: type[R], rows: Mapping[str, DataKey] | None = None) -> R:
        """What a sealed version says. Raises ErasedError, KeyringError, SealError.

        rows: data keys that were read before, as `rows` gives them
        """
        path = version.record.path
        sealed = version.read(Sealed)
        found = self.rows([version]) if rows is None else rows
        row = found.get(path)
        if row is None or row.name != sealed.key:
            raise KeyringError("its data key is not there", where=path, remedy="See: tocsin doctor")
        return sealing.unseal(sealed, kind, data_key=self.open(row), path=path, version=version.number)
