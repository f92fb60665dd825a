"""The alert model, and every alert model by name.

Two parts, added as log-odds: *trees* (extremely randomised, on forty numbers of a country's history and its
neighbours'), and the *log of all deaths* of the last twelve months, fighters included, which of all simple counts saw
most of the sudden starts. For 250 deaths the trees learn starts of 100, of which there are more. The sum is turned into
a chance by logistic regression on trees that did not see the country. Settings are those of models/alert.toml, chosen
on 1989 to 2009. Trees are fitted anew each January, on labels that were complete by then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression

from tocsin.core.errors import TocsinError
from tocsin.forecast.alert.baselines import Rule, TrailingDeaths
from tocsin.forecast.alert.episodes import KNOWN_AFTER, QUIET, THRESHOLDS, at_risk, labels
from tocsin.forecast.alert.forecast import AlertForecast
from tocsin.forecast.alert.history import History, features, history_of, log_deaths
from tocsin.forecast.backtest import Model
from tocsin.forecast.frame import Floats, FrameError, View

DEFAULT = "trees-and-deaths"
LEARN_FROM = {1000: 1000, 250: 100}
"""Threshold forecast -> threshold whose starts the trees learn."""
DEATHS_WEIGHT = {1000: 1.0, 250: 2.0}
N_FOLDS = 4


@dataclass(frozen=True)
class _Fitted:
    trees: ExtraTreesClassifier
    slope: float
    shift: float


@dataclass
class TreesAndDeaths:
    """Trees' log-odds + weight x log(1 + all deaths of twelve months), as a chance."""

    n_trees: int = 150
    min_leaf: int = 40
    share: float = 0.4
    name: str = DEFAULT
    _fitted: dict[tuple[int, int, int, bytes], _Fitted] = field(default_factory=dict, repr=False)

    def forecast(self, view: View, seed: int) -> AlertForecast:
        """Chances at the view's origin, for every country of the panel.

        Raises FrameError when there are too few years before the origin to learn from.
        """
        past = history_of(view)
        now, deaths = features(past)[-1], log_deaths(past)[-1]
        p = {}
        for threshold in THRESHOLDS:
            fitted = self._fit(view, past, threshold, seed)
            rank = _log_odds(fitted.trees, now) + DEATHS_WEIGHT[threshold] * deaths
            chance = 1 / (1 + np.exp(-(fitted.shift + fitted.slope * rank)))
            p[threshold] = np.where(at_risk(past.civilians, threshold)[-1], chance, 0.0)
        return AlertForecast(past.countries, p)

    def _fit(self, view: View, past: History, threshold: int, seed: int) -> _Fitted:
        """Fitted in the last January up to the origin; kept, since an earlier view does not change."""
        january = int(view.origin - (view.origin - 1) % 12)
        then = history_of(view.at(january)) if january < view.origin else past
        # the same number may be asked of different panels by one model: the counts themselves are part of the key
        key = (threshold, january, seed, np.asarray([values.sum() for values in then.counts.values()]).tobytes())
        if key not in self._fitted:
            self._fitted[key] = self._learn(then, threshold, seed)
        return self._fitted[key]

    def _learn(self, past: History, threshold: int, seed: int) -> _Fitted:
        decided = slice(QUIET, len(past.months) - KNOWN_AFTER)
        lesson = LEARN_FROM[threshold]
        what, deaths = features(past)[decided], log_deaths(past)[decided]
        soon, rows = labels(past.civilians, lesson)[decided], at_risk(past.civilians, lesson)[decided]
        if not soon[rows].any() or soon[rows].all():
            raise FrameError(
                f"no start of {lesson} deaths was complete by month {past.months[-1]}",
                remedy="Choose a later origin: it takes some years of data to learn from",
            )
        folds = np.random.default_rng([seed, threshold]).permutation(len(past.countries)) % N_FOLDS
        unseen = np.zeros(soon.shape)
        for fold in range(N_FOLDS):
            taught = rows & (folds != fold)[None, :]
            trees = self._trees(seed).fit(what[taught], soon[taught])
            of_fold = np.flatnonzero(folds == fold)
            unseen[:, of_fold] = _log_odds(trees, what[:, of_fold].reshape(-1, what.shape[2])).reshape(len(what), -1)
        rank = unseen + DEATHS_WEIGHT[threshold] * deaths
        own_rows, own_soon = at_risk(past.civilians, threshold)[decided], labels(past.civilians, threshold)[decided]
        if own_soon[own_rows].any():
            line = LogisticRegression(C=100.0).fit(rank[own_rows][:, None], own_soon[own_rows])
            slope, shift = float(line.coef_[0, 0]), float(line.intercept_[0])
        else:
            slope, shift = 0.0, -7.0
        # a slope that is not positive would turn the list upside down: then only the order is trusted
        slope = max(slope, 0.05)
        return _Fitted(self._trees(seed).fit(what[rows], soon[rows]), slope, shift)

    def _trees(self, seed: int) -> ExtraTreesClassifier:
        return ExtraTreesClassifier(
            self.n_trees, min_samples_leaf=self.min_leaf, max_features=self.share, random_state=seed, n_jobs=1
        )


def _log_odds(trees: ExtraTreesClassifier, rows: Floats) -> npt.NDArray[np.float64]:
    if len(trees.classes_) < 2:
        return np.full(len(rows), np.log(1e-6))
    p = np.clip(trees.predict_proba(rows)[:, 1], 1e-6, 1 - 1e-3)
    return np.asarray(np.log(p / (1 - p)))


def alert_models() -> dict[str, Model[AlertForecast]]:
    """Every alert model that needs no file but the panel, fresh, baselines first."""
    models: tuple[Model[AlertForecast], ...] = (TrailingDeaths(), Rule(), TreesAndDeaths())
    return {model.name: model for model in models}


def find_model(name: str) -> Model[AlertForecast]:
    """A model by name. Raises TocsinError."""
    models = alert_models()
    if name not in models:
        raise TocsinError(f"there is no alert model {name!r}", remedy=f"There are {', '.join(models)}")
    return models[name]
