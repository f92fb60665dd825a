"""Rules about harm: protected names and places, personal contact, consent, embargo. None repeats what it found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from tocsin.core.model.base import LonLat
from tocsin.core.model.sources import Link
from tocsin.core.protection.coarsening import coarsen_position, distance_km
from tocsin.core.rules.rule import Broken, Context, Rule

E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d[\d ()./-]{6,}\d(?!\w)|(?<![\w.])\(?0\d{1,4}\)?[ /-]\d{2,}(?:[ -]?\d{2,}){1,4}(?!\w)"
)
COORDINATES = re.compile(
    r"""\d{1,3}\.\d{3,}\s*°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}(?!\d)          # 39.5123, 46.3381
        | \d{1,3}\s*°\s*\d{1,2}\s*['′’](?:\s*\d{1,2}(?:\.\d+)?\s*["″”])?\s*[NSEW]  # 39°30'44"N
        | (?<!\w)\d{1,2}[C-HJ-NP-X]\s?[A-Z]{2}\s?\d{4,5}\s?\d{4,5}(?!\w)          # MGRS: 38S PJ 12345 67890""",
    re.VERBOSE,
)  # fmt: skip

KINDS = (("a telephone number", PHONE), ("an e-mail address", E_MAIL), ("exact coordinates", COORDINATES))

NOT_TEXT = {"id", "url", "map", "capture_sha256", "code", "m49", "date"}
"""Fields that hold no free text. Whoever publishes, and where, is public by their own choice."""

NEAR_KM = 0.2
"""A published vertex within this distance of a protected position gives it away."""


def texts(value: Any, where: tuple[str, str, str] = ("", "", "")) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Every free text of a content, with the list, the record and the field that it stands in."""
    if isinstance(value, str):
        if value:
            yield where, value
    elif isinstance(value, tuple):
        for position, each in enumerate(value):
            name, about, field = where
            if not name and isinstance(each, msgspec.Struct):  # a record of one of the content's lists
                own = str(getattr(each, "number" if field == "findings" else "id", position))
                yield from texts(each, (field, own, ""))
            else:
                yield from texts(each, (name, about, field))
    elif isinstance(value, msgspec.Struct) and not isinstance(value, Link):
        for own in value.__struct_fields__:
            if own not in NOT_TEXT:
                name, about, field = where
                yield from texts(getattr(value, own), (name, about, field or own))


def _protected_name(context: Context) -> Iterator[Broken]:
    if context.known.pattern is None:
        return
    said = list(texts(context.content))
    said.append((("", "", "reason"), context.reason))
    for (name, about, field), text in said:
        if context.known.names_somebody(text):
            yield Broken(
                name, about, field, f"{_place(name, about, field)} names somebody whom the desk protects",
                "Take the name out; `tocsin protect list` shows whose names are compared",
            )  # fmt: skip


def _not_compared(context: Context) -> Iterator[Broken]:
    if context.known.unread:
        yield Broken(
            "", "", "", f"protected names could not be compared with the text: {context.known.unread}",
            "Restore the key to what is confidential: nothing is issued unchecked",
        )  # fmt: skip


def _personal(context: Context) -> Iterator[Broken]:
    for (name, about, field), text in texts(context.content):
        for kind in _kinds_in(text):
            yield Broken(
                name, about, field, f"{_place(name, about, field)} seems to hold {kind}",
                "Take it out, unless whoever it belongs to publishes it themselves",
            )  # fmt: skip


@lru_cache(maxsize=16_384)
def _kinds_in(text: str) -> tuple[str, ...]:
    """What a text seems to hold. A draft is looked over at every stroke, and nearly all of its texts stay the same."""
    return tuple(kind for kind, pattern in KINDS if pattern.search(text))


def _exact_place(context: Context) -> Iterator[Broken]:
    for name, about, at in _positions(context):
        for point in context.known.points:
            if at != coarsen_position(point.at, point.km) and distance_km(at, point.at) < NEAR_KM:
                yield Broken(
                    name, about, "at", f"{name} {about} shows exactly where people at risk are",
                    "Coarsen it: record its handling with coarsen_km, or take it off the map",
                )  # fmt: skip
                break


def _positions(context: Context) -> Iterator[tuple[str, str, LonLat]]:
    for place in context.content.places:
        if place.at is not None:
            yield "places", place.id, place.at
    for shown in context.content.incidents or ():
        for incident in shown.incidents:
            if incident.at is not None:
                yield "incidents", shown.id, incident.at
    if context.content.map is not None:
        for layer in context.content.map.layers:
            for feature in layer.features:
                for at in _vertices(feature.geometry.get("coordinates"), feature.geometry.get("geometries")):
                    yield "map", layer.id, at


def _vertices(*parts: Any) -> Iterator[LonLat]:
    for part in parts:
        if isinstance(part, dict):
            yield from _vertices(part.get("coordinates"), part.get("geometries"))
        elif isinstance(part, (list, tuple)) and part:
            if isinstance(part[0], (int, float)):
                yield (float(part[0]), float(part[1]))
            else:
                for each in part:
                    yield from _vertices(each)


def _coarsened(context: Context) -> Iterator[Broken]:
    for each in context.known.coarsened:
        yield Broken("places", each.place, "at", each.text)


def _consent(context: Context) -> Iterator[Broken]:
    carried = {claim.id for claim in context.content.claims}
    for agreed in context.known.agreed:
        for claim in agreed.claims:
            if claim not in carried:
                continue
            if agreed.withdrawn:
                yield Broken(
                    "claims", claim, "", f"claim {claim} rests on a consent that was withdrawn",
                    "Leave it out: tocsin warn without-withdrawn",
                )  # fmt: skip
            elif not agreed.informed or "publish" not in agreed.scope:
                yield Broken(
                    "claims", claim, "", f"claim {claim} rests on somebody who did not agree that it is published",
                    "Ask them, and record what they say; or leave it out",
                )  # fmt: skip


def _embargo(context: Context) -> Iterator[Broken]:
    content = context.content
    for embargo in context.known.embargoes:
        kind, _, key = embargo.about.partition("/")
        carried = {str(getattr(record, "id", "")) for record in getattr(content, f"{kind}s", ())}
        concerned = key == content.warning if kind == "bulletin" else key in carried
        if concerned and f"{context.on:%Y-%m-%d}" < embargo.until:
            yield Broken(
                "" if kind == "bulletin" else f"{kind}s", "" if kind == "bulletin" else key, "",
                f"{'the warning' if kind == 'bulletin' else f'{kind} {key}'} is under embargo until {embargo.until}",
                "Wait, leave it out, or record another handling with the reason",
            )  # fmt: skip


def _place(name: str, about: str, field: str) -> str:
    where = f"{name} {about}".strip()
    return f"`{field}` of {where}" if where and field else f"`{field}`" if field else where


OF_WHAT_IS_KNOWN = (
    Rule("protected-name", "error", "No publishable text names somebody whom the desk protects", _protected_name),
    Rule("names-not-compared", "error", "Protected names were compared with the text", _not_compared),
    Rule("exact-place", "error", "No position is published closer than its coarsening allows", _exact_place),
    Rule("consent-not-given", "error", "A claim rests on nobody who did not agree, or no longer agrees", _consent),
    Rule("under-embargo", "error", "Nothing under embargo is issued before its day", _embargo),
    Rule("place-coarsened", "notice", "A reader is told how coarsely a place is shown", _coarsened),
)
"""Rules that look at `known`. What they find is found anew each time: it rests on what is confidential."""

RULES = (
    *OF_WHAT_IS_KNOWN,
    Rule("personal-contact", "notice", "No text holds a telephone number, e-mail address or exact position", _personal),
)
