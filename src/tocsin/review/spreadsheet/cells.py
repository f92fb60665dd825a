"""What stands in a spreadsheet, whichever program wrote it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Kind = Literal["text", "number", "date", "month", "formula", "error"]


class Cell(NamedTuple):
    """What stands in a cell. `month`: a day of which the spreadsheet shows only month and year."""

    text: str
    kind: Kind = "text"


BLANK = Cell("")


class Sheet(msgspec.Struct, frozen=True):
    """The headings of a sheet, its rows that say something by their number, and the ranges that are merged."""

    name: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    merged: tuple[str, ...] = ()
