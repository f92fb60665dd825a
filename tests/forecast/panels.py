"""A made-up panel in EWP's columns: 60 countries, 1960 to 2005, with onsets that its predictors partly foretell."""

from __future__ import annotations

from functools import cache

import numpy as np

from tocsin.forecast.frame import Column, Frame, make_frame
from tocsin.forecast.onset.panel import LABELS

BINARY = [
    "widetargeting",
    "narrowtargeting",
    "v2csgender_binary",
    "v2mecenefm_binary",
    "partyban.new.0",
    "partyban.new.1",
    "partyban.new.2",
    "minorityrule",
    "pol_killing_approved",
    "social_inequality",
    "even_civilrights",
    "repress_civilsoc",
    "social_power_dist",
    "reg.na",
    "reg.eap",
    "reg.sca",
    "reg.mna",
    "reg.eur",
    "ios.iccpr1",
    "coup.try.5yr",
    "mk_onset_prev_year",
    "newcountry",
    "mk_ever",
]
COUNTED = [
    "judicialreform",
    "religiousfreedom",
    "freediscussion",
    "ses_power_dist",
    "popsize.log2",
    "gdppcgrowth",
    "un_imr_sqrt",
    "efindex",
    "discrimpop",
    "battledeaths.log2",
    "mk_ongoing_count_log2",
    "mean_mk_onset_interaction",
    "countryage.new.log2",
]
YEARS = range(1960, 2006)
N_COUNTRIES = 60


@cache
def made_up_panel(seed: int = 1) -> Frame:
    """Slow traits of each country, and a risk that follows two of them."""
    rng = np.random.default_rng(seed)
    units, years = np.arange(1, N_COUNTRIES + 1), np.array(YEARS)
    unit, time = (each.ravel().astype(np.int64) for each in np.meshgrid(units, years, indexing="ij"))
    shape = (len(units), len(years))
    values = {name: np.repeat(rng.random(len(units)) < 0.4, len(years)).astype(float) for name in BINARY}
    values |= {name: (rng.normal(size=(len(units), 1)) + 0.3 * rng.normal(size=shape)).ravel() for name in COUNTED}
    values |= {"year_sq": time.astype(float) ** 2, "includesnonstate": (time >= 1989).astype(float)}
    risk = 1 / (1 + np.exp(-(-4.6 + 1.6 * values["popsize.log2"] + 1.2 * values["battledeaths.log2"])))
    onset = (rng.random(len(risk)) < risk).reshape(shape).astype(float)
    later = np.pad(onset, ((0, 0), (0, 2)), constant_values=np.nan)
    values["mk_onset"], values["mk_onset_1"], values["mk_onset_2"] = (
        later[:, i : i + len(years)].ravel() for i in range(3)
    )
    values["mk_onset_1or2"] = np.maximum(values["mk_onset_1"], values["mk_onset_2"])
    return make_frame(unit, time, {name: Column(each, time + LABELS.get(name, 0)) for name, each in values.items()})
