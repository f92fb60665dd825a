"""Scores of forecasts after the outcome: of draws, of probabilities, how well calibrated, and how sure a difference is.

Lower is better for all but AUC, average precision and recall. Loops are compiled by numba and run on one thread.

    draws.py         CRPS, log1p-CRPS, ignorance in bins, interval score of forecasts given as draws
    events.py        Brier, log score, AUC, average precision, recall among the first k of probabilities
    calibration.py   coverage and rank histogram of draws; reliability of probabilities
    bootstrap.py     paired bootstrap with whole countries as clusters
"""

from tocsin.forecast.scores.bootstrap import (
    Interval,
    compare_means,
    compare_statistic,
    compare_totals,
    resample_clusters,
)
from tocsin.forecast.scores.calibration import Reliability, coverage, randomised_pit, reliability
from tocsin.forecast.scores.draws import (
    VIEWS_BIN_EDGES,
    DrawScores,
    crps,
    ignorance,
    interval_score,
    log_crps,
    score_draws,
)
from tocsin.forecast.scores.errors import ScoreError
from tocsin.forecast.scores.events import auc, average_precision, brier, log_score, recall_at

__all__ = [
    "VIEWS_BIN_EDGES",
    "DrawScores",
    "Interval",
    "Reliability",
    "ScoreError",
    "auc",
    "average_precision",
    "brier",
    "compare_means",
    "compare_statistic",
    "compare_totals",
    "coverage",
    "crps",
    "ignorance",
    "interval_score",
    "log_crps",
    "log_score",
    "randomised_pit",
    "recall_at",
    "reliability",
    "resample_clusters",
    "score_draws",
]
