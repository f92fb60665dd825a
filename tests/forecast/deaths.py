"""Made-up deaths in VIEWS' shape: 24 countries, January 1990 to December 2009, some at war now and then."""

from __future__ import annotations

from functools import cache

import numpy as np

from tocsin.forecast.fatalities.panel import frame_of
from tocsin.forecast.frame import Frame
from tocsin.forecast.months import month_id

FIRST, LAST = month_id(1990, 1), month_id(2009, 12)
N_COUNTRIES = 24


@cache
def made_up_matrix() -> np.ndarray:
    """(months, countries): wars that come, smoulder and go; the first six countries never see one."""
    rng = np.random.default_rng(12)
    n = LAST - FIRST + 1
    deaths = np.zeros((n, N_COUNTRIES))
    for country in range(6, N_COUNTRIES):
        at_war, scale = False, np.exp(rng.normal(3, 1.5))
        for month in range(n):
            at_war = rng.random() > 0.04 if at_war else rng.random() < 0.02
            if at_war:
                deaths[month, country] = rng.negative_binomial(2, 2 / (2 + scale))
    return deaths


@cache
def made_up_deaths() -> Frame:
    return frame_of(np.arange(FIRST, LAST + 1), np.arange(1, N_COUNTRIES + 1), made_up_matrix())
