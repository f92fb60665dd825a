"""How deaths went on elsewhere, and here before, after a history like this one.

A forest of extremely randomised trees (Geurts 2006) splits past country-months by their history so that log deaths some
months later are alike within a leaf. The forecast is not the forest's mean but its cases: each past case weighs by how
often it shares a leaf with today's (Meinshausen 2006), and gives what came after it *relative to its level* then, on
today's level. So a war of a thousand deaths a month learns from wars of a hundred, of which there are more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesRegressor

from tocsin.forecast.fatalities.history import active, features, level
from tocsin.forecast.fatalities.pool import levels
from tocsin.forecast.scores.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Forest:
    """Settings, chosen on development windows.

    every:     months between the past origins that it learns from
    min_leaf:  cases at least in a leaf
    share:     of the features tried at each split
    """

    n_trees: int = 50
    every: int = 2
    min_leaf: int = 30
    share: float = 0.4

    def quantiles(
        self, deaths: Floats, ahead: int, n: int, *, seed: int, tell: Callable[[Floats], None] = lambda _: None
    ) -> Floats:
        """n quantiles of deaths `ahead` months after the last row, (countries, n).

        deaths: (months, countries) up to the origin. Only cases whose outcome lies in it are learnt from. A country
        without a death in ten years gets zero throughout: the forest knows nothing of it. `tell` is given the share of
        the spread that splits on each of FEATURES took away, (19,); nothing where no forest was grown.
        """
        n_months, n_countries = deaths.shape
        found = np.zeros((n_countries, n))
        now = np.flatnonzero(active(deaths)[-1])
        past = np.arange(12, n_months - ahead, self.every)
        if not len(now) or not len(past):
            return found
        what, scale, lives = features(deaths), level(deaths), active(deaths)
        then = lives[past]
        cases, came = what[past][then], deaths[past + ahead][then]
        if len(cases) < 2 * self.min_leaf:
            return found
        trees = ExtraTreesRegressor(
            self.n_trees, min_samples_leaf=self.min_leaf, max_features=self.share, random_state=seed, n_jobs=1
        ).fit(cases, np.log1p(came))
        tell(np.asarray(trees.feature_importances_))
        # one death added, so that a level of zero has a ratio
        relative = came / (scale[past][then] + 1)
        case_leaves, leaves = trees.apply(cases).astype(np.int64), trees.apply(what[-1, now]).astype(np.int64)
        order = np.argsort(case_leaves, axis=0, kind="stable")
        found[now] = _quantiles(
            np.take_along_axis(case_leaves, order, axis=0), order, leaves, relative, scale[-1, now] + 1, levels(n)
        )
        return found


@compiled
def _quantiles(case_leaves: Ints, order: Ints, leaves: Ints, relative: Floats, scale: Floats, at: Floats) -> Floats:
    """Weighted quantiles of relative outcomes on today's scale; case_leaves are sorted within each tree, by order."""
    n_cases, n_trees = order.shape
    n_now = len(leaves)
    by_size = np.argsort(relative)
    found = np.empty((n_now, len(at)))
    for now in range(n_now):
        weights = np.zeros(n_cases)
        total = 0.0
        for tree in range(n_trees):
            first = np.searchsorted(case_leaves[:, tree], leaves[now, tree])
            last = np.searchsorted(case_leaves[:, tree], leaves[now, tree] + 1)
            if last > first:
                total += 1.0
                for place in range(first, last):
                    weights[order[place, tree]] += 1.0 / (last - first)
        place = -1
        reached = 0.0
        for k in range(len(at)):
            while reached < at[k] * total - 1e-9 and place < n_cases - 1:
                place += 1
                reached += weights[by_size[place]]
            found[now, k] = np.rint(relative[by_size[max(place, 0)]] * scale[now])
    return found
