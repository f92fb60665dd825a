"""What it means that an episode of killing of civilians starts. Written down before any test year was looked at.

With X a threshold (1,000 or 250), c(t) the civilians killed in a country in month t, and B(t) those killed in the
twelve months that end with t:

episode   starts in month s when all of these hold:
            the twelve months from s on hold at least X:      c(s) + ... + c(s+11) >= X
            the killing has begun:                            c(s) >= X / 12
            the 24 months before were quiet:                  B(u) < X for each u = s-13 .. s-1
            no start lies in the 24 months before s.
quiet     so means: no twelve months within those 24 reached the threshold. It does not mean peace.
sudden    a start before which hardly anybody was killed:     B(s-1) < X / 10
at risk   at origin o: a start in o+1 .. o+3 is possible, as B(u) < X for each u = o-10 .. o. Countries in the midst
          of an episode are not at risk of its start; they are forecast zero, and left out of lists and scores.
label     at origin o: a start in o+1, o+2 or o+3. Fully observed fourteen months after o.

Civilians killed are UCDP's best estimate over all types of violence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tocsin.forecast.looking_back import sum_back

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

THRESHOLDS = (1000, 250)
AHEAD = 3
EPISODE, QUIET = 12, 24
KNOWN_AFTER = AHEAD + EPISODE - 1


@dataclass(frozen=True)
class Start:
    """row, country: where it stands in the matrix; before: civilians killed in the twelve months before; killed: in the
    twelve months from the start on."""

    row: int
    country: int
    before: float
    killed: float
    threshold: int

    @property
    def sudden(self) -> bool:
        """Fewer than a tenth of the threshold were killed in the year before."""
        return self.before < self.threshold / 10


def killed_in_year(civilians: Floats) -> Floats:
    """B: sums over the twelve months that end with each row, (months, countries); earlier months count as none."""
    return sum_back(civilians, EPISODE)


def find_starts(civilians: Floats, threshold: int) -> list[Start]:
    """All starts in (months, countries) whose twelve months are over, by month; the first 24 months have none."""
    before = killed_in_year(civilians)
    found = []
    for country in range(civilians.shape[1]):
        last = -QUIET - 1
        for row in range(QUIET, len(civilians) - EPISODE + 1):
            if civilians[row, country] < threshold / EPISODE or row - last <= QUIET:
                continue
            killed = float(civilians[row : row + EPISODE, country].sum())
            quiet = (before[row - QUIET + EPISODE - 1 : row, country] < threshold).all()
            if killed >= threshold and quiet:
                found.append(Start(row, country, float(before[row - 1, country]), killed, threshold))
                last = row
    return sorted(found, key=lambda one: (one.row, one.country))


def at_risk(civilians: Floats, threshold: int) -> Bools:
    """Where a start within three months is possible, (months, countries)."""
    high = killed_in_year(civilians) >= threshold
    span = QUIET - EPISODE + 1 - AHEAD + 1
    return np.asarray(sum_back(high.astype(float), span) == 0)


def labels(civilians: Floats, threshold: int) -> Bools:
    """A start in the three months after each row, (months, countries). The last fourteen rows are not yet decided."""
    soon = np.zeros(civilians.shape, dtype=bool)
    for start in find_starts(civilians, threshold):
        soon[max(0, start.row - AHEAD) : start.row, start.country] = True
    return soon
