"""Do things happen as often as was said?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.forecast.scores.errors import ScoreError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """One group of forecasts with probabilities between two edges."""

    p_from: float
    p_to: float
    n: int
    mean_p: float
    n_happened: int

    @property
    def rate(self) -> float:
        """Share that happened."""
        return self.n_happened / self.n


def reliability(
    p: npt.ArrayLike, happened: npt.ArrayLike, *, edges: tuple[float, ...] = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1)
) -> list[Reliability]:
    """Groups of probabilities [from, to) and how often each came true; empty groups are left out."""
    chances, came = np.asarray(p, dtype=np.float64), np.asarray(happened, dtype=bool)
    if chances.shape != came.shape:
        raise ScoreError("forecasts do not fit outcomes", remedy="Give one outcome per forecast.")
    groups = []
    for low, high in pairwise(edges):
        within = (chances >= low) & ((chances < high) | (high == edges[-1]) & (chances <= high))
        if within.any():
            groups.append(
                Reliability(low, high, int(within.sum()), float(chances[within].mean()), int(came[within].sum()))
            )
    return groups


def coverage(
    draws: npt.NDArray[Any], outcomes: npt.ArrayLike, *, shares: tuple[float, ...] = (0.5, 0.8, 0.9, 0.95)
) -> dict[float, float]:
    """For each central interval, the share of outcomes in it. Edges belong to it, so counts are covered too often."""
    y = np.asarray(outcomes)
    found = {}
    for share in shares:
        low, high = np.quantile(draws, [(1 - share) / 2, (1 + share) / 2], axis=1)
        found[share] = float(((y >= low) & (y <= high)).mean())
    return found


def randomised_pit(draws: npt.NDArray[Any], outcomes: npt.ArrayLike, *, seed: int) -> Floats:
    """Where each outcome stands among its draws, 0 to 1, ties at random: uniform when calibrated (Czado 2009)."""
    y = np.asarray(outcomes)[:, None]
    below, same = (draws < y).sum(axis=1), (draws == y).sum(axis=1)
    place = np.random.default_rng(seed).random(len(y))
    return np.asarray((below + place * (same + 1)) / (draws.shape[1] + 1))
