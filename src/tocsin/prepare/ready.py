"""Ready tables: what signals, charts and forecasts read. Each function is one expression over clean tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from tocsin.prepare.events import first_of_month
from tocsin.prepare.schema import conform
from tocsin.prepare.tables import COUNTRY_MONTH

WORLD_COUNTRIES = 20
"""A release with events in so many countries is taken to be of the whole world, a smaller one of its countries only."""

_COUNTRY = ("country_iso3", "country_gw", "country_m49", "country_name")


def country_months_of_events(events: ir.Table, calendar: ir.Table) -> ir.Table:
    """Events summed by source, country and month, and zeros for the months that the source covers.

    calendar: one row for each month, column `calendar_month`
    """
    counted = _counted(events.filter(events.country_iso3.notnull()), ("source", *_COUNTRY, "month"))
    covered = _covered(events, calendar)
    keys = [
        covered.source == counted.source,
        covered.country_iso3 == counted.country_iso3,
        covered.calendar_month == counted.month,
    ]
    filled = covered.anti_join(counted, keys)
    return ibis.union(
        conform(counted.mutate(is_filled=ibis.literal(False)), COUNTRY_MONTH),
        conform(filled.mutate(month=filled.calendar_month, is_filled=ibis.literal(True), **_zeros()), COUNTRY_MONTH),
    )


def country_months_as_published(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """The country-months that others derived from GED. codes: `code_years(("iso3",), ucdp=True)`.

    Rows of nothing for a country that did not exist that year are left out: such a zero says nothing.
    """
    coded = raw.mutate(code=ibis.literal("iso3:") + raw.country_iso3, year=raw.month.year().cast("int32"))
    codes = codes.rename(found_iso3="country_iso3")
    found = coded.left_join(codes, (coded.code == codes.code) & (coded.year == codes.code_year))
    found = found.filter(found.found_iso3.notnull() | (found.n_events > 0) | (found.n_deaths_best > 0))
    named = found.mutate(
        source=ibis.literal("ucdp-country-months"),
        country_iso3=found.found_iso3,
        country_name=ibis.coalesce(found.country_name, found.country_iso3),
        fatalities_best=found.n_deaths_best,
        fatalities_high=ibis.greatest(found.n_deaths_high, found.n_deaths_best),
        fatalities_civilians_best=found.n_deaths_civilians,
        n_events_civilian_targeted=found.n_events_one_sided,
        n_events_without_range=found.n_events,
        is_filled=ibis.literal(False),
        known_at=found.raw_known_at,
    )
    return conform(named, COUNTRY_MONTH)


def _counted(events: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return events.group_by([events[name] for name in by]).aggregate(**_sums(events))


def _sums(events: ir.Table) -> Mapping[str, Any]:
    kind = events.type_of_violence
    known = kind.notnull()
    unsure = events.event_date_end.isnull() | (first_of_month(events.event_date_end) != events.month)
    # A low or high estimate that is missing leaves the sum's range open: then the sum has none either.
    no_low, no_high = events.fatalities_low.isnull(), events.fatalities_high.isnull()
    low = (no_low.sum() == 0).ifelse(events.fatalities_low.sum(), ibis.null("int64"))
    high = (no_high.sum() == 0).ifelse(events.fatalities_high.sum(), ibis.null("int64"))

    def deaths(of: str) -> Any:
        return (known.sum() > 0).ifelse(ibis.coalesce(events.fatalities_best.sum(where=kind == of), 0), None)

    def number(of: str) -> Any:
        return (known.sum() > 0).ifelse((kind == of).sum(), None)

    return {
        "n_events": events.count(),
        "n_events_state_based": number("state-based"),
        "n_events_non_state": number("non-state"),
        "n_events_one_sided": number("one-sided"),
        "n_events_civilian_targeted": events.is_civilian_targeted.sum(),
        "fatalities_low": low,
        "fatalities_best": events.fatalities_best.sum(),
        "fatalities_high": high,
        "fatalities_state_based_best": deaths("state-based"),
        "fatalities_non_state_best": deaths("non-state"),
        "fatalities_one_sided_best": deaths("one-sided"),
        "fatalities_civilians_best": events.fatalities_civilians_best.sum(),
        "n_events_month_unsure": unsure.sum(),
        "n_events_unchecked": ibis.coalesce((~events.is_checked).sum(), 0),
        "n_events_without_range": (no_low | no_high).sum(),
        "known_at": events.known_at.max(),
    }


def _zeros() -> dict[str, Any]:
    return {
        name: ibis.literal(0, "int64") for name in COUNTRY_MONTH.columns if name.startswith(("n_events", "fatalities_"))
    }


def _covered(events: ir.Table, calendar: ir.Table) -> ir.Table:
    """Every source, country and month that a release covers, with when it became known.

    A release covers the months from its first event to its last; a small one, each country's own.
    """
    by_country = events.group_by("source", "release", *_COUNTRY).aggregate(
        first=events.month.min(), last=events.month.max(), known_at=events.known_at.max()
    )
    release = ibis.window(group_by=["source", "release"])
    world = by_country.count().over(release) >= WORLD_COUNTRIES
    spans = by_country.mutate(
        first=world.ifelse(by_country.first.min().over(release), by_country.first),
        last=world.ifelse(by_country.last.max().over(release), by_country.last),
    )
    months = spans.join(calendar, (calendar.calendar_month >= spans.first) & (calendar.calendar_month <= spans.last))
    return months.group_by("source", *_COUNTRY, "calendar_month").aggregate(known_at=months.known_at.max())
