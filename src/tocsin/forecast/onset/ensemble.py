"""Our onset model: four views of the same past, averaged; countries where killing is under way, apart; recalibrated.

1. *Four members*, each of another mind: a small logit on what theory names, a ridge on all features, boosted trees that
   may only go the way that theory says (more battle deaths never lower a risk), and extremely randomised trees on all
   features. Their log-odds are averaged. Each is trained on every row whose label "an onset in the
   next two years" was fully observed.
2. *Where a mass killing is under way*, hardly anything distinguishes who will see another one, and there are too few
   cases to learn weights from. There the risk is the base rate of such countries, shifted by an index of four signs
   with equal weights (deaths rising, discrimination by law, a recent coup attempt, a killing that began lately).
3. *Rolling recalibration*: the odds are multiplied so that the model's own last forecasts, made at earlier origins and
   fully observed by now, would have been right on average. Onsets have become rarer since the early 1990s; a model that
   learns from all years over-predicts.

Every constant below was chosen on origins 1975 to 1992; what else was tried stands in `models/onset.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from tocsin.core.model.forecasts import Weight
from tocsin.forecast.frame import Floats, View
from tocsin.forecast.learnt import OF_SPLITS, OF_VARIANCE, PER_DEVIATION, shares, weights_of
from tocsin.forecast.onset.baselines import observed, rate
from tocsin.forecast.onset.features import Features, features
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.threads import one_thread

LABEL = "mk_onset_1or2"
THEORY = (
    "popsize.log2",
    "un_imr_sqrt",
    "battledeaths.log2",
    "deaths most 5y",
    "onsets fading 12y",
    "mk_ever",
    "coup.try.5yr",
    "efindex",
    "discrimpop",
    "widetargeting",
    "freediscussion",
    "young state",
    "killing under way",
    "deaths nearby",
    "killing nearby",
)
UNDER_WAY_SIGNS = {
    "battledeaths.log2 change 3y": 1.0,
    "discrimpop": 1.0,
    "coup.try.5yr": 1.0,
    "log years under way": -1.0,
}
SIGNED = {
    "popsize.log2": 1,
    "un_imr_sqrt": 1,
    "battledeaths.log2": 1,
    "battledeaths.log2 change 1y": 1,
    "battledeaths.log2 change 3y": 1,
    "deaths most 5y": 1,
    "deaths mean 10y": 1,
    "war years fading": 1,
    "war x exclusion": 1,
    "closed x war": 1,
    "onsets fading 12y": 1,
    "onsets fading 40y": 1,
    "mk_ever": 1,
    "coup.try.5yr": 1,
    "efindex": 1,
    "discrimpop": 1,
    "minorityrule": 1,
    "widetargeting": 1,
    "narrowtargeting": 1,
    "freediscussion": -1,
    "even_civilrights": -1,
    "gdppcgrowth": -1,
    "growth mean 3y": -1,
    "young state": 1,
    "deaths nearby": 1,
    "killing nearby": 1,
    "onsets nearby": 1,
    "killing under way": 0,
}
"""What boosted trees see, and which way each may move a risk: 1 up, -1 down, 0 either."""
_P_LEAST = 1e-4


@dataclass(frozen=True)
class Settings:
    """What was chosen on the development origins."""

    theory_c: float = 0.03
    ridge_c: float = 0.003
    boosting_rounds: int = 80
    boosting_rate: float = 0.05
    boosting_depth: int = 3
    boosting_least_leaf: int = 80
    boosting_l2: float = 30.0
    boosting_features: float = 0.5
    boosting_seeds: int = 3
    n_trees: int = 200
    tree_least_leaf: int = 15
    tree_features: float = 0.3
    under_way_slope: float = 0.4
    recalibration_origins: int = 12
    recalibration_prior_onsets: float = 4.0


@dataclass(frozen=True)
class _Member:
    """A fitted member: what it sees, what its weights are counted in, and the (n,) risks that it gives."""

    part: str
    names: tuple[str, ...]
    unit: str
    fitted: tuple[Any, ...]
    p: Floats

    def weights(self) -> Floats:
        """By name: a logit's coefficients, or the shares of a forest's splits; of several, their mean."""
        return np.asarray(np.mean([_weights(each, len(self.names)) for each in self.fitted], axis=0))


class Ensemble:
    """The model that `tocsin forecast` runs unless told otherwise."""

    name = "ensemble"

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def forecast(self, view: View, seed: int) -> OnsetForecast:
        """Risks at the origin: the raw ones, with their odds moved by how the last raw ones came out."""
        raw, factors = self.raw(view, seed), self._factors(view, seed)
        p_1, p_1or2 = (_moved(p, factors[label]) for label, p in (("mk_onset_1", raw.p_1), (LABEL, raw.p_1or2)))
        low, high = _moved(raw.low, factors[LABEL]), _moved(raw.high, factors[LABEL])
        return OnsetForecast(raw.ccode, np.minimum(p_1, p_1or2), p_1or2, low, high, raw.moved_by)

    def learnt(self, view: View, seed: int) -> tuple[Weight, ...]:
        """Coefficients and importances of the members, the signs where killing is under way, and the recalibration."""
        found = features(view)
        rows = observed(view, LABEL)
        y = view.read(LABEL, rows)
        if y.sum() < 3 or not len(view.now):
            return ()
        with one_thread():
            members = list(self._members(found, rows, y, view.now, seed))
        slope = self.settings.under_way_slope / np.sqrt(len(UNDER_WAY_SIGNS))
        told = [
            *(weights_of(each.part, each.names, each.weights(), each.unit) for each in members),
            weights_of(
                "where killing is under way, set and not learnt",
                tuple(UNDER_WAY_SIGNS),
                [slope * sign for sign in UNDER_WAY_SIGNS.values()],
                PER_DEVIATION,
            ),
            weights_of(
                "recalibration",
                ("one year", "two years"),
                self._factors(view, seed).values(),
                "what the odds are multiplied by",
            ),
        ]
        return tuple(weight for part in told for weight in part)

    def _factors(self, view: View, seed: int) -> dict[str, float]:
        """By which the odds of each label are multiplied: how the last raw forecasts came out."""
        factors = {"mk_onset_1": [0.0, 0.0], LABEL: [0.0, 0.0]}
        first = int(view.time[0]) + 12
        for origin in range(max(first, view.origin - 1 - self.settings.recalibration_origins), view.origin):
            past = self.raw(view.at(origin), seed)
            rows = view.at(origin).now
            for label, p in (("mk_onset_1", past.p_1), (LABEL, past.p_1or2)):
                known = np.isin(rows, observed(view, label))
                factors[label][0] += float(view.read(label, rows[known]).sum())
                factors[label][1] += float(p[known].sum())
        prior = self.settings.recalibration_prior_onsets
        return {label: (came + prior) / (said + prior) for label, (came, said) in factors.items()}

    def raw(self, view: View, seed: int) -> OnsetForecast:
        """Risks before recalibration; made once for each origin of a frame."""
        return view.kept((self.name, self.settings, seed), lambda each: self._raw(each, seed))

    def _raw(self, view: View, seed: int) -> OnsetForecast:
        found = features(view)
        rows, now = observed(view, LABEL), view.now
        y = view.read(LABEL, rows)
        ccode = view.unit[now]
        share = (view.read("mk_onset_1", observed(view, "mk_onset_1")).sum() + 5) / (y.sum() + 10)
        if y.sum() < 3 or not len(now):
            p = np.full(len(ccode), rate(view, LABEL))
            return OnsetForecast(ccode, p * min(1.0, float(share)), p)
        with one_thread():
            members = np.array([each.p for each in self._members(found, rows, y, now, seed)])
            moved_by = self._moved_by(found, rows, y, now)
        p = _sigmoid(_log_odds(members).mean(axis=0))
        under_way = found.column("killing under way") == 1
        there = under_way[now]
        signs, base = self._signs(found, rows[under_way[rows]], y[under_way[rows]], now)
        p_there = _sigmoid(np.log(base / (1 - base)) + sum(signs.values()))
        views_there = np.array([p, p_there, np.full(len(p), base)])
        low, high = (np.where(there, edge(views_there), edge(members)) for edge in (_least, _most))
        p = np.where(there, p_there, p)
        moved_by = {
            name: np.where(there, signs.get(name, 0.0), moved_by.get(name, 0.0))
            for name in dict.fromkeys((*moved_by, *signs))
        }
        return OnsetForecast(ccode, p * min(1.0, float(share)), p, np.minimum(low, p), np.maximum(high, p), moved_by)

    def _members(self, found: Features, rows, y, now, seed: int) -> Iterator[_Member]:  # type: ignore[no-untyped-def]
        own = self.settings
        theory = found.pick(THEORY)
        for part, names, x, c in (
            ("small logit", THEORY, theory, own.theory_c),
            ("ridge", found.names, found.values, own.ridge_c),
        ):
            train, new = standardised(x[rows], x[now])
            line = LogisticRegression(C=c, max_iter=500).fit(train, y)
            yield _Member(part, names, PER_DEVIATION, (line,), line.predict_proba(new)[:, 1])
        signed = found.pick(tuple(SIGNED))
        boosted = tuple(self._boosted(seed + each) for each in range(own.boosting_seeds))
        log_risks = [np.log(_risks(each, signed[rows], y, signed[now])) for each in boosted]
        yield _Member("boosted trees", tuple(SIGNED), OF_SPLITS, boosted, np.exp(np.mean(log_risks, axis=0)))
        trees = ExtraTreesClassifier(
            n_estimators=own.n_trees,
            min_samples_leaf=own.tree_least_leaf,
            max_features=own.tree_features,
            random_state=seed,
            n_jobs=1,
        )
        p = _risks(trees, found.values[rows], y, found.values[now])
        yield _Member("extremely randomised trees", found.names, OF_VARIANCE, (trees,), p)

    def _boosted(self, seed: int) -> HistGradientBoostingClassifier:
        own = self.settings
        return HistGradientBoostingClassifier(
            max_iter=own.boosting_rounds,
            learning_rate=own.boosting_rate,
            max_depth=own.boosting_depth,
            min_samples_leaf=own.boosting_least_leaf,
            l2_regularization=own.boosting_l2,
            max_features=own.boosting_features,
            monotonic_cst=list(SIGNED.values()),
            early_stopping=False,
            random_state=seed,
        )

    def _moved_by(self, found: Features, rows, y, now) -> dict[str, Floats]:  # type: ignore[no-untyped-def]
        """By how much each of theory's features moves the small logit from the average row."""
        train, new = standardised(found.pick(THEORY)[rows], found.pick(THEORY)[now])
        weights = LogisticRegression(C=self.settings.theory_c, max_iter=500).fit(train, y).coef_[0]
        return {name: new[:, at] * weights[at] for at, name in enumerate(THEORY)}

    def _signs(self, found: Features, rows, y, now) -> tuple[dict[str, Floats], float]:  # type: ignore[no-untyped-def]
        """What each sign adds to the log-odds where killing is under way, and the base rate there."""
        signs = {}
        weight = self.settings.under_way_slope / np.sqrt(len(UNDER_WAY_SIGNS))
        for name, sign in UNDER_WAY_SIGNS.items():
            column = found.column(name)
            spread = column[rows].std() + 1e-9 if len(rows) else 1.0
            centre = column[rows].mean() if len(rows) else 0.0
            signs[name] = weight * sign * np.clip((column[now] - centre) / spread, -2.5, 2.5)
        return signs, float((y.sum() + 1) / (len(y) + 20))


def standardised(train: Floats, new: Floats) -> tuple[Floats, Floats]:
    """Both on the training rows' scale; a new value no further out than six deviations."""
    mean, spread = train.mean(axis=0), train.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    return (train - mean) / spread, np.clip((new - mean) / spread, -6, 6)


def _weights(fitted: Any, n: int) -> Floats:
    if hasattr(fitted, "coef_"):
        return np.asarray(fitted.coef_[0])
    if hasattr(fitted, "feature_importances_"):
        return np.asarray(fitted.feature_importances_)
    gains = np.zeros(n)
    for round_of_trees in fitted._predictors:  # boosted trees have no importances of their own
        for tree in round_of_trees:
            splits = tree.nodes[tree.nodes["is_leaf"] == 0]
            np.add.at(gains, splits["feature_idx"], np.maximum(splits["gain"], 0))
    return shares(gains)


def _risks(model: Any, x: Floats, y: Floats, new: Floats) -> Floats:
    """A fitted model's risks, kept from the ends."""
    return np.asarray(np.clip(model.fit(x, y).predict_proba(new)[:, 1], 1e-3, 0.99))


def _least(p: Floats) -> Floats:
    return np.asarray(p.min(axis=0))


def _most(p: Floats) -> Floats:
    return np.asarray(p.max(axis=0))


def _log_odds(p: Floats) -> Floats:
    p = np.clip(p, _P_LEAST, 1 - _P_LEAST)
    return np.asarray(np.log(p / (1 - p)))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def _moved(p: Floats, factor: float) -> Floats:
    return np.asarray(p * factor / (1 - p + p * factor))
