"""A watched list of pages and PDFs, each asked for only when it changed."""

from __future__ import annotations

from collections.abc import Generator

from tocsin.collect.documents.watching import read_watched
from tocsin.collect.requests import Given, Reply, Request


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """One request for each watched address; one that fails is noted, and the others are read."""
    for address in read_watched(given.settings, where="[collect.pages] in desk.toml"):
        yield Request(url=address, page=True, conditional=True, may_fail=True)
    return {}
