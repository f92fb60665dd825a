"""The desk's one way to the network: careful of itself, and polite to others."""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2

from tocsin.archive.fetch.answer import Exchange, Fetched, Validators, check_kind, check_not_a_page
from tocsin.archive.fetch.connect import GuardedBackend, GuardedTransport, Resolve, resolve_by_system
from tocsin.archive.fetch.decode import ACCEPTED, decode_file
from tocsin.archive.fetch.errors import (
    AddressError,
    FetchError,
    RefusedError,
    RobotsError,
    TooLargeError,
    UnreachableError,
)
from tocsin.archive.fetch.part import Part, PartState, open_part
from tocsin.archive.fetch.policy import ROBOT_NAME, FetchPolicy
from tocsin.archive.fetch.retry import PASSING, back_off_s, retry_after_s
from tocsin.archive.fetch.robots import EVERYTHING, MAX_BYTES, NOTHING, Robots, parse_robots
from tocsin.archive.files import refusals_said, write_all

_HOST = re.compile(r"[\w.:-]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_PAUSE_S = 60.0
_CARRIED_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "content-type", "if-match", "if-modified-since", "if-none-match",
     "if-range", "range", "user-agent"}
)  # fmt: skip
"""All that goes along to another site: a key may travel in a header of any name."""


class _Passing(Exception):  # noqa: N818 - not an error yet: the next attempt may do
    """This attempt failed in a way that passes; wait so long, or as the back-off says."""

    def __init__(self, problem: str, wait_s: float | None = None) -> None:
        super().__init__(problem)
        self.wait_s = wait_s


@dataclass(frozen=True, kw_only=True)
class _Ask:
    url: str
    method: str
    headers: Mapping[str, str]
    content: bytes
    conditional: Validators | None
    expect: tuple[str, ...]
    as_page: bool
    for_warc: bool


@dataclass
class Fetcher:
    """Fetch addresses under a policy. One thread at a time; `clock` tells the instant in UTC.

    resolve, sleep and fraction (a random number of 0..1) are there for tests to stand in for.
    """

    policy: FetchPolicy
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    resolve: Resolve = resolve_by_system
    fraction: Callable[[], float] = random.random
    _asked_at_s: dict[str, float] = field(default_factory=dict)
    _pause_s: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, Robots] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._backend = GuardedBackend(self.policy.allow_hosts, self.resolve)
        self._client = httpx2.Client(
            transport=GuardedTransport(self._backend),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(self.policy.read_timeout_s, connect=self.policy.connect_timeout_s),
        )

    def close(self) -> None:
        """Let go of open connections."""
        self._client.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        url: str,
        *,
        to: Path,
        conditional: Validators | None = None,
        headers: Mapping[str, str] = {},
        expect: tuple[str, ...] = (),
        as_page: bool = False,
        for_warc: bool = False,
    ) -> Fetched:
        """Download an address to the file `to`, which appears only when it is whole.

        conditional:  ask only for what changed; an unchanged answer has not_modified=True and writes nothing
        expect:       media types that are welcome ("text/csv"); anything else, or a page instead of data, is
                      refused
        as_page:      ask the site's robots.txt first
        for_warc:     write the bytes as they came over the wire (their unpacked size is still capped), and take
                      an answer of any status for one, as a capture of what the server said
        Raises a FetchError, or CannotKeepError when the disk refuses.
        """
        ask = _Ask(
            url=url, method="GET", headers=headers, content=b"", conditional=conditional, expect=expect,
            as_page=as_page, for_warc=for_warc,
        )  # fmt: skip
        return self._fetch(ask, to)

    def post(
        self,
        url: str,
        *,
        to: Path,
        content: bytes,
        media_type: str,
        headers: Mapping[str, str] = {},
        expect: tuple[str, ...] = (),
    ) -> Fetched:
        """Send bytes and write the answer to the file `to`; otherwise as `get`."""
        ask = _Ask(
            url=url, method="POST", headers={**headers, "Content-Type": media_type}, content=content,
            conditional=None, expect=expect, as_page=False, for_warc=False,
        )  # fmt: skip
        return self._fetch(ask, to)

    def _fetch(self, ask: _Ask, to: Path) -> Fetched:
        started_s = time.monotonic()
        self._client.cookies.clear()
        with open_part(to) as part:
            for attempt in range(1, self.policy.max_attempts + 1):
                self._backend.deadline_s = started_s + self.policy.deadline_s
                try:
                    return self._attempt(ask, part, to, attempt)
                except _Passing as failure:
                    self._wait_or_give_up(ask, failure, attempt, started_s)
        raise AssertionError("the last attempt returns or raises")

    def _wait_or_give_up(self, ask: _Ask, failure: _Passing, attempt: int, started_s: float) -> None:
        wait_s = failure.wait_s
        if wait_s is None:
            wait_s = back_off_s(attempt, self.policy.first_wait_s, self.fraction())
        left_s = started_s + self.policy.deadline_s - time.monotonic()
        if attempt == self.policy.max_attempts:
            tried = f"no good answer in {attempt} attempts, at last: {failure}"
        elif wait_s > self.policy.max_wait_s:
            tried = f"{failure}, and asks to wait {wait_s:.0f} s"
        elif wait_s > left_s:
            tried = f"no good answer within {self.policy.deadline_s:.0f} s: {failure}"
        else:
            self.sleep(wait_s)
            return
        raise UnreachableError(
            tried,
            where=ask.url,
            remedy="Run the command again later: it goes on where this run stopped if the server allows it.",
        )

    def _attempt(self, ask: _Ask, part: Part, to: Path, attempt: int) -> Fetched:
        """One attempt, over as many redirects as the policy allows."""
        url, method, content = self._checked_url(ask.url), ask.method, ask.content
        headers = {"User-Agent": self.policy.user_agent, "Accept": "*/*", "Accept-Encoding": ACCEPTED}
        headers |= dict(ask.headers)
        if ask.conditional:
            headers |= ask.conditional.headers()
        exchanges: list[Exchange] = []
        for _ in range(self.policy.max_redirects + 1):
            if ask.as_page:
                self._ask_robots(url)
            resumed = part.resumable(str(url)) if method == "GET" and not ask.for_warc else None
            ranged = {"Range": f"bytes={part.size()}-", "If-Range": resumed.validator} if resumed else {}
            request = self._client.build_request(method, url, headers=headers | ranged, content=content or None)
            with self._answered(request) as response:
                exchanges.append(Exchange.of(request, response, self.clock()))
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    exchanges[-1].body = self._small_body(response)
                    url, headers, method, content = self._redirected(response, url, headers, method, content)
                    continue
                return self._taken(ask, part, to, response, resumed, exchanges, attempt)
        raise UnreachableError(f"more than {self.policy.max_redirects} redirects", where=ask.url)

    @contextlib.contextmanager
    def _answered(self, request: httpx2.Request) -> Iterator[httpx2.Response]:
        """Send politely; what may pass becomes _Passing, in the server's headers and in its body alike."""
        self._be_polite(request.url.host)
        try:
            response = self._client.send(request, stream=True)
            try:
                yield response
            finally:
                response.close()
        except httpx2.TimeoutException as error:
            raise _Passing(f"it took too long ({error})") from error
        except httpx2.TransportError as error:
            raise _Passing(f"the connection failed ({error})") from error

    def _taken(
        self,
        ask: _Ask,
        part: Part,
        to: Path,
        response: httpx2.Response,
        resumed: PartState | None,
        exchanges: list[Exchange],
        attempt: int,
    ) -> Fetched:
        status = response.status_code
        fetched = Fetched(
            status=status,
            headers={name.lower(): value for name, value in response.headers.items()},
            path=to,
            sha256="",
            byte_size=0,
            final_url=str(response.request.url),
            not_modified=status == 304,
            n_attempts=attempt,
            exchanges=tuple(exchanges),
        )
        if status == 304 and ask.conditional:
            part.finish()
            return fetched
        if status == 416 and resumed:
            part.start(PartState(url="", validator=""))
            raise _Passing("it changed since the download began", wait_s=0.0)
        if status == 206 and not resumed:
            raise _Passing("it sent a piece where the whole was asked for")
        if status in PASSING:
            raise _Passing(f"it answers {status} {response.reason_phrase}", self._told_wait(response))
        if not 200 <= status < 300 and not ask.for_warc:
            raise _refused(ask.url, response)
        check_kind(fetched, ask.expect, where=ask.url)
        self._receive(ask, part, response, resumed)
        return self._finished(ask, part, fetched)

    def _receive(self, ask: _Ask, part: Part, response: httpx2.Response, resumed: PartState | None) -> None:
        """The body into the part file, after what is there already or instead of it."""
        encoding = response.headers.get("content-encoding", "")
        going_on = response.status_code == 206 and resumed is not None
        if going_on:
            if not response.headers.get("content-range", "").startswith(f"bytes {part.size()}-"):
                part.start(PartState(url="", validator=""))
                raise _Passing("it sent another piece than the one asked for", wait_s=0.0)
            part.go_on()
        else:
            validator = Validators.of(response.headers).strong()
            part.start(PartState(url=str(response.request.url), validator=validator, encoding=encoding))
        size = part.size()
        announced = response.headers.get("content-length", "")
        too_large = TooLargeError(
            f"it is larger than the cap of {self.policy.max_bytes:,} bytes",
            where=ask.url,
            remedy="If it is meant to be so large, raise the cap for this source.",
        )
        if announced.isdigit() and size + int(announced) > self.policy.max_bytes:
            raise too_large
        with refusals_said(part.file):
            for chunk in response.iter_raw():
                size += len(chunk)
                if size > self.policy.max_bytes:
                    part.finish()
                    raise too_large
                write_all(part.fd, chunk)
        total = response.headers.get("content-range", "").rpartition("/")[2]
        if going_on and total.isdigit() and int(total) != size:
            part.start(PartState(url="", validator=""))
            raise _Passing(f"{size:,} bytes came of {int(total):,}", wait_s=0.0)

    def _finished(self, ask: _Ask, part: Part, fetched: Fetched) -> Fetched:
        """Unpack, check, and let the whole file appear."""
        encoding = fetched.headers.get("content-encoding", "")
        unpacked = fetched.path.with_name(f"{fetched.path.name}.unpacked")
        is_unpacked = encoding.lower() not in ("", "identity") and not ask.for_warc
        whole = unpacked if is_unpacked else part.file
        try:
            with refusals_said(fetched.path):
                target = unpacked if is_unpacked else None
                cap = self.policy.max_bytes
                sha256, byte_size = decode_file(part.file, encoding, max_bytes=cap, to=target, where=ask.url)
                if not ask.for_warc:
                    check_not_a_page(whole, ask.expect, where=ask.url)
                whole.replace(fetched.path)
        except FetchError:
            part.finish()
            raise
        finally:
            unpacked.unlink(missing_ok=True)
        part.finish()
        return fetched.with_body(sha256, byte_size)

    def _checked_url(self, url: str | httpx2.URL) -> httpx2.URL:
        try:
            checked = httpx2.URL(url)
        except httpx2.InvalidURL as error:
            raise AddressError(f"this is not an address: {error}", where=str(url)) from None
        if checked.scheme not in ("http", "https") or not checked.host:
            raise AddressError(
                "only http and https addresses are fetched", where=str(url), remedy="Begin it with https://."
            )
        if not _HOST.fullmatch(checked.host):
            raise AddressError("the host has characters that no host has", where=str(url))
        if checked.userinfo:
            raise AddressError("an address may not carry a password", where=str(checked.copy_with(userinfo=b"")))
        return checked

    def _redirected(
        self, response: httpx2.Response, url: httpx2.URL, headers: dict[str, str], method: str, content: bytes
    ) -> tuple[httpx2.URL, dict[str, str], str, bytes]:
        """Where to go next, without carrying secrets to another site."""
        try:
            target = self._checked_url(url.join(response.headers["location"]))
        except httpx2.InvalidURL as error:
            raise AddressError(f"it redirects to what is not an address: {error}", where=str(url)) from None
        if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
            headers = {name: value for name, value in headers.items() if name.lower() in _CARRIED_HEADERS}
        if method == "POST" and response.status_code in (301, 302, 303):
            return target, {k: v for k, v in headers.items() if k.lower() != "content-type"}, "GET", b""
        return target, headers, method, content

    def _told_wait(self, response: httpx2.Response) -> float | None:
        told = response.headers.get("retry-after")
        return retry_after_s(told, self.clock()) if told else None

    def _small_body(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MAX_BYTES:
                break
        return bytes(body)

    def _be_polite(self, host: str) -> None:
        """Leave the host its pause since the last request."""
        pause_s = max(self.policy.min_interval_s, self._pause_s.get(host, 0.0))
        wait_s = self._asked_at_s.get(host, float("-inf")) + pause_s - time.monotonic()
        if wait_s > 0:
            self.sleep(wait_s)
        self._asked_at_s[host] = time.monotonic()

    def _ask_robots(self, url: httpx2.URL) -> None:
        """Raise RobotsError when the site keeps this page from robots."""
        site = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        if site not in self._robots:
            robots = self._robots[site] = self._read_robots(site)
            self._pause_s[url.host] = min(robots.crawl_delay_s or 0.0, _LONGEST_PAUSE_S)
        if not self._robots[site].allows(url.raw_path.decode("ascii")):
            raise RobotsError(
                "the site's robots.txt keeps this page from robots",
                where=str(url),
                remedy="Save the page by hand in a browser and add the file, or ask the publisher.",
            )

    def _read_robots(self, site: str) -> Robots:
        """RFC 9309: no such file allows everything, a server that cannot answer allows nothing for now."""
        url = self._checked_url(site)
        for _ in range(6):
            request = self._client.build_request("GET", url, headers={"User-Agent": self.policy.user_agent})
            try:
                with self._answered(request) as response:
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        url = self._checked_url(url.join(response.headers["location"]))
                        continue
                    if 400 <= response.status_code < 500 and response.status_code != 429:
                        return EVERYTHING
                    if not 200 <= response.status_code < 300:
                        return NOTHING
                    text = self._small_body(response)[:MAX_BYTES].decode("utf-8", errors="replace")
                    return parse_robots(text, ROBOT_NAME)
            except _Passing:
                return NOTHING
        return EVERYTHING


def _refused(url: str, response: httpx2.Response) -> RefusedError:
    status = response.status_code
    remedy = {
        401: "Check the key or password set for this source.",
        403: "Check the key set for this source, and whether the publisher lets your network in.",
        404: "Check the address: it may have moved.",
        410: "The publisher has taken it away; look for another copy.",
    }.get(status, "")
    return RefusedError(f"it answers {status} {response.reason_phrase}", status=status, where=url, remedy=remedy)
