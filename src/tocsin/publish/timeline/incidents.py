"""Incidents of a publisher in words: when each may have happened, where, and what stands under any picture of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from tocsin.core.dates import bounds
from tocsin.core.model.incidents import Incident, Incidents
from tocsin.core.model.places import Name
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words


def days_of(one: Incidents) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day on which each may have happened."""
    found = (bounds(incident.date) for incident in one.incidents)
    return [(first, last) for first, last in found if first and last]


def notes_of(one: Incidents, words: Words) -> list[str]:
    """What stands under incidents: what they cannot tell, which were taken, the source, its warnings."""
    source = words(
        "series-source", producer=one.producer, release=one.release, licence=one.licence, day=words.day(one.retrieved)
    )
    return [one.cannot_tell, one.selection, source, *one.warnings]


def place_of(incident: Incident, differing: Sequence[Sequence[Name]], lang: str) -> str:
    """Where, as the publisher names it; a place whose names differ between the sides is given all of them.

    differing: all names of each such place of the edition
    """
    said = ", ".join(dict.fromkeys(part for part in (incident.place, incident.adm1) if part))
    for names in differing:
        if any(_stands_in(name.text, said) for name in names):
            others = dict.fromkeys(name.text for name in names if name.lang == lang and not _stands_in(name.text, said))
            said += f" ({' / '.join(others)})" if others else ""
    return said


def names_that_differ(reading: Reading) -> list[tuple[Name, ...]]:
    """The names of each place of an edition, and of its map, that are not the same for everybody."""
    sets = [place.names for place in reading.content.places]
    if reading.content.map:
        sets += [names for layer in reading.content.map.layers for names in (layer.names, *_named(layer.features))]
    return list(dict.fromkeys(names for names in sets if any(name.used_by for name in names)))


def deaths_of(incident: Incident, words: Words) -> str:
    """Deaths with their range; empty where none is given."""
    if incident.best is None:
        return ""
    if incident.low is None or incident.high is None:
        return words("incident-deaths-open", best=words.number(incident.best))
    return words(
        "incident-deaths",
        best=words.number(incident.best),
        low=words.number(incident.low),
        high=words.number(incident.high),
    )


def _named(features: Sequence[object]) -> list[tuple[Name, ...]]:
    return [getattr(feature, "names", ()) for feature in features]


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
