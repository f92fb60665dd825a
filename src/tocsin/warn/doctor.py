"""Look a desk over: its key, its log, its editions, and what an interrupted command left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tocsin.core.editions.log import Entry, SignedEntry
from tocsin.core.editions.signing import public_pem
from tocsin.core.editions.verification import Bytes, Failure, verify_log
from tocsin.core.errors import TocsinError
from tocsin.forecast.register.store import Register
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore


class Leftover(Failure, frozen=True, kw_only=True):
    """A file that an interrupted command left behind: harmless, and may be removed."""


def examine(desk: DeskFolder) -> Iterator[Failure]:
    """Everything about a desk that does not hold, and what may be tidied away (`Leftover`)."""
    try:
        public = desk.public_key()
        if public_pem(desk.signing_key().public_key()) != public_pem(public):
            yield Failure(where=str(desk.private_key_path), text="the private key and key.pem do not belong together")
    except TocsinError as error:
        yield Failure(where=error.where, text=error.problem)
        return

    store = EditionStore(desk.editions)
    known: set[Path] = set()

    def edition_files(entry: Entry) -> tuple[tuple[str, Bytes], tuple[str, Bytes]]:
        edition, signature = store.edition_path(entry.edition_sha256), store.signature_path(entry.edition_sha256)
        return (str(edition), edition.read_bytes), (str(signature), signature.read_bytes)

    def remember(signed: SignedEntry) -> None:
        known.add(store.edition_path(signed.entry.edition_sha256))
        known.add(store.signature_path(signed.entry.edition_sha256))

    paths = store.entry_paths()
    yield from verify_log(public, ((str(path), path.read_bytes()) for path in paths), edition_files, remember)
    known.update(paths)
    for path in sorted(desk.editions.rglob("*")):
        if path.is_file() and path not in known:
            yield Leftover(where=str(path), text="left behind by a command that was interrupted; no edition needs it")
    yield from Register(desk.forecasts).verify(public)


def tidy(desk: DeskFolder) -> list[str]:
    """Remove what interrupted commands left behind; give what was removed. Only when all else holds."""
    found = list(examine(desk))
    if any(not isinstance(each, Leftover) for each in found):
        return []
    for each in found:
        Path(each.where).unlink()
    return [each.where for each in found]
