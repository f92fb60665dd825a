"""The onset models by name."""

from __future__ import annotations

from tocsin.core.errors import TocsinError
from tocsin.forecast.backtest import Model
from tocsin.forecast.onset.baselines import BaseRate, LastYear, OneLineRule
from tocsin.forecast.onset.ensemble import Ensemble
from tocsin.forecast.onset.ewp import EarlyWarningProject
from tocsin.forecast.onset.forecast import OnsetForecast


def onset_models() -> dict[str, Model[OnsetForecast]]:
    """Every onset model, fresh, baselines first."""
    return {
        model.name: model
        for model in (BaseRate(), OneLineRule(), LastYear(EarlyWarningProject()), EarlyWarningProject(), Ensemble())
    }


def find_model(name: str) -> Model[OnsetForecast]:
    """A model by name. Raises TocsinError."""
    models = onset_models()
    if name not in models:
        raise TocsinError(f"there is no onset model {name!r}", remedy=f"There are {', '.join(models)}")
    return models[name]
