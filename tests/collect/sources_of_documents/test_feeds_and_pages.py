"""Watched feeds and pages: text, once per origin; one dead page of many stops nothing; nothing in it runs."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from tests.archive.serving import Answer, Asked, Server, reply, serving
from tests.collect.desks import SOURCES, ADesk
from tocsin.collect.documents.feed import MAX_ENTRIES, is_feed, read_feed, web_address
from tocsin.collect.documents.limits import UnreadableError

WIRE = (
    "Shelling struck the market town on Tuesday and killed at least eleven people, the provincial "
    "health office said. The army denied that its units had fired and said armed groups hold the hills "
    "to the north. Families left along the river road through the night, and the crossing stayed closed "
    "to lorries until morning. The mission has asked for access since March; it says no answer has "
    "come."
)
OWN = (
    "Our reporter walked the upper road on Friday and counted forty burned houses in two hamlets. "
    "Shepherds said that men in two vehicles came before dawn. The district head was not reached for "
    "comment by the end of the day."
)


def page(text: str, title: str = "Report") -> bytes:
    head = f"<html><head><title>{title}</title></head>"
    body = f"{head}<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    return reply(body=body.encode(), Content_Type="text/html; charset=utf-8")


def rss(*items: tuple[str, str, str]) -> bytes:
    """An RSS feed of (guid, link, text)."""
    inside = "".join(
        f"<item><guid>{guid}</guid><title>T {guid}</title><link>{link}</link>"
        f"<description><![CDATA[<p>{text}</p><script>alert('run')</script>]]></description>"
        "<pubDate>Tue, 06 Jan 2026 10:00:00 +0400</pubDate></item>"
        for guid, link, text in items
    )
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>Valley</title>'
    text = f"{head}{inside}</channel></rss>"
    return reply(body=text.encode(), Content_Type="application/rss+xml")


class Site:
    """A site of pages by path; anything else is 404. robots.txt allows everything but /private."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return reply(body=b"User-agent: *\nDisallow: /private\n", Content_Type="text/plain")
        return self.pages.get(asked.path, reply("404 Not Found"))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def server(site: Site) -> Iterator[Server]:
    with serving(site) as server:
        yield server


def watch(server: Server, *paths: str) -> dict[str, str]:
    return {"watch": "\n".join(server.url(path) for path in paths)}


def test_ten_pages_with_one_wire_and_one_of_its_own_are_two_origins(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {f"/{n}": page(WIRE, f"Headline {n}") for n in range(10)} | {"/own": page(OWN)}
    desk.run("pages", settings=watch(server, *site.pages))
    counted = "SELECT count(*), count(DISTINCT origin_id), max(n_reports_of_origin) FROM rows"
    assert desk.query("pages", "documents", counted) == [(11, 2, 10)]
    about = "SELECT title, kind, language, publisher FROM rows WHERE n_reports_of_origin = 1"
    assert desk.query("pages", "documents", about) == [("Report", "page", "en", "127.0.0.1")]


def test_one_dead_page_is_noted_and_the_others_are_read(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {"/a": page(WIRE), "/private/b": page(OWN)}
    record = desk.run("pages", settings=watch(server, "/a", "/gone", "/private/b"))
    assert record.status == "done"
    assert [note for note in record.notes if "/gone" in note and "404" in note]
    assert [note for note in record.notes if "/private/b" in note and "robots" in note]
    assert desk.query("pages", "documents", "SELECT count(*) FROM rows") == [(1,)]


def test_a_poisoned_document_is_listed_as_unread_and_the_others_are_read(
    desk: ADesk, site: Site, server: Server
) -> None:
    broken = reply(body=b"%PDF-1.4 nothing of it", Content_Type="application/pdf")
    site.pages = {"/a": page(WIRE), "/b.pdf": broken}
    record = desk.run("pages", settings=watch(server, "/a", "/b.pdf"))
    ((url, problem),) = desk.query("pages", "unread", "SELECT url, problem FROM rows")
    assert (url, problem) == (server.url("/b.pdf"), "The PDF is broken: it cannot be opened")
    assert any("/b.pdf" in note for note in record.notes)
    assert len(desk.archived()) == 2, "what could not be read is kept as evidence all the same"


def test_when_nothing_can_be_read_the_run_fails(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {"/b.pdf": reply(body=b"%PDF-1.4 nothing", Content_Type="application/pdf")}
    assert "not one of 1 captures" in str(desk.fails("pages", settings=watch(server, "/b.pdf")))
    assert "404" in str(desk.fails("pages", settings=watch(server, "/gone")))


def test_a_page_that_changed_is_a_new_document_and_one_that_did_not_is_seen_again(
    desk: ADesk, site: Site, server: Server
) -> None:
    site.pages = {"/a": page(WIRE), "/b": page(OWN)}
    desk.run("pages", settings=watch(server, "/a", "/b"))
    site.pages["/a"] = page(WIRE.replace("eleven", "fourteen"))
    desk.run("pages", settings=watch(server, "/a", "/b"))
    rows = desk.query(
        "pages",
        "documents",
        "SELECT url, count(*), min(first_seen_at) < max(last_seen_at) FROM rows GROUP BY url ORDER BY 1",
    )
    assert rows == [(server.url("/a"), 2, True), (server.url("/b"), 1, True)]
    fourteen = "SELECT count(DISTINCT origin_id) FROM rows WHERE url LIKE '%/a'"
    assert desk.query("pages", "documents", fourteen) == [(1,)]


def test_the_same_bytes_again_change_nothing(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {"/a": page(WIRE)}
    desk.run("pages", settings=watch(server, "/a"))
    assert desk.run("pages", settings=watch(server, "/a")).status == "unchanged"


def test_a_page_that_lies_about_its_encoding_is_read_and_the_lie_is_noted(
    desk: ADesk, site: Site, server: Server
) -> None:
    text = "Жители долины сообщили, что дорога в районную больницу закрыта с понедельника. " * 4
    body = f"<html><body><article><p>{text}</p></article></body></html>".encode()
    site.pages = {"/a": reply(body=body, Content_Type="text/html; charset=koi8-r")}
    desk.run("pages", settings=watch(server, "/a"))
    ((found, language, notes),) = desk.query("pages", "documents", "SELECT text, language, notes FROM rows")
    assert found.startswith("Жители долины")
    assert (language, notes) == ("ru", "Claims the encoding koi8-r; read as utf-8")


def test_a_feed_gives_entries_with_their_days_and_texts_without_scripts(
    desk: ADesk, site: Site, server: Server
) -> None:
    site.pages = {"/feed": rss(("1", "/r/1", WIRE), ("2", "javascript:alert(1)", OWN))}
    desk.run("feeds", settings=watch(server, "/feed"))
    rows = desk.query("feeds", "entries", "SELECT entry_id, url, title, published_at FROM rows ORDER BY 1")
    at = datetime(2026, 1, 6, 6, tzinfo=UTC)
    assert [(*row[:3], row[3].astimezone(UTC)) for row in rows] == [
        ("1", server.url("/r/1"), "T 1", at),
        ("2", None, "T 2", at),
    ]
    texts = desk.query("feeds", "documents", "SELECT text FROM rows ORDER BY text DESC")
    assert texts == [(WIRE,), (OWN,)]


def test_entries_that_left_the_feed_stay_on_the_desk(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {"/feed": rss(("1", "/r/1", WIRE))}
    desk.run("feeds", settings=watch(server, "/feed"))
    site.pages = {"/feed": rss(("2", "/r/2", OWN))}
    record = desk.run("feeds", settings=watch(server, "/feed"))
    assert desk.query("feeds", "entries", "SELECT entry_id FROM rows ORDER BY 1") == [("1",), ("2",)]
    assert "1" in record.changes


def test_announced_pages_are_fetched_once_when_asked_for(desk: ADesk, site: Site, server: Server) -> None:
    site.pages = {
        "/feed": rss(("1", "/r/1", "short"), ("2", "/r/2", "words")),
        "/r/1": page(WIRE),
        "/r/2": page(OWN),
    }
    desk.run("feeds", settings=watch(server, "/feed") | {"pages": "yes"})
    site.pages["/feed"] = rss(("1", "/r/1", "short"), ("3", "/r/3", "later"))
    site.pages["/r/3"] = page(WIRE + " Later.")
    desk.run("feeds", settings=watch(server, "/feed") | {"pages": "yes"})
    assert [server.paths().count(f"/r/{n}") for n in (1, 2, 3)] == [1, 1, 1]
    origins = "SELECT count(*), count(DISTINCT origin_id) FROM rows WHERE kind = 'page'"
    assert desk.query("feeds", "documents", origins) == [(3, 2)]


def test_a_storm_of_429_and_503_is_sat_out(desk: ADesk, site: Site, server: Server) -> None:
    storm = [reply("429 Too Many Requests", Retry_After="9"), reply("503 Service Unavailable")]
    calm = rss(("1", "/r/1", WIRE))

    def answer(asked: Asked) -> Answer:
        return (storm.pop(0) if storm else calm) if asked.path == "/feed" else site(asked)

    with serving(answer) as stormy:
        desk.run("feeds", settings=watch(stormy, "/feed"))
    assert max(desk.sleeps_s) >= 9
    assert desk.query("feeds", "entries", "SELECT count(*) FROM rows") == [(1,)]


WATCHED = {
    "nothing": ("", "nothing is watched"),
    "remarks only": ("# later\n", "nothing is watched"),
    "no address": ("https://a.example/feed\nvalley.example", "line 2 of `watch` is no web address"),
    "a file": ("file:///etc/passwd", "line 1 of `watch` is no web address"),
}


@pytest.mark.parametrize(("listed", "said"), WATCHED.values(), ids=WATCHED.keys())
@pytest.mark.parametrize("source", ["feeds", "pages"])
def test_a_watched_list_with_a_mistake_is_refused_with_its_line(
    desk: ADesk, source: str, listed: str, said: str
) -> None:
    assert said in str(desk.fails(source, settings={"watch": listed}))


ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Valley</title>
<id>urn:f</id><updated>2026-01-06T00:00:00Z</updated><entry><id>urn:e:1</id>
<title type="html">A &lt;b&gt;road&lt;/b&gt;</title><link href="../r/1"/>
<published>2026-01-05T08:00:00+04:00</published><updated>2026-01-06T08:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Closed <script>x()</script>since Monday</p>
</div></content></entry></feed>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Valley", "items": [{"id": 1,
"url": "https://valley.example/r/1", "title": "A road", "content_html": "<p>Closed</p><script>x()</script>",
"date_published": "2026-01-05T08:00:00+04:00"}, {"id": "2", "content_text": "Open again"}]}"""
RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="u"><title>Valley</title></channel>
<item rdf:about="u1"><title>A road</title><link>https://valley.example/r/1</link>
<description>Closed</description>
<dc:date>2026-01-05T04:00:00Z</dc:date></item></rdf:RDF>"""


def test_atom_is_read() -> None:
    (entry,) = read_feed(ATOM.encode(), url="https://valley.example/feeds/all.atom").entries
    assert (entry.entry_id, entry.title.split()) == ("urn:e:1", ["A", "road"])
    assert entry.url == "https://valley.example/r/1"
    assert entry.text.split() == ["Closed", "since", "Monday"]
    assert (entry.published_at, entry.updated_at) == (
        datetime(2026, 1, 5, 4, tzinfo=UTC),
        datetime(2026, 1, 6, 8, tzinfo=UTC),
    )


def test_json_feed_is_read() -> None:
    feed = read_feed(JSON_FEED.encode())
    first, second = feed.entries
    assert (first.entry_id, first.text, first.published_at) == (
        "1",
        "Closed",
        datetime(2026, 1, 5, 4, tzinfo=UTC),
    )
    assert (second.entry_id, second.text, second.published_at) == ("2", "Open again", None)
    assert feed.notes == ("1 of 2 entries give no date that can be read",)


def test_rss_1_is_read() -> None:
    (entry,) = read_feed(RSS_1.encode()).entries
    assert (entry.title, entry.text, entry.published_at) == (
        "A road",
        "Closed",
        datetime(2026, 1, 5, 4, tzinfo=UTC),
    )


def test_every_sample_is_a_feed_that_is_read() -> None:
    samples = sorted((SOURCES / "feeds" / "sample").iterdir())
    assert len(samples) == 3
    for sample in samples:
        data = sample.read_bytes()
        assert is_feed(data)
        assert read_feed(data).entries


POISONED = {
    "billion laughs": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel/>&b;</rss>',
    "a file": '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss><channel>&f;</channel></rss>',
    "entities in UTF-16": '<!DOCTYPE r [<!ENTITY a "ha">]><rss><channel>&a;</channel></rss>',
    "no feed": "<rss",
    "broken without entries": "<rss><channel><title>x</rss>",
    "JSON that is none": '{"version": "https://jsonfeed.org/version/1.1", "items": [',
    "JSON without items": '{"version": "https://jsonfeed.org/version/1.1"}',
    "too many": "<rss version='2.0'><channel>" + "<item/>" * (MAX_ENTRIES + 1) + "</channel></rss>",
}


@pytest.mark.parametrize("name", POISONED)
def test_a_poisoned_feed_is_refused(name: str) -> None:
    data = POISONED[name].encode("utf-16" if "UTF-16" in name else "utf-8")
    with pytest.raises(UnreadableError) as refused:
        read_feed(data, url="https://valley.example/feed")
    assert refused.value.remedy


@trials(max_examples=40, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/rsitem &;![]CDATA\"'=aю\n"), max_size=200))
def test_whatever_stands_in_a_feed_it_is_read_or_refused(inside: str) -> None:
    data = f'<rss version="2.0"><channel><item><title>x</title>{inside}</item></channel></rss>'.encode()
    try:
        entries = read_feed(data).entries
    except UnreadableError:
        return
    assert all(entry.url is None or entry.url.startswith("http") for entry in entries)


@given(st.text(max_size=60), st.sampled_from(["", "https://valley.example/a/", "file:///etc/"]))
def test_only_web_addresses_come_out_of_links(link: str, base: str) -> None:
    found = web_address(link, base)
    assert found is None or found.startswith(("http://", "https://"))


def test_samples_are_read_from_files_and_one_text_at_one_address_is_one_document(desk: ADesk) -> None:
    samples = sorted((SOURCES / "feeds" / "sample").iterdir())
    page = SOURCES / "pages" / "sample" / "road.html"
    desk.run("feeds", *samples, page)
    assert desk.query("feeds", "entries", "SELECT count(*) FROM rows") == [(len(samples),)]
    found = desk.query("feeds", "documents", "SELECT kind, publisher FROM rows ORDER BY 1")
    assert found == [("entry", "valley.example"), ("page", None)]
    assert desk.query("feeds", "unread", "SELECT count(*) FROM rows") == [(0,)]


class Killed(BaseException):
    """What a killed process looks like from inside a test: nothing after it runs."""


STEPS = ["reading documents", "archiving", "pointing"]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_leaves_the_last_good_tables_and_the_next_run_ends_whole(
    desk: ADesk, site: Site, server: Server, step: str
) -> None:
    site.pages = {"/a": page(WIRE)}
    desk.run("pages", settings=watch(server, "/a"))
    site.pages["/b"] = page(OWN)

    def die(now: str, done: float) -> None:
        if now == step:
            raise Killed

    with pytest.raises(Killed):
        desk.run("pages", settings=watch(server, "/a", "/b"), progress=die)
    assert desk.query("pages", "documents", "SELECT count(*) FROM rows") == [(1,)]
    desk.run("pages", settings=watch(server, "/a", "/b"))
    assert desk.query("pages", "documents", "SELECT count(*), count(DISTINCT origin_id) FROM rows") == [(2, 2)]
