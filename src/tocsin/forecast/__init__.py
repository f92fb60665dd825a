"""Honest risk: models that see only what was known, backtests that cannot cheat, and a register of forecasts.

    frame      a table in which each value knows when it became known, and the view of it at one origin
    backtest   rolling origins: one view, one forecast, the next
    onset      will a mass killing begin: features, models, baselines, the Early Warning Project's model
    fatalities how many may be killed each month, as draws
    alert      where an episode of killing of civilians may start
    measuring  how a backtest came out: figures, differences with intervals, what may be concluded
    threads    one thread for everything
    register   forecasts filed before the outcome, chained and signed, scored after

A model is a function from a `View` to a forecast. It has no other way to the data.
"""
