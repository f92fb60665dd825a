"""Take what sources collected into the inboxes: which documents, for which situation, folded by their origin."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pyarrow.dataset as ds

from tocsin.collect.store import Store
from tocsin.core.model.judgement import Candidate, Document, Watch
from tocsin.core.rules.intake import find_match

MAX_TEXT = 200_000
"""Characters of a document that the inbox shows; its capture holds all of them."""

COLUMNS = (
    "document_id", "origin_id", "capture_sha256", "url", "publisher", "title", "text", "language", "published_at",
    "first_seen_at",
)  # fmt: skip


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """A document as a source's table gives it."""

    source: str
    run: str
    document_id: str
    origin_id: str
    capture_sha256: str | None
    url: str | None
    publisher: str | None
    title: str | None
    text: str | None
    language: str | None
    published_at: datetime.datetime | None
    first_seen_at: datetime.datetime

    @property
    def key(self) -> str:
        """Its key on record."""
        return f"d-{self.document_id[:24]}"

    @property
    def record(self) -> Document:
        """What is kept on record of it."""
        return Document(
            id=self.key,
            title=(self.title or "").strip()[:500],
            url=self.url or "",
            publisher=self.publisher or "",
            lang=self.language or "und",
            published=self.published_at.date().isoformat() if self.published_at else "",
            capture_sha256=self.capture_sha256,
            run=f"{self.source} {self.run}",
            text=(self.text or "")[:MAX_TEXT],
        )


class Shown(msgspec.Struct, frozen=True):
    """A candidate for one inbox, and the documents that it rests on."""

    candidate: Candidate
    documents: tuple[Collected, ...]


def collected(raw: Path, sources: Iterable[str], since: datetime.datetime | None = None) -> Iterator[Collected]:
    """Documents in the last good tables of sources; those first seen after an instant, if one is given.

    raw: the desk's `tables/raw`; sources without a table of documents give nothing
    """
    for name in sources:
        store = Store(raw / name)
        place = store.current().latest.get("documents")
        if place is None:
            continue
        table = ds.dataset(store.last_good("documents"), format="parquet")
        newer = ds.field("first_seen_at") > since if since else None
        for batch in table.to_batches(columns=list(COLUMNS), filter=newer):
            for row in batch.to_pylist():
                yield Collected(source=name, run=place.run_id, **row)


def shown_to(watch: Watch, documents: Iterable[Collected]) -> list[Shown]:
    """What the inbox of a watch is shown: one candidate for each text, however many print it."""
    by_origin: dict[str, list[Collected]] = {}
    for document in documents:
        if not watch.sources or document.source in watch.sources:
            by_origin.setdefault(document.origin_id or document.document_id, []).append(document)
    shown = []
    for origin, printed in by_origin.items():
        ordered = sorted(printed, key=lambda each: (each.published_at is None, str(each.published_at), each.key))
        first = next((each for each in ordered if each.document_id == origin), ordered[0])
        match = find_match(first.title or "", first.text or "", watch)
        if match is None:
            continue
        others = tuple(dict.fromkeys(each.key for each in ordered if each.key != first.key))
        candidate = Candidate(
            id=f"k-{origin[:24]}",
            document=first.key,
            also=others,
            words=match.words,
            passage=match.passage,
            title=first.record.title,
            publisher=first.record.publisher,
            published=first.record.published,
            lang=first.record.lang,
            proposed_by="watch",
        )
        shown.append(Shown(candidate, tuple(ordered)))
    return shown
