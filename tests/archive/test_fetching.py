"""The one way to the network: polite, patient, bounded, and never to an address behind the desk."""
# ruff: noqa: SIM117 - the server stands around the expectation

from __future__ import annotations

import errno
import functools
import gzip
import hashlib
import os
import ssl
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.archive.conftest import AT
from tests.archive.serving import Answer, Asked, in_turn, reply, serving
from tocsin.archive import CannotKeepError
from tocsin.archive.fetch import (
    AddressError,
    BusyError,
    Fetcher,
    FetchPolicy,
    RefusedError,
    RobotsError,
    TooLargeError,
    UnexpectedAnswerError,
    UnreachableError,
    Validators,
)
from tocsin.archive.fetch.part import open_part

LOOPBACK = ("127.0.0.1",)
pack = functools.partial(gzip.compress, mtime=0)  # the same bytes in every run and worker


class Waits(list[float]):
    """Stands in for sleep and keeps what was asked for."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "answer"


def fetcher(waits: Waits | None = None, **told: Any) -> Fetcher:
    resolve = told.pop("resolve", None)
    policy = FetchPolicy(**({"allow_hosts": LOOPBACK, "min_interval_s": 0.0} | told))
    more = {"resolve": resolve} if resolve else {}
    return Fetcher(
        policy, clock=lambda: AT, sleep=waits if waits is not None else Waits(), fraction=lambda: 1.0, **more
    )


def nothing_left(to: Path) -> bool:
    return not to.exists() and (not to.parent.exists() or list(to.parent.iterdir()) == [])


# -- encrypted -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and its key, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    command = ["openssl", "req", "-x509", *key, *name, "-days", "30", "-out", "cert.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def test_an_encrypted_answer_comes_through(to: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting = ssl.create_default_context(cafile=certificate / "cert.pem")
    monkeypatch.setattr(httpx2, "create_ssl_context", lambda **_: trusting)
    with serving(reply(body=b"x" * 100_000), tls=encrypted(certificate)) as server:
        fetched = fetcher(allow_hosts=("localhost",)).get(server.url(host="localhost"), to=to)
    assert to.stat().st_size == 100_000
    assert fetched.exchanges[0].ip_address in ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_that_nobody_vouches_for_is_refused(to: Path, certificate: Path, host: str) -> None:
    with serving(reply(body=b"x"), tls=encrypted(certificate)) as server:
        with pytest.raises(UnreachableError, match=r"(?i)certificate"):
            fetcher(allow_hosts=(host,), max_attempts=1).get(server.url(host=host), to=to)
        assert server.asked == []
    assert nothing_left(to)


# -- what is well ----------------------------------------------------------------------------------------------


def test_an_answer_lands_whole_with_its_hash_and_headers(to: Path) -> None:
    with serving(reply(body=b"a,b\n1,2\n", Content_Type="text/csv; charset=utf-8", ETag='"v1"')) as server:
        fetched = fetcher().get(server.url("/ged.csv"), to=to, expect=("text/csv",))
    assert to.read_bytes() == b"a,b\n1,2\n"
    assert (fetched.status, fetched.byte_size, fetched.n_attempts) == (200, 8, 1)
    assert fetched.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (fetched.media_type, fetched.validators) == ("text/csv", Validators('"v1"', ""))
    assert fetched.exchanges[0].ip_address == "127.0.0.1"
    assert list(to.parent.iterdir()) == [to]


def test_the_desk_says_who_it_is_and_whom_to_write_to(to: Path) -> None:
    with serving(reply()) as server:
        fetcher(contact="desk@example.org").get(server.url(), to=to)
    assert server.asked[0].headers["user-agent"].startswith("tocsin/0.")
    assert "(+desk@example.org)" in server.asked[0].headers["user-agent"]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", pack),
        ("gzip", lambda data: pack(data[:10]) + pack(data[10:])),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
        ("identity", bytes),
    ],
)
def test_a_packed_answer_is_unpacked(to: Path, encoding: str, packed: Any) -> None:
    data = bytes(range(256)) * 20_000
    with serving(reply(body=packed(data), Content_Encoding=encoding)) as server:
        fetched = fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert fetched.byte_size == len(data)


def test_what_has_not_changed_is_not_sent_again(to: Path) -> None:
    with serving(reply("304 Not Modified")) as server:
        fetched = fetcher().get(server.url(), to=to, conditional=Validators('"v1"', "Sun, 01 Mar 2026 00:00:00 GMT"))
    assert fetched.not_modified
    assert server.asked[0].headers["if-none-match"] == '"v1"'
    assert server.asked[0].headers["if-modified-since"].startswith("Sun, 01 Mar")
    assert nothing_left(to)


def test_bytes_are_posted_and_the_answer_kept(to: Path) -> None:
    with serving(reply(body=b'{"access_token":"x"}')) as server:
        fetcher().post(server.url("/token"), to=to, content=b"grant_type=password", media_type="text/plain")
    assert (server.asked[0].method, server.asked[0].body) == ("POST", b"grant_type=password")
    assert to.read_bytes() == b'{"access_token":"x"}'


# -- asking again ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Oh", "502 Oh", "503 Oh", "504 Oh", "408 Oh"])
def test_a_passing_failure_is_asked_again_with_growing_waits(to: Path, waits: Waits, status: str) -> None:
    with serving(in_turn(reply(status), reply(status), reply(body=b"at last"))) as server:
        fetched = fetcher(waits).get(server.url(), to=to)
    assert (fetched.n_attempts, to.read_bytes()) == (3, b"at last")
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(("told", "wait"), [("7", 7.0), ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0), ("soon", 1.0)])
def test_retry_after_is_heeded(to: Path, waits: Waits, told: str, wait: float) -> None:
    with serving(in_turn(reply("503 Busy", Retry_After=told), reply(body=b"x"))) as server:
        fetcher(waits).get(server.url(), to=to)
    assert waits == [wait]


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(to: Path, waits: Waits) -> None:
    with serving(reply("429 Slow down", Retry_After="86400")) as server:
        with pytest.raises(UnreachableError, match="asks to wait 86400 s"):
            fetcher(waits).get(server.url(), to=to)
    assert len(server.asked) == 1
    assert waits == []


def test_a_storm_of_failures_ends_after_so_many_attempts(to: Path, waits: Waits) -> None:
    with serving(reply("503 Busy")) as server:
        with pytest.raises(UnreachableError, match="no good answer in 5 attempts, at last: it answers 503 Busy"):
            fetcher(waits).get(server.url(), to=to)
    assert len(server.asked) == 5
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert nothing_left(to)


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"]
)
def test_a_refusal_is_not_asked_again(to: Path, status: str) -> None:
    with serving(reply(status, body=b"<html>no</html>")) as server, pytest.raises(RefusedError) as refused:
        fetcher().get(server.url(), to=to)
    assert refused.value.status == int(status[:3])
    assert len(server.asked) == 1
    assert nothing_left(to)


def test_a_host_that_is_not_there_is_said(to: Path) -> None:
    with serving(reply()) as server:
        url = server.url()
    with pytest.raises(UnreachableError, match="connection failed"):
        fetcher().get(url, to=to)


# -- going on --------------------------------------------------------------------------------------------------


def ranged(data: bytes, *, etag: str = '"v1"', break_at: int) -> Any:
    """A server of files that breaks the first answer off and can go on from the middle."""

    def answer(asked: Asked) -> Answer:
        told = asked.headers.get("range")
        if told is None or asked.headers.get("if-range") != etag:
            return reply(body=data, ETag=etag)[: -(len(data) - break_at) or None]
        start = int(told.removeprefix("bytes=").rstrip("-"))
        where = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return reply("206 Partial Content", body=data[start:], ETag=etag, Content_Range=where)

    return answer


def test_a_broken_off_download_goes_on_where_it_stopped(to: Path) -> None:
    data = b"0123456789" * 1000
    with serving(ranged(data, break_at=4000)) as server:
        fetched = fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert fetched.sha256 == hashlib.sha256(data).hexdigest()
    assert [asked.headers.get("range") for asked in server.asked] == [None, "bytes=4000-"]


def test_a_later_run_goes_on_where_an_earlier_one_stopped(to: Path) -> None:
    data = b"0123456789" * 1000
    with serving(ranged(data, break_at=4000)) as server:
        with pytest.raises(UnreachableError):
            fetcher(max_attempts=1).get(server.url(), to=to)
        assert not to.exists()
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert len(server.asked) == 2


def test_a_file_that_changed_meanwhile_is_fetched_anew(to: Path) -> None:
    old, new = b"old" * 1000, b"new" * 900
    with serving(in_turn(reply(body=old, ETag='"v1"')[:-1500], reply(body=new, ETag='"v2"'))) as server:
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == new
    assert server.asked[1].headers["if-range"] == '"v1"'


@pytest.mark.parametrize("etag", ['W/"weak"', ""])
def test_without_a_strong_validator_it_begins_again(to: Path, etag: str) -> None:
    data = b"x" * 3000
    with serving(in_turn(reply(body=data, ETag=etag)[:-1000], reply(body=data, ETag=etag))) as server:
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert "range" not in server.asked[1].headers


@pytest.mark.parametrize(
    "nonsense",
    [
        reply("206 Partial Content", body=b"zz", ETag='"v1"', Content_Range="bytes 0-1/3000"),
        reply("206 Partial Content", body=b"zz", ETag='"v1"', Content_Range="bytes 2000-2001/3000"),
        reply("416 Range Not Satisfiable"),
    ],
)
def test_a_server_that_sends_another_piece_is_asked_for_the_whole(to: Path, nonsense: bytes) -> None:
    data = b"x" * 3000
    with serving(in_turn(reply(body=data, ETag='"v1"')[:-1000], nonsense, reply(body=data))) as server:
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert "range" not in server.asked[2].headers


def test_a_truncated_download_never_appears_as_whole(to: Path) -> None:
    with serving(reply(body=b"x" * 1000)[:-1]) as server:
        with pytest.raises(UnreachableError, match="connection failed"):
            fetcher().get(server.url(), to=to)
    assert not to.exists()
    assert len(server.asked) == 5


def test_two_runs_do_not_write_one_file(to: Path) -> None:
    with serving(reply(body=b"x")) as server, open_part(to), pytest.raises(BusyError):
        fetcher().get(server.url(), to=to)
    assert server.asked == []


def test_a_killed_download_goes_on_in_the_next_run(to: Path) -> None:
    data = b"0123456789" * 1000
    whole = ranged(data, break_at=len(data))

    def answer(asked: Asked) -> Answer:
        said = whole(asked)
        assert isinstance(said, bytes)
        return said if "range" in asked.headers else [said[:-5000], 30.0]

    code = (
        "import sys; from pathlib import Path; from tests.archive.test_fetching import fetcher;"
        "fetcher().get(sys.argv[1], to=Path(sys.argv[2]))"
    )
    with serving(answer) as server:
        run = subprocess.Popen([sys.executable, "-c", code, server.url(), str(to)])
        part = to.with_name("answer.part")
        give_up_at = time.monotonic() + 20
        while not (part.exists() and part.stat().st_size == 5000) and time.monotonic() < give_up_at:
            time.sleep(0.02)
        run.kill()
        run.wait()
        assert not to.exists()
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == data
    assert server.asked[-1].headers["range"] == "bytes=5000-"


def test_what_a_killed_run_had_unpacked_is_not_taken_for_the_answer(to: Path) -> None:
    to.parent.mkdir()
    to.with_name("answer.unpacked").write_bytes(b"half of an older answer")
    with serving(reply(body=b"the answer")) as server:
        fetched = fetcher().get(server.url(), to=to)
    assert to.read_bytes() == b"the answer"
    assert fetched.sha256 == hashlib.sha256(b"the answer").hexdigest()
    assert list(to.parent.iterdir()) == [to]


def test_a_disk_that_fills_during_a_download_is_said(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full(fd: int, data: bytes) -> int:
        if "answer.part" in os.readlink(f"/proc/self/fd/{fd}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data)

    with serving(reply(body=b"x" * 1000)) as server:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(CannotKeepError, match="No space left"):
            fetcher().get(server.url(), to=to)
        monkeypatch.undo()
        assert not to.exists()
        fetcher().get(server.url(), to=to)
    assert to.read_bytes() == b"x" * 1000


# -- bounds ----------------------------------------------------------------------------------------------------


def test_an_announced_giant_is_refused_before_it_comes(to: Path) -> None:
    with serving(reply(Content_Length="999999999999")) as server, pytest.raises(TooLargeError):
        fetcher(max_bytes=1000).get(server.url(), to=to)
    assert nothing_left(to)


def test_a_giant_that_is_not_announced_is_dropped_at_the_cap(to: Path) -> None:
    chunk = b"%x\r\n%b\r\n" % (1000, b"x" * 1000)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving([head, *[chunk] * 50]) as server, pytest.raises(TooLargeError):
        fetcher(max_bytes=10_000).get(server.url(), to=to)
    assert nothing_left(to)


@pytest.mark.parametrize("for_warc", [False, True])
@pytest.mark.parametrize(
    "bomb",
    [pack(bytes(30_000_000)), pack(bytes(500_000)) * 60],
    ids=["one member", "many members"],
)
def test_a_gzip_bomb_is_dropped(to: Path, bomb: bytes, for_warc: bool) -> None:
    with serving(reply(body=bomb, Content_Encoding="gzip")) as server:
        with pytest.raises(TooLargeError, match="unpacks to more than"):
            fetcher(max_bytes=1_000_000).get(server.url(), to=to, for_warc=for_warc)
    assert nothing_left(to)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x-unheard-of"])
def test_a_packing_that_was_not_asked_for_is_refused(to: Path, encoding: str) -> None:
    with serving(reply(body=b"....", Content_Encoding=encoding)) as server:
        with pytest.raises(UnexpectedAnswerError, match="not asked for"):
            fetcher().get(server.url(), to=to)
    assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"
    assert nothing_left(to)


@pytest.mark.parametrize("broken", [b"not gzip at all", pack(b"x" * 10_000)[:-20], pack(b"x")[:5]])
def test_a_broken_packing_is_refused(to: Path, broken: bytes) -> None:
    with serving(reply(body=broken, Content_Encoding="gzip")) as server:
        with pytest.raises(UnexpectedAnswerError, match="packing"):
            fetcher().get(server.url(), to=to)
    assert nothing_left(to)


@pytest.mark.parametrize(
    "drip",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"X-Y: z\r\n", 0.05] * 200],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x", 0.05] * 200],
        [60.0],
    ],
    ids=["headers", "body", "silence"],
)
def test_a_server_that_drips_is_left_at_the_deadline(to: Path, drip: list[bytes | float]) -> None:
    started = time.monotonic()
    with serving(drip) as server:
        with pytest.raises(UnreachableError, match=r"within 0 s|took too long"):
            fetcher(deadline_s=0.4).get(server.url(), to=to)
        assert time.monotonic() - started < 2


def test_endless_redirects_end(to: Path) -> None:
    with serving(reply("302 Found", Location="/again")) as server:
        with pytest.raises(UnreachableError, match="more than 10 redirects"):
            fetcher().get(server.url(), to=to)
    assert len(server.asked) == 11


def test_endless_headers_are_refused(to: Path) -> None:
    with serving([b"HTTP/1.1 200 OK\r\n", *[b"X-Y: " + b"z" * 1000 + b"\r\n"] * 500]) as server:
        with pytest.raises(UnreachableError):
            fetcher(max_attempts=1).get(server.url(), to=to)


# -- an answer of the wrong kind -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(body=b"<html>", Content_Type="text/html"), "it answers text/html where text/csv was expected"),
        (
            reply(body=b"\n<!DOCTYPE html><head><title>Down for\n maintenance</title>", Content_Type="text/csv"),
            "it answers 200 with a page titled 'Down for maintenance'",
        ),
        (reply(body=pack(b"<HTML>"), Content_Encoding="gzip"), "it answers 200 with a page where"),
        (reply(body=b"<!-- x --> <html lang=en>"), "it answers 200 with a page where"),
    ],
)
def test_a_page_in_place_of_data_is_refused_whatever_its_status(to: Path, answer: bytes, said: str) -> None:
    with serving(answer) as server, pytest.raises(UnexpectedAnswerError, match=said):
        fetcher().get(server.url(), to=to, expect=("text/csv",))
    assert nothing_left(to)


def test_a_page_is_welcome_where_a_page_is_expected(to: Path) -> None:
    with serving(reply(body=b"<html>", Content_Type="text/html")) as server:
        fetcher().get(server.url(), to=to, expect=("text/html",))
    assert to.read_bytes() == b"<html>"


# -- manners ---------------------------------------------------------------------------------------------------


def test_one_host_is_left_a_pause_between_requests(to: Path, waits: Waits) -> None:
    with serving(reply(body=b"x")) as server:
        polite = fetcher(waits, min_interval_s=3.0)
        polite.get(server.url(), to=to)
        assert waits == []
        polite.get(server.url(), to=to)
    assert len(waits) == 1
    assert 2.0 < waits[0] <= 3.0


def site(robots: bytes) -> Any:
    return lambda asked: robots if asked.path == "/robots.txt" else reply(body=b"page")


@pytest.mark.parametrize(
    ("robots", "is_allowed"),
    [
        (reply(body=b"User-agent: *\nDisallow: /private/"), True),
        (reply(body=b"User-agent: *\nDisallow: /news/"), False),
        (reply(body=b"User-agent: tocsin\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
        (reply("404 Not Found"), True),
        (reply("503 Busy"), False),
    ],
)
def test_robots_txt_is_heeded_for_pages(to: Path, robots: bytes, is_allowed: bool) -> None:
    with serving(site(robots)) as server:
        if is_allowed:
            fetcher().get(server.url("/news/1"), to=to, as_page=True)
            assert server.paths() == ["/robots.txt", "/news/1"]
        else:
            with pytest.raises(RobotsError):
                fetcher().get(server.url("/news/1"), to=to, as_page=True)
            assert server.paths() == ["/robots.txt"]


def test_robots_txt_is_asked_once_for_a_site_and_not_for_data(to: Path, waits: Waits) -> None:
    with serving(site(reply(body=b"User-agent: *\nCrawl-delay: 9"))) as server:
        one = fetcher(waits)
        one.get(server.url("/a"), to=to, as_page=True)
        one.get(server.url("/b"), to=to, as_page=True)
        one.get(server.url("/c"), to=to)
    assert server.paths() == ["/robots.txt", "/a", "/b", "/c"]
    assert max(waits) > 8


def test_secrets_are_not_carried_to_another_site(to: Path) -> None:
    with serving(reply(body=b"x")) as other:
        with serving(reply("302 Found", Location=other.url("/there"))) as server:
            asked = {"Authorization": "Bearer secret", "X-UCDP-Access-Token": "secret", "Accept": "text/csv"}
            fetcher().get(server.url(), to=to, headers=asked)
    assert server.asked[0].headers["authorization"] == "Bearer secret"
    assert server.asked[0].headers["x-ucdp-access-token"] == "secret"
    assert "secret" not in str(other.asked[0].headers), "a key may travel in a header of any name"
    assert other.asked[0].headers["accept"] == "text/csv"


# -- addresses behind the desk ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.20.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[fe80::1]", "[fd00::1]", "[ff02::1]",
        "localhost",
    ],
)  # fmt: skip
def test_an_address_behind_the_desk_is_refused_in_any_spelling(to: Path, host: str) -> None:
    with serving(reply(body=b"inner secret")) as server:
        with pytest.raises(AddressError):
            fetcher(allow_hosts=()).get(server.url(host=host), to=to)
        assert server.asked == []
    assert nothing_left(to)


def test_a_redirect_to_an_address_behind_the_desk_is_refused(to: Path) -> None:
    with serving(reply(body=b"inner secret")) as inner:
        with serving(reply("302 Found", Location=inner.url(host="localhost"))) as server:
            with pytest.raises(AddressError, match="loopback"):
                fetcher().get(server.url(), to=to)
        assert inner.asked == []


def test_a_name_that_is_bound_anew_between_check_and_connection_gains_nothing(to: Path) -> None:
    """The first answer is public, every later one is loopback: the connection must go to the checked number."""
    answers: Iterator[list[str]] = iter([["198.41.0.4"]])
    resolved: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        resolved.append(host)
        return next(answers, ["127.0.0.1"])

    with serving(reply(body=b"inner secret")) as server:
        with pytest.raises(Exception) as refused:
            fetcher(allow_hosts=(), resolve=rebinding, max_attempts=1).get(server.url(host="evil.example"), to=to)
        assert "198.41.0.4" in str(refused.value)
        assert server.asked == []
    assert resolved == ["evil.example"]


def test_among_several_addresses_only_public_ones_are_tried(to: Path) -> None:
    with serving(reply(body=b"inner secret")) as server:
        with pytest.raises(Exception, match=r"198\.41\.0\.4"):
            fetcher(allow_hosts=(), resolve=lambda host, port: ["127.0.0.1", "198.41.0.4"], max_attempts=1).get(
                server.url(host="mixed.example"), to=to
            )
        assert server.asked == []


def test_a_host_that_the_desk_names_is_reached_and_only_that(to: Path) -> None:
    with serving(reply(body=b"x")) as server:
        named = fetcher(allow_hosts=("intranet.example",), resolve=lambda host, port: ["127.0.0.1"])
        named.get(server.url(host="intranet.example"), to=to)
        with pytest.raises(AddressError, match="loopback"):
            named.get(server.url(host="other.example"), to=to)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://x", "//example.org", "example.org", "http://", "",
     "http://user:secret@example.org/", "http://exa mple.org/", "https://[::1", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_and_a_password_not_repeated(to: Path, url: str) -> None:
    with pytest.raises(AddressError) as refused:
        fetcher().get(url, to=to)
    assert "secret" not in str(refused.value)


def test_a_redirect_to_a_file_is_refused(to: Path) -> None:
    with serving(reply("302 Found", Location="file:///etc/passwd")) as server, pytest.raises(AddressError):
        fetcher().get(server.url(), to=to)
