"""What is on record, for whoever has a role in the situation. Read only what the role shows."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field

from tocsin.core.model.base import Record as Struct
from tocsin.core.model.judgement import Assessment, Draft, SituationScope, Watch
from tocsin.records.models import Record, Step, Version
from tocsin.records.nouns import NOUNS
from tocsin.records.people.queries import roles_of
from tocsin.records.queries import get_record, history, newest, versions_at
from tocsin.warn.queries import Standing, warnings
from tocsin.web.api.structs import After, Area, Key, Limit, Page, Records, Stands, endpoint, page
from tocsin.web.api.targets import bulletin_of, can_read, draft_of, record_of, situation_of
from tocsin.web.api.tokens import at_of, person_of

area = Area("on record")

State = Annotated[str, Field(pattern=r"^[a-z_]{0,20}$", description="Only those that stand there")]

SEGMENT = {
    "claim": "claims", "source": "sources", "place": "places", "actor": "actors", "group": "groups", "event": "events",
    "figure": "figures", "series": "series", "map": "maps", "geometry": "geometries",
    "recommendation": "recommendations", "expectation": "expectations", "candidate": "candidates", "task": "tasks",
    "comment": "comments",
}  # fmt: skip
"""The kinds of a situation's records that are read one by one, with the word that stands for them in an address."""

BELOW = {"claim": ("grade",), "recommendation": ("response",), "expectation": ("settlement",)}
"""What belongs to a record and is read with it."""


class Me(Struct, frozen=True, kw_only=True):
    """Whose token it is, how far it reaches, and until when."""

    person: str
    name: str
    scopes: tuple[str, ...]
    expires_at: str
    roles: tuple[str, ...]


class Past(Struct, frozen=True, kw_only=True):
    """One line of a record's history."""

    at: str
    by: str
    what: str
    reason: str


@endpoint(area, "GET", "/me", gives=Me, scope="read")
def get_me(request: HttpRequest) -> Me:
    """Say whose token this is, and what it reaches."""
    token = request.auth  # type: ignore[attr-defined]
    return Me(
        person=token.person.username, name=token.person.name, scopes=token.scopes,
        expires_at=token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"), roles=tuple(sorted(roles_of(token.person))),
    )  # fmt: skip


@endpoint(area, "GET", "/situations", gives=Records[SituationScope], scope="read")
def list_situations(request: HttpRequest, limit: Limit = 100, after: After = 0) -> Any:
    """List the situations in which whoever asks has a role."""
    found = Record.objects.filter(kind="situation", pk__gt=after).order_by("pk")
    readable = [each for each in found if can_read(person_of(request), each)][: limit + 1]
    return page(stand(readable), [each.pk for each in readable], limit)


@endpoint(area, "GET", "/situations/{situation}", gives=Stands[SituationScope], scope="read")
def get_situation(request: HttpRequest, situation: Key) -> Any:
    """Read a situation."""
    return stands(situation_of(request, situation))


@endpoint(area, "GET", "/situations/{situation}/watch", gives=Stands[Watch], scope="read")
def get_watch(request: HttpRequest, situation: Key) -> Any:
    """Read which collected documents a situation's inbox is shown."""
    return stands(get_record("watch", "watch", situation=situation_of(request, situation)))


@endpoint(area, "GET", "/situations/{situation}/warnings", gives=Page[Standing], scope="read")
def list_bulletins(request: HttpRequest, situation: Key) -> Any:
    """List where each warning of a situation stands, its open draft included."""
    return Page(items=warnings(on=at_of(request).date(), situation=situation_of(request, situation)))


@endpoint(area, "GET", "/bulletins/{warning}/draft", gives=Stands[Draft], scope="read")
def get_draft(request: HttpRequest, warning: Key) -> Any:
    """Read the open draft of a warning."""
    return stands(draft_of(request, warning))


@endpoint(area, "GET", "/bulletins/{warning}/assessment", gives=Stands[Assessment], scope="read")
def get_assessment(request: HttpRequest, warning: Key) -> Any:
    """Read the assessment of a warning."""
    return stands(get_record("assessment", "assessment", parent=bulletin_of(request, warning)))


def stands(record: Record) -> Stands[Any]:
    """A record as it stands."""
    return _stands(record, newest(record))


def stand(records: list[Record]) -> list[Stands[Any]]:
    """Records as they stand, in their order."""
    versions = {
        version.record_id: version for version in versions_at(Record.objects.filter(pk__in=[r.pk for r in records]))
    }
    return [_stands(record, versions[record.pk]) for record in records]


def _stands(record: Record, version: Version) -> Stands[Any]:
    return Stands(
        path=record.path, key=record.key, version=version.number, state=record.state,
        says=version.read(NOUNS[record.kind].struct),
    )  # fmt: skip


def _read_kind(kind: str, segment: str) -> None:
    """Serve the records of one kind: a list, one of them, and its history."""
    struct = NOUNS[kind].struct
    a = f"{'an' if kind[0] in 'ae' else 'a'} {kind}"

    def list_them(request: HttpRequest, situation: Key, state: State = "", limit: Limit = 100, after: After = 0) -> Any:
        found = situation_of(request, situation).records.filter(kind=kind, pk__gt=after).order_by("pk")
        if state:
            found = found.filter(state=state)
        records = list(found[: limit + 1])
        return page(stand(records), [each.pk for each in records], limit)

    list_them.__doc__ = f"List the {segment} of a situation, in the order of entry."
    endpoint(
        area, "GET", f"/situations/{{situation}}/{segment}", gives=Records[struct], scope="read",
        name=f"list_{segment}",
    )(list_them)  # fmt: skip

    def get_it(request: HttpRequest, situation: Key, key: Key) -> Any:
        return stands(record_of(request, situation, kind, key))

    get_it.__doc__ = f"Read {a} as it stands."
    endpoint(
        area, "GET", f"/situations/{{situation}}/{segment}/{{key}}", gives=Stands[struct], scope="read",
        name=f"get_{kind}",
    )(get_it)  # fmt: skip

    def get_history(request: HttpRequest, situation: Key, key: Key) -> Any:
        return Page(items=[_past(row) for row in history(record_of(request, situation, kind, key))])

    get_history.__doc__ = f"List the versions and steps of {a}: who, when, why."
    endpoint(
        area, "GET", f"/situations/{{situation}}/{segment}/{{key}}/history", gives=Page[Past], scope="read",
        name=f"get_{kind}_history",
    )(get_history)  # fmt: skip

    for below in BELOW.get(kind, ()):
        _read_below(kind, segment, below)


def _read_below(kind: str, segment: str, below: str) -> None:
    """Serve what belongs to a record."""
    struct = NOUNS[below].struct

    def list_below(request: HttpRequest, situation: Key, key: Key) -> Any:
        found = record_of(request, situation, kind, key).children.filter(kind=below).order_by("pk")
        return Page(items=stand(list(found)))

    list_below.__doc__ = f"List the {below}s below a {kind}."
    endpoint(
        area, "GET", f"/situations/{{situation}}/{segment}/{{key}}/{below}s", gives=Records[struct],
        scope="read", name=f"list_{below}s",
    )(list_below)  # fmt: skip


def _past(row: Version | Step) -> Past:
    what = f"version {row.number}" if isinstance(row, Version) else f"{row.verb}: {row.after}"
    by = row.act.by.username if row.act.by else ""
    return Past(at=row.act.at.strftime("%Y-%m-%dT%H:%M:%SZ"), by=by, what=what, reason=row.reason)


for _kind, _segment in SEGMENT.items():
    _read_kind(_kind, _segment)
