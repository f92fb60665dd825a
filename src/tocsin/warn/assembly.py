"""Put a draft's content together from the records: the same `Content` that a case's files resolve to.

Nothing is carried that the draft does not name, save the sources and places that what it names refers to. Since
nothing on record is overwritten, a draft can be put together as it stood after any act: that is how a sign-off is
checked years later, and how a case is exported with every edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.db.models import Q

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model import base
from tocsin.core.model.asks import Recommendation, Response
from tocsin.core.model.assessment import Figure, Finding, Party, Situation
from tocsin.core.model.claims import Claim, Event, Grade
from tocsin.core.model.edition import Content
from tocsin.core.model.incidents import Incidents
from tocsin.core.model.judgement import Assessment, Bulletin, Draft, Geometry, SituationScope
from tocsin.core.model.map_spec import MapSpec
from tocsin.core.model.places import Place, SituationMap
from tocsin.core.model.protected import Handling
from tocsin.core.model.series import EventSeries
from tocsin.core.model.sources import Source
from tocsin.core.protection.coarsening import Coarsened, coarsen_date, coarsen_place, grid_km
from tocsin.core.rules.references import citing
from tocsin.publish.maps.freeze import freeze_map
from tocsin.records.models import Record, Version
from tocsin.records.queries import UnknownRecordError, versions_at
from tocsin.review.actions import UNGRADED

R = TypeVar("R", bound=base.Record)


class Assembled(msgspec.Struct, frozen=True):
    """A draft's content, and the versions that it was made of."""

    content: Content
    draft: Draft
    versions: tuple[Version, ...]
    coarsened: tuple[Coarsened, ...] = ()

    @property
    def sha256(self) -> str:
        """SHA-256 of the content's canonical bytes: what is submitted, signed and issued."""
        return sha256(canonical_bytes(self.content))


def assemble(draft: Record, upto: int | None = None, *, text: Draft | None = None) -> Assembled:
    """A draft's content as the records stand, or stood after act `upto`. Raises UnknownRecordError, MapError.

    text: what somebody is about to record as the draft's own; left out, what is on record
    """
    bulletin = draft.parent
    taken = _Taken(draft, upto)
    recorded = taken.one(Draft, "draft", draft.key, bulletin)
    text = text or recorded
    taken.take_carried(text)
    head = taken.one(Bulletin, "bulletin", bulletin.key, bulletin.situation)
    scope = taken.one(SituationScope, "situation", draft.situation.key, None)
    assessment = taken.one(Assessment, "assessment", "assessment", bulletin)
    situation = Situation(
        id=draft.situation.key,
        title=scope.title,
        countries=scope.countries,
        places=scope.places,
        alleged_perpetrators=taken.all(Party, "actor", scope.alleged_perpetrators),
        groups_at_risk=taken.all(Party, "group", scope.groups_at_risk),
    )
    claims = tuple(
        msgspec.structs.replace(
            claim, grade=taken.find(Grade, "grade", "admiralty", taken.record("claim", key)) or UNGRADED
        )
        for key, claim in zip(text.claims, taken.all(Claim, "claim", text.claims), strict=True)
    )
    asks = tuple(
        msgspec.structs.replace(
            ask, responses=taken.children(Response, "response", taken.record("recommendation", key))
        )
        for key, ask in zip(
            text.recommendations, taken.all(Recommendation, "recommendation", text.recommendations), strict=True
        )
    )
    findings = tuple(taken.one(Finding, "finding", key, bulletin) for key in assessment.findings)
    own: dict[str, Any] = {
        "reading_of": text.reading_of,
        "headline": text.headline,
        "bottom_line": text.bottom_line,
        "since": text.since,
        "level": assessment.level,
        "confidence": assessment.confidence,
        "review_date": text.review_date,
        "review_note": text.review_note,
        "findings": findings,
        "figures": taken.all(Figure, "figure", text.figures),
        "claims": claims,
        "events": taken.all(Event, "event", text.events),
        "recommendations": asks,
        "changes": text.changes,
        "flags": text.flags,
        "media": text.media,
        "forecast_note": text.forecast_note,
        "series": taken.all(EventSeries, "series", text.series or ()) or msgspec.UNSET,
        "incidents": taken.all(Incidents, "incidents", text.incidents or ()) or msgspec.UNSET,
        "forecasts": text.forecasts,
    }
    referred = [*scope.places, *(place for claim in claims for place in claim.places)]
    places = taken.all(Place, "place", _in_order(text.places, referred))
    cited = {citation.source for value in own.values() for _, citation in citing(value)}
    taken.take(Q(kind="source", situation=draft.situation_id, key__in=cited))
    sources = taken.all(Source, "source", [key for key in _in_order(text.sources, sorted(cited)) if key in cited])
    places, coarsened = _coarsen(places, taken.where(Handling, "handling", lambda each: each.coarsen_km is not None))
    own["claims"] = _dated(claims, coarsened)
    content = Content(
        warning=bulletin.key, **msgspec.structs.asdict(head), situation=situation, sources=sources, places=places, **own
    )
    if text.map:
        spec = taken.one(MapSpec, "map", "map", draft.situation)
        shapes = {shape.file: shape.geojson for shape in taken.every(Geometry, "geometry")}
        drawn = freeze_map(spec, places=places, operator_files=shapes) if shapes else _frozen(spec, places)
        content = msgspec.structs.replace(content, map=drawn)
    return Assembled(content, text, tuple(taken.used.values()), coarsened)


def _coarsen(
    places: tuple[Place, ...], handlings: Iterable[Handling]
) -> tuple[tuple[Place, ...], tuple[Coarsened, ...]]:
    """Places as they may be shown, and what was made less exact. Where handlings differ, the coarser holds."""
    found: dict[str, Coarsened] = {}
    for each in handlings:
        for about in each.about:
            kind, _, key = about.partition("/")
            km = grid_km(each.coarsen_km or 0, each.population)
            before = found.get(key)
            if kind == "place" and (before is None or km > before.km):
                found[key] = Coarsened(place=key, km=km, dates_to=each.dates_to)
    shown = tuple(coarsen_place(place, found[place.id].km) if place.id in found else place for place in places)
    return shown, tuple(found[place.id] for place in places if place.id in found)


def _dated(claims: tuple[Claim, ...], coarsened: Iterable[Coarsened]) -> tuple[Claim, ...]:
    """Claims dated no more precisely than the places that they are about allow."""
    least = {each.place: each.dates_to for each in coarsened if each.dates_to}
    dated = []
    for claim in claims:
        asked = {least[place] for place in claim.places if place in least}
        to = "year" if "year" in asked else "month" if asked else ""
        dated.append(msgspec.structs.replace(claim, date=coarsen_date(claim.date, to)) if to else claim)
    return tuple(dated)


@lru_cache(maxsize=32)
def _frozen(spec: MapSpec, places: tuple[Place, ...]) -> SituationMap:
    """A map without shapes of the desk's own: the same every time that it says the same."""
    return freeze_map(spec, places=places, operator_files={})


def _in_order(listed: Iterable[str], needed: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*listed, *needed)))


class _Taken:
    """The versions of a draft's records that stood at one moment: those that it carries; remembers which were used.

    Three queries, however many claims the situation holds: what is small, what is carried, and the sources cited.
    """

    def __init__(self, draft: Record, upto: int | None) -> None:
        self._upto = upto
        self._situation = draft.situation
        self._versions: dict[tuple[str, str, int | None], Version] = {}
        self._children: dict[tuple[str, int], list[Version]] = {}
        self.used: dict[int, Version] = {}
        own = Q(pk__in=(draft.pk, draft.parent_id, draft.situation_id))
        small = Q(situation=draft.situation_id, kind__in=("actor", "group", "place", "map", "geometry", "handling"))
        self.take(own | small | Q(parent=draft.parent_id, kind__in=("assessment", "finding")))

    def take_carried(self, text: Draft) -> None:
        """Read what a draft carries, and what belongs to it."""
        here = Q(situation=self._situation)
        carried = Q(pk__in=())
        lists = {"claim": "claims", "event": "events", "figure": "figures", "recommendation": "recommendations",
                 "series": "series", "incidents": "incidents"}  # fmt: skip
        for kind, name in lists.items():
            keys = getattr(text, name)
            if keys:
                carried |= Q(kind=kind, key__in=keys)
        below = Q(kind="grade", parent__key__in=text.claims) | Q(kind="response", parent__key__in=text.recommendations)
        self.take(here & (carried | below))

    def take(self, which: Q) -> None:
        """Read the versions of some records."""
        for version in versions_at(Record.objects.filter(which), self._upto):
            record = version.record
            above = record.parent_id or record.situation_id
            self._versions[record.kind, record.key, above] = version
            if record.parent_id:
                self._children.setdefault((record.kind, record.parent_id), []).append(version)

    def _use(self, version: Version, kind: type[R]) -> R:
        self.used[version.pk] = version
        return version.read(kind)

    def find(self, kind: type[R], name: str, key: str, above: Record | None) -> R | None:
        """What a record says, or None when there is none."""
        version = self._versions.get((name, key, above.pk if above else None))
        return self._use(version, kind) if version else None

    def one(self, kind: type[R], name: str, key: str, above: Record | None) -> R:
        """What a record says. Raises UnknownRecordError."""
        found = self.find(kind, name, key, above)
        if found is None:
            raise UnknownRecordError(f"there is no {name} {key}", where=above.path if above else "")
        return found

    def all(self, kind: type[R], name: str, keys: Iterable[str]) -> tuple[R, ...]:
        """What records of the situation say, in the order of their keys."""
        return tuple(self.one(kind, name, key, self._situation) for key in keys)

    def every(self, kind: type[R], name: str) -> tuple[R, ...]:
        """What all records of a kind in the situation say."""
        return tuple(self._use(each, kind) for (own, _, _), each in self._versions.items() if own == name)

    def where(self, kind: type[R], name: str, holds: Callable[[R], bool]) -> tuple[R, ...]:
        """What those records of a kind say for which something holds."""
        versions = [each for (own, _, _), each in self._versions.items() if own == name]
        return tuple(self._use(each, kind) for each in versions if holds(each.read(kind)))

    def record(self, name: str, key: str) -> Record:
        """A record of the situation that is known to be there."""
        return self._versions[name, key, self._situation.pk].record

    def children(self, kind: type[R], name: str, parent: Record) -> tuple[R, ...]:
        """What the numbered records below one say, in the order of their numbers."""
        found = sorted(self._children.get((name, parent.pk), ()), key=lambda version: int(version.record.key))
        return tuple(self._use(version, kind) for version in found)


def struct_of(value: Any, **changes: Any) -> Any:
    """A struct with some fields replaced."""
    return msgspec.structs.replace(value, **changes)
