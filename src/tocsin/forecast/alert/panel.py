"""Country-months of organised violence from UCDP GED, as a frame.

Columns of the table: country_iso3, year_month (as 2019-12), and the counts in COUNTS; others are left alone. A
country-month without a row had no event. GED begins in January 1989: earlier rows, which some files fill with zeros,
are dropped, since nothing was looked for then.

Values become known at the end of their month (see models/alert.toml: revisions make this a little kinder than life).
Units are numbered by their letters, so that a number stands for the same country in every file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tocsin.forecast.frame import Column, Frame, FrameError, make_frame
from tocsin.forecast.months import month_id, month_text
from tocsin.forecast.tables import numbers, read_table

UNIT, TIME = "country_iso3", "year_month"
CIVILIANS, ALL = "ucdp_civilian_deaths", "ucdp_fatalities_best"
COUNTS = (
    CIVILIANS,
    ALL,
    "ucdp_event_count",
    "ucdp_peak_event_fatalities",
    "ucdp_state_based_events",
    "ucdp_non_state_events",
    "ucdp_one_sided_events",
)
GED_BEGINS = month_id(1989, 1)


def number_of(alpha3: str) -> int:
    """AFG -> 0*26^2 + 5*26 + 6. Raises FrameError for anything but three capital letters."""
    if len(alpha3) != 3 or not alpha3.isascii() or not alpha3.isalpha() or not alpha3.isupper():
        raise FrameError(f"{alpha3!r} is no country code", remedy="Write ISO 3166 alpha-3 codes, as AFG")
    first, second, third = (ord(letter) - ord("A") for letter in alpha3)
    return (first * 26 + second) * 26 + third


def alpha3_of(number: int) -> str:
    """The letters of a number."""
    return "".join(chr(ord("A") + place) for place in (number // 676, number // 26 % 26, number % 26))


def month_from(text: str) -> int:
    """2019-12 -> its month number. Raises FrameError."""
    year, dash, month = text.partition("-")
    if not (dash and year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12):
        raise FrameError(f"{text!r} is no month", remedy="Write months as 2019-12")
    return month_id(int(year), int(month))


def parse_origin_months(text: str) -> range:
    """2010-01:2019-12, or years 2010:2019 as all their months. Raises FrameError."""
    first, _, last = text.partition(":")
    if first.isdecimal() and last.isdecimal():
        first, last = f"{first}-01", f"{last}-12"
    found = range(month_from(first), month_from(last) + 1)
    if not found:
        raise FrameError(f"{text!r} ends before it begins", remedy="Write it as 2010-01:2019-12")
    return found


def read_panel(path: Path) -> Frame:
    """The frame of a panel file, .parquet or .csv. Raises FrameError or TableError when it is no such panel."""
    table = read_table(path)
    missing = [name for name in (UNIT, TIME, *COUNTS) if name not in table.column_names]
    if missing:
        raise FrameError(f"it has no column {', '.join(missing)}", where=str(path), remedy="Give UCDP country-months")
    units = [_read(number_of, UNIT, cell, where=path) for cell in table[UNIT].to_pylist()]
    times = [_read(month_from, TIME, cell, where=path) for cell in table[TIME].to_pylist()]
    counts = {name: numbers(table, name, where=path) for name in COUNTS}
    for name, values in counts.items():
        bad = np.isnan(values) | (values < 0)
        if bad.any():
            row = int(np.argmax(bad))
            has = "no count" if np.isnan(values[row]) else f"a negative count ({values[row]:g})"
            raise FrameError(
                f"column {name} has {has} in row {row + 1}", where=str(path), remedy="Give 0 where there was no event"
            )
    return frame_of(np.array(units, dtype=np.int64), np.array(times, dtype=np.int64), counts, where=str(path))


def _read(parse: Callable[[str], int], name: str, cell: object, *, where: Path) -> int:
    try:
        return parse("" if cell is None else str(cell))
    except FrameError as error:
        raise FrameError(f"column {name}: {error.problem}", where=str(where), remedy=error.remedy) from error


def frame_of(units: np.ndarray, times: np.ndarray, counts: dict[str, np.ndarray], *, where: str = "") -> Frame:
    """Every country in every month from 1989 to the last. Raises FrameError when a country-month stands twice."""
    kept = times >= GED_BEGINS
    if not kept.any():
        raise FrameError("it has no month from 1989 on", where=where, remedy="Give UCDP country-months")
    units, times = units[kept], times[kept]
    countries = np.unique(units)
    months = np.arange(times.min(), times.max() + 1)
    cells = (times - months[0]) * len(countries) + np.searchsorted(countries, units)
    if len(np.unique(cells)) != len(cells):
        cell = int(np.flatnonzero(np.bincount(cells) > 1)[0])
        twice = (
            f"{alpha3_of(int(countries[cell % len(countries)]))} in {month_text(int(months[cell // len(countries)]))}"
        )
        raise FrameError(f"{twice} stands in it twice", where=where, remedy="Keep one row of each country and month")
    columns = {}
    all_times = np.repeat(months, len(countries))
    for name, values in counts.items():
        full = np.zeros(len(all_times))
        full[cells] = values[kept]
        columns[name] = Column(full, all_times.copy())
    return make_frame(np.tile(countries, len(months)), all_times, columns)
