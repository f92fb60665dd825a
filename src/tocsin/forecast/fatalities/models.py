"""The fatalities model, and every fatalities model by name.

Two parts. *Decaying conflictology*: the country's own last two years, the weight halving every few months; it is VIEWS'
conflictology with the recent past counting more. *Forest*: how deaths went on after histories like this one, anywhere.
They are pooled half way between mixing and averaging quantiles. The settings are those of models/fatalities.toml,
chosen on the windows 2006 to 2017.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tocsin.core.errors import TocsinError
from tocsin.core.model.forecasts import Weight
from tocsin.forecast.backtest import Model
from tocsin.forecast.fatalities.baselines import Bootstrap, Conflictology, LastMonthPoisson, Zero
from tocsin.forecast.fatalities.forecast import AHEAD, N_DRAWS, FatalitiesForecast
from tocsin.forecast.fatalities.forest import Forest
from tocsin.forecast.fatalities.history import FEATURES, history_of
from tocsin.forecast.fatalities.pool import pool, weighted_quantiles
from tocsin.forecast.frame import Floats, View
from tocsin.forecast.learnt import OF_VARIANCE, weights_of

DEFAULT = "pooled"
MONTHS_PER_FOREST = 3


@dataclass(frozen=True)
class DecayingConflictology:
    """The country's own last `span` months, later ones weighing more; whole numbers of draws by weight."""

    half_life: float = 3.0
    span: int = 24
    ahead: range = AHEAD
    n_draws: int = N_DRAWS
    name: str = "decaying-conflictology"

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """The same draws for every month ahead; no chance in it."""
        past = history_of(view)
        drawn = self.quantiles(past.deaths, self.n_draws)
        months = view.origin + np.array(self.ahead)
        return FatalitiesForecast(
            past.countries, months, np.repeat(drawn[:, None, :], len(months), axis=1).astype(np.int32)
        )

    def quantiles(self, deaths: Floats, n: int) -> Floats:
        """n quantiles, (countries, n)."""
        own = deaths[-self.span :].T
        weights = 0.5 ** (np.arange(own.shape[1])[::-1] / self.half_life)
        return weighted_quantiles(own, weights, n)


@dataclass(frozen=True)
class Pooled:
    """Forest and decaying conflictology, pooled. A forest serves three neighbouring months, by the middle one."""

    forest: Forest = field(default_factory=Forest)
    forest_weight: float = 0.5
    own: DecayingConflictology = field(default_factory=DecayingConflictology)
    ahead: range = AHEAD
    n_draws: int = N_DRAWS
    name: str = DEFAULT

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """Draws in random order within a month; the same view and seed give the same."""
        past = history_of(view)
        own = self.own.quantiles(past.deaths, self.n_draws)
        draws = np.empty((len(past.countries), len(self.ahead), self.n_draws), dtype=np.int32)
        told: list[Floats] = []
        for first in range(0, len(self.ahead), MONTHS_PER_FOREST):
            together = self.ahead[first : first + MONTHS_PER_FOREST]
            elsewhere = self.forest.quantiles(
                past.deaths, together[len(together) // 2], self.n_draws, seed=seed, tell=told.append
            )
            pooled = pool([elsewhere, own], [self.forest_weight, 1 - self.forest_weight])
            draws[:, first : first + len(together)] = np.rint(pooled)[:, None, :].astype(np.int32)
        rng = np.random.default_rng([seed, view.origin])
        months = view.origin + np.array(self.ahead)
        return FatalitiesForecast(past.countries, months, rng.permuted(draws, axis=2), self._learnt(told))

    def _learnt(self, told: list[Floats]) -> tuple[Weight, ...]:
        if not told:
            return ()
        own, elsewhere = f"the country's own last {self.own.span} months", "what followed like histories"
        return (
            *weights_of(
                "pool", (own, elsewhere), (1 - self.forest_weight, self.forest_weight), "weight, set and not learnt"
            ),
            *weights_of(f"forest, mean of {len(told)} by months ahead", FEATURES, np.mean(told, axis=0), OF_VARIANCE),
        )


def fatalities_models(ahead: range = AHEAD) -> dict[str, Model[FatalitiesForecast]]:
    """Every fatalities model, fresh, baselines first."""
    models: tuple[Model[FatalitiesForecast], ...] = (
        Zero(ahead),
        LastMonthPoisson(ahead),
        Bootstrap(ahead=ahead),
        Conflictology(ahead=ahead),
        DecayingConflictology(ahead=ahead),
        Pooled(ahead=ahead),
    )
    return {model.name: model for model in models}


def find_model(name: str, ahead: range = AHEAD) -> Model[FatalitiesForecast]:
    """A model by name. Raises TocsinError."""
    models = fatalities_models(ahead)
    if name not in models:
        raise TocsinError(f"there is no fatalities model {name!r}", remedy=f"There are {', '.join(models)}")
    return models[name]
