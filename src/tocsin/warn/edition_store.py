"""The desk's editions on disk, and the one step that makes an edition exist.

    editions/<sha256>.json        an edition's canonical bytes
    editions/<sha256>.sig.json    its signature
    editions/log/000001.json      the log: one file an entry, each naming the hash of the one before

An edition exists when its log entry does. The entry is linked into place last, and a link fails when the name is
taken: so a crash leaves the whole edition or none, and of two who issue at once one wins and the other is told.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.core.editions.canonical import EditionError, canonical_bytes, decode_edition, sha256
from tocsin.core.editions.log import SignedEntry, entry_bytes, next_entry, read_entry
from tocsin.core.editions.signing import sign
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import SCHEMA, Edition
from tocsin.warn.files import write_once


class IssueError(TocsinError):
    """An edition that cannot be issued."""


class RacedError(IssueError):
    """Somebody else issued this edition while we were about to."""


class EditionStore:
    """The editions of a desk. Every read checks the SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, SignedEntry] = {}  # a log entry never changes, so it is read once

    def entries(self) -> list[SignedEntry]:
        """The log, oldest first. Raises EditionError when a file of it was altered."""
        return list(self.iter_entries())

    def iter_entries(self) -> Iterator[SignedEntry]:
        """The log, one entry at a time."""
        for name in self._entry_names():
            if name not in self._read:
                path = self.folder / "log" / name
                self._read[name] = read_entry(path.read_bytes(), str(path))
            yield self._read[name]

    def entry_paths(self) -> list[Path]:
        """The files of the log, in order."""
        return [self.folder / "log" / name for name in self._entry_names()]

    def _entry_names(self) -> list[str]:
        try:
            names = os.listdir(self.folder / "log")
        except FileNotFoundError:
            return []
        return sorted(name for name in names if name.endswith(".json") and name[:1].isdigit())

    def of_warning(self, warning: str) -> list[SignedEntry]:
        """The entries of one warning, oldest first."""
        return [signed for signed in self.iter_entries() if signed.entry.warning == warning]

    def edition_path(self, edition_sha256: str) -> Path:
        """Where an edition's bytes lie."""
        return self.folder / f"{edition_sha256}.json"

    def signature_path(self, edition_sha256: str) -> Path:
        """Where an edition's signature lies."""
        return self.folder / f"{edition_sha256}.sig.json"

    def read_bytes(self, edition_sha256: str) -> bytes:
        """An edition's bytes, checked against their hash. Raises EditionError."""
        path = self.edition_path(edition_sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise EditionError("an issued edition is missing", where=str(path), remedy="Restore it") from error
        if sha256(data) != edition_sha256:
            raise EditionError("the edition was altered: its SHA-256 differs", where=str(path), remedy="Restore it")
        return data

    def read(self, edition_sha256: str) -> Edition:
        """An edition, checked against its hash. Raises EditionError."""
        return decode_edition(self.read_bytes(edition_sha256), str(self.edition_path(edition_sha256)))

    def issue(self, edition: Edition, key: Ed25519PrivateKey) -> SignedEntry:
        """Make an edition exist, for good. Raises RacedError when another process issued it first."""
        data = canonical_bytes(edition)
        digest = sha256(data)
        path, signature_path = self.edition_path(digest), self.signature_path(digest)
        _write_if_missing(path, data)
        _write_if_missing(signature_path, canonical_bytes(sign(key, SCHEMA, digest)) + b"\n")
        try:
            return self._log(edition, digest, key)
        except RacedError:
            # The winner may have issued the very same bytes: then these files are theirs.
            if digest not in {signed.entry.edition_sha256 for signed in self.iter_entries()}:
                path.unlink(missing_ok=True)
                signature_path.unlink(missing_ok=True)
            raise

    def _log(self, edition: Edition, digest: str, key: Ed25519PrivateKey) -> SignedEntry:
        while True:
            entries = self.entries()
            for signed in entries:
                if (signed.entry.warning, signed.entry.edition) == (edition.issue.warning, edition.issue.edition):
                    name = f"edition {edition.issue.edition} of {edition.issue.warning}"
                    raise RacedError(
                        f"{name} has just been issued by somebody else",
                        where=str(self.folder),
                        remedy="Nothing was lost: look at theirs, then issue yours as the next edition",
                    )
            made = next_entry(key, edition, digest, entries[-1] if entries else None)
            try:
                write_once(self.folder / "log" / f"{made.entry.seq:06}.json", entry_bytes(made))
            except FileExistsError:
                continue  # another warning took this place in the log: take the next one
            return made


def _write_if_missing(path: Path, data: bytes) -> None:
    """Write a file named by its content's hash; that another process wrote it meanwhile is as good."""
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            write_once(path, data)
