"""Places and dates of people at risk, made less exact before anything is frozen.

A position becomes the centre of the grid cell that it lies in. Every position in a cell gives the same centre, so that
nothing of what is published leads back. Random displacement would not do: whoever sees it twice can average it.
"""

from __future__ import annotations

import math
import re
from typing import Final, Literal

import msgspec

from tocsin.core.model.base import LonLat, Record
from tocsin.core.model.places import Place

KM_PER_DEGREE: Final = 111.195
"""Of latitude, on a sphere of the Earth's mean radius (6,371.0 km)."""

FEW_PEOPLE: Final = 2_000
"""Where fewer live, a place is as good as an address."""

KM_FOR_FEW: Final = 25.0
"""The finest grid for such a place, in kilometres."""

DECIMALS: Final = 4


class Coarsened(Record, frozen=True, kw_only=True):
    """What was made less exact: said to the reader as it was done."""

    place: str
    km: float
    dates_to: Literal["", "month", "year"] = ""

    @property
    def text(self) -> str:
        """In a sentence without a full stop."""
        dates = f", and what is said of it is dated to the {self.dates_to}" if self.dates_to else ""
        return f"place {self.place} is shown to a grid of {self.km:g} km to protect people there{dates}"


def grid_km(asked_km: float, population: int | None) -> float:
    """The grid to use, in kilometres: what was asked for, and no finer than few inhabitants allow."""
    few = population is not None and population < FEW_PEOPLE
    return max(asked_km, KM_FOR_FEW) if few else asked_km


def coarsen_position(at: LonLat, km: float) -> LonLat:
    """The centre of the grid cell that a position lies in: rows `km` high, cells about `km` wide at their row."""
    longitude, latitude = at
    rows = max(1, math.floor(180 * KM_PER_DEGREE / km))
    height = 180 / rows
    row = min(rows - 1, max(0, math.floor((latitude + 90) / height)))
    centre = -90 + (row + 0.5) * height
    around = 360 * KM_PER_DEGREE * math.cos(math.radians(centre))
    columns = max(1, math.floor(around / km))
    width = 360 / columns
    column = math.floor(((longitude + 180) % 360) / width) % columns
    return (round(-180 + (column + 0.5) * width, DECIMALS), round(centre, DECIMALS))


def coarsen_place(place: Place, km: float) -> Place:
    """A place with its position coarsened; all else is names and codes, which people have chosen to publish."""
    if place.at is None:
        return place
    return msgspec.structs.replace(place, at=coarsen_position(place.at, km))


def coarsen_date(text: str, to: Literal["", "month", "year"]) -> str:
    """An EDTF date with nothing finer than a month or a year; each end of an interval alike."""
    if not to:
        return text
    kept = r"(\d{4}-\d\d)-\d\d" if to == "month" else r"(\d{4})-\d\d(?:-\d\d)?"
    return re.sub(kept, r"\1", text)


def distance_km(one: LonLat, other: LonLat) -> float:
    """Great-circle distance on the mean sphere, in kilometres."""
    (lon1, lat1), (lon2, lat2) = ([math.radians(degrees) for degrees in at] for at in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * math.degrees(math.asin(min(1.0, math.sqrt(half)))) * KM_PER_DEGREE
