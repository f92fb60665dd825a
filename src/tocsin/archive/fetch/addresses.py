"""Which network addresses may be reached. Pure.

Whoever can make the desk fetch an address of their choosing must not reach what stands behind the desk: its own
services, its office network, a cloud's metadata server. The lists are IANA's special-purpose registries.
"""

from __future__ import annotations

import ipaddress

_REFUSED_V4 = [
    (ipaddress.IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved or broadcast"),
    )
]
_REFUSED_V6 = [
    (ipaddress.IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
]
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_EMBEDS_V4_LAST = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_EMBEDS_V4_SECOND = ipaddress.IPv6Network("2002::/16")


def find_refusal(address: str) -> str | None:
    """Why a numeric address may not be reached ("private", "loopback" …), or None when it may.

    An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is judged by the one it carries.
    """
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv4Address):
        return next((reason for network, reason in _REFUSED_V4 if number in network), None)
    if any(number in network for network in _EMBEDS_V4_LAST):
        return find_refusal(str(ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)))
    if number in _EMBEDS_V4_SECOND:
        return find_refusal(str(ipaddress.IPv4Address((int(number) >> 80) & 0xFFFFFFFF)))
    for network, reason in _REFUSED_V6:
        if number in network:
            return reason
    return None if number in _PUBLIC_V6 else "not a public address"
