"""Made-up country-months in UCDP's shape: 30 countries, 1989 to 2009, with wars and with killings in wars."""

from __future__ import annotations

from functools import cache

import numpy as np

from tocsin.forecast.alert.panel import COUNTS, GED_BEGINS, frame_of, number_of
from tocsin.forecast.frame import Frame

CODES = [
    "AFG", "AGO", "ARM", "AZE", "BDI", "BIH", "CAF", "CIV", "COD", "COL", "DZA", "ETH", "GEO", "IND", "IRQ",
    "LBN", "LBR", "LKA", "MLI", "MMR", "NGA", "PAK", "PER", "PHL", "RUS", "RWA", "SDN", "SLE", "SOM", "SYR",
]  # fmt: skip
N_MONTHS = 21 * 12
LAST = GED_BEGINS + N_MONTHS - 1


@cache
def made_up_counts() -> dict[str, np.ndarray]:
    """Each (months, countries). Battles come and go; in a third of them civilians are killed in great numbers later."""
    rng = np.random.default_rng(8)
    battles, civilians = np.zeros((2, N_MONTHS, len(CODES)))
    for country in range(len(CODES)):
        month = int(rng.integers(0, 60))
        while month < N_MONTHS:
            length = int(rng.integers(6, 40))
            stop = min(N_MONTHS, month + length)
            battles[month:stop, country] = rng.poisson(60, stop - month)
            if rng.random() < 0.5 and month + 5 < N_MONTHS:
                civilians[month + 5 : stop, country] = rng.poisson(120, max(0, stop - month - 5))
            month = stop + int(rng.integers(30, 90))
    counts = dict.fromkeys(COUNTS, np.zeros_like(battles))
    return counts | {
        "ucdp_civilian_deaths": civilians,
        "ucdp_fatalities_best": battles + civilians,
        "ucdp_event_count": np.ceil((battles + civilians) / 10),
        "ucdp_state_based_events": np.ceil(battles / 10),
        "ucdp_one_sided_events": np.ceil(civilians / 10),
        "ucdp_peak_event_fatalities": np.ceil((battles + civilians) / 4),
    }


@cache
def made_up_events() -> Frame:
    units = np.tile([number_of(code) for code in CODES], N_MONTHS)
    times = np.repeat(np.arange(GED_BEGINS, LAST + 1), len(CODES))
    return frame_of(units, times, {name: values.ravel() for name, values in made_up_counts().items()})
