"""The tables that the desk prepares: the event model, and the ready tables made from it."""

from __future__ import annotations

from tocsin.prepare.schema import Column, Rule, Table

_DEATHS = (0, 10_000_000)
_DATES = ("1900-01-01", "2100-12-31")
_MONTHS = ("1946-01-01", "2100-12-01")

VIOLENCE = ("state-based", "non-state", "one-sided")
"""UCDP's types of violence, as UCDP names them."""

DATE_PRECISION = ("day", "days", "week", "month", "longer")
PLACE_PRECISION = ("exact", "near", "district", "province", "area", "country", "water-or-air")


def _range(what: str) -> dict[str, Column]:
    return {
        "fatalities_low": Column(
            "int64", f"{what}, low estimate; empty where the publisher gives none", between=_DEATHS
        ),
        "fatalities_best": Column("int64", f"{what}, best estimate", between=_DEATHS),
        "fatalities_high": Column(
            "int64", f"{what}, high estimate; empty where the publisher gives none", between=_DEATHS
        ),
    }


_PUBLISHED_RANGE = {
    "publisher_fatalities_low": Column("int64", "low estimate as published", between=_DEATHS),
    "publisher_fatalities_high": Column("int64", "high estimate as published", between=_DEATHS),
    "is_range_widened": Column(
        "boolean", "whether low or high was moved so that the range holds the best estimate", required=True
    ),
}

_ORDERED = (
    Rule("low does not exceed best", lambda t: t.fatalities_low <= t.fatalities_best),
    Rule("best does not exceed high", lambda t: t.fatalities_best <= t.fatalities_high),
    Rule("low does not exceed high", lambda t: t.fatalities_low <= t.fatalities_high),
)

EXISTED = Rule("its country existed that year, by the publisher's code or name", lambda t: t.country_iso3.notnull())

COUNTRY = {
    "country_iso3": Column("string", "ISO 3166-1 alpha-3 of the state or territory as it is called today"),
    "country_gw": Column(
        "int32", "Gleditsch-Ward number; empty for a territory that they do not list", between=(2, 999)
    ),
    "country_m49": Column("string", "UN M49 code, three digits as text"),
    "country_name": Column("string", "name of the country in our table of countries"),
}

EVENT = Table(
    name="event",
    about="One row for each event of deadly or political violence, whoever published it.",
    key=("event_id",),
    name_rows=("event_id", "release", "publisher_country", "publisher_country_code", "event_date"),
    columns={
        "event_id": Column("string", "the source, a colon, the publisher's number of the event", required=True),
        "source": Column("string", "the source it came from; `tocsin collect list` names them", required=True),
        "publisher_id": Column("string", "the publisher's own number of the event", required=True),
        "release": Column("string", "the publisher's release, or the day of the run where it has none", required=True),
        "event_date": Column("date", "first day on which it may have happened", required=True, between=_DATES),
        "event_date_end": Column(
            "date", "last day on which it may have happened; empty when not given", between=_DATES
        ),
        "month": Column("date", "first day of the month of event_date", required=True, between=_DATES),
        "date_precision": Column("string", "how sure the day is", one_of=DATE_PRECISION),
        "publisher_date_precision": Column("string", "the publisher's own code of that"),
        "type_of_violence": Column(
            "string", "UCDP's type, in UCDP's words; empty for other publishers", one_of=VIOLENCE
        ),
        "publisher_type": Column("string", "the publisher's own type of event", required=True),
        "publisher_subtype": Column("string", "the publisher's own finer type"),
        "is_civilian_targeted": Column("boolean", "whether the publisher codes civilians as the target"),
        "conflict_id": Column("string", "the publisher's number of the conflict"),
        "conflict_name": Column("string", "the conflict as the publisher names it"),
        "dyad_id": Column("string", "the publisher's number of the dyad"),
        "dyad_name": Column("string", "the dyad as the publisher names it"),
        "side_a_id": Column("string", "the publisher's number of side A"),
        "side_a": Column(
            "string", "side A or first actor; its order says who attacked only in UCDP's one-sided events"
        ),
        "side_b_id": Column("string", "the publisher's number of side B"),
        "side_b": Column("string", "side B or second actor"),
        **COUNTRY,
        "publisher_country": Column("string", "country as the publisher names it"),
        "publisher_country_code": Column("string", "the publisher's own code of the country"),
        "adm1": Column("string", "first-level division, as the publisher names it"),
        "adm2": Column("string", "second-level division, as the publisher names it"),
        "place": Column("string", "the place that the coordinates stand for, as the publisher names it"),
        "latitude_deg": Column("float64", "degrees north, WGS 84", between=(-90, 90)),
        "longitude_deg": Column("float64", "degrees east, WGS 84", between=(-180, 180)),
        "place_precision": Column("string", "how near the coordinates are", one_of=PLACE_PRECISION),
        "publisher_place_precision": Column("string", "the publisher's own code of that"),
        **_range("deaths"),
        "fatalities_side_a_best": Column("int64", "deaths on side A, best estimate", between=_DEATHS),
        "fatalities_side_b_best": Column("int64", "deaths on side B, best estimate", between=_DEATHS),
        "fatalities_civilians_best": Column("int64", "deaths of civilians, best estimate", between=_DEATHS),
        "fatalities_unknown_best": Column("int64", "deaths whose side is unknown, best estimate", between=_DEATHS),
        **_PUBLISHED_RANGE,
        "n_reports": Column("int64", "reports or sites that the publisher counted; empty where it did not"),
        "reported_by": Column("string", "the reports it rests on, as the publisher cites them"),
        "notes": Column("string", "the publisher's account of the event"),
        "publisher_status": Column("string", "what the publisher says of the state of its checks"),
        "is_checked": Column("boolean", "whether the publisher has finished checking it; empty when it does not say"),
        "published_at": Column("timestamp", "when the publisher put the row out, where it says so"),
        "known_at": Column("timestamp", "from when a forecast may honestly use it", required=True),
    },
    rules=(
        EXISTED,
        *_ORDERED,
        Rule(
            "an event does not end before it starts",
            lambda t: t.event_date <= t.event_date_end,
            0.001,
            "slips of the publisher",
        ),
        Rule(
            "the publisher's low, best and high are in order",
            lambda t: (
                (t.publisher_fatalities_low <= t.fatalities_best) & (t.fatalities_best <= t.publisher_fatalities_high)
            ),
            0.02,
            "UCDP's releases hold some such events: the range is widened, and the published figures stand beside it",
        ),
    ),
)

_COUNTS = {
    "n_events": Column(
        "int64", "events that may have begun in it; by date_start as UCDP's own country-months are", between=(0, 10**9)
    ),
    "n_events_state_based": Column("int64", "of them state-based, by UCDP", between=(0, 10**9)),
    "n_events_non_state": Column("int64", "of them non-state, by UCDP", between=(0, 10**9)),
    "n_events_one_sided": Column("int64", "of them one-sided, by UCDP", between=(0, 10**9)),
    "n_events_civilian_targeted": Column("int64", "of them with civilians as the target, as the publisher codes it"),
}
_SUMS = {
    **_range("deaths, summed over events"),
    "fatalities_state_based_best": Column(
        "int64", "deaths in state-based events, best estimates summed", between=_DEATHS
    ),
    "fatalities_non_state_best": Column("int64", "deaths in non-state events, best estimates summed", between=_DEATHS),
    "fatalities_one_sided_best": Column("int64", "deaths in one-sided events, best estimates summed", between=_DEATHS),
    "fatalities_civilians_best": Column("int64", "deaths of civilians, best estimates summed", between=_DEATHS),
}
_DOUBTS = {
    "n_events_month_unsure": Column(
        "int64", "events that may as well have happened in another month", between=(0, 10**9)
    ),
    "n_events_unchecked": Column("int64", "events that the publisher has not finished checking", between=(0, 10**9)),
    "n_events_without_range": Column(
        "int64", "events without a low or a high estimate: the range is open", between=(0, 10**9)
    ),
}

COUNTRY_MONTH = Table(
    name="country_month",
    about="Violence by source, country and month. Rival figures stand in rows of their own, one for each source.",
    key=("source", "country_iso3", "month"),
    name_rows=("source", "country_iso3", "country_name", "month"),
    columns={
        "source": Column("string", "the source; figures of two sources are never mixed", required=True),
        **COUNTRY,
        "month": Column("date", "first day of the month", required=True, between=_MONTHS),
        **_COUNTS,
        **_SUMS,
        **_DOUBTS,
        "is_filled": Column("boolean", "no event in a month that the source covers: the zeros are ours", required=True),
        "known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True),
    },
    rules=(
        EXISTED,
        *_ORDERED,
        Rule("the month is named by its first day", lambda t: t.month.day() == 1),
        Rule(
            "events by type do not exceed all events",
            lambda t: t.n_events_state_based + t.n_events_non_state + t.n_events_one_sided <= t.n_events,
        ),
        Rule("a filled month is empty", lambda t: ~t.is_filled | ((t.n_events == 0) & (t.fatalities_best == 0))),
    ),
)

COUNTRY_YEAR = Table(
    name="country_year",
    about="The country-months of a source, summed by year. A year of which few months are covered is not a quiet year.",
    key=("source", "country_iso3", "year"),
    columns={
        "source": Column("string", "the source; figures of two sources are never mixed", required=True),
        **COUNTRY,
        "year": Column("int32", "the year", required=True, between=(1946, 2100)),
        "n_months_covered": Column("int64", "months that the source covers", required=True, between=(1, 12)),
        "n_months_with_events": Column("int64", "months with an event", required=True, between=(0, 12)),
        **_COUNTS,
        **_SUMS,
        **_DOUBTS,
        "known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True),
    },
    rules=(EXISTED, *_ORDERED),
)

ACTOR_MONTH = Table(
    name="actor_month",
    about="Events by source, actor, country and month: those in which the actor was one of the sides. The deaths are "
    "those of the events; only in UCDP's one-sided events are they laid at this actor's door.",
    key=("source", "actor_id", "country_iso3", "month"),
    columns={
        "source": Column("string", "the source; figures of two sources are never mixed", required=True),
        "actor_id": Column("string", "the publisher's number of the actor, or `name:` and its name", required=True),
        "actor_name": Column("string", "the actor as the publisher names it", required=True),
        **COUNTRY,
        "month": Column("date", "first day of the month", required=True, between=_MONTHS),
        **_COUNTS,
        **_SUMS,
        **_DOUBTS,
        "known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True),
    },
    rules=(EXISTED, *_ORDERED, Rule("the month is named by its first day", lambda t: t.month.day() == 1)),
)

ACTOR_YEAR = Table(
    name="actor_year",
    about="Civilians killed on purpose, by actor and year, as UCDP publishes them: actors with at least 25 deaths.",
    key=("source", "actor_id", "year"),
    columns={
        "source": Column("string", "the source", required=True),
        "actor_id": Column("string", "UCDP's number of the actor against civilians", required=True),
        "actor_name": Column("string", "the actor as UCDP names it", required=True),
        "is_state": Column("boolean", "whether the actor is a state", required=True),
        "publisher_country": Column("string", "countries in which it happened, as UCDP names them", required=True),
        "publisher_country_code": Column("string", "Gleditsch-Ward numbers of those countries"),
        "year": Column("int32", "the year", required=True, between=(1946, 2100)),
        **_range("civilians killed"),
        **_PUBLISHED_RANGE,
        "known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True),
    },
    rules=_ORDERED,
    name_rows=("actor_id", "actor_name", "year"),
)

DYAD_YEAR = Table(
    name="dyad_year",
    about="Deaths in battle, by dyad and year, as UCDP publishes them: two organised sides, one of them a state. "
    "Killing of civilians on purpose is not in it.",
    key=("source", "dyad_id", "year"),
    columns={
        "source": Column("string", "the source", required=True),
        "dyad_id": Column("string", "UCDP's number of the dyad", required=True),
        "conflict_id": Column("string", "UCDP's number of the conflict", required=True),
        "side_a": Column("string", "side A as UCDP names it", required=True),
        "side_a_id": Column("string", "UCDP's numbers of side A"),
        "side_b": Column("string", "side B as UCDP names it", required=True),
        "side_b_id": Column("string", "UCDP's numbers of side B"),
        "publisher_type": Column("string", "UCDP's own type of conflict: 1 to 4", one_of=("1", "2", "3", "4")),
        "publisher_country": Column("string", "countries in which it was fought, as UCDP names them"),
        "publisher_country_code": Column("string", "Gleditsch-Ward numbers of those countries"),
        "year": Column("int32", "the year", required=True, between=(1946, 2100)),
        **_range("deaths in battle"),
        **_PUBLISHED_RANGE,
        "known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True),
    },
    rules=_ORDERED,
    name_rows=("dyad_id", "side_a", "side_b", "year"),
)

_RECORDS = (0, 10**12)

COVERAGE_MONTH = Table(
    name="coverage_month",
    about="What the news reported, by country and month, as GDELT's machine read it. These are counts of records, "
    "which follow the media: never counts of events, and never evidence.",
    key=("source", "publisher_country_code", "month"),
    columns={
        "source": Column("string", "the source", required=True),
        "publisher_country_code": Column("string", "FIPS 10-4 code of the place of the act; empty when none was found"),
        **COUNTRY,
        "month": Column("date", "first day of the month that the reports speak of", required=True, between=_DATES),
        "n_records": Column("int64", "records", required=True, between=_RECORDS),
        "n_records_root": Column("int64", "records told by the lead of a report", required=True, between=_RECORDS),
        "n_records_verbal_conflict": Column("int64", "records of verbal conflict (quad class 3)", between=_RECORDS),
        "n_records_material_conflict": Column("int64", "records of material conflict (quad class 4)", between=_RECORDS),
        "n_records_assault": Column("int64", "records of CAMEO root 18, assault", between=_RECORDS),
        "n_records_fight": Column("int64", "records of CAMEO root 19, fight", between=_RECORDS),
        "n_records_mass_violence": Column("int64", "records of CAMEO root 20, unconventional mass violence"),
        "n_mentions": Column("int64", "mentions in the first 15 minutes of each record", between=_RECORDS),
        "n_articles": Column("int64", "articles in the first 15 minutes of each record", between=_RECORDS),
        "tone_mean": Column("float64", "mean tone of the records' articles, -100 to 100", between=(-100, 100)),
        "known_at": Column("timestamp", "when the last of the records was added", required=True),
    },
    rules=(
        Rule("the month is named by its first day", lambda t: t.month.day() == 1),
        Rule("no part exceeds the whole", lambda t: t.n_records_material_conflict <= t.n_records),
    ),
)
