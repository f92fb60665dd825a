"""Months as numbers, as VIEWS counts them: 1 is January 1980."""

from __future__ import annotations


def month_id(year: int, month: int) -> int:
    """The number of a month."""
    return (year - 1980) * 12 + month


def month_of(number: int) -> tuple[int, int]:
    """(year, month) of a number."""
    return 1980 + (number - 1) // 12, (number - 1) % 12 + 1


def month_text(number: int) -> str:
    """A month number as 2019-12."""
    year, month = month_of(number)
    return f"{year:04}-{month:02}"
