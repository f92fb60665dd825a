"""Where a desk is reached in a browser: `[web]` of desk.toml.

    [web]
    address = "https://desk.example.org"  # left out: on this machine only, without HTTPS
    proxies = 1                           # web servers in front, whose word on who asks is taken; 0: none

With an address, cookies travel by HTTPS only, plain HTTP is sent on to HTTPS, and browsers are told to remember it.
Without one, the desk answers to the names of this machine alone, so nothing travels at all.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


class PlaceError(TocsinError):
    """A `[web]` setting that cannot be used."""


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[web]` of desk.toml."""

    address: str = ""
    proxies: Annotated[int, Meta(ge=0, le=5)] = 1

    @property
    def secure(self) -> bool:
        """Whether the desk is reached by HTTPS: whenever it is reached from elsewhere."""
        return bool(self.address)

    @property
    def hosts(self) -> list[str]:
        """The names that the desk answers to. A request for any other is refused."""
        return [urlsplit(self.address).netloc.rpartition("@")[2].split(":")[0]] if self.address else list(THIS_MACHINE)


def place_of(desk: DeskFolder) -> Place:
    """Where a desk is reached. Raises PlaceError."""
    where = f"{desk.settings_path}, [web]"
    try:
        place = msgspec.convert(desk.section("web"), Place)
    except msgspec.ValidationError as error:
        raise PlaceError(f"the settings cannot be used: {error}", where=where) from error
    parts = urlsplit(place.address)
    whole = parts.scheme == "https" and parts.hostname and parts.path in ("", "/") and not parts.query
    if place.address and not whole:
        raise PlaceError(
            f"{place.address!r} cannot be the desk's address", where=where,
            remedy='Write one like "https://desk.example.org", or leave it out to use the desk on this machine only',
        )  # fmt: skip
    return place
