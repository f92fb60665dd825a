"""How onset forecasts did: ranks within a year, probabilities over two years, differences with whole countries drawn.

EWP's ranks are scored against the next year's onsets and its probabilities against the next two years'; so are ours.
Pairs of one origin only are compared within a year: knowing the calendar earns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.forecast.frame import Floats, Frame, FrameError, Ints
from tocsin.forecast.onset.panel import HORIZONS
from tocsin.forecast.scores import (
    Interval,
    Reliability,
    auc,
    average_precision,
    brier,
    compare_statistic,
    log_score,
    reliability,
)

P_LEAST = 1e-4
"""Probabilities are kept this far from 0 and 1 before a logarithm is taken."""


@dataclass(frozen=True)
class Outcomes:
    """Rows of a backtest beside what happened, only where both horizons are known. All (n,)."""

    ccode: Ints
    origin: Ints
    p_1: Floats
    p_1or2: Floats
    y_1: Floats
    y_1or2: Floats
    under_way: npt.NDArray[np.bool_]

    def part(self, mask: npt.NDArray[np.bool_]) -> Outcomes:
        """Some of the rows."""
        return Outcomes(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


def beside_outcomes(table: pa.Table, frame: Frame) -> Outcomes:
    """A backtest's table joined to a panel's outcomes. Raises FrameError when a column is missing."""
    try:
        ccode, origin, p_1, p_1or2 = (table[name].to_numpy() for name in ("ccode", "origin", "p_1", "p_1or2"))
    except KeyError as error:
        raise FrameError(f"it has no column {error}", remedy="Give a table of `backtest onset`") from error
    place = {(int(u), int(t)): row for row, (u, t) in enumerate(zip(frame.unit, frame.time, strict=True))}
    at = np.array([place.get((int(u), int(t)), -1) for u, t in zip(ccode, origin, strict=True)])
    y_1, y_1or2 = (np.where(at >= 0, frame.columns[label].values[at], np.nan) for label, _ in HORIZONS.values())
    under_way = (at >= 0) & (frame.columns["mk_ongoing_count_log2"].values[at] > 0)
    whole = Outcomes(ccode, origin, p_1, p_1or2, y_1, y_1or2, under_way)
    return whole.part(~np.isnan(y_1) & ~np.isnan(y_1or2))


def within_year_auc(p: Floats, y: Floats, origin: Ints, weights: Floats | None = None) -> float:
    """Share of (onset, none) pairs of one origin that are ranked right, over all origins; ties half."""
    w = np.ones(len(p)) if weights is None else weights
    won = pairs = 0.0
    for each in np.unique(origin[y > 0]):
        here = (origin == each) & (w > 0)
        n = float((w * y)[here].sum() * (w * (1 - y))[here].sum())
        if n > 0:
            won += n * auc(p[here], y[here], weights=w[here])
            pairs += n
    return won / pairs if pairs else float("nan")


def recall_within_year(p: Floats, y: Floats, origin: Ints, first: int, weights: Floats | None = None) -> float:
    """Share of onsets among the `first` highest of their origin."""
    w = np.ones(len(p)) if weights is None else weights
    caught = 0.0
    for each in np.unique(origin):
        here = np.flatnonzero(origin == each)
        top = here[np.argsort(-p[here], kind="stable")[:first]]
        caught += float((w * y)[top].sum())
    total = float((w * y).sum())
    return caught / total if total else float("nan")


def log_loss(p: Floats, y: Floats, weights: Floats | None = None) -> float:
    """Mean log score."""
    return float(np.average(log_score(p, y, floor=P_LEAST), weights=weights))


def summary(rows: Outcomes, baseline: Outcomes) -> dict[str, float]:
    """Every figure of one model; skill is 1 less the ratio of two-year log losses, on the same rows as the baseline."""
    under_way, other = rows.part(rows.under_way), rows.part(~rows.under_way)
    return {
        "within_year_auc": within_year_auc(rows.p_1or2, rows.y_1, rows.origin),
        "pooled_auc": auc(rows.p_1or2, rows.y_1),
        "average_precision": average_precision(rows.p_1or2, rows.y_1),
        "recall_15": recall_within_year(rows.p_1or2, rows.y_1, rows.origin, 15),
        "recall_30": recall_within_year(rows.p_1or2, rows.y_1, rows.origin, 30),
        "auc_under_way": within_year_auc(under_way.p_1or2, under_way.y_1, under_way.origin),
        "auc_elsewhere": within_year_auc(other.p_1or2, other.y_1, other.origin),
        "log_loss": log_loss(rows.p_1or2, rows.y_1or2),
        "log_loss_skill": 1 - log_loss(rows.p_1or2, rows.y_1or2) / log_loss(baseline.p_1or2, baseline.y_1or2),
        "brier": float(brier(rows.p_1or2, rows.y_1or2).mean()),
        "expected_over_observed": float(rows.p_1or2.sum() / max(rows.y_1or2.sum(), 1.0)),
    }


def differences(rows: Outcomes, baseline: Outcomes, *, seed: int = 1, n: int = 500) -> dict[str, Interval]:
    """Model less baseline, paired, countries drawn whole: above 0 the model is ahead."""
    pair = (rows, baseline)
    under_way = rows.under_way.astype(np.float64)

    def both(of: str, weights: Floats) -> tuple[float, float]:
        if of == "within_year_auc":
            a, b = (within_year_auc(each.p_1or2, each.y_1, each.origin, weights) for each in pair)
        elif of == "auc_under_way":
            a, b = (within_year_auc(each.p_1or2, each.y_1, each.origin, weights * under_way) for each in pair)
        elif of == "recall_15":
            a, b = (recall_within_year(each.p_1or2, each.y_1, each.origin, 15, weights) for each in pair)
        else:
            loss, base = (log_loss(each.p_1or2, each.y_1or2, weights) for each in pair)
            a, b = 1 - loss / base, 0.0
        return a, b

    names = ("within_year_auc", "recall_15", "log_loss_skill", "auc_under_way")
    return {
        name: compare_statistic(lambda weights, name=name: both(name, weights), rows.ccode, seed=seed, n=n)  # type: ignore[misc]
        for name in names
    }


def without_each_country(rows: Outcomes, baseline: Outcomes) -> tuple[float, float]:
    """Smallest and largest gain in within-year AUC when any one country that saw an onset is left out."""
    gains = []
    for code in np.unique(rows.ccode[rows.y_1 == 1]):
        a, b = rows.part(rows.ccode != code), baseline.part(baseline.ccode != code)
        gains.append(within_year_auc(a.p_1or2, a.y_1, a.origin) - within_year_auc(b.p_1or2, b.y_1, b.origin))
    return (min(gains), max(gains)) if gains else (float("nan"), float("nan"))


def calibration(rows: Outcomes) -> list[Reliability]:
    """Groups of two-year risks and how often an onset came."""
    return reliability(rows.p_1or2, rows.y_1or2 == 1)
