"""The alert model, and every alert model by name.

*1,000 deaths.* No learning: log of civilians killed in twelve months + log of all killed in them. On the development
years nothing that learnt was ahead of it; there are too few starts of that size.

*250 deaths.* Five parts with equal weight, each on its own scale of deviations: a ridge logit and extremely
randomised trees, each once on starts of 250 and once on starts of 100, of which there are more, and the log of all
deaths of twelve months. Ridge and trees see 38 numbers of a country's history and its neighbours'.

Both are turned into a chance by logistic regression, on what ridge and trees say of countries that they did not see.
A range says how far the chance moves when other countries are drawn to learn the last step from and, for 250 deaths,
other parts. What ridge and trees learnt is kept: the range is too narrow rather than too wide.

Settings are those of models/alert.toml, chosen on 1989 to 2009. All is fitted anew each January, on labels that were
complete by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tocsin.core.errors import TocsinError
from tocsin.core.model.forecasts import Weight
from tocsin.forecast.alert.baselines import Rule, TrailingDeaths
from tocsin.forecast.alert.episodes import KNOWN_AFTER, QUIET, THRESHOLDS, at_risk, labels
from tocsin.forecast.alert.forecast import AlertForecast, AlertRange
from tocsin.forecast.alert.history import FEATURES, History, features, history_of, log_civilians, log_deaths
from tocsin.forecast.backtest import Model
from tocsin.forecast.frame import Floats, FrameError, View
from tocsin.forecast.learnt import OF_VARIANCE, PER_DEVIATION, weights_of
from tocsin.forecast.threads import one_thread

DEFAULT = "pooled"
LESSONS = {1000: (), 250: (250, 100)}
"""Threshold forecast -> thresholds whose starts ridge and trees learn."""
N_FOLDS = 5
_LEAST_SLOPE = 0.05


RANGE_OF = (
    "nine in ten of a hundred fits of the model's last step, countries and parts drawn anew each time; what its parts "
    "learnt is kept. It is no confidence interval: all fits can be wrong together"
)
N_FITS, RANGE = 100, (0.05, 0.95)


@dataclass(frozen=True)
class _Part:
    """A number of each country's last month, and the scale on which it is added: mean and deviation where at risk."""

    name: str
    learner: Any | None
    number: Callable[[History, Floats], Floats]
    mean: float
    deviation: float

    def standardised(self, past: History, now: Floats) -> Floats:
        return (self.number(past, now) - self.mean) / self.deviation


@dataclass(frozen=True)
class _Fitted:
    """taught: (rows, parts) what each part says of country-months that it did not see; came, country: (rows,)."""

    parts: tuple[_Part, ...]
    slope: float
    shift: float
    taught: Floats
    came: npt.NDArray[np.bool_]
    country: npt.NDArray[np.int64]


@dataclass
class Pooled:
    """Counts alone for 1,000 deaths; ridge, trees and counts for 250."""

    n_trees: int = 100
    min_leaf: int = 40
    share: float = 0.4
    ridge_c: float = 0.001
    name: str = DEFAULT
    _fitted: dict[tuple[int, int, int, bytes], _Fitted] = field(default_factory=dict, repr=False)

    def forecast(self, view: View, seed: int) -> AlertForecast:
        """Chances at the view's origin, for every country of the panel.

        Raises FrameError when there are too few years before the origin to learn from.
        """
        past = history_of(view)
        now = features(past)[-1]
        p = {}
        for threshold in THRESHOLDS:
            fitted = self._fit(view, past, threshold, seed)
            rank = sum(part.standardised(past, now) for part in fitted.parts)
            chance = _chance(np.asarray(rank), fitted.slope, fitted.shift)
            p[threshold] = np.where(at_risk(past.civilians, threshold)[-1], chance, 0.0)
        return AlertForecast(past.countries, p)

    def ranges(self, view: View, seed: int) -> AlertRange:
        """How far the chances at the view's origin move; 0 where no start is possible. About a second."""
        past = history_of(view)
        now = features(past)[-1]
        low, high = {}, {}
        for threshold in THRESHOLDS:
            fitted = self._fit(view, past, threshold, seed)
            rng = np.random.default_rng([seed, threshold, view.origin])
            said = np.array([part.standardised(past, now) for part in fitted.parts])
            n_parts, n_countries = len(said), int(fitted.country.max()) + 1
            found = []
            for _ in range(N_FITS):
                times = np.bincount(rng.integers(n_countries, size=n_countries), minlength=n_countries)
                weight = times[fitted.country].astype(np.float64)
                drawn = rng.integers(n_parts, size=n_parts)
                if not weight[fitted.came].any():
                    continue  # no country with a start was drawn: there is nothing to fit
                slope, shift = line_of(fitted.taught[:, drawn].sum(axis=1), fitted.came, weight)
                found.append(_chance(said[drawn].sum(axis=0), max(slope, _LEAST_SLOPE), shift))
            if not found:
                found = [_chance(said.sum(axis=0), fitted.slope, fitted.shift)]
            edges = np.quantile(np.array(found), RANGE, axis=0)
            possible = at_risk(past.civilians, threshold)[-1]
            low[threshold], high[threshold] = (np.where(possible, edge, 0.0) for edge in edges)
        return AlertRange(low, high, RANGE_OF)

    def learnt(self, view: View, seed: int) -> tuple[Weight, ...]:
        """The parts of each chance, and what ridge and trees made of their 38 numbers."""
        past = history_of(view)
        told: list[Weight] = []
        for threshold in THRESHOLDS:
            fitted = self._fit(view, past, threshold, seed)
            names = tuple(part.name for part in fitted.parts)
            told += weights_of(f"{threshold} deaths", names, [fitted.slope] * len(names), PER_DEVIATION)
            for part in fitted.parts:
                if part.learner is None:
                    continue
                made = f"{threshold} deaths: {part.name}"
                if hasattr(part.learner, "feature_importances_"):
                    told += weights_of(made, FEATURES, part.learner.feature_importances_, OF_VARIANCE)
                else:
                    told += weights_of(made, FEATURES, part.learner[-1].coef_[0], PER_DEVIATION)
        return tuple(told)

    def _fit(self, view: View, past: History, threshold: int, seed: int) -> _Fitted:
        """Fitted in the last January up to the origin; kept, since an earlier view does not change."""
        january = int(view.origin - (view.origin - 1) % 12)
        then = history_of(view.at(january)) if january < view.origin else past
        # the same number may be asked of different panels by one model: the counts themselves are part of the key
        key = (threshold, january, seed, np.asarray([values.sum() for values in then.counts.values()]).tobytes())
        if key not in self._fitted:
            with one_thread():
                self._fitted[key] = self._learn(then, threshold, seed)
        return self._fitted[key]

    def _learn(self, past: History, threshold: int, seed: int) -> _Fitted:
        decided = slice(QUIET, len(past.months) - KNOWN_AFTER)
        rows, soon = at_risk(past.civilians, threshold)[decided], labels(past.civilians, threshold)[decided]
        if not soon[rows].any() or soon[rows].all():
            raise FrameError(
                f"no start of {threshold} deaths was complete by month {past.months[-1]}",
                remedy="Choose a later origin: it takes some years of data to learn from",
            )
        what = features(past)
        parts, rank, taught = [], np.zeros(soon.shape), []

        def add(name: str, learner: Any | None, number: Callable[[History, Floats], Floats], unseen: Floats) -> None:
            nonlocal rank
            part = _Part(name, learner, number, float(unseen[rows].mean()), float(unseen[rows].std()) + 1e-9)
            parts.append(part)
            standard = (unseen - part.mean) / part.deviation
            taught.append(standard[rows])
            rank = rank + standard

        for lesson in LESSONS[threshold]:
            for kind, make in (("ridge", self._ridge), ("extremely randomised trees", self._trees)):
                unseen, whole = self._taught(past, what[decided], decided, lesson, make, seed)
                add(f"{kind} on starts of {lesson}", whole, partial(_said, whole), unseen)
        counts = log_deaths if LESSONS[threshold] else killed
        told = "log all killed in 12 months" + ("" if LESSONS[threshold] else " + log civilians killed in 12 months")
        add(told, None, lambda past, _: counts(past)[-1], counts(past)[decided])
        line = LogisticRegression(C=100.0).fit(rank[rows][:, None], soon[rows])
        # a slope that is not positive would turn the list upside down: then only the order is trusted
        slope, shift = max(float(line.coef_[0, 0]), _LEAST_SLOPE), float(line.intercept_[0])
        country = np.broadcast_to(np.arange(soon.shape[1]), soon.shape)[rows]
        return _Fitted(tuple(parts), slope, shift, np.column_stack(taught), soon[rows], country)

    def _taught(
        self, past: History, what: Floats, decided: slice, lesson: int, make: Callable[[int], Any], seed: int
    ) -> tuple[Floats, Any]:
        """What a learner says of countries that it did not see, (decided months, countries); and one that saw all."""
        rows, soon = at_risk(past.civilians, lesson)[decided], labels(past.civilians, lesson)[decided]
        folds = np.random.default_rng([seed, lesson]).permutation(len(past.countries)) % N_FOLDS
        unseen = np.zeros(soon.shape)
        for fold in range(N_FOLDS):
            taught, of_fold = rows & (folds != fold)[None, :], np.flatnonzero(folds == fold)
            unseen[:, of_fold] = _log_odds(_fit(make(seed), what[taught], soon[taught]), what[:, of_fold])
        return unseen, _fit(make(seed), what[rows], soon[rows])

    def _ridge(self, seed: int) -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression(C=self.ridge_c, max_iter=300, random_state=seed))

    def _trees(self, seed: int) -> Any:
        return ExtraTreesClassifier(
            self.n_trees, min_samples_leaf=self.min_leaf, max_features=self.share, random_state=seed, n_jobs=1
        )


def line_of(x: Floats, y: npt.NDArray[np.bool_], weight: Floats) -> tuple[float, float]:
    """Slope and shift of the logistic line with least loss, each of (n,) rows weighed; the ridge is the model's own.

    Newton's steps: for one number they take a hundredth of the time of a general solver.
    """
    slope, shift = 0.0, float(np.log((weight @ y + 0.5) / (weight @ ~y + 0.5)))
    for _ in range(50):
        p = _chance(x, slope, shift)
        gap, curve = weight * (p - y), weight * p * (1 - p)
        pull = np.array([gap @ x + slope / 100.0, gap.sum()])
        bend = np.array([[curve @ (x * x) + 1 / 100.0, curve @ x], [curve @ x, curve.sum() + 1e-12]])
        step = np.linalg.solve(bend, pull)
        slope, shift = slope - float(np.clip(step[0], -1, 1)), shift - float(np.clip(step[1], -2, 2))
        if np.abs(step).max() < 1e-8:
            break
    return slope, shift


def _chance(rank: Floats, slope: float, shift: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(shift + slope * rank))))


def killed(past: History) -> Floats:
    """Log of civilians killed in twelve months + log of all killed in them."""
    return log_civilians(past) + log_deaths(past)


def _said(learner: Any | None, _: History, now: Floats) -> Floats:
    return _log_odds(learner, now)


def _fit(learner: Any, what: Floats, soon: npt.NDArray[np.bool_]) -> Any | None:
    """A fitted learner; None where one outcome alone is there to learn from."""
    return learner.fit(what, soon) if soon.any() and not soon.all() else None


def _log_odds(learner: Any | None, what: Floats) -> Floats:
    """Log-odds of (..., 38) numbers; the same for all where nothing was learnt."""
    if learner is None:
        return np.full(what.shape[:-1], np.log(1e-6))
    p = learner.predict_proba(what.reshape(-1, what.shape[-1]))[:, 1].reshape(what.shape[:-1])
    p = np.clip(p, 1e-6, 1 - 1e-3)
    return np.asarray(np.log(p / (1 - p)))


def alert_models() -> dict[str, Model[AlertForecast]]:
    """Every alert model that needs no file but the panel, fresh, baselines first."""
    models: tuple[Model[AlertForecast], ...] = (TrailingDeaths(), Rule(), Pooled())
    return {model.name: model for model in models}


def find_model(name: str) -> Model[AlertForecast]:
    """A model by name. Raises TocsinError."""
    models = alert_models()
    if name not in models:
        raise TocsinError(f"there is no alert model {name!r}", remedy=f"There are {', '.join(models)}")
    return models[name]
