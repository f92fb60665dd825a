"""Counts known at an origin as matrices, and each country-month as numbers that trees can split on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.forecast.alert.episodes import killed_in_year
from tocsin.forecast.alert.neighbours import borders
from tocsin.forecast.alert.panel import ALL, CIVILIANS, COUNTS, alpha3_of
from tocsin.forecast.frame import Floats, FrameError, Ints, View
from tocsin.forecast.looking_back import max_back, months_since, sum_back

LONG_AGO = 240.0


@dataclass(frozen=True)
class History:
    """counts: each (months, countries), the last row being the origin's."""

    months: Ints
    countries: Ints
    counts: dict[str, Floats]

    @property
    def civilians(self) -> Floats:
        """Civilians killed."""
        return self.counts[CIVILIANS]


def history_of(view: View) -> History:
    """All that was known at the view's origin. Raises FrameError when the panel does not reach it."""
    months, countries = np.unique(view.time), np.unique(view.unit)
    if not len(months) or months[-1] != view.origin:
        raise FrameError("the panel does not reach the origin", remedy="Choose an origin within the panel")
    shape = (len(months), len(countries))
    return History(months, countries, {name: view.read(name).reshape(shape) for name in COUNTS})


def log_deaths(past: History, months: int = 12) -> Floats:
    """log(1 + all killed) over the last months."""
    return np.asarray(np.log1p(sum_back(past.counts[ALL], months)))


def log_civilians(past: History, months: int = 12) -> Floats:
    """log(1 + civilians killed) over the last months."""
    return np.asarray(np.log1p(sum_back(past.civilians, months)))


FEATURES = (
    *(
        f"log {who} in {span} month{'s' if span > 1 else ''}"
        for who in ("civilians killed", "all killed", "fighters killed")
        for span in (1, 3, 6, 12, 36, 120)
    ),
    "log worst year for civilians so far",
    "log months since 10 civilians were killed in one",
    "log months since a death",
    "log months since 25 fighters were killed in one",
    "growth of fighters killed, 3 months",
    "growth of civilians killed, 3 months",
    "growth of all killed, 1 month",
    "log deadliest event in 3 months",
    "months with deaths, of 12",
    "log civilians killed next door in a year",
    "log all killed next door in 3 months",
    "log civilians killed in a year, worst neighbour",
    *(
        f"log {kind} in {span} months"
        for kind in ("state-based events", "non-state events", "one-sided events", "events")
        for span in (3, 12)
    ),
)
"""What `features` gives, in its order."""


def features(past: History) -> Floats:
    """(months, countries, 38): deaths over 1 to 120 months by kind, time since, growth, events by type, neighbours."""
    civilians, everybody = past.civilians, past.counts[ALL]
    fighters = np.maximum(everybody - civilians, 0)
    near = borders(tuple(alpha3_of(int(number)) for number in past.countries))
    yearly = killed_in_year(civilians)
    columns = [
        np.log1p(sum_back(deaths, span))
        for deaths in (civilians, everybody, fighters)
        for span in (1, 3, 6, 12, 36, 120)
    ]
    columns += [
        np.log1p(np.maximum.accumulate(yearly, axis=0)),
        np.log1p(months_since(civilians >= 10, at_most=LONG_AGO)),
        np.log1p(months_since(everybody > 0, at_most=LONG_AGO)),
        np.log1p(months_since(fighters >= 25, at_most=LONG_AGO)),
        _growth(fighters, 3),
        _growth(civilians, 3),
        _growth(everybody, 1),
        np.log1p(max_back(past.counts["ucdp_peak_event_fatalities"], 3)),
        sum_back((everybody > 0).astype(float), 12),
        np.log1p(yearly @ near),
        np.log1p(sum_back(everybody, 3) @ near),
        np.log1p((yearly[:, :, None] * near[None]).max(axis=1)),
    ]
    for name in ("ucdp_state_based_events", "ucdp_non_state_events", "ucdp_one_sided_events", "ucdp_event_count"):
        columns += [np.log1p(sum_back(past.counts[name], span)) for span in (3, 12)]
    return np.stack(columns, axis=-1)


def _growth(deaths: Floats, span: int) -> Floats:
    """Log of the last `span` months less log of what they were on average in the twelve months before them."""
    lately = sum_back(deaths, span)
    before = (sum_back(deaths, span + 12) - lately) * span / 12
    return np.asarray(np.log1p(lately) - np.log1p(before))
