"""Capture what an address answers: a page as a browser shows it (WACZ) or as its exchange (WARC), or a file."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import structs

from tocsin import __version__
from tocsin.archive.browser import draw, find_obstacle
from tocsin.archive.custody import Circumstances
from tocsin.archive.fetch import Fetched, Fetcher, FetchError, RefusedError
from tocsin.archive.fetch.decode import decode_file
from tocsin.archive.wacz import WACZ_MIME, pack_wacz
from tocsin.archive.warc import WARC_MIME, WarcFile

SOFTWARE = f"tocsin {__version__}"
PAGES = ("text/html", "application/xhtml+xml")
_PASSED_ON = ("accept", "accept-language", "referer", "origin")
_LONGEST_TEXT = 1_000_000
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)


@dataclass(frozen=True, kw_only=True)
class Captured:
    """A capture in a file, ready to be kept: what it is, how it came about, and what could not be had."""

    path: Path
    mime: str
    title: str
    how: Circumstances
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What one page's parts may take together; past it no more are asked for, and the capture says so."""

    seconds: float = 180.0
    n_bytes: int = 2**30
    n_parts: int = 2000


def capture_file(fetcher: Fetcher, url: str, *, to: Path, clock: Callable[[], datetime]) -> Captured:
    """Download a file, going on where an earlier run broke off. Raises a FetchError."""
    at = clock()
    fetched = fetcher.get(url, to=to)
    return Captured(path=to, mime=fetched.media_type, title=_name_of(url), how=_told(url, fetched, at))


def capture_page(
    fetcher: Fetcher,
    url: str,
    *,
    folder: Path,
    chromium: str,
    clock: Callable[[], datetime],
    budget: Budget = Budget(),
) -> Captured:
    """Capture a page into `folder`, which the caller empties afterwards; what is no page is captured as a file.

    The page is fetched first, under robots.txt; the browser, when there is one, is shown these very bytes and
    has
    everything else fetched in the same way. Raises a FetchError or BrowserError.
    """
    at = clock()
    with WarcFile(folder / "data.warc.gz", software=SOFTWARE, at=at) as warc:
        asking = _Asking(fetcher, folder, warc, budget)
        page, body = asking.ask(url, {}, as_page=True)
        if page.status >= 400:
            raise RefusedError(f"it answers {page.status}", status=page.status, where=url)
        told = _told(url, page, at)
        if page.media_type not in PAGES:
            return Captured(path=body, mime=page.media_type, title=_name_of(url), how=told)
        told = structs.replace(told, warc_record_id=asking.last_record, headers_ref=asking.last_record)
        if obstacle := find_obstacle(chromium):
            notice = f"captured without a browser ({obstacle}): no screenshot, and only the page's own bytes"
            return Captured(path=warc.path, mime=WARC_MIME, title=_title_of(body, url), how=told, notices=[notice])
        asking.answers[page.final_url] = (page, body)
        drawn = draw(
            page.final_url,
            chromium=chromium,
            user_agent=fetcher.policy.user_agent,
            ask=asking.ask_for_browser,
        )
        picture = f"urn:view:{page.final_url}"
        warc.add_resource(picture, drawn.screenshot, "image/png", at)
    packed = folder / "page.wacz"
    title = drawn.title or _name_of(url)
    pack_wacz(
        packed,
        warc=warc.path,
        entries=warc.entries,
        url=page.final_url,
        title=title,
        text=drawn.text[:_LONGEST_TEXT],
        at=at,
        software=SOFTWARE,
    )
    return Captured(
        path=packed,
        mime=WACZ_MIME,
        title=title,
        how=structs.replace(told, wacz_path=f"archive/{warc.path.name}", screenshot_ref=picture),
        notices=[f"not in the capture: {refused}" for refused in drawn.refused],
    )


@dataclass
class _Asking:
    """Fetch for a capture: every exchange goes into the WARC, and the browser is shown the same bytes."""

    fetcher: Fetcher
    folder: Path
    warc: WarcFile
    budget: Budget
    answers: dict[str, tuple[Fetched, Path]] = field(default_factory=dict)
    last_record: str = ""
    n_bytes: int = 0
    started_s: float = field(default_factory=time.monotonic)

    def ask(self, url: str, headers: Mapping[str, str], *, as_page: bool = False) -> tuple[Fetched, Path]:
        """Fetch an address, write its exchanges, and unpack it: (answer, file that holds the body)."""
        number = len(self.answers) + 1
        raw, body = self.folder / f"{number}.raw", self.folder / f"{number}.body"
        fetched = self.fetcher.get(url, to=raw, headers=headers, as_page=as_page, for_warc=True)
        for exchange in fetched.exchanges[:-1]:
            self.warc.add_exchange(exchange, BytesIO(exchange.body))
        with raw.open("rb") as stream:
            self.last_record = self.warc.add_exchange(fetched.exchanges[-1], stream)
        packing = fetched.headers.get("content-encoding", "")
        decode_file(raw, packing, max_bytes=self.fetcher.policy.max_bytes, to=body, where=url)
        self.n_bytes += fetched.byte_size
        raw.unlink()
        self.answers[url] = (fetched, body)
        return fetched, body

    def ask_for_browser(self, url: str, headers: Mapping[str, str]) -> tuple[Fetched, bytes]:
        """As `ask`, once for each address, with the few headers of the browser's that a server may need."""
        if url not in self.answers:
            self._check_budget(url)
            self.ask(url, {name: value for name, value in headers.items() if name.lower() in _PASSED_ON})
        fetched, body = self.answers[url]
        return fetched, body.read_bytes()

    def _check_budget(self, url: str) -> None:
        is_over = {
            "time": time.monotonic() - self.started_s > self.budget.seconds,
            "size": self.n_bytes > self.budget.n_bytes,
            "number of parts": len(self.answers) > self.budget.n_parts,
        }
        if over := [name for name, is_so in is_over.items() if is_so]:
            raise FetchError(f"no longer asked for: the page's {' and '.join(over)} went past the limit", where=url)


def _told(url: str, fetched: Fetched, at: datetime) -> Circumstances:
    return Circumstances(
        source_url=url, canonical_url=fetched.final_url, captured_at_utc=at, http_status=fetched.status
    )


def _title_of(page: Path, url: str) -> str:
    found = _TITLE.search(page.read_bytes()[:65536].decode("utf-8", "replace"))
    return " ".join(html.unescape(found[1]).split())[:300] if found and found[1].strip() else _name_of(url)


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc
