"""A watched list of feeds and, when asked for, the pages that they announce."""

from __future__ import annotations

from collections.abc import Generator

from tocsin.collect.documents.feed import is_feed, read_feed
from tocsin.collect.documents.limits import UnreadableError
from tocsin.collect.documents.watching import read_watched
from tocsin.collect.errors import SourceError
from tocsin.collect.requests import Given, Reply, Request

_WHERE = "[collect.feeds] in desk.toml"


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """Every watched feed; then, with `pages = "yes"`, each page announced that is not held yet."""
    wants_pages = given.settings.get("pages", "no")
    if wants_pages not in ("yes", "no"):
        raise SourceError(f"`pages` is {wants_pages!r}", where=_WHERE, remedy="Write yes or no")
    announced: dict[str, None] = {}
    for address in read_watched(given.settings, where=_WHERE):
        reply = yield Request(url=address, page=True, conditional=True, may_fail=True)
        if wants_pages == "yes" and reply.sha256:
            announced |= dict.fromkeys(_links(reply))
    for link in announced:
        yield Request(url=link, page=True, once=True, may_fail=True)
    return {}


def _links(reply: Reply) -> list[str]:
    data = reply.path.read_bytes()
    try:
        entries = read_feed(data, url=reply.request.url).entries if is_feed(data) else ()
    except UnreadableError:
        return []  # the run itself reads the feed again, and says what is wrong with it
    return [entry.url for entry in entries if entry.url]
