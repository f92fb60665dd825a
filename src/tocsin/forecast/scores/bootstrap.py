"""How sure is a difference between two models? A paired bootstrap that draws whole countries.

Rows of one country hang together, so countries are drawn with replacement, each with all its rows and with both
models' scores. The interval is that of percentiles. With few countries that ever differ it is wide, as it should be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.forecast.scores.errors import ScoreError

Floats = npt.NDArray[np.float64]
N_RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """An estimate with the 95 % interval of its bootstrap.

    p_not_better: share of resamples in which the first model is not ahead of the second.
    """

    estimate: float
    low: float
    high: float
    p_not_better: float
    n_clusters: int

    def __str__(self) -> str:
        return f"{self.estimate:.3f} [{self.low:.3f}, {self.high:.3f}]"


def resample_clusters(clusters: npt.ArrayLike, *, seed: int, n: int = N_RESAMPLES) -> tuple[npt.NDArray[Any], Floats]:
    """The place of each row's cluster (rows,) and how often each cluster is drawn (n, clusters)."""
    names, place = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < 2:
        raise ScoreError("a bootstrap of one cluster says nothing", remedy="Give at least two countries.")
    counts = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=n)
    return place, counts.astype(np.float64)


def compare_totals(
    model: npt.ArrayLike, baseline: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int, n: int = N_RESAMPLES
) -> Interval:
    """Ratio of the model's total score to the baseline's, row by row the same forecasts; below 1 the model is ahead."""
    _, counts, sums_a, sums_b = _by_cluster(model, baseline, clusters, seed=seed, n=n)
    drawn_a, drawn_b = counts @ sums_a, counts @ sums_b
    ratios = np.divide(drawn_a, drawn_b, out=np.ones(n), where=drawn_b > 0)
    total = float(sums_a.sum() / sums_b.sum()) if sums_b.sum() > 0 else 1.0
    return _interval(total, ratios, worse=ratios >= 1, n_clusters=len(sums_a))


def compare_means(
    model: npt.ArrayLike, baseline: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int, n: int = N_RESAMPLES
) -> Interval:
    """Mean of model less baseline; below 0 the model is ahead where lower is better."""
    place, counts, sums_a, sums_b = _by_cluster(model, baseline, clusters, seed=seed, n=n)
    n_rows = np.bincount(place).astype(np.float64)
    drawn = (counts @ (sums_a - sums_b)) / (counts @ n_rows)
    return _interval(float((sums_a - sums_b).sum() / n_rows.sum()), drawn, worse=drawn >= 0, n_clusters=len(sums_a))


def compare_statistic(
    statistic: Callable[[Floats], tuple[float, float]], clusters: npt.ArrayLike, *, seed: int, n: int = N_RESAMPLES
) -> Interval:
    """First less second of any statistic of row weights (rows,), as two AUCs; above 0 the first is ahead.

    Resamples in which either is nan (nothing happened in the drawn countries) are left out.
    """
    place, counts = resample_clusters(clusters, seed=seed, n=n)
    first, second = statistic(np.ones(len(place)))
    pairs = np.array([statistic(one[place]) for one in counts])
    gaps = (pairs[:, 0] - pairs[:, 1])[~np.isnan(pairs).any(axis=1)]
    return _interval(first - second, gaps, worse=gaps <= 0, n_clusters=counts.shape[1])


def _by_cluster(
    model: npt.ArrayLike, baseline: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int, n: int
) -> tuple[npt.NDArray[Any], Floats, Floats, Floats]:
    a, b = np.asarray(model, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ScoreError("the two models have different rows", remedy="Compare scores of the same forecasts.")
    place, counts = resample_clusters(clusters, seed=seed, n=n)
    if len(place) != len(a):
        raise ScoreError("there is not one cluster per row", remedy="Give the country of each row.")
    n_clusters = counts.shape[1]
    sums = [np.bincount(place, weights=one, minlength=n_clusters).astype(np.float64) for one in (a, b)]
    return place, counts, sums[0], sums[1]


def _interval(estimate: float, drawn: Floats, *, worse: npt.NDArray[Any], n_clusters: int) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(estimate, float(low), float(high), float(worse.mean()), n_clusters)
