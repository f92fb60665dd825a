"""Run an alert model for the record: chances, ranks, baselines, the counts behind them; score it when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from tocsin.core.model.forecasts import AlertChance, CountryAlert, CountryOutcome, DataVersion, FiledAlert, FiledScore
from tocsin.forecast.alert.episodes import AHEAD, KNOWN_AFTER, QUIET, at_risk, labels
from tocsin.forecast.alert.forecast import AlertForecast, AlertRange
from tocsin.forecast.alert.history import History, history_of
from tocsin.forecast.alert.panel import ALL, alpha3_of, number_of
from tocsin.forecast.backtest import Model
from tocsin.forecast.coming_out import score_chances
from tocsin.forecast.filing import Order, make_fit, rounded
from tocsin.forecast.frame import Frame, FrameError, View
from tocsin.forecast.learnt import learnt_by
from tocsin.forecast.months import month_id, month_text
from tocsin.prepare.countries import find_country

TOP = 10
SIZES: dict[int, Literal["p_1000", "p_250"]] = {1000: "p_1000", 250: "p_250"}


@runtime_checkable
class Ranges(Protocol):
    """A model that can say how far its chances move."""

    def ranges(self, view: View, seed: int) -> AlertRange:
        """Around the chances of `forecast` at the same view and seed."""
        ...


def run_alert(
    model: Model[AlertForecast], baselines: Mapping[str, Model[AlertForecast]], frame: Frame, order: Order
) -> FiledAlert:
    """The document to be filed. Raises FrameError when the panel does not reach the origin."""
    if not frame.time[0] <= order.origin <= frame.time[-1]:
        raise FrameError(
            f"the panel has no rows of {month_text(order.origin)}, it has {month_text(int(frame.time[0]))} to "
            f"{month_text(int(frame.time[-1]))}",
            remedy="Choose another --origin",
        )
    view = frame.at(order.origin)
    past = history_of(view)
    forecast = model.forecast(view, order.seed)
    others = {name: each.forecast(view, order.seed) for name, each in baselines.items()}
    spread = model.ranges(view, order.seed) if isinstance(model, Ranges) else None
    chances = {size: _chances(size, forecast, others, past, spread) for size in SIZES}
    countries = []
    for at, number in enumerate(past.countries):
        iso3 = alpha3_of(int(number))
        known = find_country("iso3", iso3, 1980 + (order.origin - 1) // 12)
        civilians, everybody = past.civilians[:, at], past.counts[ALL][:, at]
        countries.append(
            CountryAlert(
                iso3=iso3,
                name=known.name if known else iso3,
                over_1000=chances[1000][at],
                over_250=chances[250][at],
                civilians_12m=int(civilians[-12:].sum()),
                civilians_3m=int(civilians[-3:].sum()),
                deaths_12m=int(everybody[-12:].sum()),
                deaths_3m=int(everybody[-3:].sum()),
            )
        )
    decided = slice(QUIET, len(past.months) - KNOWN_AFTER)
    learnt = past.months[decided]
    fit = make_fit(
        model,
        first=month_text(int(learnt[0])) if len(learnt) else "",
        last=month_text(int(learnt[-1])) if len(learnt) else "",
        n_rows=int(at_risk(past.civilians, 1000)[decided].sum()),
        n_events=int(labels(past.civilians, 1000)[decided].sum()),
        values=[[each.iso3, each.over_1000.p, each.over_250.p] for each in countries],
        learnt=learnt_by(model, view, order.seed),
    )
    countries.sort(key=lambda each: (each.over_1000.rank is None, each.over_1000.rank or 0, each.iso3))
    return FiledAlert(
        **order.header(model, fit=fit, late=_late(order)),
        as_of=month_text(order.origin),
        range_of=spread.of if spread else "",
        countries=tuple(countries),
    )


def score_alert(
    forecast: FiledAlert, forecast_sha256: str, frame: Frame, *, data: tuple[DataVersion, ...], scored_at: str
) -> list[FiledScore]:
    """The score of each size, once a panel reaches so far that every start is decided: fourteen months after.

    Scored are the countries in which a start was possible when the forecast was made.
    """
    if not frame.time[0] <= forecast.origin <= frame.time[-1] - KNOWN_AFTER:
        return []
    whole = history_of(frame.at(int(frame.time[-1])))
    row = forecast.origin - int(whole.months[0])
    place = {int(number): at for at, number in enumerate(whole.countries)}
    found = []
    for size, horizon in SIZES.items():
        came = labels(whole.civilians, size)[row]
        listed = [(each, _of(each, size)) for each in forecast.countries if number_of(each.iso3) in place]
        known = [(each, own) for each, own in listed if own.rank is not None]
        if not known:
            continue
        names = {name for _, own in known for name in own.baselines}
        found.append(
            score_chances(
                [CountryOutcome(iso3=e.iso3, name=e.name, rank=o.rank or 0, p=o.p) for e, o in known],
                np.array([float(came[place[number_of(each.iso3)]]) for each, _ in known]),
                baselines={name: np.array([own.baselines[name] for _, own in known]) for name in names},
                left_out=[each.name for each in forecast.countries if number_of(each.iso3) not in place],
                top=TOP,
                horizon=horizon,
                forecast_sha256=forecast_sha256,
                data=data,
                scored_at=scored_at,
            )
        )
    return found


def _chances(
    size: int,
    forecast: AlertForecast,
    others: Mapping[str, AlertForecast],
    past: History,
    spread: AlertRange | None,
) -> list[AlertChance]:
    possible = at_risk(past.civilians, size)[-1]
    p = forecast.p[size]
    # lists go by the chance, ties by the alphabet: each place is given once
    order = np.argsort(-np.where(possible, p, -np.inf), kind="stable")
    rank = np.empty(len(p), dtype=int)
    rank[order] = np.arange(1, len(p) + 1)
    return [
        AlertChance(
            p=rounded(p[at]),
            # a chance that lies outside of its fits is an end of its own range
            p_low=rounded(min(p[at], spread.low[size][at])) if spread and possible[at] else None,
            p_high=rounded(max(p[at], spread.high[size][at])) if spread and possible[at] else None,
            rank=int(rank[at]) if possible[at] else None,
            baselines={name: rounded(other.p[size][at]) for name, other in others.items()},
        )
        for at in range(len(p))
    ]


def _of(country: CountryAlert, size: int) -> AlertChance:
    return country.over_1000 if size == 1000 else country.over_250


def _late(order: Order) -> str:
    last = order.origin + AHEAD
    if month_id(int(order.filed_at[:4]), int(order.filed_at[5:7])) <= last:
        return ""
    return f"filed in {order.filed_at[:7]}, when {month_text(last)} was over: its outcome may have been known"
