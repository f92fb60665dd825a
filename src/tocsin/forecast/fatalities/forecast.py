"""A fatalities forecast, its table, and its scores.

An origin is a year t: data to the end of October of t, and the forecast covers January to December of t + 1, which
are months 3 to 14 ahead, as in VIEWS' Prediction Challenge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tocsin.core.model.forecasts import Weight
from tocsin.forecast.backtest import Made
from tocsin.forecast.fatalities.panel import DEATHS
from tocsin.forecast.frame import Frame, FrameError, Ints
from tocsin.forecast.months import month_id
from tocsin.forecast.scores import DrawScores, score_draws

AHEAD = range(3, 15)
N_DRAWS = 1000
LAST_MONTH_OF_DATA = 10


@dataclass(frozen=True)
class FatalitiesForecast:
    """draws: (countries, months, draws) whole numbers >= 0. Draws of different months are not paths through time.

    learnt: what moved the model, where it can say.
    """

    countries: Ints
    months: Ints
    draws: npt.NDArray[np.int32]
    learnt: tuple[Weight, ...] = ()


def origin_month(year: int) -> int:
    """The month number of an origin year: its October."""
    return month_id(year, LAST_MONTH_OF_DATA)


def forecast_table(made: Made[FatalitiesForecast]) -> pa.Table:
    """country_id, month_id, draw, outcome: one row per draw."""
    forecast = made.forecast
    n_countries, n_months, n_draws = forecast.draws.shape
    return pa.table(
        {
            "country_id": np.repeat(forecast.countries.astype(np.int32), n_months * n_draws),
            "month_id": np.tile(np.repeat(forecast.months.astype(np.int32), n_draws), n_countries),
            "draw": np.tile(np.arange(n_draws, dtype=np.int32), n_countries * n_months),
            "outcome": forecast.draws.ravel(),
        }
    )


@dataclass(frozen=True)
class Scored:
    """Scores of the forecasts whose month has come, one row per country and month."""

    countries: Ints
    months: Ints
    outcomes: npt.NDArray[np.float64]
    scores: DrawScores


def score_forecasts(made: Iterable[Made[FatalitiesForecast]], frame: Frame) -> Scored:
    """Scores against what the whole frame says came. Raises FrameError when no forecast month lies in it."""
    deaths = dict(
        zip(zip(frame.time.tolist(), frame.unit.tolist(), strict=True), frame.columns[DEATHS].values, strict=True)
    )
    countries, months, outcomes, found = [], [], [], []
    for one in made:
        forecast = one.forecast
        pairs = [(int(month), int(unit)) for unit in forecast.countries for month in forecast.months]
        known = np.array([pair in deaths for pair in pairs])
        if not known.any():
            continue
        y = np.array([deaths[pair] for pair in pairs if pair in deaths])
        found.append(score_draws(forecast.draws.reshape(-1, forecast.draws.shape[2])[known], y))
        months.append(np.array([pair[0] for pair in pairs])[known])
        countries.append(np.array([pair[1] for pair in pairs])[known])
        outcomes.append(y)
    if not found:
        raise FrameError("no month that was forecast has an outcome yet")
    scores = DrawScores(
        crps=np.concatenate([one.crps for one in found]),
        log_crps=np.concatenate([one.log_crps for one in found]),
        ignorance=np.concatenate([one.ignorance for one in found]),
        interval=np.concatenate([one.interval for one in found]),
    )
    return Scored(np.concatenate(countries), np.concatenate(months), np.concatenate(outcomes), scores)
