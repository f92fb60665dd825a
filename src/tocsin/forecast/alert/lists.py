"""Top-K lists: each month the K countries at risk with the highest chance. What do they catch, and what do they cost?

hit      a start in month s is caught when its country stood on the list made at s-3, s-2 or s-1; caught *the month
         before* when it stood on that of s-1.
alarm    a country's months on the list, in one piece as long as no more than three months lie between two of them.
false    an alarm with no start from the month after it began to three months after it ended. Counted per year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.forecast.alert.episodes import AHEAD, Bools, Floats, Start, at_risk, find_starts


@dataclass(frozen=True)
class Caught:
    """What a series of lists caught, of all starts and of the sudden ones."""

    k: int
    starts: tuple[Start, ...]
    hit: tuple[bool, ...]
    hit_month_before: tuple[bool, ...]
    n_false: int
    years: float

    @property
    def false_per_year(self) -> float:
        """False alarms, counted as episodes, per year."""
        return self.n_false / self.years

    def recall(self, *, sudden: bool) -> float:
        """Share of starts, or of sudden starts, that were caught; nan when there was none."""
        hits = [hit for start, hit in zip(self.starts, self.hit, strict=True) if start.sudden or not sudden]
        return float(np.mean(hits)) if hits else float("nan")


def top_lists(chances: Floats, possible: Bools, k: int) -> Bools:
    """The lists, (months, countries): the k highest among those at risk, ties by the alphabet."""
    ranked = np.where(possible, chances, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :k]
    listed = np.zeros(chances.shape, dtype=bool)
    np.put_along_axis(listed, order, values=True, axis=1)
    return listed & possible


def catch(chances: Floats, civilians: Floats, origins: range, threshold: int, *, k: int = 10) -> Caught:
    """What lists made at rows `origins` caught.

    chances: (len(origins), countries); civilians: (months, countries), reaching beyond the last origin as far as known.
    Starts in the three months after the last origin are left out unless their twelve months are over.
    """
    listed = np.zeros(civilians.shape, dtype=bool)
    listed[origins[0] : origins[-1] + 1] = top_lists(chances, at_risk(civilians, threshold)[list(origins)], k)
    known = find_starts(civilians, threshold)
    starts = tuple(one for one in known if origins[0] + 1 <= one.row <= origins[-1] + 1)
    hits = tuple(bool(listed[max(one.row - AHEAD, 0) : one.row, one.country].any()) for one in starts)
    before = tuple(bool(listed[one.row - 1, one.country]) for one in starts)
    n_false = sum(
        not any(one.country == country and first < one.row <= last + AHEAD for one in known)
        for country in range(civilians.shape[1])
        for first, last in _alarms(np.flatnonzero(listed[:, country]))
    )
    return Caught(k, starts, hits, before, n_false, len(origins) / 12)


def _alarms(rows: np.ndarray) -> list[tuple[int, int]]:
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) > AHEAD + 1)
    firsts, lasts = np.r_[rows[0], rows[breaks + 1]], np.r_[rows[breaks], rows[-1]]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]
