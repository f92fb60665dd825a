"""VIEWS' benchmarks as ordinary models.

conflictology is the one to beat: the country's own last twelve months, each as likely as the other, for every month
ahead alike. VIEWS scored it as just these twelve draws; ours repeats them until there are as many draws as asked, and
with twelve draws it is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.forecast.fatalities.forecast import AHEAD, N_DRAWS, FatalitiesForecast
from tocsin.forecast.fatalities.history import History, history_of
from tocsin.forecast.frame import View


@dataclass(frozen=True)
class Zero:
    """Nobody is killed."""

    ahead: range = AHEAD
    n_draws: int = N_DRAWS
    name: str = "zero"

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """All draws 0."""
        past = history_of(view)
        return _made(past, self.ahead, np.zeros((len(past.countries), len(self.ahead), self.n_draws)))


@dataclass(frozen=True)
class LastMonthPoisson:
    """Poisson with the origin's own month as its mean (VIEWS' "last historical"): October, for every month ahead."""

    ahead: range = AHEAD
    n_draws: int = N_DRAWS
    name: str = "last-month-poisson"

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """Draws afresh for each month ahead."""
        past = history_of(view)
        rng = np.random.default_rng([seed, view.origin])
        shape = (len(past.countries), len(self.ahead), self.n_draws)
        return _made(past, self.ahead, rng.poisson(past.deaths[-1][:, None, None], shape))


@dataclass(frozen=True)
class Bootstrap:
    """Draws from all country-months of the last `span` months: every country gets the same distribution."""

    span: int = 240
    ahead: range = AHEAD
    n_draws: int = N_DRAWS

    @property
    def name(self) -> str:
        """As bootstrap-240."""
        return f"bootstrap-{self.span}"

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """Draws with replacement."""
        past = history_of(view)
        rng = np.random.default_rng([seed, view.origin])
        shape = (len(past.countries), len(self.ahead), self.n_draws)
        return _made(past, self.ahead, rng.choice(past.deaths[-self.span :].ravel(), shape))


@dataclass(frozen=True)
class Conflictology:
    """The country's own last `span` months, each in turn."""

    span: int = 12
    ahead: range = AHEAD
    n_draws: int = N_DRAWS
    name: str = "conflictology"

    def forecast(self, view: View, seed: int) -> FatalitiesForecast:
        """The same draws for every month ahead; no chance in it."""
        past = history_of(view)
        own = past.deaths[-self.span :].T
        drawn = own[:, np.arange(self.n_draws) % own.shape[1]]
        return _made(past, self.ahead, np.repeat(drawn[:, None, :], len(self.ahead), axis=1))


def _made(past: History, ahead: range, draws: np.ndarray) -> FatalitiesForecast:
    return FatalitiesForecast(past.countries, past.months[-1] + np.array(ahead), draws.astype(np.int32))
