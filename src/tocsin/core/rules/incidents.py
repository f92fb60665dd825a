"""Rules about incidents: a range that holds, a country that exists, a point no finer than anybody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tocsin.core import geography
from tocsin.core.dates import DateError, bounds
from tocsin.core.model.incidents import Incident, Incidents
from tocsin.core.rules.rule import Broken, Context, Rule

DECIMALS = 2
"""Of a degree: about a kilometre. No table of events is surer of a place than that."""


def _each(context: Context) -> Iterator[tuple[Incidents, Incident]]:
    for one in context.content.incidents or ():
        for incident in one.incidents:
            yield one, incident


def _twice(context: Context) -> Iterator[Broken]:
    for one in context.content.incidents or ():
        for id, times in Counter(incident.id for incident in one.incidents).items():
            if times > 1:
                text = f"incidents {one.id}: {id} stands {times} times"
                yield Broken("incidents", one.id, "incidents", text, "Take each event once")


def _no_range(context: Context) -> Iterator[Broken]:
    for one, incident in _each(context):
        given = [count for count in (incident.low, incident.best, incident.high) if count is not None]
        if given != sorted(given):
            text = f"incidents {one.id}, {incident.id}: low, best and high are {given}"
            yield Broken("incidents", one.id, "incidents", text, "Ask the source; low ≤ best ≤ high")


def _no_place(context: Context) -> Iterator[Broken]:
    for one, incident in _each(context):
        if incident.country and geography.find_country(incident.country) is None:
            text = f"incidents {one.id}, {incident.id}: there is no country {incident.country}"
            yield Broken("incidents", one.id, "incidents", text, "Write ISO 3166-1 alpha-3")
        if incident.at is not None:
            longitude, latitude = incident.at
            if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
                text = f"incidents {one.id}, {incident.id} lies outside the world"
                yield Broken("incidents", one.id, "incidents", text, "Give longitude before latitude, in degrees")
            elif (round(longitude, DECIMALS), round(latitude, DECIMALS)) != incident.at:
                text = f"incidents {one.id}, {incident.id}: its point has more than {DECIMALS} decimals"
                yield Broken("incidents", one.id, "incidents", text, "Round it: nobody knows it better")


def _no_day(context: Context) -> Iterator[Broken]:
    for one, incident in _each(context):
        try:
            first, last = bounds(incident.date)
        except DateError:
            continue  # another rule says so
        if first is None or last is None:
            text = f"incidents {one.id}, {incident.id} has no first and last day"
            yield Broken("incidents", one.id, "incidents", text, "Write 2023-09-19, or 2023-09-19/2023-09-21")


RULES = (
    Rule("incident-twice", "error", "An incident stands once in its list", _twice),
    Rule("range-of-incident", "error", "The deaths of an incident keep low ≤ best ≤ high", _no_range),
    Rule("place-of-incident", "error", "An incident lies in a country that exists, to two decimals", _no_place),
    Rule("day-of-incident", "error", "An incident has a first and a last day on which it may have happened", _no_day),
)
