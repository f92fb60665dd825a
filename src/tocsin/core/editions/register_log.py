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
from tocsin.core.model.forecasts import (
    FiledAlert,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledForecast,
    FiledScore,
    RegisterEntry,
    ScoreDocument,
    Target,
)

Document = FiledDocument | ScoreDocument
FORECASTS: dict[str, type[FiledDocument]] = {
    "tocsin/forecast/1": FiledForecast,
    "tocsin/forecast-fatalities/1": FiledFatalities,
    "tocsin/forecast-alert/1": FiledAlert,
}
SCORES: dict[str, type[ScoreDocument]] = {
    "tocsin/forecast-score/1": FiledScore,
    "tocsin/forecast-draw-score/1": FiledDrawScore,
}


class _Schema(msgspec.Struct, frozen=True):
    schema: str


class SignedRegisterEntry(Record, frozen=True, kw_only=True):
    """An entry with its signature. The signature covers the document too, through its hash in the entry."""

    entry: RegisterEntry
    signature: Signature


def next_register_entry(
    key: Ed25519PrivateKey, document: Document, *, about: FiledDocument, last: SignedRegisterEntry | None
) -> SignedRegisterEntry:
    """The entry that files a document after `last` (None for an empty register). about: itself, or what is scored."""
    is_score = isinstance(document, ScoreDocument)
    entry = RegisterEntry(
        seq=last.entry.seq + 1 if last else 1,
        previous_sha256=sha256(canonical_bytes(last.entry)) if last else GENESIS,
        kind="score" if is_score else "forecast",
        target=about.target,
        model=about.model,
        origin=about.origin,
        document_sha256=sha256(canonical_bytes(document)),
        filed_at=document.scored_at if isinstance(document, ScoreDocument) else document.filed_at,
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
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
    except msgspec.DecodeError as error:
        raise EditionError(f"it is no filed document: {error}", where=where) from error
    if entry.kind == "forecast" and schema in FORECASTS:
        forecast = decode(data, FORECASTS[schema], where)
        said = (forecast.target, forecast.model, forecast.origin, forecast.filed_at)
        if said != (target_of(entry), entry.model, entry.origin, entry.filed_at):
            raise EditionError("the forecast is not the one that the register describes", where=where)
        return forecast
    if entry.kind == "score" and schema in SCORES:
        return decode(data, SCORES[schema], where)
    raise EditionError(f"it is no {entry.kind} that this version knows: its schema is {schema!r}", where=where)


def target_of(entry: RegisterEntry) -> Target:
    """What an entry is about; entries from before there were other targets are about onsets."""
    return "onset" if entry.target is msgspec.UNSET else entry.target


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
    filed: set[tuple[str, ...]] = set()
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
        once = _once(entry, document)
        if filed.intersection(once):
            yield Failure(where=path, text="it is filed for what had been filed before: the better of two may be shown")
        filed.update(once)
        if not isinstance(document, ScoreDocument):
            forecasts.add(entry.document_sha256)
        elif document.forecast_sha256 not in forecasts:
            yield Failure(where=path, text="a score of a forecast that was not filed before it")


def _once(entry: RegisterEntry, document: Document) -> list[tuple[str, ...]]:
    """What may be filed only once: a forecast of a model and an origin, a score of a horizon or of a month."""
    if isinstance(document, FiledDrawScore):
        return [(document.forecast_sha256, month) for month in document.months]
    if isinstance(document, FiledScore):
        return [(document.forecast_sha256, document.horizon)]
    return [(target_of(entry), entry.model, str(entry.origin))]
