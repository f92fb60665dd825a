"""The Brier score of expectations: the mean squared distance between the probability given and what came out.

0 is perfect, 0.25 is what a constant 0.5 earns, 1 is certain and wrong. Source: Brier 1950, Monthly Weather Review 78.
"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.core.model.base import Record


class Score(Record, frozen=True, kw_only=True):
    """How a series of expectations came out, beside what always giving their base rate would have scored."""

    n_scored: int
    brier: float
    base_rate: float
    brier_of_base_rate: float


def brier(p: float, came_true: bool) -> float:
    """Brier score of one probability (0 to 1). Raises ValueError outside that range."""
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is no probability")
    return (p - came_true) ** 2


def score(series: Sequence[tuple[float, bool]]) -> Score | None:
    """Score of (probability, came true) pairs; None when nothing has come out."""
    if not series:
        return None
    n = len(series)
    rate = sum(came_true for _, came_true in series) / n
    return Score(
        n_scored=n,
        brier=sum(brier(p, came_true) for p, came_true in series) / n,
        base_rate=rate,
        brier_of_base_rate=rate * (1 - rate),
    )
