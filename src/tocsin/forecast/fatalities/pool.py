"""Several distributions made one, all as equally likely quantiles (..., q) in rising order.

A linear pool mixes probabilities: it is wide where the parts disagree. Averaging quantiles (Vincent) keeps the shape
and is sharper. On the development windows either was ahead on one of the two scores; half way between was good on both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tocsin.forecast.scores.compiled import compiled

Floats = npt.NDArray[np.float64]


def levels(n: int) -> Floats:
    """The middle of each of n equal shares: .5/n, 1.5/n, ..."""
    return (np.arange(n) + 0.5) / n


def pool(parts: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Half way between the linear pool and the average of quantiles, (..., q)."""
    return (linear_pool(parts, weights) + average_quantiles(parts, weights)) / 2


def average_quantiles(parts: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Weighted mean of the parts, quantile by quantile."""
    mean = np.zeros(parts[0].shape)
    for part, weight in zip(parts, weights, strict=True):
        mean += weight * part
    return mean


def linear_pool(parts: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Quantiles of the mixture."""
    shape = parts[0].shape
    n = shape[-1]
    flat = np.concatenate([np.reshape(part, (-1, n)) for part in parts], axis=1)
    share = np.repeat(np.asarray(weights, dtype=np.float64) / (n * sum(weights)), n)
    order = np.argsort(flat, axis=1, kind="stable")
    mixed = _quantiles_of_rows(np.take_along_axis(flat, order, axis=1), share[order], levels(n))
    return np.reshape(mixed, shape)


def weighted_quantiles(values: Floats, weights: Floats, n: int) -> Floats:
    """n equally likely quantiles of each row's weighted values, (rows, values) -> (rows, n)."""
    order = np.argsort(values, axis=1, kind="stable")
    share = np.broadcast_to(weights / weights.sum(axis=-1, keepdims=True), values.shape)
    return _quantiles_of_rows(
        np.take_along_axis(values, order, axis=1), np.take_along_axis(share, order, axis=1), levels(n)
    )


@compiled
def _quantiles_of_rows(ordered: Floats, shares: Floats, at: Floats) -> Floats:
    """The least value at which the weights so far reach each level."""
    n_rows, n_values = ordered.shape
    found = np.empty((n_rows, len(at)))
    for row in range(n_rows):
        place = 0
        reached = shares[row, 0]
        for k in range(len(at)):
            while reached < at[k] - 1e-12 and place < n_values - 1:
                place += 1
                reached += shares[row, place]
            found[row, k] = ordered[row, place]
    return found
