"""The watched list: one address a line, as an operator writes it in desk.toml."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.collect.documents.feed import web_address
from tocsin.collect.errors import SourceError


def read_watched(settings: Mapping[str, str], *, where: str) -> list[str]:
    """The addresses under `watch`, in order, each once; what follows a `#` after a space is a remark.

    Raises SourceError for an empty list or a line that is no http or https address, with its number.
    """
    found = []
    for number, line in enumerate(settings.get("watch", "").splitlines(), start=1):
        address = line.split(" #")[0].strip()
        if not address or address.startswith("#"):
            continue
        if web_address(address) != address:
            raise SourceError(
                f"line {number} of `watch` is no web address: {address!r}",
                where=where,
                remedy="Write one address a line, beginning with https://",
            )
        found.append(address)
    if not found:
        raise SourceError("nothing is watched", where=where, remedy="List addresses under `watch`, one a line")
    return list(dict.fromkeys(found))
