"""What a desk may set about its archive, with safe defaults for a desk that sets nothing.

[archive]
contact = "desk@example.org"             # sent with every request, so that a publisher can reach a person
collector = "desk-01"                    # who collects, in the custody log; a pseudonym is enough
allow_hosts = ["intranet.example.org"]   # hosts that may be reached although their address is private
chromium = "/usr/bin/chromium"           # "" switches browser captures off
network_exit = "office line"             # how this desk reaches the network, in words, for the custody log

[[archive.timestamp_authorities]]
url = "https://freetsa.org/tsr"
root = "authorities/freetsa.pem"         # its root certificate, from the desk's folder
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tocsin.archive.errors import ArchiveError
from tocsin.archive.fetch.policy import FetchPolicy


class SettingsError(ArchiveError):
    """desk.toml says something about the archive that makes no sense."""


class TimestampAuthority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An RFC 3161 authority: its address, and the PEM file of the root certificate it is trusted by."""

    url: str
    root: str


class ArchiveSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [archive] table of desk.toml."""

    contact: str = ""
    collector: str = ""
    allow_hosts: tuple[str, ...] = ()
    timestamp_authorities: tuple[TimestampAuthority, ...] = ()
    chromium: str = "/usr/bin/chromium"
    network_exit: str = ""


def read_settings(table: dict[str, Any], *, where: str) -> ArchiveSettings:
    """The settings in a table. Raises SettingsError for an unknown key or a value of the wrong kind."""
    try:
        return msgspec.convert(table, ArchiveSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"[archive]: {error}", where=where, remedy="docs/how-to/keep-evidence lists the settings."
        ) from None


def file_policy(settings: ArchiveSettings) -> FetchPolicy:
    """How files are fetched: large ones, with patience."""
    return FetchPolicy(contact=settings.contact, allow_hosts=settings.allow_hosts)


def page_policy(settings: ArchiveSettings) -> FetchPolicy:
    """How pages and their parts are fetched: small ones, many from one host, none of them waited for long."""
    return FetchPolicy(
        contact=settings.contact,
        allow_hosts=settings.allow_hosts,
        max_bytes=256 * 2**20,
        deadline_s=120.0,
        max_attempts=3,
        max_wait_s=30.0,
        min_interval_s=0.1,
    )


def read_roots(settings: ArchiveSettings, desk: Path) -> list[str]:
    """The root certificates of the desk's timestamp authorities, as PEM. Raises SettingsError."""
    roots = []
    for authority in settings.timestamp_authorities:
        try:
            roots.append((desk / authority.root).read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"the root certificate of {authority.url} cannot be read: {error}",
                where=str(desk / authority.root),
                remedy="Save it there as PEM.",
            ) from None
    return roots
