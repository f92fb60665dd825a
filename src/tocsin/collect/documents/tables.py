"""What a run of a document source writes: documents, entries of feeds, and what could not be read.

`documents`  one row for each text seen at an address; a text that changed is a new row. `origin_id` is the
             `document_id` of the first report of its group: rows that share it print one text.
`entries`    one row for each entry of a feed, with the `document_id` of its text
`unread`     one row for each capture of this run that could not be read, and why

Rows of the last good run are carried on, so the tables hold all that was ever seen; `first_seen_at` and
`last_seen_at` tell when. A capture that was read before is not read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.collect.documents.document import Document
from tocsin.collect.documents.feed import Entry, is_feed, read_feed
from tocsin.collect.documents.language import identify_language
from tocsin.collect.documents.limits import Limits, UnreadableError
from tocsin.collect.documents.origins import Report, group_by_origin
from tocsin.collect.documents.reader import DocumentReader
from tocsin.collect.emitted import Emitted, Input, Made, Progress

_AT = pa.timestamp("us", tz="UTC")
_SEEN = [("first_seen_at", _AT), ("last_seen_at", _AT)]
SCHEMAS = {
    "documents": pa.schema(
        [
            ("document_id", pa.string()),
            ("capture_sha256", pa.string()),
            ("kind", pa.string()),
            ("url", pa.string()),
            ("canonical_url", pa.string()),
            ("publisher", pa.string()),
            ("title", pa.string()),
            ("text", pa.string()),
            ("language", pa.string()),
            ("p_language", pa.float64()),
            ("published_at", _AT),
            ("claimed_date", pa.string()),
            ("n_pages", pa.int32()),
            ("notes", pa.string()),
            *_SEEN,
            ("origin_id", pa.string()),
            ("n_reports_of_origin", pa.int32()),
            ("n_publishers_of_origin", pa.int32()),
        ]
    ),
    "entries": pa.schema(
        [
            ("feed_url", pa.string()),
            ("feed_title", pa.string()),
            ("feed_sha256", pa.string()),
            ("entry_id", pa.string()),
            ("title", pa.string()),
            ("url", pa.string()),
            ("published_at", _AT),
            ("updated_at", _AT),
            ("document_id", pa.string()),
            *_SEEN,
        ]
    ),
    "unread": pa.schema(
        [("capture_sha256", pa.string()), ("url", pa.string()), ("problem", pa.string()), ("seen_at", _AT)]
    ),
}
_KEYS = {"documents": ("document_id",), "entries": ("feed_url", "entry_id", "document_id")}

Row = dict[str, Any]


def emit_documents(
    inputs: Iterable[Input],
    into: Path,
    *,
    at: datetime,
    last_good: Callable[[str], Sequence[Path]],
    progress: Progress,
    limits: Limits | None = None,
) -> Emitted:
    """Read every input, carry on what was known, group by origin, and write the three tables below `into`.

    Raises UnreadableError when not one of the inputs could be read: then something is wrong with the run.
    """
    limits = limits or Limits()
    rows = {name: _before(last_good(name), _KEYS[name]) for name in _KEYS}
    read_before = {(row["capture_sha256"], row["url"]): row for row in rows["documents"].values()}
    unread: list[Row] = []
    notes: list[str] = []
    given = list(inputs)
    with DocumentReader(limits) as read:
        for number, one in enumerate(given):
            progress("reading documents", number / len(given))
            url = one.url or one.name
            if known := read_before.get((one.sha256, url)):
                known["last_seen_at"] = at
                continue
            data = one.path.read_bytes()
            try:
                if is_feed(data):
                    notes += _take_feed(data, one, url, rows, at, limits)
                else:
                    document = read(data, charset=one.charset or None, url=one.url or None)
                    _see(rows["documents"], _page_row(document, one.sha256, url), _KEYS["documents"], at)
            except UnreadableError as refused:
                unread.append({"capture_sha256": one.sha256, "url": url, "problem": refused.problem, "seen_at": at})
                notes.append(f"could not be read: {url}: {refused.problem}")
    if given and len(unread) == len(given):
        raise UnreadableError(
            f"not one of {len(given):,} captures could be read; the first: {unread[0]['problem']}",
            where=unread[0]["url"],
            remedy="Look at what came; mend the watched list",
        )
    progress("grouping by origin", 0.0)
    _group(list(rows["documents"].values()))
    tables: dict[str, list[Row]] = {name: list(found.values()) for name, found in rows.items()}
    made = tuple(_write(into, name, found) for name, found in {**tables, "unread": unread}.items())
    return Emitted(tables=made, notes=tuple(notes))


def _take_feed(
    data: bytes, one: Input, url: str, rows: Mapping[str, dict[Any, Row]], at: datetime, limits: Limits
) -> list[str]:
    feed = read_feed(data, charset=one.charset or None, url=one.url, limits=limits)
    for entry in feed.entries:
        document_id = None
        if entry.text:
            row = _entry_row(entry, one.sha256, url)
            document_id = row["document_id"]
            _see(rows["documents"], row, _KEYS["documents"], at)
        announced = {
            "feed_url": url,
            "feed_title": feed.title,
            "feed_sha256": one.sha256,
            "entry_id": entry.entry_id,
            "title": entry.title,
            "url": entry.url,
            "published_at": entry.published_at,
            "updated_at": entry.updated_at,
            "document_id": document_id,
        }
        _see(rows["entries"], announced, _KEYS["entries"], at)
    return [f"{url}: {note}" for note in feed.notes]


def _page_row(document: Document, sha256: str, url: str) -> Row:
    return {
        "document_id": _identity(url, document.text),
        "capture_sha256": sha256,
        "kind": document.kind,
        "url": url,
        "canonical_url": document.canonical_url,
        "publisher": publisher_of(document.canonical_url or url),
        "title": document.title,
        "text": document.text,
        "language": document.language,
        "p_language": document.p_language,
        "published_at": None,
        "claimed_date": document.claimed_date,
        "n_pages": document.n_pages,
        "notes": " | ".join(document.notes) or None,
    }


def _entry_row(entry: Entry, sha256: str, feed_url: str) -> Row:
    url = entry.url or f"{feed_url}#{entry.entry_id}"
    language = identify_language(entry.text)
    return {
        "document_id": _identity(url, entry.text),
        "capture_sha256": sha256,
        "kind": "entry",
        "url": url,
        "canonical_url": entry.url,
        "publisher": publisher_of(url),
        "title": entry.title,
        "text": entry.text,
        "language": language.tag,
        "p_language": language.p_language,
        "published_at": entry.published_at,
        "claimed_date": None,
        "n_pages": None,
        "notes": None,
    }


def publisher_of(url: str) -> str | None:
    """The host without `www.`: whom a reader would name; None for a file handed over by hand."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _identity(url: str, text: str) -> str:
    """The same text at the same address is the same document, whenever it is seen."""
    return hashlib.sha256(f"{url}\0{text}".encode("utf-8", "replace")).hexdigest()


def _see(rows: dict[Any, Row], row: Row, key: tuple[str, ...], at: datetime) -> None:
    """Put a row among those known, or note that it was seen again."""
    same = rows.setdefault(tuple(row[name] for name in key), {**row, "first_seen_at": at})
    same["last_seen_at"] = at


def _group(documents: list[Row]) -> None:
    by_id = {row["document_id"]: row for row in documents}
    reports = [
        Report(
            row["document_id"],
            row["text"],
            row["published_at"] or _claimed(row["claimed_date"]),
            row["publisher"],
        )
        for row in documents
    ]
    for group in group_by_origin(reports):
        for document_id in group.report_ids:
            by_id[document_id]["origin_id"] = group.first_id
            by_id[document_id]["n_reports_of_origin"] = len(group.report_ids)
            by_id[document_id]["n_publishers_of_origin"] = len(group.publishers)


def _claimed(date: str | None) -> datetime | None:
    """A page's own date as an instant for ordering; one without a time zone is taken as UTC."""
    try:
        at = datetime.fromisoformat(date) if date else None
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC) if at else None
    except (ValueError, OverflowError):
        return None


def _before(paths: Sequence[Path], key: tuple[str, ...]) -> dict[Any, Row]:
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    return {tuple(row[name] for name in key): row for row in rows}


def _write(into: Path, name: str, rows: list[Row]) -> Made:
    folder = into / name
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "part-0000.unfinished"
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[name]), unfinished, compression="zstd")
    unfinished.rename(folder / "part-0000.parquet")
    return Made(name=name, n_rows=len(rows))
