"""What each month can see of the months before it, over (months, countries); before the first month was nothing."""

from __future__ import annotations

import numpy as np

from tocsin.forecast.frame import Floats


def sum_back(values: Floats, span: int) -> Floats:
    """Sums over the `span` months that end with each."""
    total = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(1, len(total))
    return np.asarray(total[rows] - total[np.maximum(rows - span, 0)])


def max_back(values: Floats, span: int) -> Floats:
    """The highest of the `span` months that end with each."""
    return np.array([values[max(0, row - span + 1) : row + 1].max(axis=0) for row in range(len(values))])


def std_back(values: Floats, span: int) -> Floats:
    """The standard deviation of the `span` months that end with each."""
    return np.array([values[max(0, row - span + 1) : row + 1].std(axis=0) for row in range(len(values))])


def months_since(happened: np.ndarray, *, at_most: float) -> Floats:
    """Months since it last happened, 0 in the month itself; `at_most` where it never did or longer ago."""
    since = np.empty(happened.shape)
    months = np.full(happened.shape[1], float(at_most))
    for row, now in enumerate(happened):
        months = np.where(now, 0.0, np.minimum(months + 1, at_most))
        since[row] = months
    return since
