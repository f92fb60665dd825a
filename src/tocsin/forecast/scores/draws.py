"""Scores of forecasts given as draws: n forecasts of m draws each, against n outcomes. Lower is better.

With draws x(1..m) and outcome y:

CRPS      standard ("nrg", that of the empirical distribution, used by VIEWS):
              1/m sum |x(i) - y|  -  1/(2 m^2) sum sum |x(i) - x(j)|
          fair (Ferro 2014, unbiased for draws of a wider distribution):
              the second term with 1/(2 m (m - 1)); needs two draws.
log1p-CRPS   the CRPS after log(1 + .) of draws and outcome: weighs relative errors, so that one great war does not
          decide everything (Bosse et al. 2023).
ignorance    bits: -log2 p(bin of y), with p = (draws in the bin + 1) / (m + number of bins). The bins are those of the
          VIEWS Prediction Challenge: 0, 1-2, 3-5, 6-10, 11-25, 26-50, 51-100, 101-250, 251-500, 501-1000, more. The one
          draw added to each bin keeps the score finite. It depends on m: compare only equal numbers of draws.
interval score   of the central 90 % interval [l, u], alpha = 0.1 (Gneiting & Raftery 2007):
              (u - l) + 2/alpha (l - y)+ + 2/alpha (y - u)+ ; quantiles interpolate linearly, as numpy's default.

All scores need only the distinct values of a row and how often each occurs. Whole numbers below 4,096 are counted into
a table, other rows are sorted (numpy's vectorised sort, in blocks that stay in cache); one compiled pass then reads the
four scores off: with x in rising order, sum sum |x(i) - x(j)| = 2 sum (2i - m - 1) x(i), i = 1..m.
Sources: VIEWS, prediction_competition_2023 (evaluate_submissions, IgnoranceScore, IntervalScore).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.forecast.scores.compiled import compiled
from tocsin.forecast.scores.errors import ScoreError

Floats = npt.NDArray[np.float64]
VIEWS_BIN_EDGES = (0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)
"""Upper edges of all bins but the last, which is open."""

COUNTED_BELOW = 4096
BLOCK_BYTES = 1 << 18


@dataclass(frozen=True)
class DrawScores:
    """One score per forecast, arrays of shape (n,)."""

    crps: Floats
    log_crps: Floats
    ignorance: Floats
    interval: Floats

    def means(self) -> dict[str, float]:
        """The mean of each."""
        return {
            "crps": float(self.crps.mean()),
            "log_crps": float(self.log_crps.mean()),
            "ignorance": float(self.ignorance.mean()),
            "interval": float(self.interval.mean()),
        }


def score_draws(
    draws: npt.ArrayLike,
    outcomes: npt.ArrayLike,
    *,
    fair: bool = False,
    interval: float = 0.9,
    bin_edges: tuple[float, ...] = VIEWS_BIN_EDGES,
) -> DrawScores:
    """All four scores of draws (n, m) against outcomes (n,), both >= 0.

    Raises ScoreError when shapes do not match, a number is negative or missing, or fair is asked of a single draw.
    """
    checked, y = _checked(draws, outcomes, fair=fair)
    if not 0 < interval < 1:
        raise ScoreError(f"{interval} is no interval", remedy="Give a share between 0 and 1, as 0.9.")
    n, m = checked.shape
    scores = np.empty((4, n))
    edges = np.asarray(bin_edges, dtype=np.float64)
    left = _score_counted(checked, y, edges, interval, fair, scores) if checked.dtype.kind in "iu" else np.arange(n)
    n_rows = max(1, BLOCK_BYTES // max(1, checked.itemsize * m))
    for start in range(0, len(left), n_rows):
        rows = left[start : start + n_rows]
        block = checked[rows]
        block.sort(axis=1)
        if not (block[:, 0] >= 0).all() or not np.isfinite(block[:, -1]).all():
            raise ScoreError("a draw is negative or missing", remedy="Fatalities are counts, zero or more.")
        _score_sorted(block, rows, y, edges, interval, fair, scores)
    return DrawScores(crps=scores[0], log_crps=scores[1], ignorance=scores[2], interval=scores[3])


def crps(draws: npt.ArrayLike, outcomes: npt.ArrayLike, *, fair: bool = False) -> Floats:
    """CRPS of each forecast, shape (n,)."""
    return score_draws(draws, outcomes, fair=fair).crps


def log_crps(draws: npt.ArrayLike, outcomes: npt.ArrayLike, *, fair: bool = False) -> Floats:
    """CRPS of log(1 + draws) against log(1 + outcomes), shape (n,)."""
    return score_draws(draws, outcomes, fair=fair).log_crps


def ignorance(
    draws: npt.ArrayLike, outcomes: npt.ArrayLike, *, bin_edges: tuple[float, ...] = VIEWS_BIN_EDGES
) -> Floats:
    """Ignorance in bits, shape (n,)."""
    return score_draws(draws, outcomes, bin_edges=bin_edges).ignorance


def interval_score(draws: npt.ArrayLike, outcomes: npt.ArrayLike, *, interval: float = 0.9) -> Floats:
    """Interval score of the central interval, shape (n,)."""
    return score_draws(draws, outcomes, interval=interval).interval


def _checked(draws: npt.ArrayLike, outcomes: npt.ArrayLike, *, fair: bool) -> tuple[npt.NDArray[Any], Floats]:
    x, y = np.asarray(draws), np.asarray(outcomes, dtype=np.float64)
    if x.ndim != 2 or y.ndim != 1 or len(x) != len(y):
        raise ScoreError(
            f"draws of shape {x.shape} do not fit outcomes of shape {y.shape}",
            remedy="Give draws as (forecasts, draws) and one outcome per forecast.",
        )
    if x.shape[1] < (2 if fair else 1):
        raise ScoreError("there are too few draws", remedy="The fair CRPS needs two draws, the others one.")
    if not np.isfinite(y).all() or (y < 0).any():
        raise ScoreError("an outcome is negative or missing", remedy="Score only months whose outcome is known.")
    if x.dtype.kind not in "iuf":
        raise ScoreError(f"draws of type {x.dtype} are no numbers", remedy="Give integers or floats.")
    return x, y


@compiled
def _score_counted(
    x: npt.NDArray[Any], outcomes: Floats, edges: Floats, interval: float, fair: bool, scores: Floats
) -> npt.NDArray[np.intp]:
    """Scores rows of small whole numbers; returns the rows that are left, those with a great or negative number."""
    n, m = x.shape
    logs = np.log1p(np.arange(COUNTED_BELOW).astype(np.float64))
    counts = np.zeros(COUNTED_BELOW, dtype=np.int32)
    values = np.empty(COUNTED_BELOW)
    value_logs = np.empty(COUNTED_BELOW)
    n_same = np.empty(COUNTED_BELOW, dtype=np.int64)
    left = np.empty(n, dtype=np.intp)
    n_left = 0
    for row in range(n):
        highest = x[row, 0]
        lowest = x[row, 0]
        for place in range(m):
            highest = max(highest, x[row, place])
            lowest = min(lowest, x[row, place])
        if lowest < 0 or highest >= COUNTED_BELOW:
            left[n_left] = row
            n_left += 1
            continue
        for place in range(m):
            counts[x[row, place]] += 1
        n_values = 0
        for value in range(lowest, highest + 1):
            if counts[value] > 0:
                values[n_values] = value
                value_logs[n_values] = logs[value]
                n_same[n_values] = counts[value]
                counts[value] = 0
                n_values += 1
        _score_values(
            values[:n_values],
            value_logs[:n_values],
            n_same[:n_values],
            outcomes[row],
            edges,
            interval,
            fair,
            scores[:, row],
        )
    return left[:n_left]


@compiled
def _score_sorted(
    ordered: npt.NDArray[Any],
    rows: npt.NDArray[np.intp],
    outcomes: Floats,
    edges: Floats,
    interval: float,
    fair: bool,
    scores: Floats,
) -> None:
    """Scores sorted rows; rows says where each stands among the outcomes and scores."""
    n, m = ordered.shape
    values = np.empty(m)
    value_logs = np.empty(m)
    n_same = np.empty(m, dtype=np.int64)
    for place in range(n):
        n_values = 0
        for draw in range(m):
            value = float(ordered[place, draw])
            if n_values > 0 and value == values[n_values - 1]:
                n_same[n_values - 1] += 1
            else:
                values[n_values] = value
                value_logs[n_values] = math.log1p(value)
                n_same[n_values] = 1
                n_values += 1
        row = rows[place]
        _score_values(
            values[:n_values],
            value_logs[:n_values],
            n_same[:n_values],
            outcomes[row],
            edges,
            interval,
            fair,
            scores[:, row],
        )


@compiled
def _score_values(
    values: Floats,
    logs: Floats,
    n_same: npt.NDArray[np.int64],
    y: float,
    edges: Floats,
    interval: float,
    fair: bool,
    score: Floats,
) -> None:
    """CRPS, log1p-CRPS, ignorance and interval score of one forecast, from its distinct values in rising order."""
    m = n_same.sum()
    tail = (1.0 - interval) / 2.0
    n_bins = len(edges) + 1
    pairs = m * (m - 1.0) if fair else float(m) * m
    log_y = math.log1p(y)
    bin_of_y = 0
    while bin_of_y < n_bins - 1 and y >= edges[bin_of_y]:
        bin_of_y += 1
    low = edges[bin_of_y - 1] if bin_of_y > 0 else -1.0
    high = edges[bin_of_y] if bin_of_y < n_bins - 1 else math.inf
    distance = 0.0
    spread = 0.0
    log_distance = 0.0
    log_spread = 0.0
    in_bin = 0
    below = 0
    for place in range(len(values)):
        n = n_same[place]
        value = values[place]
        weight = float(n) * (2 * below + n - m)  # sum over i = below + 1 .. below + n of (2i - m - 1)
        distance += n * abs(value - y)
        spread += weight * value
        log_distance += n * abs(logs[place] - log_y)
        log_spread += weight * logs[place]
        if low <= value < high:
            in_bin += n
        below += n
    score[0] = distance / m - spread / pairs
    score[1] = log_distance / m - log_spread / pairs
    score[2] = -math.log2((in_bin + 1.0) / (m + n_bins))
    lower = _quantile(values, n_same, m, tail)
    upper = _quantile(values, n_same, m, 1.0 - tail)
    penalty = max(lower - y, 0.0) + max(y - upper, 0.0)
    score[3] = (upper - lower) + penalty / tail


@compiled
def _quantile(values: Floats, n_same: npt.NDArray[np.int64], m: int, share: float) -> float:
    """Linear interpolation between order statistics (Hyndman & Fan's type 7)."""
    position = share * (m - 1)
    first = math.floor(position)
    place = 0
    passed = n_same[0]
    while passed <= first:
        place += 1
        passed += n_same[place]
    low = float(values[place])
    if first + 1 < passed or place + 1 == len(values):
        return low
    return low + (position - first) * (float(values[place + 1]) - low)
