"""What an onset model says at one origin, and the table of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tocsin.forecast.backtest import Made
from tocsin.forecast.frame import Floats, FrameError, Ints


@dataclass(frozen=True)
class OnsetForecast:
    """Risk of each country at an origin.

    ccode: (n,) country codes; p_1: (n,) probability of an onset in the next year; p_1or2: (n,) in the next two years

    Where a model can say so: low, high (n,), between which its members see the two-year risk; moved_by, for each name
    the (n,) log-odds by which it moves a country from the average one.
    """

    ccode: Ints
    p_1: Floats
    p_1or2: Floats
    low: Floats = field(default_factory=lambda: np.empty(0))
    high: Floats = field(default_factory=lambda: np.empty(0))
    moved_by: Mapping[str, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, p in (("p_1", self.p_1), ("p_1or2", self.p_1or2)):
            if p.shape != self.ccode.shape or not bool(np.all((p >= 0) & (p <= 1))):
                raise FrameError(f"{name} is not one probability for each of {len(self.ccode)} countries")
        for name in ("low", "high"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, self.p_1or2)

    def drivers_of(self, at: int, most: int = 4) -> list[tuple[str, float]]:
        """What moves the risk of the country in a place most, by size; nothing where the model cannot say."""
        moved = [(name, float(by[at])) for name, by in self.moved_by.items() if abs(by[at]) >= 0.05]
        return sorted(moved, key=lambda each: -abs(each[1]))[:most]


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
