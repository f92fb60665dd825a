"""The settings in a card are those of the code, and what it defines is what the code counts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tocsin.forecast.alert import models as alert
from tocsin.forecast.alert.baselines import AnnualRisk
from tocsin.forecast.alert.signs import SIGNS
from tocsin.forecast.fatalities import models as fatalities
from tocsin.forecast.fatalities.history import LEVEL_HALF_LIFE

CARDS = Path(__file__).parents[2] / "models"


def card(name: str) -> dict:
    return tomllib.loads((CARDS / f"{name}.toml").read_text(encoding="utf-8"))


def test_the_fatalities_card_gives_the_settings_of_the_model():
    told, model = card("fatalities"), fatalities.Pooled()
    assert told["model"] == model.name == fatalities.DEFAULT
    forest = told["settings"]["forest"]
    assert (forest["n_trees"], forest["every"], forest["min_leaf"], forest["share"]) == (
        model.forest.n_trees,
        model.forest.every,
        model.forest.min_leaf,
        model.forest.share,
    )
    assert forest["months_per_forest"] == fatalities.MONTHS_PER_FOREST
    settings = told["settings"]
    assert settings["level_half_life_months"] == LEVEL_HALF_LIFE
    assert (settings["own_half_life_months"], settings["own_span_months"]) == (model.own.half_life, model.own.span)
    assert settings["forest_weight"] == model.forest_weight
    assert set(told["baselines"]) == set(fatalities.fatalities_models()) - {model.name}


def test_the_alert_card_gives_the_settings_of_the_model():
    told, model = card("alert"), alert.Pooled()
    assert told["model"] == model.name == alert.DEFAULT
    for name in ("n_trees", "min_leaf", "share", "ridge_c"):
        assert told["settings"][name] == getattr(model, name)
    assert {int(x): tuple(n) for x, n in told["settings"]["learn_starts_of"].items()} == alert.LESSONS
    assert {name: code for code, name in SIGNS.items()} == told["desk"]["signs"]
    assert set(told["baselines"]) == {*alert.alert_models(), AnnualRisk().name} - {model.name}


@pytest.mark.parametrize("name", ["fatalities", "alert"])
def test_a_card_says_what_fails_what_was_tried_and_what_was_measured(name: str):
    told = card(name)
    assert told["known_failures"]
    assert told["choices"]["n_variants_tried"] > 0
    assert any(word in " ".join(told["choices"]) for word in ("looks_at_test_windows", "looks_at_test_years"))
    assert told["scores"]
