"""What came back: the file, its headers, and each exchange on the way as it went over the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx2

from tocsin.archive.fetch.errors import UnexpectedAnswerError

_PAGES = ("text/html", "application/xhtml+xml")
_LOOKS_LIKE_A_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head)\b", re.I | re.S
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.I | re.S)


@dataclass(frozen=True)
class Validators:
    """What tells one version of an answer from another: its ETag and Last-Modified headers."""

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Validators:
        """The validators among an answer's headers."""
        return cls(headers.get("etag", ""), headers.get("last-modified", ""))

    def headers(self) -> dict[str, str]:
        """The request headers that ask for the answer only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def strong(self) -> str:
        """What may stand in If-Range: a strong ETag, else the date, else nothing."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return "" if self.etag else self.last_modified


@dataclass
class Exchange:
    """One request and its answer's head, as sent and received; `body` only where it is a redirect's."""

    method: str
    url: str
    request_headers: list[tuple[str, str]]
    status: int
    reason: str
    http_version: str
    response_headers: list[tuple[str, str]]
    ip_address: str
    at: datetime
    body: bytes = b""

    @classmethod
    def of(cls, request: httpx2.Request, response: httpx2.Response, at: datetime) -> Exchange:
        """The exchange that just took place."""
        stream = response.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream is not None else None
        return cls(
            method=request.method,
            url=str(request.url),
            request_headers=_pairs(request.headers),
            status=response.status_code,
            reason=response.reason_phrase,
            http_version=response.http_version,
            response_headers=_pairs(response.headers),
            ip_address=str(peer[0]) if peer else "",
            at=at,
        )


def _pairs(headers: httpx2.Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """An answer on disk.

    headers:   of the last answer, names in lower case
    path:      the file; not written when not_modified
    sha256, byte_size: of what the file holds (with for_warc: of what it unpacks to)
    exchanges: every request made in the last attempt, redirects first
    """

    status: int
    headers: Mapping[str, str]
    path: Path
    sha256: str
    byte_size: int
    final_url: str
    not_modified: bool
    n_attempts: int
    exchanges: tuple[Exchange, ...]

    @property
    def media_type(self) -> str:
        """The media type the server names, in lower case without its parameters; empty when it names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def validators(self) -> Validators:
        """What to hand to the next `get` as conditional."""
        return Validators.of(self.headers)

    def with_body(self, sha256: str, byte_size: int) -> Fetched:
        """The same answer once its body has been received."""
        return replace(self, sha256=sha256, byte_size=byte_size)


def check_kind(fetched: Fetched, expect: tuple[str, ...], *, where: str) -> None:
    """Raise UnexpectedAnswerError when the server names a media type that is not among those expected."""
    if expect and fetched.media_type and fetched.media_type not in expect:
        raise UnexpectedAnswerError(
            f"it answers {fetched.media_type} where {' or '.join(expect)} was expected",
            where=where,
            remedy="Open the address in a browser: it may show a notice or ask to sign in.",
        )


def check_not_a_page(file: Path, expect: tuple[str, ...], *, where: str) -> None:
    """Raise UnexpectedAnswerError when data was expected and the bytes are a page, whatever the server calls
    them.
    """
    if not expect or any(page in expect for page in _PAGES):
        return
    with file.open("rb") as stream:
        beginning = stream.read(4096)
    if _LOOKS_LIKE_A_PAGE.match(beginning):
        title = _TITLE.search(beginning)
        named = f" titled {' '.join(title[1].decode('utf-8', 'replace').split())[:80]!r}" if title else ""
        raise UnexpectedAnswerError(
            f"it answers 200 with a page{named} where {' or '.join(expect)} was expected",
            where=where,
            remedy="Open the address in a browser: it may show a notice or ask to sign in.",
        )
