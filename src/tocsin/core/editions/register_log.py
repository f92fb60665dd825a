"""The register's log: forecasts and scores chained and signed as editions are, and their verification."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tocsin.core.editions.canonical import EditionError, canonical_bytes, decode, sha256
from tocsin.core.editions.log import GENESIS
from tocsin.core.editions.signing import Signature, check_signature, sign
from tocsin.core.editions.verification import Failure
from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record
from tocsin.core.model.forecasts import FiledForecast, FiledScore, RegisterEntry

Document = FiledForecast | FiledScore


class SignedRegisterEntry(Record, frozen=True, kw_only=True):
    """An entry with its signature. The signature covers the document too, through its hash in the entry."""

    entry: RegisterEntry
    signature: Signature


def next_register_entry(
    key: Ed25519PrivateKey, document: Document, *, model: str, origin: int, last: SignedRegisterEntry | None
) -> SignedRegisterEntry:
    """The entry that files a document after `last` (None for an empty register)."""
    entry = RegisterEntry(
        seq=last.entry.seq + 1 if last else 1,
        previous_sha256=sha256(canonical_bytes(last.entry)) if last else GENESIS,
        kind="forecast" if isinstance(document, FiledForecast) else "score",
        model=model,
        origin=origin,
        document_sha256=sha256(canonical_bytes(document)),
        filed_at=document.filed_at if isinstance(document, FiledForecast) else document.scored_at,
    )
    return SignedRegisterEntry(entry=entry, signature=sign(key, entry.schema, sha256(canonical_bytes(entry))))


def register_entry_bytes(signed: SignedRegisterEntry) -> bytes:
    """An entry as it is stored: ASCII and whole numbers only, so that sorted JSON is the canonical form."""
    return msgspec.json.encode(signed, order="sorted") + b"\n"


def read_register_entry(data: bytes, where: str) -> SignedRegisterEntry:
    """Read a stored entry. Raises EditionError when a byte of it is not as it was written."""
    signed = decode(data, SignedRegisterEntry, where)
    if register_entry_bytes(signed) != data:
        raise EditionError("it is not in the form in which it was written", where=where)
    return signed


def read_document(data: bytes, entry: RegisterEntry, where: str) -> Document:
    """A filed document, checked against its entry. Raises EditionError when it was altered."""
    if sha256(data) != entry.document_sha256:
        raise EditionError("the document was altered: its SHA-256 is not the one in the register", where=where)
    if entry.kind == "forecast":
        forecast = decode(data, FiledForecast, where)
        if (forecast.model, forecast.origin, forecast.filed_at) != (entry.model, entry.origin, entry.filed_at):
            raise EditionError("the forecast is not the one that the register describes", where=where)
        return forecast
    return decode(data, FiledScore, where)


def verify_register(
    key: Ed25519PublicKey,
    files: Iterable[tuple[str, bytes]],
    document_file: Callable[[RegisterEntry], tuple[str, Callable[[], bytes]]],
) -> Iterator[Failure]:
    """Each failure of a register: the chain, every signature, every document, and that a score has its forecast.

    files:         path and bytes of each entry, in order
    document_file: for an entry, path and reader of its document
    """
    last: RegisterEntry | None = None
    forecasts: set[str] = set()
    for where, data in files:
        try:
            signed = read_register_entry(data, where)
        except TocsinError as error:
            yield Failure(where=where, text=error.problem)
            continue
        entry = signed.entry
        expected = (last.seq + 1 if last else 1, sha256(canonical_bytes(last)) if last else GENESIS)
        if (entry.seq, entry.previous_sha256) != expected:
            yield Failure(where=where, text="the chain is broken: it does not name the entry before it")
        last = entry
        try:
            check_signature(key, signed.signature, entry.schema, sha256(canonical_bytes(entry)), where)
        except TocsinError as error:
            yield Failure(where=where, text=error.problem)
        path, read = document_file(entry)
        try:
            document = read_document(read(), entry, path)
        except OSError:
            yield Failure(where=path, text="a document that the register lists is missing")
            continue
        except TocsinError as error:
            yield Failure(where=path, text=error.problem)
            continue
        if isinstance(document, FiledForecast):
            forecasts.add(entry.document_sha256)
        elif document.forecast_sha256 not in forecasts:
            yield Failure(where=path, text="a score of a forecast that was not filed before it")
