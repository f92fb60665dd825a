"""What is made from what: the whole graph of the prepared layers, in two lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import ibis
import ibis.expr.types as ir
import msgspec

from tocsin.prepare import events, ready, releases
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
    there is. is_union: nothing but the rows of what it reads, declared alike and in the same order.
    """

    table: Table
    build: Callable[[Engine, Tables, Raw, Lookups], ir.Table]
    reads: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()
    is_union: bool = False


def _ucdp(engine: Engine, raw: list[RawTable], lookups: Lookups) -> ir.Table:
    rows = releases.without_settled(releases.newest(releases.read_releases(engine, raw), ["id"]))
    return events.ucdp_events(rows, lookups.codes("gw", "name", ucdp=True)).order_by("event_date", "event_id")


def _acled(engine: Engine, raw: list[RawTable], lookups: Lookups) -> ir.Table:
    rows = releases.newest(releases.read_releases(engine, raw), ["event_id_cnty"])
    return events.acled_events(rows, lookups.codes("m49", "name")).order_by("event_date", "event_id")


def _event(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    return ibis.union(*tables.values()).order_by("event_date", "event_id")


def _country_month(engine: Engine, tables: Tables, raw: Raw, lookups: Lookups) -> ir.Table:
    parts = [ready.country_months_of_events(table, lookups.calendar()) for table in tables.values()]
    if published := raw.get("ucdp-country-months/country_months"):
        rows = releases.newest(releases.read_releases(engine, published), ["country_iso3", "month"])
        parts.append(ready.country_months_as_published(rows, lookups.codes("iso3", ucdp=True)))
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
)


@cache
def expressions() -> str:
    """The text of all that decides what comes out of the same inputs, so that `unchanged` stays true."""
    package = resources.files("tocsin.prepare")
    names = ("countries.csv", "countries.py", "events.py", "ready.py", "recipes.py", "releases.py", "tables.py")
    return "\0".join(package.joinpath(name).read_text("utf-8") for name in names)
