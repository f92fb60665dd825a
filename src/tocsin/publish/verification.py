"""Verify a published site with nothing but its files and the public key.

Recomputes every hash of the manifest, the chain and the signatures of the log, and each edition's hash and signature,
and looks for files that nobody signed. Names each file that does not hold, and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tocsin.core.editions.canonical import decode, sha256
from tocsin.core.editions.log import Entry, SignedEntry
from tocsin.core.editions.register_log import verify_register
from tocsin.core.editions.signing import Signature, check_signature
from tocsin.core.editions.verification import Bytes, Failure, verify_log
from tocsin.core.errors import TocsinError
from tocsin.core.model.forecasts import RegisterEntry
from tocsin.publish.addresses import edition_path
from tocsin.publish.manifest import MANIFEST, SCHEMA, SIGNATURE, FolderManifest, Manifest

REGISTER = "forecasts/register/"
"""Where the filed forecasts lie on a site."""


class Files(Protocol):
    """A published folder, read only."""

    def paths(self) -> Iterator[str]:
        """Every file in it, by path from its root with forward slashes."""

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises OSError."""


class Counts:
    """How much was verified."""

    def __init__(self) -> None:
        self.files = 0
        self.editions = 0
        self.withheld: list[str] = []
        """Editions that the site no longer serves, as `GW-1.v1`: their entries hold, their words are not here."""


def verify_site(
    site: Files, key: Ed25519PublicKey, counts: Counts, on_file: Callable[[str], None] = lambda path: None
) -> Iterator[Failure]:
    """Each failure of a published site. `on_file` is told of each file as it is looked at, for a progress bar."""
    signed: set[str] = {MANIFEST, SIGNATURE}
    yield from _verify_manifest(site, key, signed, counts, on_file)
    yield from _verify_log(site, key, counts)
    yield from _verify_register(site, key)
    for path in site.paths():
        if path not in signed:
            yield Failure(where=path, text="nobody signed this file: it is not in the manifest")


def _verify_manifest(
    site: Files, key: Ed25519PublicKey, signed: set[str], counts: Counts, on_file: Callable[[str], None]
) -> Iterator[Failure]:
    try:
        data = site.read(MANIFEST)
        check_signature(key, decode(site.read(SIGNATURE), Signature, SIGNATURE), SCHEMA, sha256(data), MANIFEST)
        manifest = decode(data, Manifest, MANIFEST)
    except OSError as error:
        yield Failure(where=MANIFEST, text=f"the manifest or its signature is missing: {error}")
        return
    except TocsinError as error:
        for path in (MANIFEST, SIGNATURE):  # one of the two was altered; which one, nobody can tell
            yield Failure(where=path, text=f"the manifest and its signature do not fit: {error.problem}")
        try:
            manifest = decode(site.read(MANIFEST), Manifest, MANIFEST)  # go on, to name what else does not hold
        except (OSError, TocsinError):
            return
    for path, expected in manifest.files.items():
        signed.add(path)
        yield from _verify_file(site, path, expected, counts, on_file)
    for folder, mark in manifest.folders.items():
        own = f"{folder}{MANIFEST}"
        signed.add(own)
        failed = list(_verify_file(site, own, mark.manifest_sha256, counts, on_file))
        yield from failed
        try:
            listed = decode(site.read(own), FolderManifest, own)
        except (OSError, TocsinError):
            continue
        for name, expected in listed.files.items():
            signed.add(f"{folder}{name}")
            yield from _verify_file(site, f"{folder}{name}", expected, counts, on_file)


def _verify_file(
    site: Files, path: str, expected: str, counts: Counts, on_file: Callable[[str], None]
) -> Iterator[Failure]:
    on_file(path)
    counts.files += 1
    try:
        if sha256(site.read(path)) != expected:
            yield Failure(where=path, text="it was altered: its SHA-256 is not the one that was signed")
    except OSError:
        yield Failure(where=path, text="it is missing")


def _verify_log(site: Files, key: Ed25519PublicKey, counts: Counts) -> Iterator[Failure]:
    def reader(path: str) -> Bytes:
        return lambda: site.read(path)

    def edition_files(entry: Entry) -> tuple[tuple[str, Bytes], tuple[str, Bytes]]:
        folder = edition_path(entry.warning, entry.edition)
        edition, signature = f"{folder}edition.json", f"{folder}edition.sig.json"
        return (edition, reader(edition)), (signature, reader(signature))

    def count(signed: SignedEntry) -> None:
        counts.editions += 1

    def withheld(entry: Entry) -> None:
        counts.withheld.append(f"{entry.warning}.v{entry.edition}")

    entries = sorted(path for path in site.paths() if path.startswith("log/") and path.endswith(".json"))
    if not entries:
        yield Failure(where="log/", text="the log is missing")
    yield from verify_log(key, ((path, site.read(path)) for path in entries), edition_files, count, withheld)


def _verify_register(site: Files, key: Ed25519PublicKey) -> Iterator[Failure]:
    """The register of forecasts, where the site has one."""
    paths = [path for path in site.paths() if path.startswith(f"{REGISTER}log/")]

    def document(entry: RegisterEntry) -> tuple[str, Bytes]:
        path = f"{REGISTER}{entry.document_sha256}.json"
        return path, lambda: site.read(path)

    yield from verify_register(key, ((path, site.read(path)) for path in sorted(paths)), document)
