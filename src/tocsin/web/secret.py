"""The secret that signs sessions. It lies beside the signing key, and is made at first use."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from tocsin.warn.files import write_once


def web_secret(folder: Path) -> str:
    """The desk's web secret; made when there is none."""
    return private_secret(folder, "web-secret")


def private_secret(folder: Path, name: str) -> str:
    """A secret of the desk's own, in a private file of that name; made when there is none."""
    path = folder / "private" / name
    if not path.exists():
        with suppress(FileExistsError):  # somebody else made it first: then theirs holds
            write_once(path, secrets.token_urlsafe(48).encode(), mode=0o600)
    return path.read_text("ascii").strip()
