"""Rules about identity: ids are unique, references lead somewhere, dates are dates, codes exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from tocsin.core import geography
from tocsin.core.dates import DateError, check_edtf
from tocsin.core.editions.diff import WHOLE
from tocsin.core.model.base import Edtf
from tocsin.core.model.sources import Citation
from tocsin.core.rules.rule import Broken, Context, Rule, meant

LISTS = (
    "claims",
    "findings",
    "figures",
    "recommendations",
    "events",
    "sources",
    "places",
    "media",
    "changes",
    "series",
    "incidents",
)


def about(name: str, record: Any, position: int) -> str:
    """How a record of a list is called: its id, its stage number, or its place in the list."""
    if name == "findings":
        return str(record.number)
    return str(getattr(record, "id", position))


def _duplicate_ids(context: Context) -> Iterator[Broken]:
    for name in LISTS:
        ids = Counter(
            f"{record.framework}:{record.number}" if name == "findings" else about(name, record, position)
            for position, record in enumerate(getattr(context.content, name) or ())
        )
        for key, times in ids.items():
            if times > 1:
                own = key.rpartition(":")[2]
                yield Broken(name, own, "id", f"{own} stands {times} times in {name}", "Give each its own id")


def _dangling(context: Context) -> Iterator[Broken]:
    content = context.content
    claims = [claim.id for claim in content.claims]
    events = [event.id for event in content.events]
    places = [place.id for place in content.places]
    sources = [source.id for source in content.sources]

    def missing(name: str, about: str, field: str, used: tuple[str, ...], known: list[str]) -> Iterator[Broken]:
        for key in used:
            if key not in known:
                yield Broken(name, about, field, f"{name} {about} refers to {key}, which is not there",
                              meant(key, known))  # fmt: skip

    for claim in content.claims:
        yield from missing("claims", claim.id, "places", claim.places, places)
    for finding in content.findings:
        own = str(finding.number)
        yield from missing("findings", own, "claims", finding.claims, claims)
        yield from missing("findings", own, "against", finding.against, claims + events)
        yield from missing("findings", own, "mitigating", finding.mitigating, events)
    for figure in content.figures:
        yield from missing("figures", figure.id, "claims", figure.claims, claims)
    for ask in content.recommendations:
        yield from missing("recommendations", ask.id, "claims", ask.claims, claims)
    for medium in content.media:
        yield from missing("media", medium.id, "claims", medium.claims, claims)
    for position, flag in enumerate(content.flags):
        yield from missing("flags", str(position), "claims", flag.claims, claims)
    yield from missing("situation", content.situation.id, "places", content.situation.places, places)
    for name in LISTS:
        for position, record in enumerate(getattr(content, name) or ()):
            own = about(name, record, position)
            for field, citation in citing(record):
                yield from missing(name, own, field, (citation.source,), sources)


def citing(record: Any) -> Iterator[tuple[str, Citation]]:
    """Each citation in a record, with the field that holds it."""
    yield from _held(record, Citation)


def _held(record: Any, wanted: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a type within a record, with the outermost field that holds it; only fields that can are read."""
    if isinstance(record, tuple):
        for item in record:
            yield from _held(item, wanted, field)
    elif wanted is Citation and isinstance(record, Citation):
        yield field, record
    elif isinstance(record, msgspec.Struct):
        for name, direct in _leading_to(type(record), wanted):
            value = getattr(record, name)
            if direct:
                yield field or name, value
            else:
                yield from _held(value, wanted, field or name)


@cache
def _leading_to(kind: type, wanted: Any) -> tuple[tuple[str, bool], ...]:
    """Fields of a struct that are of a type, or may hold it: (name, whether they are)."""
    hints = get_type_hints(kind, include_extras=True).items()
    return tuple((name, _is(hint, wanted)) for name, hint in hints if _may_hold(hint, wanted))


def _is(hint: Any, wanted: Any) -> bool:
    """Whether a hint is the wanted type, or that type with a description of its own (one flat `Annotated`)."""
    said: tuple[Any, ...] = getattr(wanted, "__metadata__", ())
    same = getattr(hint, "__origin__", None) is getattr(wanted, "__origin__", wanted)
    return bool(hint == wanted or (said and same and getattr(hint, "__metadata__", ())[: len(said)] == said))


def _may_hold(hint: Any, wanted: Any) -> bool:
    if _is(hint, wanted):
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return bool(_leading_to(hint, wanted))
    return any(_may_hold(each, wanted) for each in get_args(hint))


def _no_date(context: Context) -> Iterator[Broken]:
    content = context.content
    records: list[tuple[str, str, Any]] = [
        (name, about(name, record, position), record)
        for name in LISTS
        for position, record in enumerate(getattr(content, name) or ())
    ]
    records += [(name, "", getattr(content, name)) for name in WHOLE if name != "since"]
    records += [("map", "", content.map)]
    dates = [(name, own, field, text) for name, own, record in records for field, text in _held(record, Edtf)]
    for name, own, field, text in [("", "", "since", content.since), *dates]:
        try:
            check_edtf(text)
        except DateError as error:
            yield Broken(name, own, field, error.problem, error.remedy)


def _unknown_source_kind(context: Context) -> Iterator[Broken]:
    known = [term.id for term in context.codebook.source_types]
    for source in context.content.sources:
        if source.kind and source.kind not in known:
            text = f"source {source.id}: {source.kind!r} is no source type"
            yield Broken("sources", source.id, "kind", text, meant(source.kind, known))


def _unknown_country(context: Context) -> Iterator[Broken]:
    known = [country.alpha3 for country in geography.countries()]
    for code in context.content.situation.countries:
        if code not in known:
            text = f"no country has the code {code} (ISO 3166-1 alpha-3)"
            yield Broken("situation", "", "countries", text, meant(code, known))
    for place in context.content.places:
        if place.country and place.country not in known:
            text = f"place {place.id}: no country has the code {place.country} (ISO 3166-1 alpha-3)"
            yield Broken("places", place.id, "country", text, meant(place.country, known))


RULES = (
    Rule("duplicate-id", "error", "An id stands once", _duplicate_ids),
    Rule("dangling-reference", "error", "A reference leads somewhere", _dangling),
    Rule("no-edtf-date", "error", "A date is an EDTF date", _no_date),
    Rule("unknown-country", "error", "A country has its ISO 3166-1 alpha-3 code", _unknown_country),
    Rule("unknown-source-type", "error", "A source's type exists in the codebook", _unknown_source_kind),
)
