"""ReliefWeb's API, version 2: what was reported, by whom, about where, and where to read it.

Documents belong to those who published them: the desk keeps what describes them and the link, never the text.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tocsin.collect.errors import InputError, SourceError
from tocsin.collect.fields import Fields
from tocsin.collect.requests import Given, Reply, Request

_PAGE = 1_000
_MOST_PAGES = 900  # the API takes about a thousand calls a day
_INCLUDED = (
    "id", "title", "status", "origin", "url", "url_alias", "primary_country.iso3", "country.iso3",
    "source.shortname", "source.name", "source.type.name", "format.name", "theme.name",
    "language.code", "disaster.id", "disaster.glide", "disaster_type.name", "ocha_product.name",
    "date.original", "date.created", "date.changed", "file.url",
)  # fmt: skip
_TEXT = "the text belongs to its publisher; the link leads to it"
_LEFT = {
    "body": _TEXT,
    "body-html": _TEXT,
    "headline": _TEXT,
    "image": "pictures belong to their makers",
    "feature": "ReliefWeb's own front page",
    "vulnerable_groups": "asked for by no rule of the desk",
}


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """Pages of the reports that match, changed since the last run, oldest change first."""
    settings = given.settings
    if not settings.get("appname"):
        raise SourceError(
            "ReliefWeb asks every program for an approved name",
            where="[collect.reliefweb] in desk.toml",
            remedy="Ask for one at https://apidoc.reliefweb.int/ and set `appname`",
        )
    url = f"{settings['address'].rstrip('/')}/v2/reports?appname={quote(settings['appname'])}"
    since = given.cursor.get("changed") or settings.get("since") or ""
    if given.cursor.get("chosen", _chosen(settings)) != _chosen(settings):
        since = settings.get("since") or ""
    newest, offset = since, 0
    for page in range(1, _MOST_PAGES + 1):
        body = json.dumps(_question(settings, since, offset)).encode()
        reply = yield Request(url=url, method="POST", body=body, label=f"reports-{page:05}.json")
        answer = _page(reply.path, reply.request.label)
        found = answer["data"]
        newest = max([newest, *(str(_inside(one, "fields", "date", "changed") or "") for one in found)])
        offset += len(found)
        total = answer.get("totalCount")
        if len(found) < _PAGE or (isinstance(total, int) and offset >= total):
            return {"changed": newest, "chosen": _chosen(settings)}
    raise InputError("ReliefWeb's pages do not end within a day's calls", where=url, remedy="Choose fewer countries")


def records(path: Path, layout: str, *, name: str) -> Iterator[dict[str, str | bytes | None]]:
    """The reports of one page."""
    for number, one in enumerate(_page(path, name)["data"], start=1):
        where = f"{name}, report {number}"
        outer = Fields(one, where=where)
        report_id, inner = outer.pop("id"), outer.pop("fields")
        if not isinstance(inner, dict):
            raise InputError("its fields are no object", where=where, remedy="See what ReliefWeb changed in its API")
        fields = Fields(inner, where=where)
        outer.left("score", "how well it matched the question")
        outer.left("href", "the same address, at the API")
        outer.done()
        fields.left("id", "read above")
        country, dates = fields.find("primary_country"), fields.find("date")
        row: dict[str, str | bytes | None] = {
            "report_id": str(report_id),
            "title": _text(fields.pop("title")),
            "status": _text(fields.find("status")),
            "url": _text(fields.find("url_alias") or fields.find("url")),
            "origin_url": _text(fields.find("origin")),
            "primary_country_iso3": _text(_inside(country, "iso3")),
            "country_iso3s": _joined(fields.find("country"), "iso3"),
            "source_names": _joined(fields.find("source"), "name"),
            "formats": _joined(fields.find("format"), "name"),
            "themes": _joined(fields.find("theme"), "name"),
            "languages": _joined(fields.find("language"), "code"),
            "disaster_glides": _joined(fields.find("disaster"), "glide"),
            "disaster_types": _joined(fields.find("disaster_type"), "name"),
            "ocha_products": _joined(fields.find("ocha_product"), "name"),
            "file_urls": _joined(fields.find("file"), "url"),
            "original_at": _instant(_inside(dates, "original")),
            "created_at": _instant(_inside(dates, "created")),
            "changed_at": _instant(_inside(dates, "changed")),
        }
        fields.left("url", "the short address of the one read")
        for left, reason in _LEFT.items():
            fields.left(left, reason)
        fields.done()
        yield row


def _question(settings: Mapping[str, str], since: str, offset: int) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = []
    if countries := [code.strip().lower() for code in settings.get("countries", "").split(",") if code.strip()]:
        conditions.append({"field": "country.iso3", "value": countries, "operator": "OR"})
    if since:
        conditions.append({"field": "date.changed", "value": {"from": since}})
    question: dict[str, Any] = {
        "limit": _PAGE,
        "offset": offset,
        "sort": ["date.changed:asc", "id:asc"],
        "fields": {"include": list(_INCLUDED)},
    }
    if settings.get("query"):
        question["query"] = {"value": settings["query"]}
    if conditions:
        question["filter"] = {"operator": "AND", "conditions": conditions}
    return question


def _chosen(settings: Mapping[str, str]) -> str:
    return "|".join(settings.get(name, "") for name in ("countries", "query"))


def _page(path: Path, where: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        found = None
    rows = found.get("data") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        said = found.get("error") if isinstance(found, dict) else None
        problem = f"ReliefWeb refused the request: {said}" if said else "what came is not ReliefWeb's JSON"
        raise InputError(problem, where=where, remedy="Check `appname`; try again later")
    if found.get("count") not in (None, len(rows)):
        problem = f"the page says it has {found['count']} reports and has {len(rows)}"
        raise InputError(problem, where=where, remedy="Fetch it again; it was cut short")
    return found


def _joined(items: Any, name: str) -> str | None:
    """One value of each item, separated by ' | '."""
    listed = items if isinstance(items, list) else []
    values = [str(value) for item in listed if (value := _inside(item, name))]
    return " | ".join(dict.fromkeys(values)) or None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _inside(value: Any, *names: str) -> Any:
    """What stands under these names, one within the other; None where there is no such place."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _instant(said: Any) -> str | None:
    """ISO 8601 with an offset as UTC without one, which is how a TIMESTAMP column is written."""
    if not said:
        return None
    try:
        return datetime.fromisoformat(str(said)).astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    except (ValueError, OverflowError):
        raise InputError(f"{said!r} is no instant", where="date", remedy="See what ReliefWeb changed") from None
