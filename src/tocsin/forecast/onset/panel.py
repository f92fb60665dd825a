"""A country-year panel in EWP's columns, as a frame: predictors known at the end of their year, labels when complete.

`mk_onset` says whether a mass killing began in the row's own year, `mk_onset_1` in the year after, `mk_onset_2` in the
second year after, `mk_onset_1or2` in either: known at t, t + 1, t + 2 and t + 2. Extra columns of numbers become
predictors of their own name; text columns other than the country's name are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from tocsin.forecast.frame import Column, Floats, Frame, FrameError, Ints, make_frame
from tocsin.forecast.tables import is_numeric, numbers, read_table, whole_numbers

LABELS = {"mk_onset": 0, "mk_onset_1": 1, "mk_onset_2": 2, "mk_onset_1or2": 2}
"""Columns of outcomes, and how many years after the row's own each is known."""
HORIZONS: dict[Literal["p_1", "p_1or2"], tuple[str, int]] = {"p_1": ("mk_onset_1", 1), "p_1or2": ("mk_onset_1or2", 2)}
"""For each probability that is forecast: the outcome it is of, and after how many years that is known."""
UNIT, TIME, NAME = "ccode", "year", "ewp_name"
BOTH = "mk_onset_1or2"
PREDICTORS = (
    "widetargeting",
    "narrowtargeting",
    "v2csgender_binary",
    "v2mecenefm_binary",
    "partyban.new.0",
    "partyban.new.1",
    "partyban.new.2",
    "minorityrule",
    "judicialreform",
    "religiousfreedom",
    "pol_killing_approved",
    "freediscussion",
    "social_inequality",
    "even_civilrights",
    "repress_civilsoc",
    "social_power_dist",
    "ses_power_dist",
    "popsize.log2",
    "gdppcgrowth",
    "un_imr_sqrt",
    "efindex",
    "discrimpop",
    "reg.na",
    "reg.eap",
    "reg.sca",
    "reg.mna",
    "reg.eur",
    "ios.iccpr1",
    "battledeaths.log2",
    "coup.try.5yr",
    "mk_ongoing_count_log2",
    "mean_mk_onset_interaction",
    "mk_onset_prev_year",
    "newcountry",
    "mk_ever",
    "year_sq",
    "year",
    "countryage.new.log2",
    "includesnonstate",
)
"""EWP's, in the order in which coordinates are visited; the order shows in the last digits."""


def read_panel(path: Path) -> Frame:
    """The frame of a panel file, CSV or Parquet. Rows and columns in any order, numbers whole or with a point.

    Raises FrameError or TableError, which name the column and what to do, when it is no such panel.
    """
    table = read_table(path)
    missing = [name for name in (UNIT, TIME, *LABELS, *PREDICTORS) if name not in table.column_names]
    if missing:
        raise FrameError(
            f"it has no column {', '.join(missing)}", where=str(path), remedy="Give a panel in EWP's columns"
        )
    if not table.num_rows:
        raise FrameError("it has no rows", where=str(path), remedy="Give a panel in EWP's columns")
    unit, time = (whole_numbers(table, name, where=path) for name in (UNIT, TIME))
    columns = {}
    for name in table.column_names:
        if name in (UNIT, TIME) or not (name in LABELS or name in PREDICTORS or is_numeric(table[name].type)):
            continue
        columns[name] = Column(numbers(table, name, where=path), time + LABELS.get(name, 0))
    empty = [name for name in (*LABELS, *PREDICTORS) if name != TIME and np.isnan(columns[name].values).all()]
    if empty:
        raise FrameError(f"column {', '.join(empty)} is empty", where=str(path), remedy="Give a panel that has it")
    for name in LABELS:
        _check_label(name, columns[name].values, unit, time, where=path)
    columns[BOTH] = Column(_decided({name: columns[name].values for name in LABELS}), columns[BOTH].known_at)
    pairs, times = np.unique(np.column_stack([unit, time]), axis=0, return_counts=True)
    if (times > 1).any():
        code, year = pairs[np.argmax(times > 1)]
        raise FrameError(
            f"{UNIT} {code} stands in it twice in {year}",
            where=str(path),
            remedy="Keep one row of each country and year",
        )
    return make_frame(unit, time, columns)


def read_names(path: Path) -> dict[int, str]:
    """The country's name by code, as its last row writes it; the code itself where the panel has no names."""
    table = read_table(path)
    codes, years = table[UNIT].to_pylist(), table[TIME].to_pylist()
    names = table[NAME].to_pylist() if NAME in table.column_names else codes
    return {int(code): str(name) for _, code, name in sorted(zip(years, codes, names, strict=True), key=lambda r: r[0])}


def _check_label(name: str, values: Floats, unit: Ints, time: Ints, *, where: Path) -> None:
    odd = ~np.isnan(values) & (values != 0) & (values != 1)
    if odd.any():
        row = int(np.argmax(odd))
        raise FrameError(
            f"{name} of ccode {unit[row]} in {time[row]} is {values[row]:g}",
            where=str(where),
            remedy="An outcome is 1, 0, or empty where it is not known yet",
        )


def _decided(labels: dict[str, Floats]) -> Floats:
    """An onset in either of two years, only where that is decided: an onset in one of them, or none in both.

    Panels are found that say 0 for their last years, of which only the first is over.
    """
    first, second, either = labels["mk_onset_1"], labels["mk_onset_2"], labels[BOTH]
    open_still = (np.isnan(first) | np.isnan(second)) & (first != 1) & (second != 1)
    return np.where(open_still, np.nan, either)
