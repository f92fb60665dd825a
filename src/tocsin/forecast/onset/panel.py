"""A country-year panel in EWP's columns, as a frame: predictors known at the end of their year, labels when complete.

`mk_onset` says whether a mass killing began in the row's own year, `mk_onset_1` in the year after, `mk_onset_2` in the
second year after, `mk_onset_1or2` in either: known at t, t + 1, t + 2 and t + 2. Extra columns of numbers become
predictors of their own name; text columns other than the country's name are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.forecast.frame import Column, Frame, FrameError, make_frame
from tocsin.forecast.tables import read_table

LABELS = {"mk_onset": 0, "mk_onset_1": 1, "mk_onset_2": 2, "mk_onset_1or2": 2}
"""Columns of outcomes, and how many years after the row's own each is known."""
HORIZONS: dict[Literal["p_1", "p_1or2"], tuple[str, int]] = {"p_1": ("mk_onset_1", 1), "p_1or2": ("mk_onset_1or2", 2)}
"""For each probability that is forecast: the outcome it is of, and after how many years that is known."""
UNIT, TIME, NAME = "ccode", "year", "ewp_name"


def read_panel(path: Path) -> Frame:
    """The frame of a panel file, CSV or Parquet. Raises FrameError when a column that it needs is missing."""
    table = read_table(path)
    missing = [name for name in (UNIT, TIME, *LABELS) if name not in table.column_names]
    if missing:
        raise FrameError(
            f"it has no column {', '.join(missing)}", where=str(path), remedy="Give a panel in EWP's columns"
        )
    if not table.num_rows:
        raise FrameError("it has no rows", where=str(path))
    try:
        unit, time = (_whole(table[name]) for name in (UNIT, TIME))
        columns = {}
        for name in table.column_names:
            if name in (UNIT, TIME) or not _is_number(table[name].type):
                continue
            values = np.asarray(pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
            columns[name] = Column(values, time + LABELS.get(name, 0))
        return make_frame(unit, time, columns)
    except FrameError as error:
        raise FrameError(error.problem, where=str(path), remedy=error.remedy) from error


def read_names(path: Path) -> dict[int, str]:
    """The country's name by code, as its last row writes it; the code itself where the panel has no names."""
    table = read_table(path)
    codes, years = table[UNIT].to_pylist(), table[TIME].to_pylist()
    names = table[NAME].to_pylist() if NAME in table.column_names else codes
    return {int(code): str(name) for _, code, name in sorted(zip(years, codes, names, strict=True), key=lambda r: r[0])}


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _whole(column: pa.ChunkedArray) -> np.ndarray:
    if column.null_count or not _is_number(column.type):
        raise FrameError("a country code or a year is missing or no number")
    return np.asarray(pc.cast(column, pa.int64()).to_numpy(), dtype=np.int64)
