"""Feeds: read by a reader of feeds, paged so that archives never change, withdrawn in the open."""

from __future__ import annotations

import json

import feedparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tocsin.publish.feed_entries import FeedEntry, FeedKey, feed_entry
from tocsin.publish.feeds import PAGE, FeedError, atom_feed, document_path, feed_id, json_feed, pages
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

ALL = FeedKey("all")
NAMES = {"atom": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0",
         "fh": "http://purl.org/syndication/history/1.0"}  # fmt: skip


@pytest.fixture(scope="module")
def entries(readings: tuple[Reading, Reading], withdrawal: Reading, english: Words) -> list[FeedEntry]:
    """Both editions of the Armenia case and its withdrawal, oldest first."""
    return [feed_entry(reading, english) for reading in (*readings, withdrawal)]


def many(entry: FeedEntry, number: int) -> list[FeedEntry]:
    """Entries like this one, a minute apart."""
    return [
        msgspec.structs.replace(
            entry, id=f"{entry.id}-{n}", issued_at=f"2027-01-{n // 1440 + 1:02}T{n // 60 % 24:02}:{n % 60:02}:00Z"
        )
        for n in range(number)
    ]


def links(element: etree._Element, rel: str) -> list[str]:
    return [str(link.get("href")) for link in element.iterfind(f"atom:link[@rel='{rel}']", NAMES)]


def test_feedparser_reads_every_entry_newest_first(entries: list[FeedEntry], english: Words) -> None:
    feed = feedparser.parse(atom_feed(ALL, pages(3)[0], entries, english))
    assert not feed.bozo
    assert [entry.id for entry in feed.entries] == [entry.id for entry in reversed(entries)]
    assert feed.feed.updated == entries[-1].issued_at
    latest = feed.entries[1]
    assert latest.title == "Exercise: Genocide Watch warns that Azerbaijan is invading Armenia (edition 2)"
    assert {tag.term for tag in latest.tags} >= {"warning", "preparation", "ARM", "AZE", "Exercise", "Update"}
    assert [one.type for one in latest.enclosures] == ["application/cap+xml", "application/pdf"]
    assert latest.author == "Test desk"


def test_ids_are_permanent_one_for_each_edition_and_one_for_the_warning(entries: list[FeedEntry]) -> None:
    assert [entry.id for entry in entries] == [
        "tag:desk.example.org,2026-11-23:GW-2023-10-ARM-AZE.v1",
        "tag:desk.example.org,2026-11-23:GW-2023-10-ARM-AZE.v2",
        "tag:desk.example.org,2026-11-24:GW-2023-10-ARM-AZE.v3",
    ]
    assert {entry.warning_id for entry in entries} == {"tag:desk.example.org,2026-11-23:GW-2023-10-ARM-AZE"}


def test_an_entry_leads_to_the_version_before_it_and_to_the_latest(entries: list[FeedEntry], english: Words) -> None:
    feed = etree.fromstring(atom_feed(ALL, pages(2)[0], entries[:2], english))
    second, first = feed.findall("atom:entry", NAMES)
    assert links(second, "predecessor-version") == links(first, "alternate")
    assert links(first, "predecessor-version") == []
    third = etree.fromstring(atom_feed(ALL, pages(1)[0], entries[2:], english)).find("atom:entry", NAMES)
    assert third is not None
    assert links(third, "predecessor-version") == links(second, "alternate")
    assert links(first, "latest-version") == ["https://desk.example.org/warnings/gw-2023-10-arm-aze/"]


def test_a_withdrawal_stays_readable_and_marks_what_it_withdraws(entries: list[FeedEntry], english: Words) -> None:
    feed = etree.fromstring(atom_feed(ALL, pages(3)[0], entries, english))
    assert len(feed.findall("atom:entry", NAMES)) == 3
    marks = feed.findall("at:deleted-entry", NAMES)
    assert [mark.get("ref") for mark in marks] == [entries[1].id, entries[0].id]
    assert {mark.get("when") for mark in marks} == {entries[2].issued_at}
    assert "took its page down" in (marks[0].findtext("at:comment", namespaces=NAMES) or "")
    items = json.loads(json_feed(ALL, pages(3)[0], entries, english))["items"]
    assert items[0]["_ewd"]["withdraws"] == [entries[0].id, entries[1].id]


def test_a_feed_without_a_withdrawal_marks_nothing(entries: list[FeedEntry], english: Words) -> None:
    assert b"deleted-entry" not in atom_feed(ALL, pages(2)[0], entries[:2], english)


def test_the_current_document_names_the_hub_and_an_archive_does_not(entries: list[FeedEntry], english: Words) -> None:
    hub = "https://hub.example.org/"
    current = atom_feed(ALL, pages(3)[0], entries, english, hub=hub)
    assert links(etree.fromstring(current), "hub") == [hub]
    assert json.loads(json_feed(ALL, pages(3)[0], entries, english, hub=hub))["hubs"] == [
        {"type": "WebSub", "url": hub}
    ]
    archive = pages(PAGE + 1)[1]
    assert b"hub.example.org" not in atom_feed(ALL, archive, entries, english, hub=hub)
    assert b"hub.example.org" not in json_feed(ALL, archive, entries, english, hub=hub)


def test_the_json_feed_says_the_same_entries(entries: list[FeedEntry], english: Words) -> None:
    feed = json.loads(json_feed(ALL, pages(3)[0], entries, english))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://desk.example.org/feeds/all.json"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in reversed(entries)]
    for item, entry in zip(feed["items"], reversed(entries), strict=True):
        assert item["content_text"]
        assert item["date_published"] == entry.issued_at
        assert [one["mime_type"] for one in item["attachments"]] == ["application/cap+xml", "application/pdf"]


def test_an_edition_stands_in_the_feed_of_all_of_its_situation_and_of_its_level(entries: list[FeedEntry]) -> None:
    paths = [document_path(key, 0, "atom") for key in entries[0].feeds]
    assert paths == ["feeds/all.atom", "feeds/situation/armenia-azerbaijan.atom", "feeds/level/warning.atom"]


def test_an_entry_is_light_and_can_be_kept(entries: list[FeedEntry]) -> None:
    for entry in entries:
        kept = msgspec.json.encode(entry)
        assert len(kept) < 4096
        assert msgspec.json.decode(kept, type=FeedEntry) == entry


def test_a_feed_without_entries_is_refused(english: Words) -> None:
    with pytest.raises(FeedError, match="no date"):
        atom_feed(ALL, pages(0)[0], [], english)


def test_following_the_archives_finds_every_entry(entries: list[FeedEntry], english: Words) -> None:
    site = many(entries[0], 2 * PAGE + 7)
    documents = {page.path(ALL, "atom"): page for page in pages(len(site))}
    assert sorted(documents) == ["feeds/all.archive-1.atom", "feeds/all.archive-2.atom", "feeds/all.atom"]
    found, path = set(), "feeds/all.atom"
    while path:
        page = documents[path]
        feed = etree.fromstring(atom_feed(ALL, page, site[page.first : page.last], english))
        assert feed.findtext("atom:id", namespaces=NAMES) == feed_id(ALL, site[0])
        assert (feed.find("fh:archive", NAMES) is not None) == (page.archive > 0)
        found |= {entry.findtext("atom:id", namespaces=NAMES) for entry in feed.iterfind("atom:entry", NAMES)}
        path = "".join(links(feed, "prev-archive")).removeprefix("https://desk.example.org/")
    assert found == {entry.id for entry in site}


def test_an_archive_never_changes(entries: list[FeedEntry], english: Words) -> None:
    site = many(entries[0], 4 * PAGE)

    def archives(n_entries: int, form: str) -> dict[str, bytes]:
        write = {"atom": atom_feed, "json": json_feed}[form]
        return {
            page.path(ALL, form): write(ALL, page, site[page.first : page.last], english)
            for page in pages(n_entries)
            if page.archive
        }

    for form in ("atom", "json"):
        before, after = archives(PAGE + 1, form), archives(4 * PAGE, form)
        assert len(before) == 1
        assert before.items() <= after.items()


def test_an_archive_appears_when_the_current_document_can_no_longer_hold_all() -> None:
    assert [page.archive for page in pages(PAGE)] == [0]
    assert [page.archive for page in pages(PAGE + 1)] == [0, 1]


@given(st.integers(1, 2000))
def test_the_documents_hold_every_entry_and_none_holds_more_than_a_page(n_entries: int) -> None:
    documents = pages(n_entries)
    assert all(0 < page.last - page.first <= PAGE for page in documents)
    assert set().union(*(range(page.first, page.last) for page in documents)) == set(range(n_entries))
    assert documents[0].last == n_entries


@given(st.integers(1, 2000))
def test_one_more_edition_writes_at_most_two_documents(n_entries: int) -> None:
    assert len(pages(n_entries + 1, n_entries)) <= 2
    written = [page for n in range(n_entries % 200 + 1) for page in pages(n + 1, n) if page.archive]
    assert written == [page for page in pages(n_entries % 200 + 1) if page.archive], "each archive once, when full"


def test_no_situation_can_be_named_like_an_archive() -> None:
    """A name in an address holds no dot, the number of an archive follows one."""
    taken = document_path(FeedKey("situation", "x"), 1, "atom")
    assert all(document_path(FeedKey("situation", name), 0, "atom") != taken for name in ("x.archive-1", "x-archive-1"))
