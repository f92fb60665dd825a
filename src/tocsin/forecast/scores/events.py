"""Scores of probabilities that something happens: p (n,) in [0, 1] against happened (n,), booleans.

AUC and average precision rank: any number may stand for p, and ties count half (AUC) or as one group (average
precision, the step-wise sum of scikit-learn). Both take whole weights per row, so that a bootstrap may count a country
twice without copying rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tocsin.forecast.scores.compiled import compiled
from tocsin.forecast.scores.errors import ScoreError

Floats = npt.NDArray[np.float64]


def brier(p: npt.ArrayLike, happened: npt.ArrayLike) -> Floats:
    """Squared distance of each probability from what happened, shape (n,). Brier 1950."""
    chances, came = _pair(p, happened, probabilities=True)
    return (chances - came) ** 2


def log_score(p: npt.ArrayLike, happened: npt.ArrayLike, *, floor: float = 1e-6) -> Floats:
    """-ln of the probability given to what happened, shape (n,); p is kept `floor` away from 0 and 1."""
    chances, came = _pair(p, happened, probabilities=True)
    kept = np.clip(chances, floor, 1 - floor)
    return -np.log(np.where(came > 0, kept, 1 - kept))


def auc(p: npt.ArrayLike, happened: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """Share of (happened, did not) pairs ranked right, ties half; nan when one kind is missing."""
    ranks, came = _pair(p, happened)
    order = np.argsort(ranks, kind="stable")
    return _auc_sorted(ranks[order], came[order], _weights(weights, len(ranks))[order])


def average_precision(p: npt.ArrayLike, happened: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """Sum over thresholds of precision times recall gained; nan when nothing happened."""
    ranks, came = _pair(p, happened)
    order = np.argsort(-ranks, kind="stable")
    return _ap_sorted(ranks[order], came[order], _weights(weights, len(ranks))[order])


def recall_at(p: npt.ArrayLike, happened: npt.ArrayLike, *, first: int) -> float:
    """Share of what happened that stands among the `first` highest; ties at the edge count by their expected share."""
    ranks, came = _pair(p, happened)
    if came.sum() == 0:
        return float("nan")
    if first >= len(ranks):
        return 1.0
    edge = np.partition(ranks, len(ranks) - first)[len(ranks) - first]
    above, at_edge = ranks > edge, ranks == edge
    places = first - int(above.sum())
    caught = came[above].sum() + came[at_edge].sum() * places / at_edge.sum()
    return float(caught / came.sum())


def _pair(p: npt.ArrayLike, happened: npt.ArrayLike, *, probabilities: bool = False) -> tuple[Floats, Floats]:
    chances, came = np.asarray(p, dtype=np.float64), np.asarray(happened, dtype=np.float64)
    if chances.ndim != 1 or chances.shape != came.shape:
        raise ScoreError(
            f"forecasts of shape {chances.shape} do not fit outcomes of shape {came.shape}",
            remedy="Give one outcome per forecast.",
        )
    if np.isnan(chances).any() or not np.isin(came, (0.0, 1.0)).all():
        raise ScoreError("a forecast or an outcome is missing", remedy="Score only rows where both are known.")
    if probabilities and ((chances < 0) | (chances > 1)).any():
        raise ScoreError("a forecast lies outside 0 to 1", remedy="Give probabilities.")
    return chances, came


def _weights(weights: npt.ArrayLike | None, n: int) -> Floats:
    return np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)


@compiled
def _auc_sorted(ranks: Floats, came: Floats, weights: Floats) -> float:
    """Over rows in rising order of rank."""
    wins = 0.0
    below = 0.0
    n_came = 0.0
    start = 0
    while start < len(ranks):
        stop = start
        yes = 0.0
        no = 0.0
        while stop < len(ranks) and ranks[stop] == ranks[start]:
            if came[stop] > 0:
                yes += weights[stop]
            else:
                no += weights[stop]
            stop += 1
        wins += yes * (below + 0.5 * no)
        below += no
        n_came += yes
        start = stop
    return wins / (n_came * below) if n_came > 0 and below > 0 else np.nan


@compiled
def _ap_sorted(ranks: Floats, came: Floats, weights: Floats) -> float:
    """Over rows in falling order of rank."""
    gained = 0.0
    caught = 0.0
    raised = 0.0
    start = 0
    while start < len(ranks):
        stop = start
        yes = 0.0
        while stop < len(ranks) and ranks[stop] == ranks[start]:
            raised += weights[stop]
            if came[stop] > 0:
                yes += weights[stop]
            stop += 1
        caught += yes
        if raised > 0:
            gained += yes * caught / raised
        start = stop
    return gained / caught if caught > 0 else np.nan
