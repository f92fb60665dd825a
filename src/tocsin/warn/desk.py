"""A desk is one folder: copy it and you have moved it.

my-desk/
  desk.toml        settings: name, address, status, and what the other rooms need
  desk.sqlite3     the human records, unless `database` names a PostgreSQL database
  private/         the signing key and the key to what is confidential, readable by their owner only; never published
  key.pem          the public key, to be handed out
  editions/        frozen editions by SHA-256, and the log that chains them
  published/       the track record and the responses that were published; written by `tocsin follow publish`
  forecasts/       filed forecasts and their scores by SHA-256, and the log that chains them
  site/            the published site
"""

from __future__ import annotations

import json
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tocsin.core.editions.signing import make_key, read_private_key, read_public_key
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import CapStatus
from tocsin.core.model.edition import Desk as DeskRecord
from tocsin.warn.files import write_once

TEMPLATE = """\
# A Tocsin desk. Copy this folder and you have moved the desk.

name = {name}
sender = {sender}  # CAP sender: a domain-style name, without spaces or commas
url = {url}  # where site/ is published; permanent addresses start with it
language = "en"
status = {status}  # Actual for real warnings; Exercise, Test or Draft otherwise. Shown on every page
# database = "postgres://user:password@host/name"  # left out: desk.sqlite3 in this folder
"""


class DeskError(TocsinError):
    """A folder that is no desk, or settings that cannot be used."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`desk.toml`. Other rooms read tables of their own from it."""

    name: str
    sender: str
    url: str
    language: str = "en"
    status: CapStatus = "Exercise"
    database: str = ""  # a PostgreSQL address; empty for desk.sqlite3 in the desk's folder


class DeskFolder:
    """A desk on disk. Raises DeskError when the folder is none; what else it needs is checked when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings_path = folder / "desk.toml"
        try:
            self._tables: dict[str, Any] = tomllib.loads(self.settings_path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise DeskError(
                "there is no desk here (no desk.toml)",
                where=str(folder),
                remedy="Make one with `tocsin init DIR`, or name one with --desk FOLDER",
            ) from error
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise DeskError(f"desk.toml cannot be read: {error}", where=str(self.settings_path)) from error

    @cached_property
    def settings(self) -> Settings:
        """Name, address, status. Raises DeskError when they cannot be used."""
        try:
            return msgspec.convert(self._tables, Settings)
        except msgspec.ValidationError as error:
            raise DeskError(f"the settings cannot be used: {error}", where=str(self.settings_path)) from error

    @cached_property
    def record(self) -> DeskRecord:
        """The desk as an edition names it. Raises DeskError when a setting cannot stand in an edition."""
        own = {"name": self.settings.name, "sender": self.settings.sender, "url": self.settings.url.rstrip("/")}
        try:
            return msgspec.convert(own, DeskRecord)
        except msgspec.ValidationError as error:
            raise DeskError(f"the settings cannot be used: {error}", where=str(self.settings_path)) from error

    def section(self, name: str) -> dict[str, Any]:
        """One table of the settings, for the room of that name; empty when it is not there. Raises DeskError."""
        table = self._tables.get(name, {})
        if not isinstance(table, dict):
            raise DeskError(
                f"[{name}] should be a table of settings",
                where=str(self.settings_path),
                remedy=f"Write [{name}] on a line of its own, and its settings below it",
            )
        return table

    @property
    def editions(self) -> Path:
        """Folder of the frozen editions and their log."""
        return self.folder / "editions"

    @property
    def forecasts(self) -> Path:
        """Folder of the filed forecasts and their log."""
        return self.folder / "forecasts"

    @property
    def site(self) -> Path:
        """Folder of the published site."""
        return self.folder / "site"

    @property
    def published(self) -> Path:
        """Folder of what was frozen for the site besides editions: the track record, responses seen since."""
        return self.folder / "published"

    @property
    def private_key_path(self) -> Path:
        """The signing key."""
        return self.folder / "private" / "signing-key.pem"

    @property
    def confidential_key_path(self) -> Path:
        """The key to what is confidential; not in the database."""
        return self.folder / "private" / "confidential-key"

    def signing_key(self) -> Ed25519PrivateKey:
        """The desk's private key. Raises DeskError when others could read it, SigningError when it is none."""
        path = self.private_key_path
        try:
            mode = path.stat().st_mode & 0o777
            pem = path.read_bytes()
        except OSError as error:
            raise DeskError("the signing key cannot be read", where=str(path), remedy="Restore it") from error
        if mode & 0o077:
            raise DeskError(
                f"others could read the signing key (mode {mode:04o})", where=str(path), remedy=f"chmod 600 {path}"
            )
        return read_private_key(pem, str(path))

    def public_key(self) -> Ed25519PublicKey:
        """The desk's public key."""
        path = self.folder / "key.pem"
        try:
            return read_public_key(path.read_bytes(), str(path))
        except OSError as error:
            raise DeskError("the public key cannot be read", where=str(path), remedy="Restore it") from error


def make_desk(folder: Path, *, name: str, sender: str, url: str, status: str) -> DeskFolder:
    """Make a desk with a new key. Raises DeskError when there is one already, or a setting cannot be used.

    Nothing is overwritten.
    """
    if (folder / "desk.toml").exists():
        raise DeskError("there is a desk already", where=str(folder), remedy="Use it, or name another folder")
    words = {"name": name, "sender": sender, "url": url, "status": status}
    try:
        msgspec.convert({"name": name, "sender": sender, "url": url}, DeskRecord)
        msgspec.convert(status, CapStatus)
    except msgspec.ValidationError as error:
        raise DeskError(f"a setting cannot be used: {error}", remedy="See: tocsin init --help") from error
    settings = TEMPLATE.format(**{key: json.dumps(word, ensure_ascii=False) for key, word in words.items()})
    for sub in ("private", "editions/log", "site"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    (folder / "private").chmod(0o700)
    private, public = make_key()
    write_once(folder / "private" / "signing-key.pem", private, mode=0o600)
    write_once(folder / "key.pem", public)
    write_once(folder / "desk.toml", settings.encode())  # last: a folder with settings is a whole desk
    return DeskFolder(folder)
