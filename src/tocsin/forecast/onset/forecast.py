"""What an onset model says at one origin, and the table of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.forecast.backtest import Made
from tocsin.forecast.frame import Floats, FrameError, Ints


@dataclass(frozen=True)
class OnsetForecast:
    """Risk of each country at an origin.

    ccode: (n,) country codes; p_1: (n,) probability of an onset in the next year; p_1or2: (n,) in the next two years
    """

    ccode: Ints
    p_1: Floats
    p_1or2: Floats

    def __post_init__(self) -> None:
        for name, p in (("p_1", self.p_1), ("p_1or2", self.p_1or2)):
            if p.shape != self.ccode.shape or not bool(np.all((p >= 0) & (p <= 1))):
                raise FrameError(f"{name} is not one probability for each of {len(self.ccode)} countries")


def forecast_table(made: Iterable[Made[OnsetForecast]]) -> pa.Table:
    """Columns ccode, origin, p_1, p_1or2: one row per country and origin."""
    parts = [
        {
            "ccode": each.forecast.ccode,
            "origin": np.full(len(each.forecast.ccode), each.origin, dtype=np.int64),
            "p_1": each.forecast.p_1,
            "p_1or2": each.forecast.p_1or2,
        }
        for each in made
    ]
    names = {"ccode": pa.int64(), "origin": pa.int64(), "p_1": pa.float64(), "p_1or2": pa.float64()}
    return pa.table(
        {name: pa.array(np.concatenate([part[name] for part in parts]), kind) for name, kind in names.items()}
    )
