"""A table in which each value knows when it became known; the view of it at an origin refuses whatever came later.

A forecast made at an origin may use what was known then, and nothing else. Most dishonest backtests are not lies but
slips: a label that was not complete yet, a column that was revised afterwards. So the frame keeps `known_at` beside
every value, and a model gets a `View`: it cannot reach a later value without an error.

Time is a whole number on one scale for the whole frame: a year, or a month number. A value of time t with
`known_at` = t was known at the end of period t.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from tocsin.core.errors import TocsinError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
T = TypeVar("T")


class FrameError(TocsinError):
    """Columns that do not fit together, or that are not there."""


class LookAheadError(TocsinError):
    """A read of a value that was not known at the origin."""


@dataclass(frozen=True)
class Column:
    """Values of one quantity and when each became known.

    values:   (n,) numbers; NaN where missing
    known_at: (n,) whole numbers on the frame's time scale
    """

    values: Floats
    known_at: Ints


@dataclass(frozen=True)
class Frame:
    """Units × times in long form, one row each, sorted by time and unit.

    unit: (n,) codes of countries; time: (n,) years or month numbers
    """

    unit: Ints
    time: Ints
    columns: Mapping[str, Column]
    _kept: dict[tuple[int, Hashable], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        n = len(self.unit)
        for name, column in self.columns.items():
            if not len(column.values) == len(column.known_at) == n:
                raise FrameError(f"column {name!r} does not have {n} rows")
            column.values.flags.writeable = False
            column.known_at.flags.writeable = False
        if len(self.time) != n:
            raise FrameError(f"there are {n} units and {len(self.time)} times")
        order = np.lexsort((self.unit, self.time))
        if not np.array_equal(order, np.arange(n)):
            raise FrameError("rows are not sorted by time and unit", remedy="Make the frame with `make_frame`")
        if n > 1 and bool(np.any((np.diff(self.time) == 0) & (np.diff(self.unit) == 0))):
            twice = int(np.flatnonzero((np.diff(self.time) == 0) & (np.diff(self.unit) == 0))[0])
            raise FrameError(f"unit {self.unit[twice]} stands twice at time {self.time[twice]}")

    def at(self, origin: int) -> View:
        """What was known at the end of a period."""
        return View(self, origin)


class View:
    """A frame as it was known at an origin: all that a model may see."""

    def __init__(self, frame: Frame, origin: int) -> None:
        self.origin = origin
        self._frame = frame
        self._n = int(np.searchsorted(frame.time, origin, side="right"))

    @property
    def rows(self) -> Ints:
        """Every row of a time up to the origin, by position in the frame."""
        return np.arange(self._n, dtype=np.int64)

    @property
    def now(self) -> Ints:
        """The rows of the origin itself: what is forecast for."""
        return np.flatnonzero(self._frame.time[: self._n] == self.origin)

    @property
    def unit(self) -> Ints:
        """(rows,) the unit of each row."""
        return self._frame.unit[: self._n]

    @property
    def time(self) -> Ints:
        """(rows,) the time of each row."""
        return self._frame.time[: self._n]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns there are."""
        return tuple(self._frame.columns)

    def read(self, name: str, rows: Ints | None = None) -> Floats:
        """Values of a column, of all rows up to the origin or of some.

        Raises LookAheadError when one of them was not known at the origin, FrameError when there is no such column.
        """
        column = self._column(name)
        chosen = self.rows if rows is None else rows
        late = (chosen >= self._n) | (column.known_at[np.minimum(chosen, len(column.known_at) - 1)] > self.origin)
        if bool(np.any(late)):
            row = int(chosen[np.argmax(late)])
            raise LookAheadError(
                f"{name!r} of unit {self._frame.unit[row]} at {self._frame.time[row]} became known at "
                f"{column.known_at[row]}, after the origin {self.origin}",
                remedy="Read only rows of `known(name)`",
            )
        return column.values[chosen]

    def known(self, name: str) -> Ints:
        """The rows up to the origin whose value was known at it. A label: where it was fully observed."""
        return np.flatnonzero(self._column(name).known_at[: self._n] <= self.origin)

    def at(self, origin: int) -> View:
        """An earlier view. Raises LookAheadError for a later one."""
        if origin > self.origin:
            raise LookAheadError(f"a view at {self.origin} cannot look at {origin}")
        return View(self._frame, origin)

    def kept(self, key: Hashable, make: Callable[[View], T]) -> T:
        """What `make` gives for this view, made once for each origin and key.

        `key` must say all that the result depends on beside the view. A model that learns from its own past forecasts
        keeps them so: what was made from an earlier view does not change.
        """
        place = (self.origin, key)
        if place not in self._frame._kept:
            self._frame._kept[place] = make(self)
        return cast(T, self._frame._kept[place])

    def _column(self, name: str) -> Column:
        try:
            return self._frame.columns[name]
        except KeyError:
            raise FrameError(f"there is no column {name!r}", remedy=f"There are {', '.join(self.names)}") from None


def make_frame(unit: Ints, time: Ints, columns: Mapping[str, Column]) -> Frame:
    """A frame of rows in any order. Raises FrameError when a unit stands twice at one time."""
    order = np.lexsort((unit, time))
    sorted_columns = {name: Column(each.values[order], each.known_at[order]) for name, each in columns.items()}
    return Frame(unit[order].astype(np.int64), time[order].astype(np.int64), sorted_columns)
