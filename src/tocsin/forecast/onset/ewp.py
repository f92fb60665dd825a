"""The Early Warning Project's statistical model, made again from what the project publishes about it.

An elastic net (alpha 0.5) on 39 predictors, trained on complete rows of years up to t - 2 with the label "an onset in
the next two years", its penalty chosen by ten-fold cross-validation with the folds that R draws after
`set.seed(90035)`. EWP ranks countries by this two-year risk, also for the next year alone.

Source: United States Holocaust Memorial Museum, Early Warning Project, Statistical Risk Assessment, replication files.
"""

from __future__ import annotations

import numpy as np

from tocsin.core.model.forecasts import Weight
from tocsin.forecast.frame import Floats, Ints, View
from tocsin.forecast.learnt import PER_UNIT, weights_of
from tocsin.forecast.onset.cross_validation import fit_cross_validated
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.onset.history import last_known
from tocsin.forecast.onset.panel import LABELS, PREDICTORS
from tocsin.forecast.onset.r_random import folds
from tocsin.forecast.threads import one_thread

ALPHA, N_FOLDS, FOLD_SEED = 0.5, 10, 90035
LABEL = "mk_onset_1or2"


class EarlyWarningProject:
    """EWP's model. Countries with a missing predictor, which EWP leaves out, get their last known value or the mean."""

    name = "ewp"

    def forecast(self, view: View, seed: int) -> OnsetForecast:
        """The two-year risk; for the next year alone, the half of it at a constant hazard."""
        x = predictors(view)
        rows = training_rows(view, x)
        with one_thread():
            risk = fit_risk(x[rows], view.read(LABEL, rows), self._filled(view, x, rows))
        return OnsetForecast(view.unit[view.now], 1 - np.sqrt(1 - risk), risk)

    def learnt(self, view: View, seed: int) -> tuple[Weight, ...]:
        """The coefficients of the elastic net; those that it set to nought are left out."""
        x = predictors(view)
        rows = training_rows(view, x)
        with one_thread():
            path = fit_cross_validated(x[rows], view.read(LABEL, rows), ALPHA, folds(len(rows), N_FOLDS, FOLD_SEED))
        return weights_of("elastic net", PREDICTORS, path.coefficients[-1], PER_UNIT)

    @staticmethod
    def _filled(view: View, x: Floats, rows: Ints) -> Floats:
        now = view.now
        filled = x[now]
        for column in np.flatnonzero(np.isnan(filled).any(axis=0)):
            carried = last_known(view.unit, x[:, column])[now]
            filled[:, column] = np.where(np.isnan(carried), x[rows, column].mean(), carried)
        return filled


def predictors(view: View) -> Floats:
    """(rows, 39) EWP's predictors of every row up to the origin."""
    columns = [view.time.astype(np.float64) if name == "year" else view.read(name) for name in PREDICTORS]
    return np.column_stack(columns)


def training_rows(view: View, x: Floats) -> Ints:
    """The rows that EWP trains on: every predictor there, every outcome there and fully observed.

    By country, then year, as EWP's file has them: the folds are drawn by position.
    """
    whole = np.asarray(~np.isnan(x).any(axis=1))
    for name in LABELS:
        known = view.known(name)
        there = np.zeros(len(whole), dtype=np.bool_)
        there[known] = ~np.isnan(view.read(name, known))
        whole = whole & there
    rows = np.flatnonzero(whole)
    return rows[np.lexsort((view.time[rows], view.unit[rows]))]


def fit_risk(x: Floats, y: Floats, new: Floats) -> Floats:
    """The (m,) risk of new rows, from (n, 39) predictors and (n,) outcomes in EWP's order."""
    path = fit_cross_validated(x, y, ALPHA, folds(len(y), N_FOLDS, FOLD_SEED))
    return path.predict(new, path.penalties[-1:])[:, 0]
