"""What the onset models look at: EWP's predictors, their past, and what happens around a country.

Every value comes through a view, so that none is later than the origin; every one is a function of the country's rows
up to its own year, and of other countries' rows of that year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.forecast.frame import Floats, Ints, View
from tocsin.forecast.onset.history import fading, last_known, mean_within, most_within, nearby, run_length, years_ago
from tocsin.forecast.onset.panel import PREDICTORS

CHANGES = (
    "freediscussion",
    "ses_power_dist",
    "discrimpop",
    "repress_civilsoc",
    "battledeaths.log2",
    "even_civilrights",
)
LEFT_OUT = ("year", "year_sq", "includesnonstate")
"""Columns that only tell the date: a tree would learn the past's calendar."""


@dataclass(frozen=True)
class Features:
    """(rows, n) numbers without a gap, and the name of each column."""

    values: Floats
    names: tuple[str, ...]

    def column(self, name: str) -> Floats:
        """One column."""
        return self.values[:, self.names.index(name)]

    def pick(self, names: tuple[str, ...]) -> Floats:
        """Some columns."""
        return self.values[:, [self.names.index(name) for name in names]]


def features(view: View) -> Features:
    """The features of every row up to the origin."""
    unit, time = view.unit, view.time
    named = {name: filled(unit, time, view.read(name)) for name in PREDICTORS if name not in LEFT_OUT}
    deaths, ongoing = named["battledeaths.log2"], named["mk_ongoing_count_log2"]
    onset = np.nan_to_num(view.read("mk_onset"))
    coup = named["coup.try.5yr"]
    war = (deaths > 0).astype(np.float64)
    own = dict(named)
    for years in (1, 3):
        for name in CHANGES if years == 3 else ("battledeaths.log2", "freediscussion"):
            own[f"{name} change {years}y"] = named[name] - years_ago(unit, time, named[name], years)
    own["growth mean 3y"] = mean_within(unit, named["gdppcgrowth"], 3)
    own["growth worst 3y"] = -most_within(unit, -named["gdppcgrowth"], 3)
    own["deaths most 5y"] = most_within(unit, deaths, 5)
    own["deaths mean 10y"] = mean_within(unit, deaths, 10)
    own["war years fading"] = fading(unit, war, 8)
    own["war new"] = war * (1 - years_ago(unit, time, war, 1))
    own["onsets fading 3y"] = fading(unit, onset, 3)
    own["onsets fading 12y"] = fading(unit, onset, 12)
    own["onsets fading 40y"] = fading(unit, onset, 40)
    own["killing years fading"] = fading(unit, (ongoing > 0).astype(np.float64), 10)
    own["log years under way"] = np.log1p(run_length(unit, ongoing > 0))
    own["killing ended"] = ((ongoing == 0) & (most_within(unit, ongoing, 6) > 0)).astype(np.float64)
    own["coup new"] = coup * (1 - years_ago(unit, time, coup, 1))
    own["coup years fading"] = fading(unit, coup, 10)
    own["deaths nearby"] = nearby(unit, time, deaths, 12.0)
    own["killing nearby"] = nearby(unit, time, ongoing, 12.0)
    own["onsets nearby"] = nearby(unit, time, fading(unit, onset, 3), 12.0)
    own["coup nearby"] = nearby(unit, time, coup, 12.0)
    own["war x exclusion"] = deaths * named["discrimpop"]
    own["war x population"] = war * (named["popsize.log2"] - 23)
    own["closed x war"] = (1 - named["freediscussion"]) * deaths
    own["killing under way"] = (ongoing > 0).astype(np.float64)
    own["young state"] = 1 / (1 + 2 ** named["countryage.new.log2"])
    return Features(np.column_stack(list(own.values())), tuple(own))


def filled(unit: Ints, time: Ints, values: Floats) -> Floats:
    """Gaps filled with the country's last known value, else with the median of all values so far."""
    carried = last_known(unit, values)
    for year in np.unique(time[np.isnan(carried)]):
        there = values[(time <= year) & ~np.isnan(values)]
        gaps = np.isnan(carried) & (time == year)
        carried[gaps] = np.median(there) if len(there) else 0.0
    return carried
