"""What others publish of risks and outcomes: VIEWS by country and month, the Early Warning Project by country and year.

Each function takes a source's raw table, as collect emitted it, and gives the same rows under one name for a country
and a time, the publisher's own words beside ours. VIEWS counts by the borders of its list of countries, for all years:
where the state did not exist that year the country's codes are empty, and a row of nothing is left out, as it says
nothing.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from tocsin.prepare.schema import Column, Rule, Table, conform
from tocsin.prepare.tables import COUNTRY

_DEATHS = (0, 10_000_000)
_MONTHS = ("1980-01-01", "2100-12-01")
_YEARS = (1946, 2100)
_PUBLISHER = {
    "publisher_country": Column("string", "country as the publisher names it", required=True),
    "publisher_country_code": Column("string", "the publisher's own number of the country"),
}
_KNOWN = {"known_at": Column("timestamp", "from when a forecast may honestly use the row", required=True)}
_SOURCE = Column("string", "the source", required=True)
_RELEASE = Column("string", "the publisher's release, or the day of the run where it has none", required=True)
_FIRST_DAY = Rule("the month is named by its first day", lambda t: t.month.day() == 1)
_KNOWN_STATE = Rule(
    "its country is in our table from 2012 on, since when VIEWS' list is that of today's states",
    lambda t: t.country_name.notnull() | (t.month < ibis.date("2012-01-01")),
)

OUTCOME_MONTH = Table(
    name="outcome_month",
    about="Deaths in state-based conflict by country and month, as VIEWS publishes them for forecasts to be scored on: "
    "its panel, and the outcomes of its prediction challenge. Killing of civilians on purpose is not in it.",
    key=("source", "publisher_table", "publisher_country_code", "month"),
    name_rows=("publisher_table", "publisher_country", "publisher_country_code", "month"),
    columns={
        "source": _SOURCE,
        "publisher_table": Column(
            "string", "which of VIEWS' tables; two may tell of one month", one_of=("panel", "actuals"), required=True
        ),
        "release": _RELEASE,
        **_PUBLISHER,
        **COUNTRY,
        "month": Column("date", "first day of the month", required=True, between=_MONTHS),
        "publisher_month": Column("int32", "VIEWS' own number of the month; January 1980 is 1", required=True),
        "fatalities_state_based_best": Column(
            "int64", "deaths in state-based conflict, best estimate", required=True, between=_DEATHS
        ),
        **_KNOWN,
    },
    rules=(_KNOWN_STATE, _FIRST_DAY),
)

BENCHMARK_MONTH = Table(
    name="benchmark_month",
    about="The draws of each simple benchmark of VIEWS' prediction challenge, summed up by country and month. They are "
    "there to be beaten, and are not VIEWS' own forecast.",
    key=("source", "benchmark", "publisher_country_code", "month"),
    name_rows=("benchmark", "publisher_country", "month"),
    columns={
        "source": _SOURCE,
        "benchmark": Column("string", "the benchmark, as VIEWS names its file", required=True),
        "release": _RELEASE,
        **_PUBLISHER,
        **COUNTRY,
        "month": Column("date", "first day of the month that is forecast", required=True, between=_MONTHS),
        "publisher_month": Column("int32", "VIEWS' own number of the month; January 1980 is 1", required=True),
        "n_draws": Column("int64", "draws", required=True, between=(1, 10**6)),
        "fatalities_mean": Column("float64", "mean of the draws: deaths in state-based conflict", between=_DEATHS),
        "fatalities_p05": Column("int64", "the smallest draw that 5 % of them do not exceed", between=_DEATHS),
        "fatalities_p50": Column("int64", "the smallest draw that half of them do not exceed", between=_DEATHS),
        "fatalities_p95": Column("int64", "the smallest draw that 95 % of them do not exceed", between=_DEATHS),
        "p_any_deaths": Column("float64", "share of draws with a death", between=(0, 1)),
        "p_deaths_25": Column("float64", "share of draws with 25 deaths or more", between=(0, 1)),
        **_KNOWN,
    },
    rules=(
        _KNOWN_STATE,
        _FIRST_DAY,
        Rule(
            "the quantiles are in order",
            lambda t: (t.fatalities_p05 <= t.fatalities_p50) & (t.fatalities_p50 <= t.fatalities_p95),
        ),
    ),
)

_WHOLE_PREDICTORS = (
    "widetargeting", "narrowtargeting", "v2csgender_binary", "v2mecenefm_binary", "partyban_new_0", "partyban_new_1",
    "partyban_new_2", "minorityrule", "judicialreform", "religiousfreedom", "pol_killing_approved", "social_inequality",
    "even_civilrights", "repress_civilsoc", "social_power_dist", "reg_na", "reg_eap", "reg_sca", "reg_mna", "reg_eur",
    "ios_iccpr1", "coup_try_5yr", "mean_mk_onset_interaction", "newcountry", "mk_ever", "includesnonstate",
)  # fmt: skip
_BROKEN_PREDICTORS = (
    "freediscussion", "ses_power_dist", "popsize_log2", "gdppcgrowth", "un_imr_sqrt", "efindex", "discrimpop",
    "battledeaths_log2", "mk_ongoing_count_log2", "countryage_new_log2",
)  # fmt: skip
_AS_EWP = "predictor under the Early Warning Project's own name; docs/reference/sources.md explains it"

_COUNTED_EARLY = Rule(
    "its country existed that year, by the publisher's name",
    lambda t: t.country_name.notnull(),
    0.001,
    "the Early Warning Project counts two states from 1991, Gleditsch and Ward from 1992",
)

PREDICTOR_YEAR = Table(
    name="predictor_year",
    about="The Early Warning Project's panel: predictors of each country and year, and whether a mass killing "
    "began by its definition. Values are as known when it was published, not as known in the year.",
    key=("source", "publisher_country", "year"),
    name_rows=("publisher_country", "publisher_country_code", "year"),
    columns={
        "source": _SOURCE,
        "release": _RELEASE,
        **_PUBLISHER,
        **COUNTRY,
        "year": Column("int32", "year of the predictors", required=True, between=_YEARS),
        "has_onset": Column("boolean", "a mass killing begins in the year (EWP: mk_onset)", required=True),
        "has_onset_year_before": Column("boolean", "one began in the year before (mk_onset_prev_year)"),
        "has_onset_next_year": Column("boolean", "one begins in the next year (mk_onset_1); empty when not known"),
        "has_onset_year_after_next": Column("boolean", "one begins in the year after the next (mk_onset_2)"),
        "has_onset_next_two_years": Column("boolean", "one begins in either (mk_onset_1or2)", required=True),
        **{name: Column("int32", _AS_EWP) for name in _WHOLE_PREDICTORS},
        **{name: Column("float64", _AS_EWP) for name in _BROKEN_PREDICTORS},
        **_KNOWN,
    },
    rules=(
        _COUNTED_EARLY,
        Rule(
            "an onset in one of the next two years is one in either",
            lambda t: (t.has_onset_next_year | t.has_onset_year_after_next) == t.has_onset_next_two_years,
        ),
    ),
)

RISK_YEAR = Table(
    name="risk_year",
    about="The Early Warning Project's risks of a new mass killing by country and year: the lists that it "
    "published, and what its model gives out of sample. A risk is of a whole country: it "
    "does not say where, or against whom.",
    key=("source", "publisher_table", "edition", "publisher_country", "data_year"),
    name_rows=("edition", "publisher_country", "data_year"),
    columns={
        "source": _SOURCE,
        "publisher_table": Column("string", "which of EWP's tables", one_of=("published", "out_of_sample")),
        "edition": Column("string", "the list, by the file EWP gave it in; or `out of sample`", required=True),
        "release": _RELEASE,
        **_PUBLISHER,
        "publisher_country_letters": Column("string", "three letters in the list's own coding, mostly PITF's"),
        **COUNTRY,
        "data_year": Column("int32", "year of the predictors; the risk is of the years after it", between=_YEARS),
        "p_onset_one_year": Column("float64", "chance that a mass killing begins in the next year", between=(0, 1)),
        "p_onset_two_years": Column("float64", "chance that one begins in the next two years", between=(0, 1)),
        "rank_one_year": Column("int64", "rank by the first, as published", between=(1, 1000)),
        "rank_two_years": Column("int64", "rank by the second, as published", between=(1, 1000)),
        "has_onset_next_year": Column("boolean", "one began in the next year; said out of sample only"),
        **_KNOWN,
    },
    rules=(_COUNTED_EARLY,),
)


def outcome_months(panel: ir.Table | None, actuals: ir.Table | None, list_: ir.Table, codes: ir.Table) -> ir.Table:
    """VIEWS' panel and the outcomes of its challenge. list_: its countries; codes: `code_years(("name",))`."""
    parts = []
    for name, raw, deaths in (("panel", panel, "n_deaths"), ("actuals", actuals, "outcome")):
        if raw is not None:
            found = _views(raw, list_, codes)
            found = found.filter(found.country_name.notnull() | (found[deaths] > 0))
            named = found.mutate(publisher_table=ibis.literal(name), fatalities_state_based_best=found[deaths])
            parts.append(conform(named, OUTCOME_MONTH))
    return ibis.union(*parts)


def benchmark_months(draws: ir.Table, list_: ir.Table, codes: ir.Table) -> ir.Table:
    """VIEWS' draws, summed up. list_: its countries; codes: `code_years(("name",))`.

    Equal draws are counted first, so that a quantile is a whole number that some draw gave, the same on every engine.
    """
    by = ("benchmark", "country_id", "month_id", "release", "raw_known_at")
    counted = draws.group_by(*by, "outcome").aggregate(n=draws.count())
    whole = ibis.window(group_by=by)
    below = ibis.cumulative_window(group_by=by, order_by="outcome")
    ranked = counted.mutate(n_draws=counted.n.sum().over(whole), n_to_here=counted.n.sum().over(below))

    def quantile(per_cent: int) -> Any:
        return ranked.outcome.min(where=ranked.n_to_here * 100 >= ranked.n_draws * per_cent)

    summed = ranked.group_by(*by).aggregate(
        n_draws=ranked.n.sum(),
        fatalities_mean=(ranked.outcome.cast("int64") * ranked.n).sum() / ranked.n.sum(),
        fatalities_p05=quantile(5),
        fatalities_p50=quantile(50),
        fatalities_p95=quantile(95),
        p_any_deaths=_share(ranked.n, ranked.outcome >= 1),
        p_deaths_25=_share(ranked.n, ranked.outcome >= 25),
    )
    return conform(_views(summed, list_, codes), BENCHMARK_MONTH)


def predictor_years(raw: ir.Table, codes: ir.Table) -> ir.Table:
    """EWP's panel. codes: `code_years(("name",), as_read_by="ewp")`."""
    found = _ewp(raw, raw.ewp_name, raw.year, codes)
    named = found.mutate(
        has_onset=found.mk_onset == 1,
        has_onset_year_before=found.mk_onset_prev_year == 1,
        has_onset_next_year=found.mk_onset_1 == 1,
        has_onset_year_after_next=found.mk_onset_2 == 1,
        has_onset_next_two_years=found.mk_onset_1or2 == 1,
    )
    return conform(named, PREDICTOR_YEAR)


def risk_years(published: ir.Table | None, out_of_sample: ir.Table | None, codes: ir.Table) -> ir.Table:
    """EWP's published lists and its out-of-sample risks. codes: `code_years(("name",), as_read_by="ewp")`.

    Out of sample, the risk from the data of two years before stands in the row of those data; a row without any risk
    is left out.
    """
    parts = []
    if published is not None:
        found = _ewp(published, published.country, published.data_year, codes)
        named = found.mutate(publisher_table=ibis.literal("published"), publisher_country_letters=found.country_code)
        parts.append(conform(named, RISK_YEAR))
    if out_of_sample is not None:
        there = out_of_sample.filter(out_of_sample.p_onset_prev.notnull())
        found = _ewp(there, there.ewp_name, there.prev_year, codes)
        named = found.mutate(
            publisher_table=ibis.literal("out_of_sample"),
            edition=ibis.literal("out of sample"),
            data_year=found.prev_year,
            p_onset_two_years=found.p_onset_prev,
            rank_two_years=found.rank_prev,
            has_onset_next_year=found.mk_onset == 1,
        )
        parts.append(conform(named, RISK_YEAR))
    return ibis.union(*parts)


def _share(n: Any, chosen: Any) -> Any:
    return ibis.coalesce(n.sum(where=chosen), 0) / n.sum()


def _views(raw: ir.Table, list_: ir.Table, codes: ir.Table) -> ir.Table:
    """With the month, VIEWS' name of the country, and our codes of the year where that state existed."""
    months = raw.month_id.cast("int32") - 1
    dated = raw.mutate(
        publisher_month=raw.month_id, month=ibis.date((months // 12 + 1980).cast("int32"), months % 12 + 1, 1)
    )
    listed = list_.select(list_id=list_.country_id, publisher_country=list_["name"])
    named = dated.left_join(listed, dated.country_id == listed.list_id)
    coded = named.mutate(
        source=ibis.literal("views"),
        publisher_country_code=named.country_id.cast("string"),
        code=ibis.literal("name:") + named.publisher_country.lower(),
        year=named.month.year().cast("int32"),
        known_at=named.raw_known_at,
    )
    return coded.left_join(codes, (coded.code == codes.code) & (coded.year == codes.code_year))


def _ewp(raw: ir.Table, name: Any, year: Any, codes: ir.Table) -> ir.Table:
    """With EWP's name and number of the country, and our codes of the year."""
    coded = raw.mutate(
        source=ibis.literal("ewp"),
        publisher_country=name,
        publisher_country_code=raw.ccode.cast("string"),
        code=ibis.literal("name:") + name.lower(),
        known_at=raw.raw_known_at,
        of_year=year.cast("int32"),
    )
    return coded.left_join(codes, (coded.code == codes.code) & (coded.of_year == codes.code_year))
