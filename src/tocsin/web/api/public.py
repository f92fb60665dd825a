"""What the site publishes, for anybody: read from the site's own files, so that nothing else can come out."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest

from tocsin.core.editions.canonical import decode_edition
from tocsin.core.editions.log import Entry, read_entry
from tocsin.core.editions.withdrawn import Withheld
from tocsin.core.model.asks import Recommendation
from tocsin.core.model.base import Record
from tocsin.core.model.edition import SCHEMA, Content, Edition
from tocsin.publish.addresses import edition_path
from tocsin.records.queries import UnknownRecordError
from tocsin.web import current_desk
from tocsin.web.api.structs import After, Area, Digest, Key, Limit, Page, as_json, endpoint, page

area = Area("published")


class Published(Record, frozen=True, kw_only=True):
    """An edition as it stands in the published log."""

    warning: str
    edition: int
    message_type: str
    issued_at: str
    sha256: str
    url: str


class Asked(Record, frozen=True, kw_only=True):
    """A recommendation as the latest edition of its warning carries it, with the responses found by then."""

    warning: str
    edition: int
    sha256: str
    recommendation: Recommendation


class _Named(msgspec.Struct):
    """Whatever says which schema it keeps."""

    schema: str


def _log() -> list[Entry]:
    """The log as it is published, oldest first; empty before the site is."""
    folder = current_desk().site / "log"
    return [read_entry(path.read_bytes(), path.name).entry for path in sorted(folder.glob("[0-9]*.json"))]


def _bytes(entry: Entry) -> bytes:
    """What the site serves of an edition: its bytes, or what stands there since a claim in it was withdrawn."""
    path = current_desk().site / edition_path(entry.warning, entry.edition) / "edition.json"
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnknownRecordError(f"edition {entry.edition} of {entry.warning} is not published") from error


def _content(entry: Entry) -> Content | None:
    """What an edition says; None when the site no longer serves it."""
    data = _bytes(entry)
    served = msgspec.json.decode(data, type=_Named).schema == SCHEMA
    return decode_edition(data, "edition.json").content if served else None


def _published(entry: Entry) -> Published:
    return Published(
        warning=entry.warning, edition=entry.edition, message_type=entry.message_type, issued_at=entry.issued_at,
        sha256=entry.edition_sha256, url=f"/api/1/editions/{entry.edition_sha256}",
    )  # fmt: skip


def _latest() -> list[Entry]:
    return sorted({entry.warning: entry for entry in _log()}.values(), key=lambda entry: entry.seq)


def _get(found: list[Entry], what: str) -> Entry:
    if not found:
        raise UnknownRecordError(f"{what} is not published")
    return found[-1]


@endpoint(area, "GET", "/warnings", gives=Page[Published])
def list_warnings(request: HttpRequest, limit: Limit = 100, after: After = 0) -> Page[Published]:
    """List the published warnings, each with its latest edition."""
    found = [entry for entry in _latest() if entry.seq > after]
    return page([_published(entry) for entry in found], [entry.seq for entry in found], limit)


@endpoint(area, "GET", "/warnings/{warning}", gives=Published)
def get_warning(request: HttpRequest, warning: Key) -> Published:
    """Find the latest edition of a published warning."""
    return _published(_get([entry for entry in _log() if entry.warning == warning], f"the warning {warning}"))


@endpoint(area, "GET", "/warnings/{warning}/editions", gives=Page[Published])
def list_editions(request: HttpRequest, warning: Key, limit: Limit = 100, after: After = 0) -> Page[Published]:
    """List the published editions of a warning, oldest first."""
    every = [entry for entry in _log() if entry.warning == warning]
    _get(every, f"the warning {warning}")
    found = [entry for entry in every if entry.seq > after]
    return page([_published(entry) for entry in found], [entry.seq for entry in found], limit)


@endpoint(area, "GET", "/editions/{sha256}", gives=(Edition, Withheld))
def get_edition(request: HttpRequest, sha256: Digest) -> Any:
    """Read an edition by its SHA-256: its canonical bytes, as they were signed, or why they are withheld."""
    entry = _get([entry for entry in _log() if entry.edition_sha256 == sha256], "this edition")
    return as_json(request, _bytes(entry), public=True)


@endpoint(area, "GET", "/editions/{sha256}/content", gives=Content)
def get_edition_content(request: HttpRequest, sha256: Digest) -> Content:
    """Read what an edition says: its content alone."""
    entry = _get([entry for entry in _log() if entry.edition_sha256 == sha256], "this edition")
    content = _content(entry)
    if content is None:
        raise UnknownRecordError(
            "this edition is no longer served, because a claim in it was withdrawn",
            remedy=f"See {_published(entry).url}",
        )
    return content


@endpoint(area, "GET", "/ledger", gives=Page[Asked])
def list_ledger(request: HttpRequest, limit: Limit = 100, after: After = 0) -> Page[Asked]:
    """List what was asked of whom and what became of it, as the latest editions say; a cancelled one asks nothing."""
    asked = [
        Asked(warning=entry.warning, edition=entry.edition, sha256=entry.edition_sha256, recommendation=recommendation)
        for entry in _latest()
        if entry.message_type != "Cancel" and (content := _content(entry))
        for recommendation in content.recommendations
    ]
    places = list(range(1, len(asked) + 1))
    return page(asked[after:], places[after:], limit)
