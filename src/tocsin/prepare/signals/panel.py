"""Series side by side: by unit and month (or week), deaths with their range, deaths of civilians, events by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

COLUMNS = (
    "deaths_low", "deaths_best", "deaths_high", "deaths_civilians", "n_events", "n_events_state_based",
    "n_events_non_state", "n_events_one_sided", "n_units",
)  # fmt: skip


class Panel(msgspec.Struct, frozen=True):
    """Series of equal length. columns: name -> array of units x months; NaN is unknown, and fires no rule.

    first: the first month's first day. Names of columns are those of COLUMNS; a panel may lack some.
    step: of a panel by weeks every `month` here is a week, which begins on Monday.
    """

    units: tuple[str, ...]
    first: date
    columns: Mapping[str, Floats]
    step: Literal["month", "week"] = "month"

    @property
    def n_months(self) -> int:
        return int(next(iter(self.columns.values())).shape[1])

    def month(self, index: int) -> date:
        """The first day of a month by its place."""
        if self.step == "week":
            return self.first + timedelta(weeks=int(index))
        years, months = divmod(self.first.month - 1 + index, 12)
        return date(self.first.year + years, months + 1, 1)

    def index(self, day: date) -> int:
        """The place of the month in which a day lies; may lie outside."""
        if self.step == "week":
            return (day - self.first).days // 7
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def summed(self, groups: Mapping[str, Sequence[str]]) -> Panel:
        """A panel of groups of units: for a situation, the sum over its places. A unit that is not there is unknown."""
        place = {unit: number for number, unit in enumerate(self.units)}
        rows = [[place.get(unit, -1) for unit in members] for members in groups.values()]
        columns = {}
        for name, values in self.columns.items():
            padded = np.vstack([values, np.full((1, values.shape[1]), np.nan)])
            columns[name] = np.array([padded[row].sum(axis=0) for row in rows])
        return Panel(tuple(groups), self.first, columns, self.step)


def panel_of(rows: Iterable[tuple[str, date, Sequence[float]]], names: Sequence[str], *, known_from: date) -> Panel:
    """A panel from (unit, month, values) rows; a month without a row is unknown, as is all before `known_from`."""
    found = list(rows)
    units = tuple(sorted({unit for unit, _, _ in found}))
    months = [month for _, month, _ in found]
    first, last = min(months), max(months)
    length = (last.year - first.year) * 12 + last.month - first.month + 1
    values = np.full((len(names), len(units), length), np.nan)
    place = {unit: number for number, unit in enumerate(units)}
    for unit, month, row in found:
        values[:, place[unit], (month.year - first.year) * 12 + month.month - first.month] = row
    start = max(0, (known_from.year - first.year) * 12 + known_from.month - first.month)
    values[:, :, :start] = np.nan
    return Panel(units, first, dict(zip(names, values, strict=True)))


def rolling_sum(values: Floats, months: int) -> Floats:
    """Sum over each month and the ones before it, `months` in all; NaN until there are so many."""
    summed: Floats = _rolled(values, months).sum(axis=-1)
    return summed


def before(values: Floats, months: int = 1) -> Floats:
    """What stood so many months earlier; NaN at the start."""
    moved = np.full_like(values, np.nan)
    if months < values.shape[1]:
        moved[:, months:] = values[:, : values.shape[1] - months]
    return moved


def highest(values: Floats, months: int) -> Floats:
    """The highest of each month and the ones before it, `months` in all; NaN until there are so many."""
    found: Floats = _rolled(values, months).max(axis=-1)
    return found


def _rolled(values: Floats, months: int) -> Floats:
    padded = np.concatenate([np.full((values.shape[0], months - 1), np.nan), values], axis=1)
    return np.lib.stride_tricks.sliding_window_view(padded, months, axis=1)
