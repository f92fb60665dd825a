"""The folder of a site while it is brought up to date: what stands, what is written, the manifest that signs it all.

What a folder or a costly file was made from is noted in the manifest, so that it is left as it is while that stays the
same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import msgspec

from tocsin.core.editions.canonical import canonical_bytes, decode, sha256
from tocsin.core.editions.signing import Signature, check_signature, sign
from tocsin.core.errors import TocsinError
from tocsin.publish.manifest import (
    MANIFEST,
    SCHEMA,
    SIGNATURE,
    FolderManifest,
    FolderMark,
    Manifest,
    manifest_bytes,
)
from tocsin.publish.site import File
from tocsin.warn.desk import DeskFolder
from tocsin.warn.files import write_whole


class SiteWriting:
    """One run of writing into a desk's `site/`."""

    def __init__(self, desk: DeskFolder, *, made_by: str, everything: bool) -> None:
        """`made_by`: hash of the code and words that make the site, and whose it is; `everything`: nothing stands."""
        self.folder = desk.site
        self.key = desk.signing_key()
        self.made_by = made_by
        self.before = Manifest(files={}, folders={}) if everything else _manifest_before(desk)
        self.files: dict[str, str] = {}
        self.folders: dict[str, FolderMark] = {}
        self.made_from: dict[str, str] = {}
        self.rendered = self.written = self.removed = 0

    def still_stands(self, folder: str, made_from: str) -> bool:
        """Whether a folder stands already, made from the same."""
        mark = self.before.folders.get(folder)
        if mark is None or mark.made_from != made_from or not (self.folder / folder / MANIFEST).exists():
            return False
        self.folders[folder] = mark
        return True

    def lasting(self, folder: str, lasting_from: str) -> dict[str, str]:
        """Hash by name of a folder's lasting files where they stand, made from the same; else nothing."""
        mark = self.before.folders.get(folder)
        if mark is None or mark.lasting_from != lasting_from:
            return {}
        try:
            data = (self.folder / folder / MANIFEST).read_bytes()
        except FileNotFoundError:
            return {}
        if sha256(data) != mark.manifest_sha256:
            return {}
        listed = decode(data, FolderManifest, f"{folder}{MANIFEST}").files
        lasting = {name: digest for name, digest in listed.items() if not name.endswith(".html")}
        stands = all((self.folder / folder / name).exists() for name in lasting)
        return lasting if stands else {}

    def put_folder(
        self,
        folder: str,
        made_from: str,
        made: Iterable[File],
        *,
        kept: Mapping[str, str] = MappingProxyType({}),
        lasting_from: str = "",
    ) -> None:
        """Write what is made; `kept` stays as it stands."""
        self.rendered += 1
        listed = dict(kept)
        for name, data in made:
            self._write(f"{folder}{name}", data)
            listed[name] = sha256(data)
        data = manifest_bytes(FolderManifest(files=listed))
        self._write(f"{folder}{MANIFEST}", data)
        self.folders[folder] = FolderMark(manifest_sha256=sha256(data), made_from=made_from, lasting_from=lasting_from)

    def put(self, path: str, data: bytes) -> None:
        """Write a file, unless these very bytes stand there."""
        digest = sha256(data)
        self.files[path] = digest
        if self.before.files.get(path) != digest or not (self.folder / path).exists():
            self._write(path, data)

    def keep(self, path: str) -> bool:
        """Whether a file that never changes stands already, made by this same code."""
        digest = self.before.files.get(path)
        if digest is None or self.before.made_by != self.made_by or not (self.folder / path).exists():
            return False
        self.files[path] = digest
        return True

    def stands(self, path: str, made_from: str) -> bool:
        """Whether a file stands already, made from the same by the same code."""
        self.made_from[path] = hash_of(renderer(), made_from)
        digest = self.before.files.get(path)
        same = self.before.made_from.get(path) == self.made_from[path] and (self.folder / path).exists()
        if digest is None or not same:
            return False
        self.files[path] = digest
        return True

    def _write(self, path: str, data: bytes) -> None:
        write_whole(self.folder / path, data, durable=False)
        self.written += 1

    def close(self) -> None:
        """Remove what the site no longer holds, and sign the whole."""
        self._remove_what_is_gone()
        self._sign()

    def _remove_what_is_gone(self) -> None:
        for path in self.before.files.keys() - self.files.keys():
            (self.folder / path).unlink(missing_ok=True)
            self.removed += 1

    def _sign(self) -> None:
        data = manifest_bytes(
            Manifest(made_by=self.made_by, files=self.files, folders=self.folders, made_from=self.made_from)
        )
        signature = canonical_bytes(sign(self.key, SCHEMA, sha256(data))) + b"\n"
        write_whole(self.folder / MANIFEST, data)
        write_whole(self.folder / SIGNATURE, signature)


def _manifest_before(desk: DeskFolder) -> Manifest:
    """The manifest of the last publishing, if it is whole and signed by this desk; else an empty one."""
    try:
        data = (desk.site / MANIFEST).read_bytes()
        signature = decode((desk.site / SIGNATURE).read_bytes(), Signature, SIGNATURE)
        check_signature(desk.public_key(), signature, SCHEMA, sha256(data), MANIFEST)
        return decode(data, Manifest, MANIFEST)
    except (OSError, TocsinError):
        return Manifest(files={}, folders={})


@cache
def renderer() -> str:
    """Hash of everything that renders: a page made by other code or other words is made again."""
    parts = []
    for room in ("tocsin.publish", "tocsin.core"):
        root = Path(str(files(room)))
        for path in sorted(_sources(root)):
            parts.append(f"{path.relative_to(root).as_posix()} {sha256(path.read_bytes())}")
    return sha256("\n".join(parts).encode())


def _sources(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def hash_of(*parts: object) -> str:
    """A hash of anything that JSON can say."""
    return sha256(msgspec.json.encode(parts))
