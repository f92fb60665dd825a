"""A page is captured so that others can read it: WARC that checks, WACZ that an independent validator
accepts.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tests.archive.conftest import AT
from tests.archive.oracles import check_wacz, check_warc, surt_key
from tests.archive.serving import Answer, Asked, Server, reply, serving
from tests.archive.test_fetching import fetcher
from tocsin.archive.browser import find_obstacle
from tocsin.archive.capture import Budget, Captured, capture_file, capture_page
from tocsin.archive.fetch import RefusedError, RobotsError
from tocsin.archive.wacz import sort_key

CHROMIUM = shutil.which("chromium") or ""
PAGE = """<!doctype html><html lang="hy"><head><title>Statement &amp; reply</title>
<link rel="stylesheet" href="/style.css"></head><body>
<h1>Հայտարարություն</h1><img src="/old.png" alt=""><img src="http://localhost:{port}/inner.png" alt="">
<p id="said">before</p><script src="/script.js"></script></body></html>"""
SCRIPT = b"""document.getElementById('said').textContent = 'after';
fetch('/told', {method: 'POST', body: '1'})"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def site(asked: Asked) -> Answer:
    port = asked.headers["host"].rpartition(":")[2]
    match asked.path:
        case "/page":
            body = gzip.compress(PAGE.replace("{port}", port).encode(), mtime=0)
            return reply(body=body, Content_Type="text/html; charset=utf-8", Content_Encoding="gzip")
        case "/moved":
            return reply("301 Moved", body=b"moved", Location="/page")
        case "/style.css":
            return reply(body=b"body { background: #fed }", Content_Type="text/css")
        case "/old.png":
            return reply("302 Found", Location="/new.png")
        case "/new.png" | "/inner.png":
            return reply(body=PNG, Content_Type="image/png")
        case "/script.js":
            return reply(body=SCRIPT, Content_Type="text/javascript")
        case "/report.pdf":
            return reply(body=b"%PDF-1.7", Content_Type="application/pdf")
        case _:
            return reply("404 Not Found")


def now() -> datetime:
    return AT


def captured(server: Server, path: str, folder: Path, chromium: str = "") -> Captured:
    return capture_page(fetcher(), server.url(path), folder=folder, chromium=chromium, clock=now)


def records(warc: Path) -> list[tuple[str, str, bytes]]:
    with warc.open("rb") as stream:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(stream)
        ]


# -- without a browser -----------------------------------------------------------------------------------------


def test_without_a_browser_a_page_is_kept_as_its_exchange_and_says_so(tmp_path: Path) -> None:
    with serving(site) as server:
        page = captured(server, "/moved", tmp_path)
    assert (page.mime, page.title) == ("application/warc", "Statement & reply")
    assert "no screenshot" in page.notices[0]
    kept = records(page.path)
    assert [kind for kind, *_ in kept] == ["warcinfo", "response", "request", "response", "request"]
    assert kept[1][1:] == (server.url("/moved"), b"moved")
    assert "Հայտարարություն" in kept[3][2].decode()
    assert (page.how.http_status, page.how.canonical_url) == (200, server.url("/page"))


def test_every_record_has_digests_that_hold(tmp_path: Path) -> None:
    with serving(site) as server:
        warc = captured(server, "/page", tmp_path).path
    code, said = check_warc(warc)
    assert code == 0, said
    assert said.count("digest pass") == 3
    with warc.open("rb") as stream:
        response = next(record for record in ArchiveIterator(stream) if record.rec_type == "response")
        stamped = response.rec_headers
    assert stamped.get_header("WARC-Date") == "2026-03-01T12:00:00.000000Z"
    assert stamped.get_header("WARC-IP-Address") == "127.0.0.1"


def test_a_flipped_byte_in_a_warc_fails_its_digest(tmp_path: Path) -> None:
    with serving(site) as server:
        warc = captured(server, "/page", tmp_path).path
    data = gzip.decompress(warc.read_bytes()).replace(b"Content-Type: text/html", b"Content-Type: text/htmk")
    warc.write_bytes(data)
    assert check_warc(warc)[0] == 1


def test_what_is_no_page_is_captured_as_the_file_it_is(tmp_path: Path) -> None:
    with serving(site) as server:
        file = captured(server, "/report.pdf", tmp_path)
        again = capture_file(fetcher(), server.url("/report.pdf"), to=tmp_path / "again", clock=now)
    for one in (file, again):
        assert (one.mime, one.title, one.path.read_bytes()) == ("application/pdf", "report.pdf", b"%PDF-1.7")


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with serving(site) as server, pytest.raises(RefusedError):
        captured(server, "/nothing", tmp_path)


def test_a_page_that_robots_may_not_see_is_refused(tmp_path: Path) -> None:
    robots = reply(body=b"User-agent: *\nDisallow: /")
    closed = serving(lambda asked: robots if asked.path == "/robots.txt" else site(asked))
    with closed as server, pytest.raises(RobotsError):
        captured(server, "/page", tmp_path)


@pytest.mark.parametrize("chromium", ["", "/nowhere/chromium"])
def test_a_missing_browser_is_said_in_words(chromium: str) -> None:
    assert find_obstacle(chromium)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.Example.org/A/B?b=2&a=1",
        "http://example.org:8080/",
        "https://example.org",
        "http://127.0.0.1:8000/x",
        "https://a.b.example.co.uk/path/",
        "https://example.org:443/?",
    ],
)
def test_index_keys_are_those_of_the_reference_library(url: str) -> None:
    assert sort_key(url) == surt_key(url)


@given(st.text())
def test_any_text_has_an_index_key(text: str) -> None:
    with contextlib.suppress(ValueError):  # what urlsplit itself refuses never reaches an index
        assert isinstance(sort_key(text), str)


# -- with Chromium ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Captured, Server]:
    if obstacle := find_obstacle(CHROMIUM):
        pytest.skip(f"no browser capture here: {obstacle}")
    folder = tmp_path_factory.mktemp("capture")
    with serving(site) as server:
        return captured(server, "/moved", folder, CHROMIUM), server


@pytest.mark.browser
def test_an_independent_validator_accepts_the_wacz(shown: tuple[Captured, Server]) -> None:
    code, said = check_wacz(shown[0].path)
    assert code == 0, said
    assert shown[0].mime == "application/wacz"


@pytest.mark.browser
def test_the_wacz_holds_page_resources_and_screenshot(shown: tuple[Captured, Server], tmp_path: Path) -> None:
    page, server = shown
    with zipfile.ZipFile(page.path) as wacz:
        wacz.extract("archive/data.warc.gz", tmp_path)
        assert wacz.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
        pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()]
        index = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode().splitlines()
    assert pages[1]["url"] == server.url("/page")
    assert pages[1]["title"] == "Statement & reply"
    assert "Հայտարարություն" in pages[1]["text"]
    assert "after" in pages[1]["text"]
    warc = tmp_path / "archive" / "data.warc.gz"
    assert check_warc(warc)[0] == 0
    kept = records(warc)
    urls = {url for kind, url, _ in kept if kind == "response"}
    assert urls >= {
        server.url(path) for path in ("/moved", "/page", "/style.css", "/old.png", "/new.png", "/script.js")
    }
    pictures = [body for kind, url, body in kept if url == page.how.screenshot_ref]
    assert pictures[0].startswith(b"\x89PNG")
    assert index == sorted(index)
    for line in index:
        told = json.loads(line.partition(" {")[2].join(["{", ""]))
        data = warc.read_bytes()[int(told["offset"]) :][: int(told["length"])]
        (record,) = ArchiveIterator(io.BytesIO(data))
        assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]


@pytest.mark.browser
def test_a_page_whose_parts_never_end_is_cut_at_the_budget(tmp_path: Path) -> None:
    if obstacle := find_obstacle(CHROMIUM):
        pytest.skip(f"no browser capture here: {obstacle}")
    parts = "".join(f'<img src="/slow{number}.png">' for number in range(20))
    page = reply(body=f"<!doctype html><title>Slow</title>{parts}".encode(), Content_Type="text/html")
    with serving(lambda asked: page if asked.path == "/" else [0.4, reply(body=PNG)]) as server:
        slow = capture_page(
            fetcher(), server.url(), folder=tmp_path, chromium=CHROMIUM, clock=now, budget=Budget(seconds=1.0)
        )
        n_slow = len([path for path in server.paths() if path.startswith("/slow")])
    assert n_slow < 20
    assert any("the page's time went past the limit" in notice for notice in slow.notices)
    assert check_wacz(slow.path)[0] == 0


@pytest.mark.browser
def test_the_browser_reaches_nothing_that_the_desk_may_not_reach(shown: tuple[Captured, Server]) -> None:
    page, server = shown
    assert not {"/inner.png", "/told"} & set(server.paths())
    said = "\n".join(page.notices)
    assert "localhost: refused" in said
    assert "a POST request is not made by a capture" in said
