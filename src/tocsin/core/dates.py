"""Dates with their precision: EDTF (ISO 8601-2), as in `2023-10`, `2023-09-20`, `2020/..`, `2013~/2020~`.

A date is kept as it was written; nothing is made more precise than its source. An empty text means unknown.
"""

from __future__ import annotations

import calendar
import datetime
import re
from functools import cache
from typing import Any

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from tocsin.core.errors import TocsinError


class DateError(TocsinError):
    """A text that is not an EDTF date."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} is not an EDTF date",
            remedy="Write 2023, 2023-10, 2023-09-20, 2020/.. (open end), 2023-04/2023-05, or 2023-10~ (about)",
        )


_PLAIN = re.compile(r"([1-9][0-9]{3})(?:-(0[1-9]|1[0-2])(?:-([0-3][0-9]))?)?", re.ASCII)


@cache
def check_edtf(text: str) -> None:
    """Raise DateError unless the text is empty or an EDTF date that exists in the calendar."""
    bounds(text)


@cache
def bounds(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day that an EDTF date may mean; None where it is open or unknown. Raises DateError."""
    if not text:
        return None, None
    if plain := _PLAIN.fullmatch(text):
        return _plain(text, *(int(part) if part else 0 for part in plain.groups()))
    return by_grammar(text)


def by_grammar(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    """The same of any EDTF date, by the whole grammar. Raises DateError."""
    try:
        parsed = parse_edtf(text)
    except EDTFParseException as error:
        raise DateError(text) from error
    ends = (parsed.lower, parsed.upper) if hasattr(parsed, "lower") else (parsed, parsed)
    try:
        first, last = _day(ends[0], "lower_strict"), _day(ends[1], "upper_strict")
    except ValueError as error:
        raise DateError(text) from error
    if first and last and first > last:
        raise DateError(text)
    return first, last


def _plain(text: str, year: int, month: int, day: int) -> tuple[datetime.date, datetime.date]:
    """The same of a year, a month or a day, as most dates are: a grammar takes a hundred times as long over it."""
    try:
        first = datetime.date(year, month or 1, day or 1)
        n_days = calendar.monthrange(year, month or 12)[1]
    except (ValueError, calendar.IllegalMonthError) as error:
        raise DateError(text) from error
    return first, datetime.date(year, month or 12, day or n_days)


def _day(end: Any, method: str) -> datetime.date | None:
    if str(end) in ("", "..", "unknown", "open"):
        return None
    year, month, day = getattr(end, method)()[:3]
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    return datetime.date(year, month, day)


def is_stale(review_date: str | None, on: datetime.date) -> bool:
    """Whether a warning to be reviewed by `review_date` (YYYY-MM-DD) is past it on a day."""
    return review_date is not None and on > datetime.date.fromisoformat(review_date)
