"""Feeds: Atom (RFC 4287) and JSON Feed 1.1, of all editions, of one situation, of one level.

A feed is paged as RFC 5005 has it. The current document holds the newest 50 entries; archives hold 50 each,
numbered from the oldest, appear only when full and never change after that. So publishing one edition writes one
document of each feed, seldom two, whatever the number of editions before it.

    docs = [page for page in pages(n_entries, n_published_before)]
    bytes = atom_feed(key, page, entries[page.first : page.last], words)

There is no clock here: a feed was updated when its newest entry was issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from lxml import etree

from tocsin.core.errors import TocsinError
from tocsin.publish.addresses import feed_path
from tocsin.publish.cap import MEDIA_TYPE as CAP_MEDIA_TYPE
from tocsin.publish.feed_entries import FeedEntry, FeedKey
from tocsin.publish.permanent_ids import namespace
from tocsin.publish.plain_text import visible
from tocsin.publish.words import Words

PAGE = 50
"""Entries in a document."""

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


class FeedError(TocsinError):
    """A feed that cannot be written."""


class FeedPage(msgspec.Struct, frozen=True):
    """One document of a feed: its archive number (0 is the current one) and its entries, oldest first.

    `first` and `last` are positions among all entries of the feed, as for a slice; `previous` is the number of
    the archive that goes further back, 0 when there is none.
    """

    archive: int
    first: int
    last: int
    previous: int

    def path(self, key: FeedKey, form: str) -> str:
        """Where the document stands on the site. `form` is atom or json."""
        return document_path(key, self.archive, form)


def pages(n_entries: int, n_published: int = 0) -> tuple[FeedPage, ...]:
    """The documents to write for a feed of `n_entries` of which `n_published` were published before.

    These are the current one and the archives that have become full since. With 0, all of them.
    """
    full = _full_archives(n_entries)
    archives = (
        FeedPage(number, (number - 1) * PAGE, number * PAGE, number - 1)
        for number in range(_full_archives(n_published) + 1, full + 1)
    )
    return FeedPage(0, max(0, n_entries - PAGE), n_entries, full), *archives


def _full_archives(n_entries: int) -> int:
    """How many archives there are; the entries since the last one always fit into the current document."""
    return max(0, n_entries - 1) // PAGE


def document_path(key: FeedKey, archive: int, form: str) -> str:
    """Where a document of a feed stands on the site: feeds/all.atom, feeds/all.archive-1.atom."""
    path = feed_path(key.kind, key.name, form)
    return path if not archive else f"{path.removesuffix(f'.{form}')}.archive-{archive}.{form}"


def atom_feed(key: FeedKey, page: FeedPage, entries: Sequence[FeedEntry], words: Words, *, hub: str = "") -> bytes:
    """One document of a feed as Atom. `entries` are those of the page, oldest first. Raises FeedError if empty.

    hub: whom to ask to be told when the feed changes (WebSub); named in the current document
    """
    newest = _newest(entries)
    prefixes = {None: ATOM, "fh": HISTORY, "at": TOMBSTONES, "ewd": namespace(newest.desk_url)}
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=prefixes)  # type: ignore[arg-type]  # the stubs know no default
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", words.lang)
    _add(feed, "id", feed_id(key, newest))
    _add(feed, "title", _title(key, page, newest, words))
    _add(feed, "updated", newest.issued_at)
    _add_author(feed, newest)
    _add_link(feed, "self", _url(newest, page.path(key, "atom")), "application/atom+xml")
    _add_link(feed, "alternate", f"{newest.desk_url}/", "text/html")
    if hub and not page.archive:
        etree.SubElement(feed, f"{{{ATOM}}}link", rel="hub", href=hub)
    if page.archive:
        etree.SubElement(feed, f"{{{HISTORY}}}archive")
        _add_link(feed, "current", _url(newest, document_path(key, 0, "atom")), "application/atom+xml")
    if page.previous:
        previous = _url(newest, document_path(key, page.previous, "atom"))
        _add_link(feed, "prev-archive", previous, "application/atom+xml")
    for tombstone in _tombstones(entries, words):
        feed.append(tombstone)
    for entry in reversed(entries):
        _add_entry(feed, entry, words)
    xml: bytes = etree.tostring(feed, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return xml


def json_feed(key: FeedKey, page: FeedPage, entries: Sequence[FeedEntry], words: Words, *, hub: str = "") -> bytes:
    """One document of a feed as JSON Feed 1.1. `entries` are those of the page, oldest first. Raises FeedError."""
    newest = _newest(entries)
    document: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(key, page, newest, words),
        "home_page_url": f"{newest.desk_url}/",
        "feed_url": _url(newest, page.path(key, "json")),
        "authors": [_json_author(newest)],
        "language": words.lang,
    }
    if page.previous:
        document["next_url"] = _url(newest, document_path(key, page.previous, "json"))
    if hub and not page.archive:
        document["hubs"] = [{"type": "WebSub", "url": hub}]
    document["items"] = [_item(entry, words) for entry in reversed(entries)]
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def feed_id(key: FeedKey, entry: FeedEntry) -> str:
    """The feed's permanent id, the same in all its documents: the address of the current one."""
    return _url(entry, document_path(key, 0, "atom"))


def _newest(entries: Sequence[FeedEntry]) -> FeedEntry:
    if not entries:
        raise FeedError("a feed without entries has no date", remedy="Write a feed once an edition stands in it")
    return max(entries, key=lambda entry: entry.issued_at)


def _title(key: FeedKey, page: FeedPage, newest: FeedEntry, words: Words) -> str:
    names = {"all": "", "situation": newest.situation_title, "level": newest.level_label}
    title = words(f"feed-title-{key.kind}", desk=newest.desk_name, name=names[key.kind])
    return words("feed-archive-title", title=title, number=page.archive) if page.archive else title


def _url(entry: FeedEntry, path: str) -> str:
    return f"{entry.desk_url}/{path}"


def _add(parent: etree._Element, name: str, text: str, vocabulary: str = ATOM) -> etree._Element:
    element = etree.SubElement(parent, f"{{{vocabulary}}}{name}")
    element.text = visible(text)
    return element


def _add_link(parent: etree._Element, rel: str, url: str, media_type: str, title: str = "") -> None:
    link = etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, type=media_type, href=visible(url))
    if title:
        link.set("title", visible(title))


def _add_author(parent: etree._Element, entry: FeedEntry) -> None:
    author = etree.SubElement(parent, f"{{{ATOM}}}author")
    _add(author, "name", entry.desk_name)
    _add(author, "uri", f"{entry.desk_url}/")


def _add_entry(feed: etree._Element, entry: FeedEntry, words: Words) -> None:
    element = etree.SubElement(feed, f"{{{ATOM}}}entry")
    element.set("{http://www.w3.org/XML/1998/namespace}lang", entry.language)
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "published", entry.issued_at)
    _add(element, "updated", entry.issued_at)
    # An author of its own: an entry that is copied elsewhere still says whose it is.
    _add_author(element, entry)
    for category in entry.categories:
        etree.SubElement(
            element,
            f"{{{ATOM}}}category",
            scheme=visible(namespace(entry.desk_url) + category.scheme),
            term=visible(category.term),
            label=visible(category.label),
        )
    _add_link(element, "alternate", entry.url, "text/html")
    _add_link(element, "enclosure", entry.file_url("alert.cap.xml"), CAP_MEDIA_TYPE, words("feed-cap"))
    _add_link(element, "enclosure", entry.file_url("warning.pdf"), "application/pdf", words("feed-pdf"))
    _add_link(element, "related", entry.file_url("edition.json"), "application/json", words("feed-edition"))
    if entry.previous_url:
        _add_link(element, "predecessor-version", entry.previous_url, "text/html")
    _add_link(element, "latest-version", entry.warning_url, "text/html")
    _add(element, "summary", _said(entry, words))
    _add(element, "rights", entry.nature)
    for name, value in _native(entry):
        _add(element, name, value, vocabulary=namespace(entry.desk_url))


def _native(entry: FeedEntry) -> Iterator[tuple[str, str]]:
    """What the formats have no field for, in the desk's own terms."""
    yield "warning", entry.warning_id
    yield "identifier", entry.identifier
    yield "edition", str(entry.edition)
    yield "editionSha256", entry.sha256
    yield "alertLevel", entry.level
    yield "capStatus", entry.status
    yield "msgType", entry.message_type


def _said(entry: FeedEntry, words: Words) -> str:
    """The bottom line with all that a reader must know who sees nothing else."""
    parts = [entry.summary]
    if entry.reason:
        parts.append(words("format-reason", reason=entry.reason))
    parts.append(entry.nature)
    if entry.status != "Actual":
        parts.append(words("format-exercise-note", status=entry.status))
    return "\n\n".join(parts)


def _tombstones(entries: Sequence[FeedEntry], words: Words) -> Iterator[etree._Element]:
    """A mark for each edition that a Cancel withdraws (RFC 6721). The Cancel itself stays readable."""
    for entry in reversed(entries):
        if entry.message_type == "Cancel":
            for withdrawn in reversed(entry.supersedes):
                tombstone = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", ref=withdrawn, when=entry.issued_at)
                comment = words("feed-withdrawn", edition=entry.edition, reason=entry.reason)
                _add(tombstone, "comment", comment, vocabulary=TOMBSTONES)
                yield tombstone


def _json_author(entry: FeedEntry) -> dict[str, str]:
    return {"name": entry.desk_name, "url": f"{entry.desk_url}/"}


def _item(entry: FeedEntry, words: Words) -> dict[str, object]:
    native: dict[str, object] = {"about": namespace(entry.desk_url), **dict(_native(entry))}
    native["edition"] = entry.edition
    native["nature"] = entry.nature
    native["latest_version_url"] = entry.warning_url
    native["edition_json_url"] = entry.file_url("edition.json")
    if entry.previous_url:
        native["predecessor_version_url"] = entry.previous_url
    if entry.message_type == "Cancel":
        native["withdraws"] = list(entry.supersedes)
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_text": _said(entry, words),
        "date_published": entry.issued_at,
        "date_modified": entry.issued_at,
        "authors": [_json_author(entry)],
        "language": entry.language,
        "tags": [f"{category.scheme}:{category.term}" for category in entry.categories],
        "attachments": [
            _attachment(entry, "alert.cap.xml", CAP_MEDIA_TYPE, words("feed-cap")),
            _attachment(entry, "warning.pdf", "application/pdf", words("feed-pdf")),
        ],
        "_ewd": native,
    }


def _attachment(entry: FeedEntry, file: str, media_type: str, title: str) -> dict[str, str]:
    return {"url": entry.file_url(file), "mime_type": media_type, "title": title}
