"""How a rule would have done: onsets that it called in time, how early, and how often it called for nothing.

An **onset** of n deaths: a month with deaths, from which n or more people are killed within twelve months, after two
years in each of which fewer than QUIET_A_YEAR were. It is **reached** in the month in which the n-th is killed. An
alarm that comes in the twelve months before the onset, or after it but before it is reached, calls it; its **lead** is
the months from alarm to that one. An alarm is **false** when fewer than n are killed in the twelve months after it. An
alarm amid a long conflict can be neither. Whose deaths count, civilians' or all, is the caller's choice.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.prepare.signals.panel import Flags, Floats, before, rolling_sum

QUIET_A_YEAR = 25
HORIZON = 12
HOLD_MONTHS = 6
DRAWS = 2000
SEED = 20


class Onset(msgspec.Struct, frozen=True):
    """unit: place in the panel; starts and reached: places of months."""

    unit: int
    starts: int
    reached: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on one stretch of months. Intervals: 90 %, whole units drawn with replacement."""

    n_onsets: int
    n_called: int
    n_alarms: int
    n_false: int
    years: float
    false_a_year: float
    lead_months: float | None
    """Mean over called onsets."""
    warned_months: float
    """Mean over all onsets, one that was missed counting as none."""
    warned_from: float
    warned_to: float
    recall_from: float
    recall_to: float
    false_a_year_from: float
    false_a_year_to: float

    @property
    def recall(self) -> float:
        return self.n_called / self.n_onsets if self.n_onsets else float("nan")


def find_onsets(deaths: Floats, n: float) -> list[Onset]:
    """The onsets of n deaths in units x months of deaths."""
    coming = _coming(deaths)
    year = rolling_sum(deaths, 12)
    with np.errstate(invalid="ignore"):
        quiet = (before(year) < QUIET_A_YEAR) & (before(year, 13) < QUIET_A_YEAR)
        starting = quiet & (deaths >= 1) & (deaths + np.nan_to_num(coming[:, :, : HORIZON - 1].sum(axis=-1)) >= n)
    found: list[Onset] = []
    for unit, start in np.argwhere(starting).tolist():
        if found and found[-1].unit == unit and start <= found[-1].reached:
            continue
        total = np.cumsum(np.nan_to_num(deaths[unit, start : start + HORIZON]))
        found.append(Onset(unit, start, start + int(np.argmax(total >= n))))
    return found


def alarms(fired: Flags, hold: int = HOLD_MONTHS) -> Flags:
    """Where a rule raises its hand: not again within `hold` months after it did."""
    kept = np.zeros(fired.shape, dtype=np.bool_)
    last = np.full(fired.shape[0], -(10**6))
    for month in range(fired.shape[1]):
        fresh = fired[:, month] & (month - last > hold)
        kept[fresh, month] = True
        last[fresh] = month
    return kept


def score(
    raised: Flags, deaths: Floats, onsets: Sequence[Onset], n: float, *, months: range, draws: int = DRAWS
) -> Score:
    """Score alarms in a stretch of months.

    Onsets count that are reached in it; alarms count that are raised in it and whose twelve months after are known.
    """
    units = deaths.shape[0]
    after = _coming(deaths).sum(axis=-1)
    inside = np.zeros_like(raised)
    inside[:, months.start : months.stop] = True
    counted = raised & inside & ~np.isnan(after)
    wrong = counted & (after < n)
    mine = [one for one in onsets if one.reached in months]
    leads = [_lead(raised, one) for one in mine]
    onsets_of, called_of, warned_of = np.zeros((3, units))
    for one, lead in zip(mine, leads, strict=True):
        onsets_of[one.unit] += 1
        called_of[one.unit] += lead is not None
        warned_of[one.unit] += lead or 0
    known = int((~np.isnan(after[:, months.start : months.stop])).any(axis=0).sum())
    years = known / 12
    false_of = wrong.sum(axis=1).astype(np.float64)
    drawn = np.random.default_rng(SEED).integers(0, units, (draws, units))
    with np.errstate(invalid="ignore"):
        recalls = called_of[drawn].sum(axis=1) / onsets_of[drawn].sum(axis=1)
        warned = warned_of[drawn].sum(axis=1) / onsets_of[drawn].sum(axis=1)
    rates = false_of[drawn].sum(axis=1) / years
    told = [lead for lead in leads if lead is not None]
    return Score(
        n_onsets=len(mine),
        n_called=len(told),
        n_alarms=int(counted.sum()),
        n_false=int(wrong.sum()),
        years=years,
        false_a_year=float(false_of.sum() / years),
        lead_months=float(np.mean(told)) if told else None,
        warned_months=float(warned_of.sum() / len(mine)) if mine else 0.0,
        warned_from=_quantile(warned, 0.05),
        warned_to=_quantile(warned, 0.95),
        recall_from=_quantile(recalls, 0.05),
        recall_to=_quantile(recalls, 0.95),
        false_a_year_from=float(np.quantile(rates, 0.05)),
        false_a_year_to=float(np.quantile(rates, 0.95)),
    )


def _quantile(drawn: NDArray[np.float64], share: float) -> float:
    """Of the draws that held an onset; NaN when none did."""
    known = drawn[~np.isnan(drawn)]
    return float(np.quantile(known, share)) if len(known) else float("nan")


def _lead(raised: Flags, onset: Onset) -> int | None:
    """Months from the first alarm that calls it to the month in which it is reached."""
    start = max(0, onset.starts - HORIZON)
    when = np.flatnonzero(raised[onset.unit, start : onset.reached])
    return onset.reached - start - int(when[0]) if len(when) else None


def _coming(deaths: Floats) -> NDArray[np.float64]:
    """Units x months x HORIZON: the months after each; NaN past the end."""
    padded = np.concatenate([deaths, np.full((deaths.shape[0], HORIZON), np.nan)], axis=1)
    return np.lib.stride_tricks.sliding_window_view(padded, HORIZON, axis=1)[:, 1:]
