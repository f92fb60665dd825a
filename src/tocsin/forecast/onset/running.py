"""Run an onset model for the record: risks with ranges, ranks, baselines and drivers; score it once it is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.core.model.forecasts import CountryOutcome, CountryRisk, DataVersion, Driver, FiledForecast, FiledScore
from tocsin.forecast.backtest import Model
from tocsin.forecast.coming_out import score_chances
from tocsin.forecast.filing import Order, iso3_of, make_fit, rank_of, rounded
from tocsin.forecast.frame import Frame, FrameError
from tocsin.forecast.learnt import learnt_by
from tocsin.forecast.onset.baselines import observed
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.onset.panel import HORIZONS

TOP = 15
"""How many countries a reader is asked to look at; recall and false alarms are counted in this list."""


def run_onset(
    model: Model[OnsetForecast],
    baselines: Mapping[str, Model[OnsetForecast]],
    frame: Frame,
    names: Mapping[int, str],
    order: Order,
) -> FiledForecast:
    """The document to be filed. Raises FrameError when the panel has no rows of the origin."""
    origin, seed = order.origin, order.seed
    view = frame.at(origin)
    if not len(view.now):
        years = f"{frame.time[0]} to {frame.time[-1]}" if len(frame.time) else "no year"
        raise FrameError(f"the panel has no rows of {origin}, it has {years}", remedy="Choose another --origin")
    forecast = model.forecast(view, seed)
    others = {name: each.forecast(view, seed) for name, each in baselines.items()}
    ranks = rank_of(forecast.p_1or2)
    risks = [
        CountryRisk(
            ccode=int(code),
            iso3=iso3_of(names.get(int(code), ""), origin, gw=int(code)),
            name=names.get(int(code), str(code)),
            p_1=rounded(forecast.p_1[at]),
            p_1or2=rounded(forecast.p_1or2[at]),
            p_low=rounded(forecast.low[at]),
            p_high=rounded(forecast.high[at]),
            rank=int(ranks[at]),
            baselines={name: rounded(other.p_1or2[at]) for name, other in others.items()},
            drivers=tuple(Driver(feature=name, log_odds=round(by, 3)) for name, by in forecast.drivers_of(at)),
        )
        for at, code in enumerate(forecast.ccode)
    ]
    rows = observed(view, "mk_onset_1or2")
    fit = make_fit(
        model,
        first=str(view.time[rows].min()) if len(rows) else "",
        last=str(view.time[rows].max()) if len(rows) else "",
        n_rows=len(rows),
        n_events=int(view.read("mk_onset_1or2", rows).sum()),
        values=[[risk.ccode, risk.p_1, risk.p_1or2] for risk in risks],
        learnt=learnt_by(model, view, seed),
    )
    filed_year = int(order.filed_at[:4])
    late = ""
    if filed_year > origin + 1:
        late = f"filed in {filed_year}, when {origin + 1} was over: its outcome may have been known"
    return FiledForecast(
        **order.header(model, fit=fit, late=late),
        risks=tuple(sorted(risks, key=lambda each: (each.rank, each.ccode))),
    )


def score_onset(
    forecast: FiledForecast, forecast_sha256: str, frame: Frame, *, data: tuple[DataVersion, ...], scored_at: str
) -> list[FiledScore]:
    """The scores of every horizon that a panel has fully observed: its last year says what is over."""
    seen_to = int(frame.time[-1])
    found = []
    for horizon, (label, years) in HORIZONS.items():
        if forecast.origin + years > seen_to:
            continue
        view = frame.at(seen_to)
        rows = np.flatnonzero(view.time == forecast.origin)
        outcome = dict(zip(view.unit[rows].tolist(), view.read(label, rows).tolist(), strict=True))
        known = [risk for risk in forecast.risks if not np.isnan(outcome.get(risk.ccode, np.nan))]
        if not known:
            continue
        y = np.array([outcome[risk.ccode] for risk in known])
        p = np.array([getattr(risk, horizon) for risk in known])
        told = [
            CountryOutcome(ccode=risk.ccode, iso3=risk.iso3, name=risk.name, rank=int(rank), p=float(value))
            for risk, rank, value in zip(known, rank_of(p), p, strict=True)
        ]
        names = sorted({name for risk in known for name in risk.baselines}) if horizon == "p_1or2" else []
        found.append(
            score_chances(
                told,
                y,
                baselines={name: np.array([risk.baselines[name] for risk in known]) for name in names},
                left_out=[risk.name for risk in forecast.risks if risk not in known],
                top=TOP,
                horizon=horizon,
                forecast_sha256=forecast_sha256,
                data=data,
                scored_at=scored_at,
            )
        )
    return found
