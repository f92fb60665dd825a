"""The rules of fetching that need no network: addresses, robots.txt, waits."""

from __future__ import annotations

import ipaddress
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.archive.conftest import AT
from tocsin.archive.fetch.addresses import find_refusal
from tocsin.archive.fetch.retry import back_off_s, retry_after_s
from tocsin.archive.fetch.robots import parse_robots

REFUSED = {
    "0.0.0.0": "unspecified", "0.1.2.3": "unspecified", "10.255.255.255": "private", "100.127.0.1": "shared",
    "127.255.255.254": "loopback", "169.254.169.254": "link-local", "172.16.0.0": "private",
    "172.31.255.255": "private", "192.168.0.0": "private", "192.0.2.1": "documentation",
    "198.19.0.1": "benchmarks",
    "239.1.1.1": "multicast", "240.0.0.1": "reserved", "255.255.255.255": "reserved",
    "::": "unspecified", "::1": "loopback", "::ffff:10.0.0.1": "private", "64:ff9b::a9fe:a9fe": "link-local",
    "64:ff9b:1::1": "not a public", "2002:a00:1::1": "private", "2001:0:1::1": "protocols",
    "fc00::1": "private",
    "fdff::1": "private", "fe80::1": "link-local", "fe80::1%eth0": "link-local", "fec0::1": "site-local",
    "ff0e::1": "multicast", "::127.0.0.1": "not a public", "100::1": "not a public",
    "2001:db8::1": "documentation",
}  # fmt: skip
ALLOWED = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255",
    "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize(("address", "reason"), REFUSED.items())
def test_these_addresses_are_refused_with_their_reason(address: str, reason: str) -> None:
    assert reason in (find_refusal(address) or "allowed")


@pytest.mark.parametrize("address", ALLOWED)
def test_these_addresses_are_reached(address: str) -> None:
    assert find_refusal(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_dress(address: ipaddress.IPv4Address) -> None:
    plain = find_refusal(str(address))
    number = int(address)
    assert find_refusal(f"::ffff:{address}") == plain
    assert find_refusal(str(ipaddress.IPv6Address((0x64FF9B << 96) | number))) == plain
    assert find_refusal(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))) == plain


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_reached(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    carries_v4 = address.version == 6 and (address.ipv4_mapped or address.sixtofour)  # judged by what they carry
    if not carries_v4 and (address.is_private or address.is_multicast or address.is_reserved):
        is_nat64 = address.version == 6 and int(address) >> 32 == 0x64FF9B << 64
        assert is_nat64 or find_refusal(str(address))


ROBOTS = """
# a comment
User-agent: otherbot
Disallow: /

User-agent: *
User-agent: ancient
Disallow: /private   # trailing words
Allow: /private/but-this
Disallow: /*.pdf$
Disallow: /search?*q=
Disallow:
Crawl-delay: 2.5
Sitemap: https://example.org/sitemap.xml
Disallow: /%D5%A1
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True), ("/private", False), ("/private/x", False), ("/privateer", False),
        ("/private/but-this/x", True),
        ("/a/report.pdf", False), ("/a/report.pdf?x", True), ("/search?lang=en&q=1", False),
        ("/search?lang=en", True),
        ("/ա", False), ("/%d5%a1", False), ("", True),
    ],
)  # fmt: skip
def test_the_longest_rule_decides(path: str, is_allowed: bool) -> None:
    assert parse_robots(ROBOTS, "tocsin").allows(path) is is_allowed


def test_our_own_group_takes_the_place_of_the_one_for_all() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-Agent: Tocsin\nDisallow: /x\n\nuser-agent: tocsin\nDisallow: /y"
    robots = parse_robots(text, "tocsin")
    assert [robots.allows(path) for path in ("/", "/x", "/y")] == [True, False, False]


def test_a_pause_is_read_and_nonsense_is_not() -> None:
    assert parse_robots(ROBOTS, "tocsin").crawl_delay_s == 2.5
    assert parse_robots("User-agent: *\nCrawl-delay: soon", "tocsin").crawl_delay_s is None


@given(st.text(), st.text())
def test_any_robots_txt_gives_an_answer(text: str, path: str) -> None:
    assert parse_robots(text, "tocsin").allows(path) in (True, False)


@given(st.text(alphabet="*a/$", max_size=30), st.text(alphabet="a/b", max_size=60))
def test_any_pattern_matches_as_the_same_regular_expression_would(pattern: str, path: str) -> None:
    body = pattern.removesuffix("$")
    regex = "".join(".*" if c == "*" else re.escape(c) for c in body) + (r"\Z" if pattern.endswith("$") else "")
    robots = parse_robots(f"User-agent: *\nDisallow: {pattern}", "tocsin")
    expected = not (pattern and re.match(regex, path or "/", re.S))
    assert robots.allows(path) is expected


def test_a_pattern_that_wants_to_cost_time_does_not() -> None:
    robots = parse_robots("User-agent: *\nDisallow: /" + "*a" * 5000 + "b", "tocsin")
    started = time.monotonic()
    assert robots.allows("/" + "a" * 20_000)
    assert time.monotonic() - started < 0.5


@given(st.integers(1, 10), st.floats(0, 1))
def test_back_off_doubles_within_its_spread(attempt: int, fraction: float) -> None:
    whole = 2.0 ** (attempt - 1)
    assert whole / 2 <= back_off_s(attempt, 1.0, fraction) <= whole


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), (" 120 ", 120), ("Sun, 01 Mar 2026 12:01:00 GMT", 60), ("Sat, 28 Feb 2026 12:00:00 GMT", 0),
        ("-5", None), ("1.5", None), ("٣", None), ("", None), ("tomorrow", None), ("Sun, 99 Mar 2026", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, AT) == seconds
