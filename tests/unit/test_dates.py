"""Dates keep their precision."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.dates import DateError, bounds, by_grammar, is_stale
from tocsin.publish.words import words

D = datetime.date


@pytest.mark.parametrize(
    ("text", "first", "last", "spoken"),
    [
        ("2023-10", D(2023, 10, 1), D(2023, 10, 31), "October 2023"),
        ("2023-09-20", D(2023, 9, 20), D(2023, 9, 20), "20 September 2023"),
        ("2020/..", D(2020, 1, 1), None, "since 2020"),
        ("../2023-10", None, D(2023, 10, 31), "until October 2023"),
        ("2013~/2020~", D(2013, 1, 1), D(2020, 12, 31), "about 2013 to about 2020"),
        ("2021-12?", D(2021, 12, 1), D(2021, 12, 31), "December 2021 (uncertain)"),
        ("2023-09-19/2023-10-01", D(2023, 9, 19), D(2023, 10, 1), "19 September 2023 to 1 October 2023"),
        ("1992", D(1992, 1, 1), D(1992, 12, 31), "1992"),
        ("", None, None, "date unknown"),
    ],
)
def test_a_date_means_days_and_is_spoken_no_more_precisely(
    text: str, first: D | None, last: D | None, spoken: str
) -> None:
    assert bounds(text) == (first, last)
    assert words("en").date(text) == spoken


@pytest.mark.parametrize(
    "text", ["October 2023", "2023-13", "2023-02-30", "2023-10-01/2023-09-01", "20/10/2023", "\x00", "2023-1", "soon"]
)
def test_what_is_no_edtf_date_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(DateError, match=r"Write 2023"):
        bounds(text)


@given(st.dates(min_value=D(1000, 1, 1)))
def test_every_day_is_a_date(day: D) -> None:
    assert bounds(day.isoformat()) == (day, day)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    try:
        first, last = bounds(text)
    except DateError:
        return
    assert first is None or last is None or first <= last


def test_a_warning_is_stale_the_day_after_its_review_date() -> None:
    assert not is_stale("2024-10-31", D(2024, 10, 31))
    assert is_stale("2024-10-31", D(2024, 11, 1))
    assert not is_stale(None, D(2024, 11, 1))


@given(st.from_regex(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", fullmatch=True))
def test_a_plain_date_means_what_the_grammar_says(text: str) -> None:
    """Years, months and days are read without the grammar, which takes a hundred times as long over them."""

    def meant(read: Callable[[str], object]) -> object:
        try:
            return read(text)
        except DateError:
            return "refused"

    assert meant(bounds) == meant(by_grammar)
