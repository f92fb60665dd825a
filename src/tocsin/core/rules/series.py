"""Rules about series of counts: as many counts as months, a range that holds, a country that exists."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.core import geography
from tocsin.core.rules.rule import Broken, Context, Rule


def _uneven(context: Context) -> Iterator[Broken]:
    for series in context.content.series or ():
        for name in ("low", "high", "civilians"):
            counts = getattr(series, name)
            if counts and len(counts) != len(series.best):
                text = f"series {series.id} has {len(counts)} counts in {name} and {len(series.best)} in best"
                yield Broken("series", series.id, name, text, "Give one for each month, or none at all")


def _no_range(context: Context) -> Iterator[Broken]:
    for series in context.content.series or ():
        for name, sign in (("low", 1), ("high", -1), ("civilians", 1)):
            for place, (count, best) in enumerate(zip(getattr(series, name), series.best, strict=False), start=1):
                if sign * (count - best) > 0:
                    text = f"series {series.id}, month {place}: {name} is {count}, best is {best}"
                    yield Broken("series", series.id, name, text, "Ask the source; low ≤ best ≤ high")


def _no_country(context: Context) -> Iterator[Broken]:
    for series in context.content.series or ():
        for code in series.countries:
            if geography.find_country(code) is None:
                text = f"series {series.id} names the country {code}, which does not exist"
                yield Broken("series", series.id, "countries", text, "Write ISO 3166-1 alpha-3")


RULES = (
    Rule("uneven-series", "error", "A series has one count for each month", _uneven),
    Rule("range-of-series", "error", "The counts of a series keep low ≤ best ≤ high", _no_range),
    Rule("country-of-series", "error", "The countries of a series exist", _no_country),
)
