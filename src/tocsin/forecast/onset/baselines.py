"""The simple models that any other must beat; each is an ordinary model."""

from __future__ import annotations

import numpy as np

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


def rate(view: View, label: str) -> float:
    """Share of onsets among the rows whose label is fully observed, with half an onset added so that it is never 0."""
    seen = observed(view, label)
    return float((view.read(label, seen).sum() + 0.5) / (len(seen) + 1))


def observed(view: View, label: str) -> Ints:
    """The rows whose label was known at the origin and is there."""
    rows = view.known(label)
    values: Floats = view.read(label, rows)
    return rows[~np.isnan(values)]
