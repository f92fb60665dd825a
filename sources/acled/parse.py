"""ACLED's API: a token, pages of events, pages of deletions; and what of it a desk may keep.

With `keep = "events"` a run asks only for what changed since the last, and takes out what was deleted.
Without it nothing but identifiers and our own sums is kept, so the sums need the whole selection, and every
run asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from tocsin.collect.errors import InputError
from tocsin.collect.requests import Given, Reply, Request

_PAGE = 5_000
_MOST_PAGES = 5_000
_EVENTS, _DELETIONS = "acled", "deleted"


def keeps_bytes(settings: Mapping[str, str]) -> bool:
    """ACLED's terms limit redistribution: its bytes stay only where the operator says that theirs allow it."""
    return settings.get("keep") == "events"


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """A token, then the events of the selection, then the deletions since the last run."""
    settings = given.settings
    base = settings["address"].rstrip("/")
    chosen = "".join(f"&{name}={quote(settings[name])}" for name in ("iso", "year") if settings.get(name))
    since = given.cursor.get("timestamp", "") if keeps_bytes(settings) else ""
    if given.cursor.get("chosen", chosen) != chosen:
        since = ""
    answer = yield Request(
        url=f"{base}/oauth/token",
        method="POST",
        form={
            "username": settings.get("username", ""),
            "password": settings.get("password", ""),
            "grant_type": "password",
            "client_id": "acled",
        },
        keep=False,
    )
    token = _object(answer.path, "the token").get("access_token")
    if not isinstance(token, str) or not token:
        raise InputError(
            "ACLED gave no token",
            where=f"{base}/oauth/token",
            remedy="Check username and password in desk.toml",
        )
    later = f"&timestamp={since}&timestamp_where=%3E" if since else ""
    newest = yield from _pages(f"{base}/api/acled/read?_format=json{chosen}{later}", token, _EVENTS)
    if since:
        gone = f"{base}/api/deleted/read?_format=json&deleted_timestamp={since}&deleted_timestamp_where=%3E"
        newest = max(newest, (yield from _pages(gone, token, _DELETIONS)))
    # One second back: rows of the newest second may still be arriving, and rows that come twice are merged.
    return {"timestamp": str(newest - 1) if newest else since, "chosen": chosen}


def records(path: Path, layout: str, *, name: str) -> Iterator[dict[str, str | bytes | None]]:
    """The rows of one page; `layout` is "events" or "deletions"."""
    for row in _rows(_object(path, name), name):
        yield {key: None if value is None else str(value) for key, value in row.items()}


def _pages(url: str, token: str, kind: str) -> Generator[Request, Reply, int]:
    """Ask page after page until one is not full; the newest time stamp seen."""
    newest = 0
    for page in range(1, _MOST_PAGES + 1):
        address = f"{url}&limit={_PAGE}&page={page}"
        label = f"{kind}-{page:05}.json"
        reply = yield Request(url=address, headers={"Authorization": f"Bearer {token}"}, label=label)
        rows = _rows(_object(reply.path, label), label)
        newest = max([newest, *(_stamp(row, label) for row in rows)])
        if len(rows) < _PAGE:
            return newest
    raise InputError(f"ACLED's pages do not end ({_MOST_PAGES:,})", where=url, remedy="Choose fewer countries or years")


def _object(path: Path, where: str) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError("what came is not JSON as ACLED documents it", where=where, remedy="Try again later")
    return found


def _rows(page: Mapping[str, object], where: str) -> list[dict[str, object]]:
    """A page's rows. Of the rest of the page only `success` and `count` say something about them."""
    rows = page.get("data")
    if page.get("success") is not True or not isinstance(rows, list) or not all(map(_is_object, rows)):
        said = page.get("message") or page.get("error") or "no reason given"
        raise InputError(f"ACLED refused the request: {said}", where=where, remedy="Check what your account may read")
    if page.get("count") not in (None, len(rows), str(len(rows))):
        problem = f"the page says it has {page.get('count')} rows and has {len(rows)}"
        raise InputError(problem, where=where, remedy="Fetch it again; it was cut short")
    return rows


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _stamp(row: Mapping[str, object], where: str) -> int:
    """The second at which a row was last changed, or deleted."""
    said = row.get("timestamp") or row.get("deleted_timestamp") or 0
    try:
        return int(str(said))
    except ValueError:
        problem = f"the time stamp {str(said)[:40]!r} is no second since 1970"
        raise InputError(problem, where=where, remedy="See what ACLED changed in its API") from None
