"""What a country's own past says: lags, changes, maxima, time since. Rows are sorted by time; a gap stays a gap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tocsin.forecast.frame import Floats, Ints


def by_unit(unit: Ints, values: Floats, of_one: Callable[[Floats], Floats]) -> Floats:
    """Apply a function of one country's values, oldest first, to each country."""
    out = np.empty(len(values))
    order = np.argsort(unit, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(unit[order])) + 1):
        out[rows] = of_one(values[rows])
    return out


def last_known(unit: Ints, values: Floats) -> Floats:
    """Each value, or the country's last one before it that is there."""

    def carry(one: Floats) -> Floats:
        place = np.maximum.accumulate(np.where(np.isnan(one), -1, np.arange(len(one))))
        return np.where(place >= 0, one[np.maximum(place, 0)], np.nan)

    return by_unit(unit, values, carry)


def years_ago(unit: Ints, time: Ints, values: Floats, years: int) -> Floats:
    """The country's value so many years before each row; its own where there is none (so a change is 0)."""
    place = {(int(u), int(t)): row for row, (u, t) in enumerate(zip(unit, time, strict=True))}
    before = np.array(
        [place.get((int(u), int(t) - years), row) for row, (u, t) in enumerate(zip(unit, time, strict=True))]
    )
    return np.asarray(values[before])


def most_within(unit: Ints, values: Floats, rows: int) -> Floats:
    """The largest of the country's last so many values, its present one included."""

    def largest(one: Floats) -> Floats:
        return np.array([one[max(0, at + 1 - rows) : at + 1].max() for at in range(len(one))])

    return by_unit(unit, values, largest)


def mean_within(unit: Ints, values: Floats, rows: int) -> Floats:
    """The mean of the country's last so many values, its present one included."""

    def mean(one: Floats) -> Floats:
        total = np.concatenate([[0.0], np.cumsum(one)])
        start = np.maximum(np.arange(len(one)) + 1 - rows, 0)
        return np.asarray((total[1:] - total[start]) / (np.arange(len(one)) + 1 - start))

    return by_unit(unit, values, mean)


def fading(unit: Ints, values: Floats, half_life_years: float) -> Floats:
    """What has been, halved each so many years: 1 in the year of an event, then less and less, and events add up."""
    keep = 0.5 ** (1 / half_life_years)

    def fade(one: Floats) -> Floats:
        out = np.empty(len(one))
        level = 0.0
        for at, value in enumerate(one):
            level = level * keep + value
            out[at] = level
        return out

    return by_unit(unit, values, fade)


def run_length(unit: Ints, there: npt.NDArray[np.bool_]) -> Floats:
    """For how many rows in a row something has been there, the present one included."""

    def run(one: Floats) -> Floats:
        out = np.zeros(len(one))
        for at, value in enumerate(one):
            out[at] = (out[at - 1] if at else 0.0) + 1 if value else 0.0
        return out

    return by_unit(unit, there.astype(np.float64), run)


def nearby(unit: Ints, time: Ints, values: Floats, reach: float) -> Floats:
    """Mean of the other countries' values in the same year, weighted by how near their codes are.

    Country codes of the Correlates of War run along the map, so that near codes are near countries.
    """
    out = np.zeros(len(values))
    for rows in np.split(np.arange(len(time)), np.flatnonzero(np.diff(time)) + 1):
        weight = np.exp(-np.abs(unit[rows][:, None] - unit[rows][None, :]) / reach)
        np.fill_diagonal(weight, 0.0)
        out[rows] = weight @ values[rows] / np.maximum(weight.sum(axis=1), 1e-9)
    return out
