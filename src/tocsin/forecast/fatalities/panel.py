"""Deaths per month and country in VIEWS' shape, as a frame.

The table has one row per month, `month_id` (1 = January 1980), and one column per country, named by VIEWS'
`country_id`. Months follow one another without a gap. A country's cells before its first number are taken as no deaths
(it did not exist); any other missing cell is an error, since a hole is no zero.

Values become known at the end of their month. What was in truth known then was an earlier revision: UCDP goes on
correcting for a year and more, and the file holds the last word. A backtest on it is a little kinder than life.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.forecast.frame import Column, Frame, FrameError, make_frame
from tocsin.forecast.tables import read_table

MONTH, DEATHS = "month_id", "deaths"


def read_panel(path: Path) -> Frame:
    """The frame of a panel file, .parquet or .csv. Raises FrameError when it is no such panel."""
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
    try:
        months = _numbers(table[MONTH])
        deaths = np.column_stack([_numbers(table[name]) for name in countries])
    except pa.ArrowInvalid as error:
        raise FrameError(f"it holds something that is no number: {error}", where=str(path)) from error
    order = np.argsort(months)
    months, deaths = months[order], deaths[order]
    if np.isnan(months).any() or (np.diff(months) != 1).any():
        raise FrameError(
            "its months do not follow one another", where=str(path), remedy="Give each month once, none left out"
        )
    return frame_of(months.astype(np.int64), np.array([int(name) for name in countries]), deaths, where=str(path))


def frame_of(months: np.ndarray, countries: np.ndarray, deaths: np.ndarray, *, where: str = "") -> Frame:
    """The frame of a matrix (months, countries). Raises FrameError on a hole or a negative number."""
    begun = np.maximum.accumulate(~np.isnan(deaths), axis=0)
    filled = np.where(begun, deaths, 0.0)
    if np.isnan(filled).any() or (filled < 0).any():
        month, country = np.argwhere(np.isnan(filled) | (filled < 0))[0]
        raise FrameError(
            f"country {countries[country]} has no count of deaths in month {months[month]}",
            where=where,
            remedy="Give 0 where nobody was killed, and end the panel where counts end",
        )
    units = np.tile(countries.astype(np.int64), len(months))
    times = np.repeat(months.astype(np.int64), len(countries))
    return make_frame(units, times, {DEATHS: Column(filled.ravel(), times.copy())})


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
