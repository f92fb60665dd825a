"""The simple models that any other must beat; each is an ordinary model."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from tocsin.forecast.backtest import Model
from tocsin.forecast.frame import Floats, Ints, View
from tocsin.forecast.onset.forecast import OnsetForecast


class BaseRate:
    """Every country has the share of country-years that saw an onset so far."""

    name = "base-rate"

    def forecast(self, view: View, seed: int) -> OnsetForecast:
        """The same risk for all."""
        ccode = view.unit[view.now]
        return OnsetForecast(
            ccode, np.full(len(ccode), rate(view, "mk_onset_1")), np.full(len(ccode), rate(view, "mk_onset_1or2"))
        )


class OneLineRule:
    """One number, the logarithm of battle deaths in the year, and one logit through it."""

    name = "rule"

    def forecast(self, view: View, seed: int) -> OnsetForecast:
        """Risk by the share of onsets at a like number of deaths so far."""
        deaths = np.nan_to_num(view.read("battledeaths.log2"))
        return OnsetForecast(view.unit[view.now], self._risk(view, deaths, "mk_onset_1"), self._both(view, deaths))

    def _both(self, view: View, deaths: Floats) -> Floats:
        return np.maximum(self._risk(view, deaths, "mk_onset_1or2"), self._risk(view, deaths, "mk_onset_1"))

    @staticmethod
    def _risk(view: View, deaths: Floats, label: str) -> Floats:
        rows = observed(view, label)
        y = view.read(label, rows)
        if y.min(initial=1) == y.max(initial=0):
            return np.full(len(view.now), rate(view, label))
        fitted = LogisticRegression(C=1.0).fit(deaths[rows][:, None], y)
        return np.asarray(fitted.predict_proba(deaths[view.now][:, None])[:, 1])


class LastYear:
    """Another model's forecast of the year before, unchanged: what a new year's data are worth."""

    name = "last-year"

    def __init__(self, model: Model[OnsetForecast]) -> None:
        self.model = model

    def forecast(self, view: View, seed: int) -> OnsetForecast:
        """Last year's risks; the base rate for a country that was not there."""
        before = self.model.forecast(view.at(view.origin - 1), seed)
        ccode = view.unit[view.now]
        found = []
        for p, label in ((before.p_1, "mk_onset_1"), (before.p_1or2, "mk_onset_1or2")):
            known = dict(zip(before.ccode.tolist(), p.tolist(), strict=True))
            common = rate(view, label)
            found.append(np.array([known.get(int(code), common) for code in ccode]))
        return OnsetForecast(ccode, np.minimum(*found), found[1])


def rate(view: View, label: str) -> float:
    """Share of onsets among the rows whose label is fully observed, with half an onset added so that it is never 0."""
    seen = observed(view, label)
    return float((view.read(label, seen).sum() + 0.5) / (len(seen) + 1))


def observed(view: View, label: str) -> Ints:
    """The rows whose label was known at the origin and is there."""
    rows = view.known(label)
    values: Floats = view.read(label, rows)
    return rows[~np.isnan(values)]
