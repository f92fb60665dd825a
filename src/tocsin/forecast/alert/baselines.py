"""What any alert model has to beat. Their numbers rank; they are turned into chances by the base rate alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tocsin.forecast.alert.episodes import THRESHOLDS, at_risk
from tocsin.forecast.alert.forecast import AlertForecast
from tocsin.forecast.alert.history import History, history_of, log_civilians, log_deaths
from tocsin.forecast.alert.panel import alpha3_of
from tocsin.forecast.frame import Floats, View
from tocsin.forecast.months import month_of

BASE_RATE = {1000: 0.004, 250: 0.008}
"""Share of country-months at risk with a start in the next three, 1991 to 2008, rounded."""


@dataclass(frozen=True)
class TrailingDeaths:
    """Civilians killed in the last twelve months."""

    name: str = "trailing-deaths"

    def forecast(self, view: View, seed: int) -> AlertForecast:
        """Ranked by the count."""
        past = history_of(view)
        return ranked(past, log_civilians(past)[-1])


@dataclass(frozen=True)
class Rule:
    """The one-line rule: log civilians killed in twelve months + 0.1 log all killed in them."""

    name: str = "rule"

    def forecast(self, view: View, seed: int) -> AlertForecast:
        """Ranked by the rule."""
        past = history_of(view)
        return ranked(past, log_civilians(past)[-1] + 0.1 * log_deaths(past)[-1])


@dataclass(frozen=True)
class AnnualRisk:
    """A yearly risk list, such as EWP's, used for every month of its year. by_year: year -> alpha-3 -> risk.

    EWP's list for a year rests on data of the year before and comes out in its last months or later; here it is taken
    as known in January, which is kind to it. Countries that are not on the list get 0.
    """

    by_year: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    name: str = "annual-risk"

    def forecast(self, view: View, seed: int) -> AlertForecast:
        """Ranked by the risk of the origin's year."""
        past = history_of(view)
        risks = self.by_year.get(month_of(view.origin)[0], {})
        return ranked(past, np.array([risks.get(alpha3_of(int(number)), 0.0) for number in past.countries]))


def ranked(past: History, numbers: Floats) -> AlertForecast:
    """Chances that keep the order of the numbers and have the base rate as their mean; 0 where no start is possible."""
    p = {}
    for threshold in THRESHOLDS:
        possible = at_risk(past.civilians, threshold)[-1]
        kept = np.where(possible, numbers - numbers.min(), 0.0)
        mean = kept[possible].mean() if possible.any() else 0.0
        p[threshold] = np.minimum(kept / mean * BASE_RATE[threshold], 1.0) if mean > 0 else kept
    return AlertForecast(past.countries, p)
