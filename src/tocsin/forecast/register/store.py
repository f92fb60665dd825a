"""The register on disk.

    forecasts/<sha256>.json       a filed forecast or score, canonical bytes
    forecasts/log/000001.json     the log: one file an entry, each naming the hash of the one before

A document is filed when its log entry is. The entry is linked into place last, and a link fails when the name is
taken, so that a crash leaves the whole of it or nothing that counts.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.register_log import (
    Document,
    SignedRegisterEntry,
    next_register_entry,
    read_document,
    read_register_entry,
    register_entry_bytes,
    target_of,
    verify_register,
)
from tocsin.core.editions.verification import Failure
from tocsin.core.errors import TocsinError
from tocsin.core.model.forecasts import FiledDocument, RegisterEntry, ScoreDocument, as_of


class RegisterError(TocsinError):
    """A forecast or a score that cannot be filed or found."""


class Contents(NamedTuple):
    """What a register holds, oldest first. documents: the bytes of each document, by SHA-256."""

    entries: list[SignedRegisterEntry]
    forecasts: list[tuple[RegisterEntry, FiledDocument]]
    scores: list[ScoreDocument]
    documents: dict[str, bytes]


class Register:
    """The forecasts of a desk. Every read checks the SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entry_paths(self) -> list[Path]:
        """The files of the log, in order."""
        return sorted((self.folder / "log").glob("[0-9]*.json"))

    def entries(self) -> list[SignedRegisterEntry]:
        """The log, oldest first. Raises EditionError when a file of it was altered."""
        return [read_register_entry(path.read_bytes(), str(path)) for path in self.entry_paths()]

    def document_path(self, entry: RegisterEntry) -> Path:
        """Where a document's bytes lie."""
        return self.folder / f"{entry.document_sha256}.json"

    def read_bytes(self, entry: RegisterEntry) -> bytes:
        """A filed document as it was stored, unchecked. Raises RegisterError."""
        path = self.document_path(entry)
        try:
            return path.read_bytes()
        except OSError as error:
            raise RegisterError("a filed document is missing", where=str(path), remedy="Restore it") from error

    def read(self, entry: RegisterEntry) -> Document:
        """A filed document, checked. Raises EditionError or RegisterError."""
        return read_document(self.read_bytes(entry), entry, str(self.document_path(entry)))

    def contents(self) -> Contents:
        """Everything that is filed, each document read and checked once."""
        entries = self.entries()
        documents = {each.entry.document_sha256: self.read_bytes(each.entry) for each in entries}
        found = Contents(entries, [], [], documents)
        for entry in (each.entry for each in entries):
            data = documents[entry.document_sha256]
            document = read_document(data, entry, str(self.document_path(entry)))
            if isinstance(document, ScoreDocument):
                found.scores.append(document)
            else:
                found.forecasts.append((entry, document))
        return found

    def forecasts(self) -> list[tuple[RegisterEntry, FiledDocument]]:
        """Every filed forecast, oldest first."""
        return self.contents().forecasts

    def scores(self) -> list[ScoreDocument]:
        """Every filed score, oldest first."""
        return self.contents().scores

    def file(
        self, document: Document, key: Ed25519PrivateKey, *, about: FiledDocument | None = None
    ) -> SignedRegisterEntry:
        """File a document for good; of a score, `about` is the forecast that it scores.

        Raises RegisterError when the same model has one for the same target and origin already.
        """
        if about is None:
            if isinstance(document, ScoreDocument):
                raise RegisterError("a score says which forecast it is about", remedy="Give the forecast as `about`")
            about = document
        data = canonical_bytes(document)
        while True:
            entries = self.entries()
            if not isinstance(document, ScoreDocument):
                self._check_new(entries, document)
            signed = next_register_entry(key, document, about=about, last=entries[-1] if entries else None)
            with contextlib.suppress(FileExistsError):
                _write_once(self.folder / f"{sha256(data)}.json", data)
            try:
                _write_once(self.folder / "log" / f"{signed.entry.seq:06}.json", register_entry_bytes(signed))
            except FileExistsError:
                continue  # somebody else took this place in the log: take the next one
            return signed

    def verify(self, key: Ed25519PublicKey) -> Iterator[Failure]:
        """Everything about the register that does not hold."""
        return verify_register(
            key,
            ((str(path), path.read_bytes()) for path in self.entry_paths()),
            lambda entry: (str(self.document_path(entry)), self.document_path(entry).read_bytes),
        )

    def _check_new(self, entries: list[SignedRegisterEntry], document: FiledDocument) -> None:
        own = (document.target, document.model, document.origin)
        for signed in entries:
            entry = signed.entry
            if entry.kind == "forecast" and (target_of(entry), entry.model, entry.origin) == own:
                raise RegisterError(
                    f"{document.model} has a forecast of {document.target} made from {as_of(document)} on record since "
                    f"{entry.filed_at}",
                    where=str(self.folder),
                    remedy="A filed forecast is never replaced: forecast from the next origin",
                )


def _write_once(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        os.link(name, path)
    finally:
        os.unlink(name)
