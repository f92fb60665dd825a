"""What is made from what: the whole graph of the prepared layers, in two lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir
import msgspec

from tocsin.prepare import events, ready, releases
from tocsin.prepare.engine import Engine
from tocsin.prepare.lookups import Lookups
from tocsin.prepare.raw import RawTable
from tocsin.prepare.schema import Table
from tocsin.prepare.tables import COUNTRY_MONTH, EVENT


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
    there is.
    """

    table: Table
    build: Callable[[Engine, Tables, Raw, Lookups], ir.Table]
    reads: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


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


CLEAN = (
    Clean(source="ucdp-ged", raw_table="events", table=EVENT, build=_ucdp),
    Clean(source="acled", raw_table="events", table=EVENT, build=_acled),
)

READY = (
    Ready(table=EVENT, reads=("clean/ucdp-ged", "clean/acled"), build=_event),
    Ready(
        table=COUNTRY_MONTH,
        reads=("ready/event",),
        raw=("ucdp-country-months/country_months",),
        build=_country_month,
    ),
)
