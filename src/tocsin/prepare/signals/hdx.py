"""The rule of HDX Signals for armed conflict, as it is published, on calendar months: the baseline to compare with.

In its words: signals come when monthly fatalities reach levels not seen in the past one or three years, and not below a
minimum of 100 (UN OCHA, HDX Signals, "Armed conflict"). Its public code (OCHA-DAP/hdx-signals, alert_daily_ts.R and
filter_alerts.R) adds: at least as high as every day of the past 366 or 1,096, of the sum over 30 days; a signal is held
back for 180 days after one of the same or a higher level.

What had to be guessed here: a calendar month stands for 30 days, 12 and 36 months before it for the days, six months
for the 180 days, and UCDP GED for ACLED, which counts more events. So this is the rule, not the service.
"""

from __future__ import annotations

import numpy as np

from tocsin.prepare.signals.panel import Flags, Panel, before, highest

MINIMUM = 100
HOLD_MONTHS = 6


def hdx_levels(panel: Panel) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """Units x months: 0 no signal, 1 not seen in the past year, 2 not seen in the past three; before holding back."""
    deaths = panel.columns["deaths_best"]
    with np.errstate(invalid="ignore"):
        enough = deaths >= MINIMUM
        year = enough & (deaths >= before(highest(deaths, 12)))
        three = enough & (deaths >= before(highest(deaths, 36)))
    return np.where(three, 2, np.where(year, 1, 0)).astype(np.int8)


def hdx_alarms(panel: Panel) -> Flags:
    """Units x months: signals after holding back those that follow one of the same or a higher level too soon."""
    levels = hdx_levels(panel)
    kept = np.zeros(levels.shape, dtype=np.bool_)
    last = np.full((levels.shape[0], 3), -(10**6))
    for month in range(levels.shape[1]):
        now = levels[:, month]
        recent = np.array([last[:, level:].max(axis=1) for level in range(3)])[now, np.arange(len(now))]
        fresh = (now > 0) & (month - recent > HOLD_MONTHS)
        kept[fresh, month] = True
        last[fresh, now[fresh]] = month
    return kept
