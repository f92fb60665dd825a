"""How forecast chances came out: scores, and hits, misses and false alarms by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from tocsin.core.model.forecasts import CountryOutcome, DataVersion, FiledScore
from tocsin.forecast.filing import rounded
from tocsin.forecast.frame import Floats
from tocsin.forecast.scores import auc, log_score

P_LEAST = 1e-4
"""Probabilities are kept this far from 0 and 1 before a logarithm is taken."""


def score_chances(
    told: Sequence[CountryOutcome],
    happened: Floats,
    *,
    baselines: Mapping[str, Floats],
    left_out: Sequence[str],
    top: int,
    horizon: Literal["p_1", "p_1or2", "p_1000", "p_250"],
    forecast_sha256: str,
    data: tuple[DataVersion, ...],
    scored_at: str,
) -> FiledScore:
    """The score of countries with a rank and a chance each, beside what happened, (n,) of 0 and 1; n is not 0.

    left_out: names of countries whose outcome is not known.

    Equals share a rank, so that more than `top` countries may stand on the list.
    """
    y = np.asarray(happened, dtype=np.float64)
    p = np.array([each.p for each in told])
    by_rank = sorted(zip(told, y, strict=True), key=lambda pair: pair[0].rank)
    return FiledScore(
        forecast_sha256=forecast_sha256,
        horizon=horizon,
        data=data,
        scored_at=scored_at,
        n=len(told),
        n_onsets=int(y.sum()),
        top=top,
        log_loss=_log_loss(p, y),
        brier=rounded(float(np.mean((p - y) ** 2))),
        auc=None if y.min() == y.max() else rounded(auc(p, y)),
        baseline_log_loss={name: _log_loss(other, y) for name, other in sorted(baselines.items())},
        hits=tuple(each for each, came in by_rank if came and each.rank <= top),
        misses=tuple(each for each, came in by_rank if came and each.rank > top),
        left_out=tuple(left_out),
        false_alarms=tuple(each for each, came in by_rank if not came and each.rank <= top),
    )


def _log_loss(p: Floats, y: Floats) -> float:
    return rounded(float(log_score(p, y, floor=P_LEAST).mean()))
