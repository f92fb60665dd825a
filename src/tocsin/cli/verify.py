"""`tocsin verify`: prove that nothing was altered, with a published folder and a public key alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tocsin.cli.output import AsJson, err, out, progress, say_json
from tocsin.core.editions.signing import fingerprint, read_public_key
from tocsin.core.editions.verification import Failure, verify_signed_edition
from tocsin.core.errors import TocsinError
from tocsin.publish.manifest import MANIFEST
from tocsin.publish.verification import Counts, verify_site


class VerifyError(TocsinError):
    """Nothing to verify, or no key to verify it with."""


class FolderOnDisk:
    """A published folder, read only; links that lead out of it are not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def paths(self) -> Iterator[str]:
        """Every file, by path from the root."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() or path.is_symlink():
                yield path.relative_to(self.root).as_posix()

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises OSError, also for a path that leads out of the folder."""
        file = (self.root / path).resolve()
        if not file.is_relative_to(self.root):
            raise OSError(f"{path} leads out of the folder")
        return file.read_bytes()


def verify(
    target: Annotated[Path, typer.Argument(metavar="SITE|EDITION", help="A published folder, or an edition.json.")],
    key: Annotated[Path | None, typer.Option("--key", "-k", help="The desk's public key (PEM).")] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute every hash, the chain and the signatures; name each file that does not hold.

    Needs no desk, no network and no trust in us: only the published folder and the public key. Without --key, the key
    that came with the folder is used; then compare its fingerprint with one that you got elsewhere.

    Example: `tocsin verify site/ --key key.pem`

    Exit codes: 0 all holds; 1 there is nothing to verify; 3 something does not hold, and is named.
    """
    folder = target if target.is_dir() else target.parent
    found_key = key or next((path for path in (folder / "key.pem", *_above(folder, "key.pem")) if path.is_file()), None)
    if found_key is None:
        raise VerifyError("no public key was given and none came along", where=str(target), remedy="Add --key FILE")
    try:
        public = read_public_key(found_key.read_bytes(), str(found_key))
    except OSError as error:
        raise VerifyError("the key cannot be read", where=str(found_key)) from error

    counts = Counts()
    failures: list[Failure] = []
    if target.is_dir():
        if not (target / MANIFEST).exists() and not (target / "log").is_dir():
            raise VerifyError("this is no published folder", where=str(target), remedy="Name the folder of the site")
        with progress("verifying") as advance:
            failures = list(verify_site(FolderOnDisk(target), public, counts, lambda path: advance()))
    else:
        failures = _verify_edition(target, public, counts)

    mark = fingerprint(public)
    if as_json:
        say_json(
            {
                "holds": not failures,
                "files": counts.files,
                "editions": counts.editions,
                "withheld": counts.withheld,
                "key_fingerprint": mark,
                "key_came_along": key is None,
                "failures": [{"where": each.where, "text": each.text} for each in failures],
            }
        )
    else:
        for each in failures:
            err.print(f"{each.where}: {each.text}", style="red", markup=False)
        if failures:
            err.print(f"{len(failures)} things do not hold", style="bold red")
        else:
            out.print(f"all holds: {counts.files} files, {counts.editions} editions, signed with key {mark}")
            for name in counts.withheld:
                out.print(
                    f"{name} is withheld: its entry in the log holds, its words are not here. A claim in it was "
                    "withdrawn at the request of its source; verify a copy that you kept by itself.",
                    markup=False,
                )
            if key is None:
                out.print("The key came with the folder: compare its fingerprint with one that you got elsewhere.")
    if failures:
        raise typer.Exit(3)


def _above(folder: Path, name: str) -> list[Path]:
    return [parent / name for parent in folder.resolve().parents[:4]]


def _verify_edition(target: Path, public: Ed25519PublicKey, counts: Counts) -> list[Failure]:
    signature = target.with_name(target.name.removesuffix(".json") + ".sig.json")
    try:
        data, signed = target.read_bytes(), signature.read_bytes()
    except OSError as error:
        raise VerifyError(f"the edition or its signature ({signature.name}) is missing", where=str(target)) from error
    try:
        verify_signed_edition(public, data, signed, str(target), str(signature))
    except TocsinError as error:
        return [Failure(where=error.where or str(target), text=error.problem)]
    counts.files, counts.editions = 2, 1
    return []
