"""Deaths known at an origin as a matrix, and each month's history as numbers that a forest can split on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.forecast.fatalities.panel import DEATHS
from tocsin.forecast.frame import Floats, FrameError, Ints, View
from tocsin.forecast.looking_back import max_back, months_since, std_back, sum_back

LEVEL_HALF_LIFE = 2.0
ACTIVE_MONTHS = 120


@dataclass(frozen=True)
class History:
    """deaths: (months, countries), the last row being the origin's."""

    months: Ints
    countries: Ints
    deaths: Floats


def history_of(view: View) -> History:
    """All that was known at the view's origin of the countries that were counted then; one whose counts ended is gone.

    Raises FrameError when the panel does not reach the origin, or a country lacks a month.
    """
    time = view.time
    months, countries = np.unique(time), view.unit[view.now]
    rows = np.flatnonzero(np.isin(view.unit, countries))
    if not len(countries) or len(rows) != len(months) * len(countries):
        raise FrameError(
            f"the panel does not hold every country up to month {view.origin}",
            remedy="Choose an origin within the panel",
        )
    return History(months, countries, view.read(DEATHS, rows).reshape(len(months), len(countries)))


def decaying_mean(values: Floats, half_life: float) -> Floats:
    """Mean of all rows so far, the weight halving every `half_life` rows; before the first row was nothing."""
    gain = 1 - 0.5 ** (1 / half_life)
    means = np.empty_like(values)
    mean = np.zeros(values.shape[1])
    for row in range(len(values)):
        mean = gain * values[row] + (1 - gain) * mean
        means[row] = mean
    return means


def level(deaths: Floats) -> Floats:
    """How deadly it lately was, (months, countries): the scale on which histories are compared."""
    return decaying_mean(deaths, LEVEL_HALF_LIFE)


def active(deaths: Floats) -> np.ndarray:
    """Where anybody was killed in the last ten years, (months, countries) of bool."""
    return sum_back(deaths, ACTIVE_MONTHS) > 0


FEATURES = (
    "log deaths of the month",
    *(f"log mean deaths of {span} months" for span in (3, 6, 12, 24, 60, 120)),
    "log level",
    "mean log deaths, halved every 2 months",
    "mean log deaths, halved every 12 months",
    *(f"share of {span} months with deaths" for span in (6, 12, 36, 120)),
    "log months since a death",
    "log worst month of 12",
    "spread of log deaths over 12 months",
    "3 months against 12",
    "12 months against 36",
)
"""What `features` gives, in its order."""


def features(deaths: Floats) -> Floats:
    """(months, countries, 19): levels over 1 to 120 months, share of months with deaths, time since, peak, change.

    Logarithms throughout. Months before the panel count as without deaths.
    """
    logs = np.log1p(deaths)
    means = {span: np.log1p(sum_back(deaths, span) / span) for span in (3, 6, 12, 24, 36, 60, 120)}
    shares = {span: sum_back((deaths > 0).astype(float), span) / span for span in (6, 12, 36, 120)}
    return np.stack(
        [
            logs,
            *(means[span] for span in (3, 6, 12, 24, 60, 120)),
            np.log1p(level(deaths)),
            decaying_mean(logs, 2),
            decaying_mean(logs, 12),
            *shares.values(),
            np.log1p(months_since(deaths > 0, at_most=ACTIVE_MONTHS)),
            np.log1p(max_back(deaths, 12)),
            std_back(logs, 12),
            means[3] - means[12],
            means[12] - means[36],
        ],
        axis=-1,
    )
