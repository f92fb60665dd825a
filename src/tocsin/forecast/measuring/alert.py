"""Alert: chances where a start is possible and decided, and what lists of ten caught."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from tocsin.forecast.alert.episodes import KNOWN_AFTER, THRESHOLDS, at_risk, labels
from tocsin.forecast.alert.history import history_of
from tocsin.forecast.alert.lists import Caught, catch
from tocsin.forecast.alert.panel import month_from, number_of
from tocsin.forecast.frame import Floats, Frame, FrameError
from tocsin.forecast.measuring.report import Report
from tocsin.forecast.scores import (
    auc,
    average_precision,
    brier,
    compare_means,
    compare_statistic,
    log_score,
    reliability,
)


def measure_alert(table: pa.Table, frame: Frame, beside: pa.Table | None = None, *, n: int = 500) -> dict[int, Report]:
    """Measure columns country_iso3, origin_month, p_1000, p_250: a report for each threshold.

    Raises FrameError when origins do not follow one another, or a country of the panel is missing.
    """
    whole = history_of(frame.at(int(frame.time[-1])))
    countries = whole.countries.tolist()
    months, chances = chances_of(table, countries)
    other = chances_of(beside, countries) if beside is not None else None
    if other is not None and other[0] != months:
        raise FrameError("the two tables are not of the same origins", remedy="Compare equal rows")
    first = months[0] - int(whole.months[0])
    rows = range(first, first + len(months))
    if first < 0 or rows[-1] >= len(whole.months):
        raise FrameError("the panel does not hold the table's origins", remedy="Give the panel that it was made from")
    return {
        threshold: _measure(
            chances[threshold], other[1][threshold] if other else None, whole.civilians, rows, threshold, n
        )
        for threshold in THRESHOLDS
    }


def chances_of(table: pa.Table, countries: list[int]) -> tuple[range, dict[int, Floats]]:
    """The origins of a table, and (origins, countries) chances by threshold. Raises FrameError."""
    try:
        codes, origins = table["country_iso3"].to_pylist(), table["origin_month"].to_pylist()
        p = {threshold: table[f"p_{threshold}"].to_numpy() for threshold in THRESHOLDS}
    except KeyError as error:
        raise FrameError(f"it has no column {error}", remedy="Give a table of `backtest alert`") from error
    numbers = np.array([month_from(str(text)) for text in origins], dtype=np.int64)
    if not len(numbers):
        raise FrameError("it has no rows")
    months = range(int(numbers.min()), int(numbers.max()) + 1)
    place = {number: at for at, number in enumerate(countries)}
    found = {threshold: np.full((len(months), len(countries)), np.nan) for threshold in THRESHOLDS}
    for row, (code, month) in enumerate(zip(codes, numbers, strict=True)):
        at = place.get(number_of(str(code)))
        if at is not None:
            for threshold in THRESHOLDS:
                found[threshold][month - months[0], at] = p[threshold][row]
    if any(np.isnan(each).any() for each in found.values()):
        raise FrameError(
            "it does not hold every country of the panel at every month from its first origin to its last",
            remedy="Give a table made from this panel, without a gap",
        )
    return months, found


def _measure(own: Floats, other: Floats | None, civilians: Floats, rows: range, threshold: int, n: int) -> Report:
    decided = [place for place, row in enumerate(rows) if row + KNOWN_AFTER < len(civilians)]
    if not decided:
        return Report(0, 0, {})
    possible = at_risk(civilians, threshold)[list(rows)][decided]
    came = labels(civilians, threshold)[list(rows)][decided][possible]
    country = np.broadcast_to(np.arange(civilians.shape[1]), possible.shape)[possible]
    kept = range(rows[0], rows[decided[-1]] + 1)
    lists = catch(own[decided], civilians, kept, threshold)
    p = own[decided][possible]
    groups = tuple((one.mean_p, one.rate, one.n) for one in reliability(p, came))
    figures = _figures(p, came, lists)
    n_starts = len(lists.starts)
    if other is None:
        return Report(len(p), n_starts, figures, calibration=groups)
    q, their_lists = other[decided][possible], catch(other[decided], civilians, kept, threshold)
    gaps, left_out = {}, {}
    if came.any():

        def both(weights: Floats) -> tuple[float, float]:
            return auc(p, came, weights=weights), auc(q, came, weights=weights)

        gaps["auc"] = compare_statistic(both, country, seed=1, n=n)
        without = [both((country != each).astype(np.float64)) for each in np.unique(country[came])]
        gains = [a - b for a, b in without if not math.isnan(a)]
        left_out = {"auc": (min(gains), max(gains))} if gains else {}
    where = np.array([one.country for one in lists.starts])
    if len(np.unique(where)) > 1:
        hits, their_hits = (np.array(each.hit, dtype=np.float64) for each in (lists, their_lists))
        gaps["in_top_10"] = compare_means(hits, their_hits, where, seed=1)
    return Report(len(p), n_starts, figures, _figures(q, came, their_lists), gaps, left_out, groups)


def _figures(p: Floats, came: np.ndarray, lists: Caught) -> dict[str, float]:
    found = {
        "in_top_10": lists.recall(sudden=False),
        "sudden_in_top_10": lists.recall(sudden=True),
        "false_episodes_a_year": lists.false_per_year,
        "auc": auc(p, came),
        "average_precision": average_precision(p, came),
        "brier": float(brier(p, came).mean()),
        "log_score": float(log_score(p, came).mean()),
    }
    return {name: value for name, value in found.items() if not math.isnan(value)}
