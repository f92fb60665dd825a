"""Fatalities: scores of draws, as ratios to another table's on the same country-months."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tocsin.forecast.fatalities.panel import DEATHS
from tocsin.forecast.frame import Floats, Frame, FrameError, Ints
from tocsin.forecast.measuring.report import Report
from tocsin.forecast.scores import compare_totals, coverage, score_draws

SCORES = ("crps", "log_crps", "ignorance", "interval")
COMPARED = ("crps", "log_crps")


def measure_fatalities(table: pa.Table, frame: Frame, beside: pa.Table | None = None) -> Report:
    """Measure columns country_id, month_id, draw, outcome. Differences are ratios: below 1 the first table is ahead.

    Raises FrameError when a country-month has not as many draws as the others, or two tables are not of the same rows.
    """
    units, months, draws = draws_of(table)
    came = dict(
        zip(zip(frame.unit.tolist(), frame.time.tolist(), strict=True), frame.columns[DEATHS].values, strict=True)
    )
    pairs = list(zip(units.tolist(), months.tolist(), strict=True))
    known = np.array([pair in came for pair in pairs], dtype=bool)
    if not known.any():
        return Report(0, 0, {})
    y = np.array([came[pair] for pair in pairs if pair in came])
    scores = score_draws(draws[known], y)
    covered = coverage(draws[known], y, shares=(0.5, 0.9))
    figures = scores.means() | {f"coverage_{share * 100:.0f}": value for share, value in covered.items()}
    # most country-months are nought and forecast so: coverage says something only of the others
    is_open = (y > 0) | (draws[known].max(axis=1) > 0)
    if is_open.any():
        open_ones = coverage(draws[known][is_open], y[is_open], shares=(0.5, 0.9))
        figures |= {f"coverage_{share * 100:.0f}_where_open": value for share, value in open_ones.items()}
    if beside is None:
        return Report(int(known.sum()), int((y > 0).sum()), figures, even=1.0)
    other_units, other_months, other_draws = draws_of(beside)
    if not (np.array_equal(units, other_units) and np.array_equal(months, other_months)):
        raise FrameError("the two tables are not of the same countries and months", remedy="Compare equal rows")
    theirs = score_draws(other_draws[known], y)
    countries = units[known]
    gaps, left_out = {}, {}
    for name in COMPARED:
        a, b = getattr(scores, name), getattr(theirs, name)
        gaps[name] = compare_totals(a, b, countries, seed=1)
        left_out[name] = _without_each(a, b, countries)
    return Report(int(known.sum()), int((y > 0).sum()), figures, theirs.means(), gaps, left_out, even=1.0)


def draws_of(table: pa.Table) -> tuple[Ints, Ints, np.ndarray]:
    """(rows,) countries and months, sorted, and (rows, draws), of a table with a row a draw. Raises FrameError."""
    try:
        unit, month, outcome = (table[name].to_numpy() for name in ("country_id", "month_id", "outcome"))
    except KeyError as error:
        raise FrameError(f"it has no column {error}", remedy="Give a table of `backtest fatalities`") from error
    order = np.lexsort((month, unit))
    unit, month, outcome = unit[order], month[order], outcome[order]
    first = np.flatnonzero(np.r_[True, (np.diff(unit) != 0) | (np.diff(month) != 0)]) if len(unit) else np.empty(0, int)
    n = len(unit) // max(1, len(first))
    if not len(first) or not np.array_equal(first, np.arange(len(first)) * n) or n * len(first) != len(unit):
        raise FrameError("its country-months have not the same number of draws", remedy="Give as many draws for each")
    return unit[first].astype(np.int64), month[first].astype(np.int64), outcome.reshape(len(first), n)


def _without_each(a: Floats, b: Floats, countries: Ints) -> tuple[float, float]:
    """Least and greatest ratio of totals when any one country is left out."""
    _, place = np.unique(countries, return_inverse=True)
    rest_a, rest_b = (each.sum() - np.bincount(place, weights=each) for each in (a, b))
    ratios = rest_a[rest_b > 0] / rest_b[rest_b > 0]
    return (float(ratios.min()), float(ratios.max())) if len(ratios) else (float("nan"), float("nan"))
