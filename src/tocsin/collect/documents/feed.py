"""Atom, RSS and JSON Feed to entries: what is announced, where, and when; nothing in it is run or believed.

A document type with entities is refused, as in all XML here. Markup becomes text: scripts and styles vanish
with what they hold. Only http and https addresses are kept. The names of authors are left: the desk cites
publishers.
"""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import msgspec

from tocsin.collect.documents.decoding import decode
from tocsin.collect.documents.limits import Limits, UnreadableError, check_size
from tocsin.collect.documents.page import text_of_fragment

MAX_ENTRIES = 5_000
_MAX_TEXT = 200_000
_BEGINNING = 4_000
_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|RDF)[\s>]")
_ENTITIES = re.compile(r"<!\s*ENTITY|<!\s*DOCTYPE[^>]{0,2000}\[", re.IGNORECASE)


class Entry(msgspec.Struct, frozen=True):
    """One announcement. entry_id: the feed's own, or its address, or its title, so that it is never empty.

    published_at, updated_at: as the feed claims, UTC; None where it gives none that can be read
    """

    entry_id: str
    title: str
    url: str | None
    text: str
    published_at: datetime | None = None
    updated_at: datetime | None = None


class Feed(msgspec.Struct, frozen=True):
    """A feed's title and entries; notes: what did not fit, one sentence each."""

    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


def is_feed(data: bytes) -> bool:
    """Whether the bytes begin as Atom, RSS or JSON Feed do."""
    start = data[:_BEGINNING].replace(b"\0", b"").decode("latin-1")
    return bool(_ROOT.search(start)) if "<" in start[:200] else '"https://jsonfeed.org/version/' in start


def read_feed(data: bytes, *, charset: str | None = None, url: str = "", limits: Limits | None = None) -> Feed:
    """The entries of a feed, in its order.

    charset: what the server said; url: where it was, to resolve relative addresses.
    Raises UnreadableError for entities, broken markup without a single entry, or too many entries.
    """
    check_size(data, limits or Limits())
    decoded = decode(data, charset=charset)
    notes = [decoded.note] if decoded.note else []
    if decoded.text.lstrip("\ufeff \t\r\n").startswith("{"):
        title, entries = _json_feed(decoded.text, url)
    else:
        title, entries, broken = _xml_feed(decoded.text, url)
        notes += [broken] if broken else []
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(
            f"The feed has {len(entries):,} entries; the limit is {MAX_ENTRIES:,}",
            where=url,
            remedy="Watch a narrower feed of the same publisher",
        )
    without = sum(entry.published_at is None for entry in entries)
    if without:
        notes.append(f"{without} of {len(entries)} entries give no date that can be read")
    return Feed(title=title, entries=tuple(entries), notes=tuple(notes))


def _xml_feed(text: str, url: str) -> tuple[str, list[Entry], str]:
    if _ENTITIES.search(text):
        raise UnreadableError(
            "The feed declares entities, which can grow or read other files",
            where=url,
            remedy="Do not read it; tell its publisher",
        )
    # As a file and in UTF-8: given a text, feedparser would take one that looks like an address and fetch it.
    body = io.BytesIO(re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text).encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    found = feedparser.parse(body, response_headers=headers)
    version = found.get("version", "")  # missing, not empty, for a feed of no bytes
    if not version and not found.entries:
        raise UnreadableError("It is no feed that can be read", where=url, remedy="Open the address in a browser")
    broken = ""
    if found.bozo and not isinstance(found.bozo_exception, feedparser.CharacterEncodingOverride):
        broken = f"The feed's XML is broken ({type(found.bozo_exception).__name__}); what could be read is kept"
        if not found.entries:
            raise UnreadableError("The feed's XML is broken and holds no entry", where=url, remedy="Fetch it again")
    entries = [_entry(one, url, is_rss=version.startswith("rss")) for one in found.entries]
    return text_of_fragment(found.feed.get("title", "")), entries, broken


def _entry(found: Any, base: str, *, is_rss: bool) -> Entry:
    contents = [one.get("value", "") for one in found.get("content", ())]
    markup = max([*contents, found.get("summary", "")], key=len)
    title = text_of_fragment(found.get("title", ""))
    address = web_address(found.get("link"), base)
    # Past feedparser's own get(), which gives one date for the other, with a warning. RSS 1.0 has only dc:date.
    published, updated = dict.get(found, "published_parsed"), dict.get(found, "updated_parsed")
    return Entry(
        entry_id=found.get("id") or address or title or "untitled",
        title=title,
        url=address,
        text=text_of_fragment(markup)[:_MAX_TEXT],
        published_at=_instant(published or (updated if is_rss else None)),
        updated_at=_instant(updated),
    )


def _json_feed(text: str, url: str) -> tuple[str, list[Entry]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("The JSON Feed is broken", where=url, remedy="Fetch it again") from None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnreadableError(
            "It is no JSON Feed: it has no list of items",
            where=url,
            remedy="Open the address in a browser to see what it is",
        )
    return _text(found.get("title")), [_item(item, url) for item in items]


def _item(item: dict[str, Any], base: str) -> Entry:
    title = _text(item.get("title"))
    address = web_address(item.get("url"), base) or web_address(item.get("external_url"), base)
    markup = text_of_fragment(_text(item.get("content_html")))
    return Entry(
        entry_id=_text(item.get("id")) or address or title or "untitled",
        title=title,
        url=address,
        text=(_text(item.get("content_text")) or markup or _text(item.get("summary")))[:_MAX_TEXT],
        published_at=_iso_instant(item.get("date_published")),
        updated_at=_iso_instant(item.get("date_modified")),
    )


def web_address(address: Any, base: str = "") -> str | None:
    """An absolute http or https address, or None: `javascript:` and its like lead nowhere."""
    if not isinstance(address, str) or not address.strip():
        return None
    try:
        absolute = urljoin(base, address.strip())
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in ("http", "https") and parts.hostname else None


def _instant(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _iso_instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int)) else ""
