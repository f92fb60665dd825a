"""Honest risk: models that see only what was known, backtests that cannot cheat, and a register of forecasts.

    frame      a table in which each value knows when it became known, and the view of it at one origin
    backtest   rolling origins: one view, one forecast, the next
    onset      will a mass killing begin: features, models, baselines, the Early Warning Project's model
    register   forecasts filed before the outcome, chained and signed, scored after

A model is a function from a `View` to a forecast. It has no other way to the data.
"""
