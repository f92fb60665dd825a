"""What different authors say was held on the same day, side by side: a contested figure is never shown alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

import msgspec

from tocsin.prepare.territory.comparing import Compared

OLDEST_DAYS = 31


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """One author's figure for a day, by its last map up to that day; `days_old` says how old that map was."""

    area_date: date
    stated_by: str
    holder: str
    area_km2: float
    map_date: date
    days_old: int


def side_by_side(compared: Sequence[Compared]) -> list[Rival]:
    """For every day on which any series has a map: each series' last map, no older than OLDEST_DAYS.

    Empty with fewer than two series: there is nothing to set beside.
    """
    if len(compared) < 2:
        return []
    found = []
    days_of = [[day.area_date for day in one.days] for one in compared]
    for on in sorted({day for days in days_of for day in days}):
        for one, days in zip(compared, days_of, strict=True):
            last = one.days[bisect_right(days, on) - 1] if days[0] <= on else None
            if last and (on - last.area_date).days <= OLDEST_DAYS:
                found.append(
                    Rival(
                        area_date=on,
                        stated_by=one.series.stated_by,
                        holder=one.series.holder,
                        area_km2=last.area_km2,
                        map_date=last.area_date,
                        days_old=(on - last.area_date).days,
                    )
                )
    return found
