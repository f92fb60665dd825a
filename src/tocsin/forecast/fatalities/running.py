"""Run a fatalities model for the record: every draw, and the months before; score the months that have come since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tocsin.core.model.forecasts import (
    CountryDeaths,
    DataVersion,
    FiledDrawScore,
    FiledFatalities,
    MonthDraws,
    MonthOutcome,
)
from tocsin.forecast.backtest import Model
from tocsin.forecast.fatalities.forecast import FatalitiesForecast
from tocsin.forecast.fatalities.history import history_of
from tocsin.forecast.fatalities.panel import DEATHS
from tocsin.forecast.filing import Order, iso3_of, make_fit, rank_of, rounded
from tocsin.forecast.frame import Frame, FrameError, Ints
from tocsin.forecast.months import month_id, month_of, month_text
from tocsin.forecast.scores import score_draws

PAST_MONTHS = 36
LOW, HIGH = 0.05, 0.95
BASELINE = "conflictology"


def run_fatalities(
    model: Model[FatalitiesForecast], frame: Frame, names: Mapping[int, str], order: Order
) -> FiledFatalities:
    """The document to be filed. names: countries by VIEWS' number; one without a name is called by it.

    Raises FrameError when the panel does not reach the origin.
    """
    if not frame.time[0] <= order.origin <= frame.time[-1]:
        raise FrameError(
            f"the panel has no month {month_text(order.origin)}, it has {month_text(int(frame.time[0]))} to "
            f"{month_text(int(frame.time[-1]))}",
            remedy="Choose another --origin",
        )
    view = frame.at(order.origin)
    past = history_of(view)
    forecast = model.forecast(view, order.seed)
    first_year = forecast.draws[:, : min(12, len(forecast.months))]
    expected = first_year.mean(axis=(1, 2))
    ranks = rank_of(expected)
    months = [month_text(int(number)) for number in forecast.months]
    year = month_of(order.origin)[0]
    countries = []
    for at, number in enumerate(forecast.countries):
        name = names.get(int(number), f"VIEWS {number}")
        countries.append(
            CountryDeaths(
                country_id=int(number),
                iso3=iso3_of(name, year),
                name=name,
                rank=int(ranks[at]),
                expected=round(float(expected[at]), 3),
                past=tuple(int(n) for n in past.deaths[-PAST_MONTHS:, at]),
                months=tuple(MonthDraws(month=m, draws=counted(forecast.draws[at, k])) for k, m in enumerate(months)),
            )
        )
    countries.sort(key=lambda each: (each.rank, each.name))
    fit = make_fit(
        model,
        first=month_text(int(past.months[0])),
        last=month_text(order.origin),
        n_rows=int(past.deaths.size),
        n_events=int((past.deaths > 0).sum()),
        values=[
            [each.country_id, [month.draws for month in each.months]]
            for each in sorted(countries, key=lambda each: each.country_id)
        ],
        learnt=forecast.learnt,
    )
    return FiledFatalities(
        **order.header(model, fit=fit, late=_late(order, months)),
        as_of=month_text(order.origin),
        n_draws=forecast.draws.shape[2],
        countries=tuple(countries),
    )


def score_fatalities(
    forecast: FiledFatalities,
    forecast_sha256: str,
    frame: Frame,
    *,
    done: Sequence[str],
    data: tuple[DataVersion, ...],
    scored_at: str,
) -> list[FiledDrawScore]:
    """One score of all forecast months that a panel holds and that are not `done`; none when there is no such month.

    Beside it, conflictology: the country's last twelve months before the origin as draws.
    """
    seen = {month_text(number) for number in range(int(frame.time[0]), int(frame.time[-1]) + 1)}
    wanted = [month.month for month in forecast.countries[0].months if month.month in seen and month.month not in done]
    deaths = {
        (int(unit), month_text(int(time))): float(value)
        for unit, time, value in zip(frame.unit, frame.time, frame.columns[DEATHS].values, strict=True)
        if time > forecast.origin
    }
    rows = [
        (country, month)
        for country in forecast.countries
        for month in country.months
        if month.month in wanted and (country.country_id, month.month) in deaths
    ]
    if not rows:
        return []
    y = np.array([deaths[country.country_id, month.month] for country, month in rows])
    draws = np.array([drawn(month.draws) for _, month in rows])
    own = np.array([country.past[-12:] for country, _ in rows])
    scores, simple = score_draws(draws, y).means(), score_draws(own, y).means()
    outcomes = [
        MonthOutcome(
            country_id=country.country_id,
            iso3=country.iso3,
            name=country.name,
            month=month.month,
            deaths=int(y[at]),
            low=month.quantile(LOW),
            middle=month.quantile(0.5),
            high=month.quantile(HIGH),
        )
        for at, (country, month) in enumerate(rows)
    ]
    open_ones = [each for each in outcomes if each.deaths or each.high]
    return [
        FiledDrawScore(
            forecast_sha256=forecast_sha256,
            months=tuple(wanted),
            data=data,
            scored_at=scored_at,
            n=len(rows),
            n_in_range=sum(each.low <= each.deaths <= each.high for each in outcomes),
            n_with_deaths=int((y > 0).sum()),
            n_open=len(open_ones),
            n_open_in_range=sum(each.low <= each.deaths <= each.high for each in open_ones),
            crps=rounded(scores["crps"]),
            log_crps=rounded(scores["log_crps"]),
            ignorance=rounded(scores["ignorance"]),
            interval=rounded(scores["interval"]),
            baseline_crps={BASELINE: rounded(simple["crps"])},
            baseline_log_crps={BASELINE: rounded(simple["log_crps"])},
            above=tuple(each for each in outcomes if each.deaths > each.high),
            below=tuple(each for each in outcomes if each.deaths < each.low),
        )
    ]


def counted(draws: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Draws as (value, how many), rising: their order within a month says nothing."""
    values, n = np.unique(draws, return_counts=True)
    return tuple((int(value), int(times)) for value, times in zip(values, n, strict=True))


def drawn(draws: Sequence[tuple[int, int]]) -> Ints:
    """The draws of such pairs, rising."""
    return np.repeat([value for value, _ in draws], [times for _, times in draws]).astype(np.int64)


def _late(order: Order, months: Sequence[str]) -> str:
    now = month_id(int(order.filed_at[:4]), int(order.filed_at[5:7]))
    over = [month for month in months if month_id(int(month[:4]), int(month[5:])) < now]
    if not over:
        return ""
    told = f"{over[0]} was" if len(over) == 1 else f"{over[0]} to {over[-1]} were"
    return f"filed in {order.filed_at[:7]}, when {told} over: what came may have been known"
