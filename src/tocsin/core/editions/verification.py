"""Check a log and its editions: every hash, the chain, every signature, and that each edition says what the log says.

It needs the public key and the bytes, nothing else, and goes on after a failure, so that all of them are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tocsin.core.editions.canonical import decode, decode_edition, sha256
from tocsin.core.editions.log import Entry, SignedEntry, check_entry, read_entry
from tocsin.core.editions.signing import Signature, check_signature
from tocsin.core.editions.withdrawn import Withheld
from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record
from tocsin.core.model.edition import SCHEMA, Edition, Superseded


class Failure(Record, frozen=True, kw_only=True):
    """Something that does not hold, and the file that it concerns."""

    where: str
    text: str


Bytes = Callable[[], bytes]
"""Reads one file; raises OSError when it is not there."""


def verify_log(
    key: Ed25519PublicKey,
    files: Iterable[tuple[str, bytes]],
    edition_files: Callable[[Entry], tuple[tuple[str, Bytes], tuple[str, Bytes]]],
    on_entry: Callable[[SignedEntry], None] = lambda entry: None,
    on_withheld: Callable[[Entry], None] | None = None,
) -> Iterator[Failure]:
    """Each failure of a log and the editions that it lists.

    files:         path and bytes of each log entry, in order
    edition_files: for an entry, path and reader of the edition and of its signature
    on_entry:      told of each entry that could be read
    on_withheld:   told of each edition that is withheld, as a site may do; None where none may be
    """
    last: SignedEntry | None = None
    issued: dict[str, list[Superseded]] = {}
    for where, data in files:
        try:
            signed = read_entry(data, where)
        except TocsinError as error:
            yield Failure(where=where, text=error.problem)
            continue
        try:
            check_entry(key, signed, last, where)
        except TocsinError as error:
            yield Failure(where=where, text=error.problem)
        last = signed
        on_entry(signed)
        yield from _verify_edition(key, signed.entry, *edition_files(signed.entry), issued, on_withheld)


def verify_signed_edition(
    key: Ed25519PublicKey, data: bytes, signature: bytes, where: str, signature_where: str
) -> Edition:
    """An edition whose signature holds. Raises EditionError or SigningError."""
    found = decode(signature, Signature, signature_where)
    check_signature(key, found, SCHEMA, sha256(data), where)
    return decode_edition(data, where)


def _verify_edition(
    key: Ed25519PublicKey,
    entry: Entry,
    edition_file: tuple[str, Bytes],
    signature_file: tuple[str, Bytes],
    issued: dict[str, list[Superseded]],
    on_withheld: Callable[[Entry], None] | None,
) -> Iterator[Failure]:
    where, read = edition_file
    signature_where, read_signature = signature_file
    try:
        data = read()
    except OSError:
        yield Failure(where=where, text="an edition that the log lists is missing")
        return
    before = issued.setdefault(entry.warning, [])
    if on_withheld is not None and (instead := _withheld(data, entry)):
        on_withheld(entry)
        before.append(_superseded(entry, instead.identifier))
        return
    if sha256(data) != entry.edition_sha256:
        yield Failure(where=where, text="the edition was altered: its SHA-256 is not the one in the log")
        return
    try:
        edition = verify_signed_edition(key, data, read_signature(), where, signature_where)
    except OSError:
        yield Failure(where=signature_where, text="the edition's signature is missing")
        return
    except TocsinError as error:
        yield Failure(where=error.where or where, text=error.problem)
        return
    said = (edition.issue.warning, edition.issue.edition, edition.issue.message_type, edition.issue.issued_at)
    if said != (entry.warning, entry.edition, entry.message_type, entry.issued_at):
        yield Failure(where=where, text="the edition is not the one that the log describes")
    if list(edition.issue.supersedes) != before:
        yield Failure(where=where, text="it does not name all the editions that it supersedes")
    before.append(_superseded(entry, edition.issue.identifier))


def _superseded(entry: Entry, identifier: str) -> Superseded:
    return Superseded(
        edition=entry.edition, identifier=identifier, sha256=entry.edition_sha256, issued_at=entry.issued_at
    )


def _withheld(data: bytes, entry: Entry) -> Withheld | None:
    """What stands in place of this very edition's bytes, or None."""
    try:
        found = decode(data, Withheld, "")
    except TocsinError:
        return None
    same = (found.warning, found.edition, found.edition_sha256) == (entry.warning, entry.edition, entry.edition_sha256)
    return found if same else None
