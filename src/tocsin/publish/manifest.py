"""The manifest of a site: the SHA-256 of every file, signed, so that one altered byte anywhere is named.

It has two levels, so that one new edition among a thousand touches few of them: `manifest.json` lists the files
that change and, for each folder of an edition, the hash of the folder's own manifest. What a folder was made from is
noted beside it, which is how a later publishing knows that it still stands.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, field

from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.base import Record, Sha256

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig.json"
SCHEMA: Final = "tocsin/manifest/1"


class FolderManifest(Record, frozen=True, kw_only=True):
    """The files of one folder, by name."""

    schema: Literal["tocsin/folder-manifest/1"] = "tocsin/folder-manifest/1"
    files: dict[str, Sha256]


class FolderMark(Record, frozen=True, kw_only=True):
    """A folder in the site's manifest."""

    manifest_sha256: Sha256
    made_from: Annotated[str, Meta(description="Hash of all that the folder is a function of")]
    lasting_from: Annotated[str, Meta(description="Hash of what its lasting files are a function of")] = ""


class Manifest(Record, frozen=True, kw_only=True):
    """The files of a site, by path from its root."""

    schema: Literal["tocsin/manifest/1"] = SCHEMA
    made_by: Annotated[str, Meta(description="Hash of the code and words that made the site, and whose it is")] = ""
    files: dict[str, Sha256]
    folders: dict[str, FolderMark]
    made_from: Annotated[dict[str, str], Meta(description="By file: hash of what it is a function of")] = field(
        default_factory=dict
    )


def manifest_bytes(manifest: Manifest | FolderManifest) -> bytes:
    """A manifest as it is stored and signed."""
    return canonical_bytes(manifest) + b"\n"
