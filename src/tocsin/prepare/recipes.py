"""What is made from what: the whole graph of the prepared layers, in two lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir
import msgspec

from tocsin.prepare import events, published, ready, releases
from tocsin.prepare.engine import Engine
from tocsin.prepare.lookups import Lookups
from tocsin.prepare.raw import RawTable
from tocsin.prepare.schema import Table
from tocsin.prepare.tables import ACTOR_MONTH, ACTOR_YEAR, COUNTRY_MONTH, COUNTRY_YEAR, COVERAGE_MONTH, DYAD_YEAR, EVENT


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """A source's raw table, typed and in our names."""

    source: str
    raw_table: str
    table: Table
    build: Callable[[Engine, list[RawTable], Lookups], ir.Table]

    @property
    def name(self) -> str:
        """Of its folder in the layer."""
        return self.source


Tables = Mapping[str, ir.Table]
Raw = Mapping[str, list[RawTable]]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A table made from clean or ready ones (`reads`), or from what is raw as it should be (`raw`); of each, what
    there is, but nothing without those in `needs`. is_union: nothing but the rows of what it reads, declared alike and
    in the same order.
    """

    table: Table
    build: Callable[[Engine, Tables, Raw, Lookups], ir.Table]
    reads: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    is_union: bool = False


def _ucdp(engine: Engine, raw: list[RawTable], lookups: Lookups) -> ir.Table:
    rows = releases.without_settled(releases.newest(releases.read_releases(engine, raw), ["id"]))
    return events.ucdp_events(rows, lookups.codes("gw", "name", as_read_by="ucdp")).order_by("event_date", "event_id")


def _acled(engine: Engine, raw: list[RawTable], lookups: Lookups) -> ir.Table:
    rows = releases.newest(releases.read_releases(engine, raw), ["event_id_cnty"])
    return events.acled_events(rows, lookups.codes("m49", "name")).order_by("event_date", "event_id")


def _event(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    return ibis.union(*tables.values()).order_by("event_date", "event_id")


def _country_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    parts = [ready.country_months_of_events(table, lookups.calendar()) for table in tables.values()]
    if published := raw.get("ucdp-country-months/country_months"):
        rows = releases.newest(releases.read_releases(engine, published), ["country_iso3", "month"])
        parts.append(ready.country_months_as_published(rows, lookups.codes("iso3", as_read_by="ucdp")))
    return ibis.union(*parts).order_by("source", "country_iso3", "month")


def _country_year(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    return ready.country_years(tables["ready/country_month"]).order_by("source", "country_iso3", "year")


def _actor_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    return ready.actor_months(tables["ready/event"]).order_by("source", "actor_id", "country_iso3", "month")


def _actor_year(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    rows = releases.read_releases(engine, raw["ucdp-onesided/actor_years"])
    return ready.actor_years(releases.newest(rows, ["dyad_id", "year"])).order_by("actor_id", "year")


def _dyad_year(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    rows = releases.read_releases(engine, raw["ucdp-battledeaths/dyad_years"])
    return ready.dyad_years(releases.newest(rows, ["dyad_id", "year"])).order_by("dyad_id", "year")


def _coverage_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    rows = releases.read_slices(engine, raw["gdelt/events"], "added_at", ["event_id"])
    return ready.coverage_months(rows, lookups.codes("fips")).order_by("publisher_country_code", "month")


def _newest_of(engine: Engine, raw: Raw, name: str, key: tuple[str, ...]) -> ir.Table | None:
    return releases.newest(releases.read_releases(engine, raw[name]), key) if name in raw else None


def _views_list(engine: Engine, raw: Raw) -> ir.Table:
    return engine.read(raw["views/countries"][-1].files)


def _outcome_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    panel, actuals = (
        _newest_of(engine, raw, name, ("country_id", "month_id")) for name in ("views/panel", "views/actuals")
    )
    rows = published.outcome_months(panel, actuals, _views_list(engine, raw), lookups.codes("name"))
    return rows.order_by("publisher_table", "publisher_country_code", "month")


def _benchmark_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    # a release that holds a country's month holds all its draws
    draws = releases.read_releases(engine, raw["views/draws"])
    rows = releases.newest(draws, ("benchmark", "country_id", "month_id"))
    rows = published.benchmark_months(rows, _views_list(engine, raw), lookups.codes("name"))
    return rows.order_by("benchmark", "publisher_country_code", "month")


def _predictor_year(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    rows = releases.newest(releases.read_releases(engine, raw["ewp/panel"]), ("ewp_name", "year"))
    return published.predictor_years(rows, lookups.codes("name", as_read_by="ewp")).order_by(
        "publisher_country", "year"
    )


def _risk_year(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    lists = _newest_of(engine, raw, "ewp/published", ("edition", "country"))
    out_of_sample = _newest_of(engine, raw, "ewp/out_of_sample", ("ewp_name", "year"))
    rows = published.risk_years(lists, out_of_sample, lookups.codes("name", as_read_by="ewp"))
    return rows.order_by("publisher_table", "edition", "publisher_country", "data_year")


CLEAN = (
    Clean(source="ucdp-ged", raw_table="events", table=EVENT, build=_ucdp),
    Clean(source="acled", raw_table="events", table=EVENT, build=_acled),
)

READY = (
    Ready(table=EVENT, reads=("clean/ucdp-ged", "clean/acled"), build=_event, is_union=True),
    Ready(
        table=COUNTRY_MONTH,
        reads=("ready/event",),
        raw=("ucdp-country-months/country_months",),
        build=_country_month,
    ),
    Ready(table=COUNTRY_YEAR, reads=("ready/country_month",), build=_country_year),
    Ready(table=ACTOR_MONTH, reads=("ready/event",), build=_actor_month),
    Ready(table=ACTOR_YEAR, raw=("ucdp-onesided/actor_years",), build=_actor_year),
    Ready(table=DYAD_YEAR, raw=("ucdp-battledeaths/dyad_years",), build=_dyad_year),
    Ready(table=COVERAGE_MONTH, raw=("gdelt/events",), build=_coverage_month),
    Ready(
        table=published.OUTCOME_MONTH,
        raw=("views/panel", "views/actuals", "views/countries"),
        needs=("views/countries",),
        build=_outcome_month,
    ),
    Ready(
        table=published.BENCHMARK_MONTH,
        raw=("views/draws", "views/countries"),
        needs=("views/countries",),
        build=_benchmark_month,
    ),
    Ready(table=published.PREDICTOR_YEAR, raw=("ewp/panel",), build=_predictor_year),
    Ready(table=published.RISK_YEAR, raw=("ewp/published", "ewp/out_of_sample"), build=_risk_year),
)


@cache
def expressions() -> str:
    """The text of all that decides what comes out of the same inputs, so that `unchanged` stays true."""
    package = resources.files("tocsin.prepare")
    names = ("countries.csv", "countries.py", "events.py", "published.py", "ready.py", "recipes.py", "releases.py")
    return "\0".join(package.joinpath(name).read_text("utf-8") for name in (*names, "tables.py"))
