"""What every model must do, of whatever target. A target's tests call these with its models and a frame of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tocsin.forecast.backtest import Model
from tocsin.forecast.frame import Column, Frame, LookAheadError

Numbers = Callable[[Any], np.ndarray]
"""A forecast as one array, to compare it with another."""


def a_seed_gives_the_same_forecast(make: Callable[[], Model[Any]], frame: Frame, origin: int, numbers: Numbers) -> None:
    """Two fresh models, one seed: not a bit of difference."""
    first, second = (numbers(make().forecast(frame.at(origin), 7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def what_came_later_changes_nothing(
    make: Callable[[], Model[Any]], frame: Frame, origin: int, numbers: Numbers
) -> None:
    """Every value known only after the origin is replaced by nonsense; the forecast stays the same, bit for bit."""
    rng = np.random.default_rng(3)
    spoilt = {
        name: Column(
            np.where(column.known_at > origin, rng.normal(1000.0, 500.0, len(column.values)), column.values),
            column.known_at.copy(),
        )
        for name, column in frame.columns.items()
    }
    honest, again = (
        numbers(make().forecast(each.at(origin), 7)) for each in (frame, Frame(frame.unit, frame.time, spoilt))
    )
    np.testing.assert_array_equal(honest, again)


def a_planted_future_column_is_refused(
    make: Callable[[], Model[Any]], frame: Frame, origin: int, numbers: Numbers, outcome: str
) -> None:
    """A column that gives the outcome away, known one period late: reading it raises; else it must not matter."""
    planted = Column(frame.columns[outcome].values.copy(), frame.time + 1)
    view = Frame(frame.unit, frame.time, {**frame.columns, "planted": planted}).at(origin)
    with pytest.raises(LookAheadError):
        view.read("planted")
    try:
        with_it = numbers(make().forecast(view, 7))
    except LookAheadError:
        return
    np.testing.assert_array_equal(with_it, numbers(make().forecast(frame.at(origin), 7)))


def a_late_predictor_is_refused(make: Callable[[], Model[Any]], frame: Frame, origin: int, predictor: str) -> None:
    """A predictor that the model reads, but known only a period later, makes it stop rather than go on."""
    column = frame.columns[predictor]
    late = replace(column, values=column.values.copy(), known_at=column.known_at + 1)
    with pytest.raises(LookAheadError):
        make().forecast(Frame(frame.unit, frame.time, {**frame.columns, predictor: late}).at(origin), 7)


def with_shuffled_outcomes(frame: Frame, outcomes: tuple[str, ...], seed: int) -> Frame:
    """The frame with its outcomes dealt out again at random among the rows of each period, all of them together."""
    rng = np.random.default_rng(seed)
    order = np.arange(len(frame.time))
    for time in np.unique(frame.time):
        rows = np.flatnonzero(frame.time == time)
        order[rows] = rng.permutation(rows)
    dealt = {name: Column(frame.columns[name].values[order], frame.columns[name].known_at[order]) for name in outcomes}
    return Frame(frame.unit, frame.time, {**frame.columns, **dealt})
