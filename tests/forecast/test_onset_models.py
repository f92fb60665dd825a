"""Every onset model keeps the contract, baselines too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.forecast import contracts
from tests.forecast.panels import made_up_panel
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.onset.models import find_model, onset_models
from tocsin.forecast.onset.panel import LABELS

ORIGIN = 1995
every_model = pytest.mark.parametrize("name", list(onset_models()))


def numbers(forecast: OnsetForecast) -> np.ndarray:
    return np.concatenate([forecast.p_1, forecast.p_1or2])


@every_model
def test_a_seed_gives_the_same_forecast(name: str):
    contracts.a_seed_gives_the_same_forecast(lambda: find_model(name), made_up_panel(), ORIGIN, numbers)


@every_model
def test_what_came_later_changes_nothing(name: str):
    contracts.what_came_later_changes_nothing(lambda: find_model(name), made_up_panel(), ORIGIN, numbers)


@every_model
def test_a_planted_future_column_is_refused(name: str):
    make = lambda: find_model(name)  # noqa: E731
    contracts.a_planted_future_column_is_refused(make, made_up_panel(), ORIGIN, numbers, "mk_onset_1")


@every_model
def test_every_country_of_the_origin_gets_a_risk(name: str):
    view = made_up_panel().at(ORIGIN)
    forecast = find_model(name).forecast(view, 1)
    assert list(forecast.ccode) == list(view.unit[view.now])


@every_model
def test_shuffled_outcomes_score_as_chance(name: str):
    frame = contracts.with_shuffled_outcomes(made_up_panel(), tuple(LABELS), seed=5)
    model = find_model(name)
    wins = pairs = 0.0
    for origin in range(1990, 2003, 2):
        forecast = model.forecast(frame.at(origin), 1)
        now = frame.at(origin + 2).at(origin).now
        happened = frame.at(origin + 2).read("mk_onset_1or2", now) == 1
        high, low = forecast.p_1or2[happened][:, None], forecast.p_1or2[~happened][None, :]
        wins += float(((high > low) + 0.5 * (high == low)).sum())
        pairs += high.size * low.size
    assert abs(wins / pairs - 0.5) < 0.12
