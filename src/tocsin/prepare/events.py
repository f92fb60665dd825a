"""Clean events: what each publisher emits, in the one event model of `tables.EVENT`.

Every function takes a source's raw table, as collect emitted it and with `release`, `is_final` and `raw_known_at`
beside its own columns, and gives the same rows in our names. Publishers' words and codes stay beside ours; nothing is
guessed: what a publisher does not carry is empty.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tocsin.prepare.schema import conform
from tocsin.prepare.tables import EVENT

_UCDP_TYPES = {1: "state-based", 2: "non-state", 3: "one-sided"}
_UCDP_DATES = {1: "day", 2: "days", 3: "week", 4: "month", 5: "longer"}
_UCDP_PLACES = {1: "exact", 2: "near", 3: "district", 4: "province", 5: "area", 6: "country", 7: "water-or-air"}
_ACLED_DATES = {1: "day", 2: "week", 3: "month"}
_ACLED_PLACES = {1: "exact", 2: "near", 3: "area"}
_GDELT_PLACES = {1: "country", 2: "province", 3: "near", 4: "near", 5: "province"}


def ucdp_events(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """UCDP GED in any of its shapes. codes: `countries.code_years(("gw", "name"), as_read_by="ucdp")`."""
    code = ibis.coalesce(_said("gw:", raw.country_id), _said("name:", raw.country.lower()))
    raw = raw.mutate(code=code, event_date=raw.date_start)
    low, high = ibis.least(raw.low, raw.best, raw.high), ibis.greatest(raw.low, raw.best, raw.high)
    by_status = ibis.cases(
        (raw.code_status == "Clear", True), (raw.code_status.notnull(), False), (raw.is_final, True), else_=None
    )
    named = raw.mutate(
        event_id=ibis.literal("ucdp-ged:") + raw.id.cast("string"),
        source=ibis.literal("ucdp-ged"),
        publisher_id=raw.id.cast("string"),
        event_date_end=raw.date_end,
        date_precision=_words(raw.date_prec, _UCDP_DATES),
        publisher_date_precision=raw.date_prec.cast("string"),
        type_of_violence=_words(raw.type_of_violence, _UCDP_TYPES),
        publisher_type=raw.type_of_violence.cast("string"),
        is_civilian_targeted=raw.type_of_violence == 3,
        conflict_id=raw.conflict_new_id.cast("string"),
        dyad_id=raw.dyad_new_id.cast("string"),
        side_a_id=raw.side_a_new_id.cast("string"),
        side_b_id=raw.side_b_new_id.cast("string"),
        publisher_country=raw.country,
        publisher_country_code=raw.country_id.cast("string"),
        adm1=raw.adm_1,
        adm2=raw.adm_2,
        place=raw.where_coordinates,
        latitude_deg=raw.latitude,
        longitude_deg=raw.longitude,
        place_precision=_words(raw.where_prec, _UCDP_PLACES),
        publisher_place_precision=raw.where_prec.cast("string"),
        fatalities_low=raw.low.notnull().ifelse(low, ibis.null("int32")),
        fatalities_best=raw.best,
        fatalities_high=raw.high.notnull().ifelse(high, ibis.null("int32")),
        fatalities_side_a_best=raw.deaths_a,
        fatalities_side_b_best=raw.deaths_b,
        fatalities_civilians_best=raw.deaths_civilians,
        fatalities_unknown_best=raw.deaths_unknown,
        publisher_fatalities_low=raw.low,
        publisher_fatalities_high=raw.high,
        is_range_widened=ibis.coalesce((raw.low != low) | (raw.high != high), False),
        n_reports=(raw.number_of_sources >= 0).ifelse(raw.number_of_sources, ibis.null("int32")),
        reported_by=raw.source_article,
        notes=raw.where_description,
        publisher_status=raw.code_status,
        is_checked=by_status,
        known_at=raw.raw_known_at,
    )
    return _placed(named, codes)


def acled_events(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """ACLED's 31 columns. codes: `countries.code_years(("m49", "name"))`. Deaths have no range: 0 may mean unknown."""
    m49 = raw.iso.lpad(3, "0").nullif("000")
    code = ibis.coalesce(_said("m49:", m49), _said("name:", raw.country.lower()))
    changed_at = ibis.timestamp("1970-01-01 00:00:00") + raw.timestamp.as_interval("s")
    raw = raw.mutate(code=code)
    named = raw.mutate(
        event_id=ibis.literal("acled:") + raw.event_id_cnty,
        source=ibis.literal("acled"),
        publisher_id=raw.event_id_cnty,
        event_date_end=(raw.time_precision == 1).ifelse(raw.event_date, ibis.null("date")),
        date_precision=_words(raw.time_precision, _ACLED_DATES),
        publisher_date_precision=raw.time_precision.cast("string"),
        type_of_violence=ibis.null("string"),
        publisher_type=raw.event_type,
        publisher_subtype=raw.sub_event_type,
        is_civilian_targeted=raw.civilian_targeting.notnull() & (raw.civilian_targeting != ""),
        side_a=raw.actor1,
        side_b=raw.actor2,
        publisher_country=raw.country,
        publisher_country_code=raw.iso,
        adm1=raw.admin1,
        adm2=raw.admin2,
        place=raw.location,
        latitude_deg=raw.latitude,
        longitude_deg=raw.longitude,
        place_precision=_words(raw.geo_precision, _ACLED_PLACES),
        publisher_place_precision=raw.geo_precision.cast("string"),
        fatalities_best=raw.fatalities,
        is_range_widened=ibis.literal(False),
        reported_by=raw["source"],
        published_at=changed_at,
        known_at=changed_at,
    )
    return _placed(named, codes)


def gdelt_events(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """GDELT's records as far as the model holds them: pointers to reports, without deaths. codes: for "fips"."""
    raw = raw.mutate(code=_said("fips:", raw.action_geo_country))
    named = raw.mutate(
        event_id=ibis.literal("gdelt:") + raw.event_id.cast("string"),
        source=ibis.literal("gdelt"),
        publisher_id=raw.event_id.cast("string"),
        release=raw.added_at.strftime("%Y%m%d%H%M%S"),
        publisher_type=raw.event_root_code,
        publisher_subtype=raw.event_code,
        side_a_id=raw.actor1_code,
        side_a=raw.actor1_name,
        side_b_id=raw.actor2_code,
        side_b=raw.actor2_name,
        publisher_country=raw.action_geo_name,
        publisher_country_code=raw.action_geo_country,
        adm1=raw.action_geo_adm1,
        adm2=raw.action_geo_adm2,
        place=raw.action_geo_name,
        latitude_deg=raw.action_latitude,
        longitude_deg=raw.action_longitude,
        place_precision=_words(raw.action_geo_type, _GDELT_PLACES),
        publisher_place_precision=raw.action_geo_type.cast("string"),
        is_range_widened=ibis.literal(False),
        n_reports=raw.n_articles,
        reported_by=raw.source_url,
        published_at=raw.added_at,
        known_at=raw.added_at,
    )
    return _placed(named, codes)


def _placed(named: ir.Table, codes: ir.Table) -> ir.Table:
    """With the month, and the country for which the code stood in the year of the event."""
    dated = named.mutate(month=first_of_month(named.event_date), year=named.event_date.year().cast("int32"))
    found = dated.left_join(codes, (dated.code == codes.code) & (dated.year == codes.code_year))
    return conform(found, EVENT)


def first_of_month(day: Any) -> Any:
    """The first day of a day's month: a date on every engine, where truncating may give an instant."""
    return ibis.date(day.year(), day.month(), 1)


def _said(system: str, value: Any) -> Any:
    """ "gw:371"; empty where the value is."""
    return ibis.literal(system) + value.cast("string")


def _words(code: Any, words: dict[int, str]) -> Any:
    return ibis.cases(*((code == number, word) for number, word in words.items()), else_=None)
