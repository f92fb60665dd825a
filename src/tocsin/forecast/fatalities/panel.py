"""Deaths per month and country in VIEWS' shape, as a frame.

The table has one row per month, `month_id` (1 = January 1980), and one column per country, named by VIEWS'
`country_id`; other columns are left alone. Months follow one another without a gap. A country's cells before its first
number are taken as no deaths (it did not exist); after its last it is no longer forecast and no longer scored. Any
other missing cell is an error, since a hole is no zero.

Values become known at the end of their month. What was in truth known then was an earlier revision: UCDP goes on
correcting for a year and more, and the file holds the last word. A backtest on it is a little kinder than life.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tocsin.forecast.frame import Column, Frame, FrameError, make_frame
from tocsin.forecast.tables import numbers, read_table, whole_numbers

MONTH, DEATHS = "month_id", "deaths"


def read_panel(path: Path) -> Frame:
    """The frame of a panel file, .parquet or .csv. Raises FrameError or TableError when it is no such panel."""
    table = read_table(path)
    if MONTH not in table.column_names:
        raise FrameError(
            f"it has no column {MONTH}", where=str(path), remedy="Give months as rows, VIEWS' countries as columns"
        )
    countries = [name for name in table.column_names if name.isdecimal()]
    if not countries or not table.num_rows:
        raise FrameError(
            "it has no country's column", where=str(path), remedy="Name columns by VIEWS' country_id, as 57"
        )
    months = whole_numbers(table, MONTH, where=path)
    deaths = np.column_stack([numbers(table, name, where=path) for name in countries])
    order = np.argsort(months)
    months, deaths = months[order], deaths[order]
    if (np.diff(months) != 1).any():
        after = int(months[np.argmax(np.diff(months) != 1)])
        raise FrameError(
            f"its months do not follow one another after {MONTH} {after}",
            where=str(path),
            remedy="Give each month once, none left out",
        )
    return frame_of(months, np.array([int(name) for name in countries]), deaths, where=str(path))


def frame_of(months: np.ndarray, countries: np.ndarray, deaths: np.ndarray, *, where: str = "") -> Frame:
    """The frame of a matrix (months, countries). Raises FrameError on a hole, a negative number, a fraction."""
    there = ~np.isnan(deaths)
    begun = np.maximum.accumulate(there, axis=0)
    lasts = np.maximum.accumulate(there[::-1], axis=0)[::-1]
    filled = np.where(begun, deaths, 0.0)
    bad = lasts & (np.isnan(filled) | (filled < 0) | (filled != np.rint(filled)))
    if bad.any():
        month, country = np.argwhere(bad)[0]
        value = filled[month, country]
        what = "no count of deaths" if np.isnan(value) else f"{value:g} deaths"
        raise FrameError(
            f"column {countries[country]} has {what} in month_id {months[month]}",
            where=where,
            remedy="Give whole numbers, 0 where nobody was killed, and nothing after the last month counted",
        )
    if not lasts.any():
        raise FrameError("it has no count of deaths", where=where, remedy="Give months as rows, countries as columns")
    units = np.tile(countries.astype(np.int64), len(months))
    times = np.repeat(months.astype(np.int64), len(countries))
    kept = lasts.ravel()
    return make_frame(units[kept], times[kept], {DEATHS: Column(filled.ravel()[kept], times[kept])})
