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


def root_file(authority: TimestampAuthority, desk: Path) -> Path:
    """Where the authority's root certificate lies."""
    return desk / authority.root
