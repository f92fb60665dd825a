"""Series of events by month or week, for countries, their first-level units or the actors in them, with the range.

Counted from the ready table of events when asked for. A week begins on Monday. An event counts for the period in which
it may have begun; `n_events_unsure` says how many may as well have happened in another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import msgspec
import numpy as np

from tocsin.collect.relation import literal
from tocsin.core import geography
from tocsin.prepare.errors import MissingError
from tocsin.prepare.signals.panel import Floats, Panel
from tocsin.prepare.store import Prepared

EVENTS, MONTHS = "ready/event", "ready/country_month"
Step = Literal["month", "week"]
By = Literal["country", "unit", "actor"]
UNKNOWN_UNIT = "unit not known"


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One month or week of one series. The range is open (None) where an event in it has none.

    of: the country; country and unit, or actor and country, as the publisher names them
    """

    of: str
    from_date: date
    fatalities_low: int | None
    fatalities_best: int
    fatalities_high: int | None
    fatalities_civilians_best: int | None
    n_events: int
    n_events_one_sided: int | None
    n_events_unsure: int


def read_series(
    desk: Path,
    *,
    countries: Sequence[str],
    step: Step = "month",
    by: By = "country",
    source: str = "ucdp-ged",
    since: date | None = None,
) -> list[Period]:
    """Every period that the source covers there, empty ones too, by series and time.

    Raises MissingError when there are no such events; geography.UnknownCodeError for a country that does not exist.
    """
    for code in countries:
        geography.get_country(code)
    counted = _counted(desk, countries, step, by, source)
    if not counted:
        remedy = "`tocsin prepare run`; series need single events, which country-months are not"
        raise MissingError(f"there are no events of {source} in {', '.join(countries)}", where=EVENTS, remedy=remedy)
    covered = _covered(desk, countries, step, source)
    found: list[Period] = []
    for (of, country), rows in counted.items():
        starts = sorted({*covered.get(country, ()), *rows})
        found += [rows.get(start) or _empty(of, start) for start in starts if since is None or start >= since]
    return sorted(found, key=lambda one: (one.of, one.from_date))


def with_units(panel: Panel, desk: Path, source: str) -> Panel:
    """The panel with `n_units`, the first-level units with events in each month; as it was where no unit is known.

    A month without events has none; an unknown month stays unknown.
    """
    prepared = Prepared(desk)
    if EVENTS not in prepared.current():
        return panel
    rows = _query(
        prepared,
        "SELECT country_iso3, month, count(DISTINCT adm1) FROM {events} WHERE source = $source AND country_iso3 IS NOT "
        "NULL AND adm1 IS NOT NULL GROUP BY ALL",
        {"source": source},
    )
    if not rows:
        return panel
    units: Floats = np.where(np.isnan(panel.columns["n_events"]), np.nan, 0.0)
    place = {unit: number for number, unit in enumerate(panel.units)}
    for country, month, n in rows:
        index = panel.index(month)
        if country in place and 0 <= index < panel.n_months and not np.isnan(units[place[country], index]):
            units[place[country], index] = n
    return msgspec.structs.replace(panel, columns={**panel.columns, "n_units": units})


def read_weeks(desk: Path, source: str = "ucdp-ged") -> Panel:
    """Deaths of civilians and events by week, in every country of the source; weeks that it does not cover are unknown.

    Only events whose day is known to the week count: one that is known to the month would make a week of it.
    Raises MissingError when there are no such events.
    """
    rows = _query(
        Prepared(desk),
        "SELECT country_iso3, CAST(date_trunc('week', event_date) AS DATE), "
        "sum(fatalities_civilians_best), count(*) FROM {events} WHERE source = $source AND country_iso3 IS "
        "NOT NULL AND coalesce(date_precision, 'day') IN ('day', 'days', 'week') GROUP BY ALL",
        {"source": source},
    )
    if not rows:
        remedy = "`tocsin prepare run`; weeks need single events, which country-months are not"
        raise MissingError(f"there are no events of {source}", where=EVENTS, remedy=remedy)
    units = sorted({country for country, *_ in rows})
    covered = _covered(desk, units, "week", source)
    starts = [start for found in covered.values() for start in found]
    first, last = min(starts), max(starts)
    empty = np.full((len(units), (last - first).days // 7 + 1), np.nan)
    panel = Panel(tuple(units), first, {"deaths_civilians": empty, "n_events": empty.copy()}, "week")
    place = {unit: number for number, unit in enumerate(units)}
    for country, weeks in covered.items():
        for values in panel.columns.values():
            values[place[country], [panel.index(week) for week in weeks]] = 0.0
    for country, week, civilians, n_events in rows:
        index = panel.index(week)
        if 0 <= index < panel.n_months:  # in a week that is not covered whole the sum stays unknown
            panel.columns["deaths_civilians"][place[country], index] += (
                np.nan if civilians is None else float(civilians)
            )
            panel.columns["n_events"][place[country], index] += n_events
    return panel


def _counted(
    desk: Path, countries: Sequence[str], step: Step, by: By, source: str
) -> dict[tuple[str, str], dict[date, Period]]:
    """(name of the series, country) -> period -> counts."""
    which = {
        "country": "SELECT country_iso3 AS unit, * FROM {events}",
        "unit": "SELECT country_iso3 || ': ' || coalesce(adm1, $unknown) AS unit, * FROM {events}",
        "actor": "SELECT country_iso3 || ': ' || side_a AS unit, * FROM {events} UNION ALL "
        "SELECT country_iso3 || ': ' || side_b AS unit, * FROM {events} "
        "WHERE side_b <> side_a AND NOT starts_with(side_b, 'Civilians')",
    }[by]
    rows = _query(
        Prepared(desk),
        f"""SELECT unit, country_iso3, CAST(date_trunc('{step}', event_date) AS DATE) AS starts,
        CASE WHEN count(fatalities_low) = count(*) THEN sum(fatalities_low) END,
        coalesce(sum(fatalities_best), 0),
        CASE WHEN count(fatalities_high) = count(*) THEN sum(fatalities_high) END,
        sum(fatalities_civilians_best), count(*),
        CASE WHEN count(type_of_violence) > 0 THEN count(*) FILTER (type_of_violence = 'one-sided') END,
        count(*) FILTER (coalesce(date_trunc('{step}', event_date_end) <> date_trunc('{step}', event_date),
            date_precision IS DISTINCT FROM 'day'))
        FROM ({which}) WHERE source = $source AND country_iso3 IN (SELECT unnest($countries)) AND unit IS NOT NULL
        GROUP BY ALL""",  # noqa: S608  # step and by are our own words; values are bound
        {"source": source, "countries": list(countries)} | ({"unknown": UNKNOWN_UNIT} if by == "unit" else {}),
    )
    found: dict[tuple[str, str], dict[date, Period]] = {}
    for of, country, starts, *counts in rows:
        found.setdefault((of, country), {})[starts] = _period(of, starts, counts)
    return found


def _period(of: str, starts: date, counts: Sequence[Any]) -> Period:
    low, best, high, civilians, n_events, one_sided, unsure = (None if one is None else int(one) for one in counts)
    return Period(
        of=of, from_date=starts, fatalities_low=low, fatalities_best=best or 0, fatalities_high=high,
        fatalities_civilians_best=civilians, n_events=n_events or 0, n_events_one_sided=one_sided,
        n_events_unsure=unsure or 0,
    )  # fmt: skip


def _empty(of: str, starts: date) -> Period:
    return _period(of, starts, (0, 0, 0, 0, 0, 0, 0))


def _covered(desk: Path, countries: Sequence[str], step: Step, source: str) -> dict[str, list[date]]:
    """The months that the source covers of each country, or the weeks that lie wholly in them."""
    rows = _query(
        Prepared(desk),
        "SELECT country_iso3, month FROM {months} WHERE source = $source AND country_iso3 IN "
        "(SELECT unnest($countries))",
        {"source": source, "countries": list(countries)},
    )
    months: dict[str, set[date]] = {}
    for country, month in rows:
        months.setdefault(country, set()).add(month)
    if step == "month":
        return {country: sorted(found) for country, found in months.items()}
    return {country: _weeks(found) for country, found in months.items()}


def _weeks(months: set[date]) -> list[date]:
    first = min(months) - timedelta(days=min(months).weekday())
    starts = [first + timedelta(weeks=n) for n in range((max(months) - first).days // 7 + 6)]
    return [day for day in starts if {day.replace(day=1), (day + timedelta(days=6)).replace(day=1)} <= months]


def _query(prepared: Prepared, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a query of ours over the ready tables."""

    def rows(table: str) -> str:
        return f"read_parquet([{', '.join(literal(str(file)) for file in prepared.files(table))}])"

    said = sql.replace("{events}", rows(EVENTS) if "{events}" in sql else "")
    said = said.replace("{months}", rows(MONTHS) if "{months}" in sql else "")
    with duckdb.connect() as database:
        return database.execute(said, values).fetchall()
