"""Which of GDELT's 15-minute slices to fetch: those since the last good run, or the newest one.

`lastupdate.txt` has one line for each file of the newest slice: size in bytes, MD5, address. Slices never
change, so each is asked for `once`; those before the newest are found by their names, every 15 minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tocsin.collect.errors import InputError, LayoutError, SourceError
from tocsin.collect.requests import Given, Reply, Request

BASE = "http://data.gdeltproject.org/gdeltv2"
SLICE = timedelta(minutes=15)
_STAMP = "%Y%m%d%H%M%S"
_LISTS = {"english": ("lastupdate.txt", ""), "translated": ("lastupdate-translation.txt", ".translation")}


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """The newest slice, and before it those that were missed, oldest first."""
    base = given.settings.get("base", BASE)
    chosen = given.settings["languages"]
    if chosen not in (*_LISTS, "both"):
        remedy = "Say english, translated or both"
        raise SourceError(f"languages is {chosen!r}", where="[collect.gdelt]", remedy=remedy)
    cursor = dict(given.cursor)
    for language in _LISTS if chosen == "both" else (chosen,):
        name, infix = _LISTS[language]
        latest = yield Request(url=f"{base}/{name}", keep=False)
        digests = _newest(latest.text(encoding="ascii"), base)
        newest = _stamp_of(next(iter(digests)), base)
        first = cursor.get(language) or given.settings["first"]
        for stamp in _missing(first, newest, int(given.settings["max_files"])):
            for kind in ("export", "mentions"):
                url = f"{base}/{stamp}{infix}.{kind}.CSV.zip"
                reply = yield Request(url=url, once=True)
                _check(reply, digests.get(url), url)
            cursor[language] = stamp
    return cursor


def _newest(text: str, base: str) -> dict[str, str]:
    """Address to MD5 of the export and the mentions in a lastupdate file."""
    found = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) != 3 or not parts[0].isdigit() or len(parts[1]) != 32:
            problem = f"this is no line of GDELT's list: {line[:80]!r}"
            raise LayoutError(problem, where=base, remedy="Open the list in a browser to see what it says; try later")
        if urlsplit(parts[2]).netloc != urlsplit(base).netloc:
            problem = f"the list names another host, {urlsplit(parts[2]).netloc}"
            raise InputError(problem, where=base, remedy="Nothing is fetched from there; ask GDELT")
        if ".export." in parts[2] or ".mentions." in parts[2]:
            found[parts[2]] = parts[1]
    if not found:
        raise LayoutError("the list names no export", where=base, remedy="Try later")
    return found


def _stamp_of(url: str, base: str) -> str:
    stamp = urlsplit(url).path.rsplit("/", 1)[-1].split(".")[0]
    try:
        _instant(stamp)
    except ValueError:
        raise LayoutError(f"this is no slice of GDELT: {url}", where=base, remedy="Try later") from None
    return stamp


def _missing(last: str, newest: str, limit: int) -> Iterator[str]:
    """Stamps after `last` up to `newest`, at most `limit`; only the newest when nothing was fetched before."""
    if not last:
        yield newest
        return
    at, end = _instant(last) + SLICE, _instant(newest)
    for _ in range(limit):
        if at > end:
            return
        yield at.strftime(_STAMP)
        at += SLICE


def _instant(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _check(reply: Reply, md5: str | None, url: str) -> None:
    """The newest slice's files carry their MD5: a slip on the way is found before it is read."""
    if md5 and hashlib.md5(reply.path.read_bytes(), usedforsecurity=False).hexdigest() != md5:
        raise InputError("its MD5 is not the one in GDELT's list", where=url, remedy="Run it again")
