"""An alert forecast: the chance that an episode starts within three months, per country."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.forecast.alert.panel import alpha3_of
from tocsin.forecast.backtest import Made
from tocsin.forecast.frame import Floats, Ints
from tocsin.forecast.months import month_text


@dataclass(frozen=True)
class AlertForecast:
    """p: by threshold, (countries,) in [0, 1]; 0 where no start is possible. Lists go by it; ties by the alphabet."""

    countries: Ints
    p: dict[int, Floats]


@dataclass(frozen=True)
class AlertRange:
    """low, high: by threshold, (countries,), around the chances of a forecast; of: what the range is of, in words."""

    low: dict[int, Floats]
    high: dict[int, Floats]
    of: str


def forecast_table(made: Iterable[Made[AlertForecast]]) -> pa.Table:
    """country_iso3, origin_month (as 2019-12), p_1000, p_250: one row per country and origin."""
    origins, countries, chances = [], [], []
    for one in made:
        countries += [alpha3_of(int(number)) for number in one.forecast.countries]
        origins += [month_text(one.origin)] * len(one.forecast.countries)
        chances.append(np.column_stack([one.forecast.p[1000], one.forecast.p[250]]))
    p = np.vstack(chances) if chances else np.empty((0, 2))
    return pa.table({"country_iso3": countries, "origin_month": origins, "p_1000": p[:, 0], "p_250": p[:, 1]})
