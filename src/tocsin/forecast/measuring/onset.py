"""Onset: ranks against the next year's onsets, probabilities against two years'."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from tocsin.forecast.frame import Frame, FrameError
from tocsin.forecast.measuring.report import Report
from tocsin.forecast.onset.scoring import (
    beside_outcomes,
    calibration,
    differences,
    summary,
    without_each_country,
)


def measure_onset(table: pa.Table, frame: Frame, beside: pa.Table | None = None, *, n: int = 500) -> Report:
    """Measure columns ccode, origin, p_1, p_1or2. Raises FrameError when two tables are not of the same rows."""
    rows = beside_outcomes(table, frame)
    if not len(rows.ccode):
        return Report(0, 0, {})
    other = beside_outcomes(beside, frame) if beside is not None else None
    if other is not None and not (
        np.array_equal(rows.ccode, other.ccode) and np.array_equal(rows.origin, other.origin)
    ):
        raise FrameError("the two tables are not of the same countries and origins", remedy="Compare equal rows")
    figures = summary(rows, other or rows)
    if other is None:
        del figures["log_loss_skill"]
    n_onsets = int(rows.y_1.sum())
    return Report(
        n_rows=len(rows.ccode),
        n_events=n_onsets,
        figures={name: value for name, value in figures.items() if not math.isnan(value)},
        beside=summary(other, other) if other else {},
        differences=differences(rows, other, n=n) if other and n_onsets else {},
        left_out={"within_year_auc": without_each_country(rows, other)} if other and n_onsets else {},
        calibration=tuple((one.mean_p, one.rate, one.n) for one in calibration(rows)),
    )
