"""What moved a model: its coefficients and importances by name, in numbers that are read and not run.

A coefficient says by how much the log-odds go with a number, all others being as they are; an importance, which share
of what a forest's splits gained came from splits on it. Both tell of the past. Neither is a cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from tocsin.core.model.forecasts import Weight
from tocsin.forecast.frame import Floats, View

PER_DEVIATION = "log-odds per standard deviation"
PER_UNIT = "log-odds per unit of the column"
OF_SPLITS = "share of what all splits gained"
OF_VARIANCE = "share of the spread that all splits took away"


@runtime_checkable
class Tells(Protocol):
    """A model that can say what moved it."""

    def learnt(self, view: View, seed: int) -> tuple[Weight, ...]:
        """What it learnt from a view, part by part."""
        ...


def learnt_by(model: object, view: View, seed: int) -> tuple[Weight, ...]:
    """What moved a model; nothing where it cannot say."""
    return model.learnt(view, seed) if isinstance(model, Tells) else ()


def weights_of(part: str, names: Sequence[str], values: Iterable[float] | Floats, unit: str) -> tuple[Weight, ...]:
    """Values by name, the greatest first, six digits; what is nought is left out."""
    found = [
        Weight(part=part, feature=name, value=round(float(value), 6), unit=unit)
        for name, value in zip(names, values, strict=True)
    ]
    return tuple(sorted((each for each in found if each.value), key=lambda each: (-abs(each.value), each.feature)))


def shares(gains: Floats) -> Floats:
    """Gains as shares of their sum; nought where nothing was gained."""
    total = float(gains.sum())
    return gains / total if total > 0 else np.zeros_like(gains)
