"""Ready tables: what signals, charts and forecasts read. Each function is one expression over clean tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from tocsin.prepare.events import first_of_month
from tocsin.prepare.schema import conform
from tocsin.prepare.tables import ACTOR_MONTH, ACTOR_YEAR, COUNTRY_MONTH, COUNTRY_YEAR, COVERAGE_MONTH, DYAD_YEAR

WORLD_COUNTRIES = 20
"""A release with events in so many countries is taken to be of the whole world, a smaller one of its countries only."""

_ENDS = ("fatalities_low", "fatalities_high")
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
    """The country-months that others derived from GED. codes: `code_years(("iso3",), as_read_by="ucdp")`.

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


def country_years(months: ir.Table) -> ir.Table:
    """Country-months summed by year. A month without a range leaves the year without one."""
    dated = months.mutate(year=months.month.year())
    sums = {
        name: dated[name].sum()
        for name in COUNTRY_MONTH.columns
        if name.startswith(("n_events", "fatalities_")) and name not in _ENDS
    }
    open_ends = {name: _sum_or_none(dated[name]) for name in _ENDS}
    return conform(
        dated.group_by("source", *_COUNTRY, "year").aggregate(
            n_months_covered=dated.count(),
            n_months_with_events=(dated.n_events > 0).sum(),
            known_at=dated.known_at.max(),
            **sums,
            **open_ends,
        ),
        COUNTRY_YEAR,
    )


def actor_months(events: ir.Table) -> ir.Table:
    """Events by actor, country and month; an event counts for each of its sides, civilians apart."""
    first = events.mutate(actor_id=_actor(events.side_a_id, events.side_a), actor_name=events.side_a)
    second = events.mutate(actor_id=_actor(events.side_b_id, events.side_b), actor_name=events.side_b)
    second = second.filter(
        ibis.coalesce(_actor(second.side_a_id, second.side_a) != second.actor_id, True)
        & ~second.side_b.startswith("Civilians")
    )
    both = ibis.union(first, second)
    both = both.filter(both.actor_name.notnull() & both.country_iso3.notnull())
    by = ("source", "actor_id", *_COUNTRY, "month")
    counted = both.group_by([both[name] for name in by]).aggregate(actor_name=both.actor_name.max(), **_sums(both))
    return conform(counted, ACTOR_MONTH)


def _widened(low: ir.Value, best: ir.Value, high: ir.Value) -> dict[str, ir.Value]:
    """The columns of a published range, widened so that it holds the best estimate."""
    least, greatest = ibis.least(low, best, high), ibis.greatest(low, best, high)
    return {
        "fatalities_low": least,
        "fatalities_best": best,
        "fatalities_high": greatest,
        "publisher_fatalities_low": low,
        "publisher_fatalities_high": high,
        "is_range_widened": (low != least) | (high != greatest),
    }


def actor_years(raw: ir.Table) -> ir.Table:
    """UCDP's one-sided violence, as published, with a range that holds the best estimate."""
    named = raw.mutate(
        source=ibis.literal("ucdp-onesided"),
        actor_id=raw.dyad_id.cast("string"),
        is_state=raw.is_government_actor,
        publisher_country=raw.location,
        publisher_country_code=raw.gwno_location,
        **_widened(raw.low_fatality_estimate, raw.best_fatality_estimate, raw.high_fatality_estimate),
        known_at=raw.raw_known_at,
    )
    return conform(named, ACTOR_YEAR)


def dyad_years(raw: ir.Table) -> ir.Table:
    """UCDP's battle-related deaths, as published, with a range that holds the best estimate."""
    named = raw.mutate(
        source=ibis.literal("ucdp-battledeaths"),
        publisher_type=raw.type_of_conflict.cast("string"),
        publisher_country=raw.battle_location,
        publisher_country_code=raw.gwno_battle,
        **_widened(raw.bd_low, raw.bd_best, raw.bd_high),
        known_at=raw.raw_known_at,
    )
    return conform(named, DYAD_YEAR)


def coverage_months(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """GDELT's records by country and month. codes: `code_years(("fips",))`.

    In two steps, since the first sees every record: it counts by the codes as they stand, with the month as a whole
    number, and keeps five sums; which code is which, dates and countries are asked of the few rows after. The tone is
    summed in whole ten-thousandths, so that every engine gets the same mean whatever the order of the rows.
    """
    # whole months since a first of January that no date precedes: half the work of asking for the year and the month
    coded_months = raw.mutate(nth_month=raw.event_date.delta(ibis.date("0001-01-01"), unit="month"))
    by_code = coded_months.group_by(
        "action_geo_country", "nth_month", "is_root_event", "quad_class", "event_root_code"
    ).aggregate(
        n=coded_months.count(),
        n_mentions=coded_months.n_mentions.sum(),
        n_articles=coded_months.n_articles.sum(),
        tone=(coded_months.avg_tone * 10_000 + 0.5).floor().cast("int32").sum(),
        known_at=coded_months.added_at.max(),
    )

    def of(chosen: Any) -> Any:
        return ibis.coalesce(by_code.n.sum(where=chosen), 0)

    counted = by_code.group_by("action_geo_country", "nth_month").aggregate(
        n_records=by_code.n.sum(),
        n_records_root=of(by_code.is_root_event == 1),
        n_records_verbal_conflict=of(by_code.quad_class == 3),
        n_records_material_conflict=of(by_code.quad_class == 4),
        n_records_assault=of(by_code.event_root_code == "18"),
        n_records_fight=of(by_code.event_root_code == "19"),
        n_records_mass_violence=of(by_code.event_root_code == "20"),
        n_mentions=by_code.n_mentions.sum(),
        n_articles=by_code.n_articles.sum(),
        tone=by_code.tone.sum(),
        known_at=by_code.known_at.max(),
    )
    year, month = counted.nth_month // 12 + 1, counted.nth_month % 12 + 1
    months = counted.mutate(month=ibis.date(year.cast("int32"), month.cast("int32"), 1))
    coded = months.mutate(
        code=ibis.literal("fips:") + months.action_geo_country, year=months.month.year().cast("int32")
    )
    found = coded.left_join(codes, (coded.code == codes.code) & (coded.year == codes.code_year))
    named = found.mutate(
        source=ibis.literal("gdelt"),
        publisher_country_code=found.action_geo_country,
        tone_mean=found.tone / found.n_records / 10_000,
    )
    return conform(named, COVERAGE_MONTH)


def _counted(events: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return events.group_by([events[name] for name in by]).aggregate(**_sums(events))


def _sums(events: ir.Table) -> Mapping[str, Any]:
    kind = events.type_of_violence
    known = kind.notnull()
    unsure = events.event_date_end.isnull() | (first_of_month(events.event_date_end) != events.month)
    open_range = events.fatalities_low.isnull() | events.fatalities_high.isnull()

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
        "fatalities_low": _sum_or_none(events.fatalities_low),
        "fatalities_best": events.fatalities_best.sum(),
        "fatalities_high": _sum_or_none(events.fatalities_high),
        "fatalities_state_based_best": deaths("state-based"),
        "fatalities_non_state_best": deaths("non-state"),
        "fatalities_one_sided_best": deaths("one-sided"),
        "fatalities_civilians_best": events.fatalities_civilians_best.sum(),
        "n_events_month_unsure": unsure.sum(),
        "n_events_unchecked": ibis.coalesce((~events.is_checked).sum(), 0),
        "n_events_without_range": open_range.sum(),
        "known_at": events.known_at.max(),
    }


def _sum_or_none(estimates: Any) -> Any:
    """A sum whose range stays open when that of a part is: one missing estimate leaves none."""
    return (estimates.isnull().sum() == 0).ifelse(estimates.sum(), ibis.null("int64"))


def _actor(number: Any, name: Any) -> Any:
    return ibis.coalesce(number, ibis.literal("name:") + name)


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
