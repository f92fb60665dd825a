"""Every onset model keeps the contract, baselines too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.forecast import contracts
from tests.forecast.panels import made_up_panel
from tocsin.forecast.backtest import Model
from tocsin.forecast.frame import Column, Frame
from tocsin.forecast.onset.ensemble import Ensemble, Settings
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.onset.models import find_model, onset_models
from tocsin.forecast.onset.panel import LABELS

ORIGIN = 1995
SMALL = Settings(n_trees=15, boosting_rounds=10, recalibration_origins=2)
"""Fewer trees and past forecasts than in use, since a contract holds for any number."""
every_model = pytest.mark.parametrize("name", list(onset_models()))


def make(name: str) -> Model[OnsetForecast]:
    return Ensemble(SMALL) if name == Ensemble.name else find_model(name)


def numbers(forecast: OnsetForecast) -> np.ndarray:
    return np.concatenate([forecast.p_1, forecast.p_1or2])


@every_model
def test_a_seed_gives_the_same_forecast(name: str):
    contracts.a_seed_gives_the_same_forecast(lambda: make(name), made_up_panel(), ORIGIN, numbers)


@every_model
def test_what_came_later_changes_nothing(name: str):
    contracts.what_came_later_changes_nothing(lambda: make(name), made_up_panel(), ORIGIN, numbers)


@every_model
def test_a_planted_future_column_is_refused(name: str):
    contracts.a_planted_future_column_is_refused(lambda: make(name), made_up_panel(), ORIGIN, numbers, "mk_onset_1")


@every_model
def test_every_country_of_the_origin_gets_a_risk(name: str):
    view = made_up_panel().at(ORIGIN)
    forecast = make(name).forecast(view, 1)
    assert list(forecast.ccode) == list(view.unit[view.now])


@every_model
def test_shuffled_outcomes_score_as_chance(name: str):
    frame = contracts.with_shuffled_outcomes(made_up_panel(), tuple(LABELS), seed=5)
    model = make(name)
    wins = pairs = 0.0
    for origin in range(1990, 2003, 2):
        forecast = model.forecast(frame.at(origin), 1)
        now = frame.at(origin + 2).at(origin).now
        happened = frame.at(origin + 2).read("mk_onset_1or2", now) == 1
        high, low = forecast.p_1or2[happened][:, None], forecast.p_1or2[~happened][None, :]
        wins += float(((high > low) + 0.5 * (high == low)).sum())
        pairs += high.size * low.size
    assert abs(wins / pairs - 0.5) < 0.12


@pytest.mark.parametrize("name", ["ewp", "ensemble"])
def test_a_predictor_that_was_known_late_stops_the_model(name: str):
    contracts.a_late_predictor_is_refused(lambda: make(name), made_up_panel(), ORIGIN, "battledeaths.log2")


def test_a_country_without_data_or_without_a_past_still_gets_a_risk():
    frame = made_up_panel()
    holes = frame.columns["popsize.log2"].values.copy()
    holes[frame.unit == 7] = np.nan
    holes[frame.time == ORIGIN] = np.nan
    known_at = frame.columns["popsize.log2"].known_at.copy()
    some = (frame.unit != 9) | (frame.time == ORIGIN)
    columns = {name: Column(each.values[some], each.known_at[some]) for name, each in frame.columns.items()}
    columns["popsize.log2"] = Column(holes[some], known_at[some])
    with_holes = Frame(frame.unit[some], frame.time[some], columns)
    for name in ("ewp", "ensemble"):
        forecast = make(name).forecast(with_holes.at(ORIGIN), 1)
        assert {7, 9} <= set(forecast.ccode.tolist())
        assert np.isfinite(numbers(forecast)).all()


def test_the_chance_in_two_years_is_never_below_that_in_one():
    for name in onset_models():
        forecast = make(name).forecast(made_up_panel().at(ORIGIN), 1)
        assert (forecast.p_1 <= forecast.p_1or2).all()
