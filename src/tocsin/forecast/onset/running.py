"""Run an onset model for the record: risks with ranges, ranks, baselines and drivers; score it once it is known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tocsin.core.model.forecasts import CountryOutcome, CountryRisk, DataVersion, Driver, FiledForecast, FiledScore
from tocsin.forecast.backtest import Model
from tocsin.forecast.cards import Card
from tocsin.forecast.frame import Floats, Frame, FrameError
from tocsin.forecast.onset.forecast import OnsetForecast
from tocsin.forecast.onset.panel import HORIZONS
from tocsin.forecast.onset.scoring import log_loss
from tocsin.forecast.scores import auc

TOP = 15
"""How many countries a reader is asked to look at; recall and false alarms are counted in this list."""


def run_onset(
    model: Model[OnsetForecast],
    baselines: Mapping[str, Model[OnsetForecast]],
    frame: Frame,
    names: Mapping[int, str],
    *,
    origin: int,
    seed: int,
    card: Card,
    data: tuple[DataVersion, ...],
    software: str,
    filed_at: str,
) -> FiledForecast:
    """The document to be filed. Raises FrameError when the panel has no rows of the origin."""
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
            name=names.get(int(code), str(code)),
            p_1=_rounded(forecast.p_1[at]),
            p_1or2=_rounded(forecast.p_1or2[at]),
            p_low=_rounded(forecast.low[at]),
            p_high=_rounded(forecast.high[at]),
            rank=int(ranks[at]),
            baselines={name: _rounded(other.p_1or2[at]) for name, other in others.items()},
            drivers=tuple(Driver(feature=name, log_odds=round(by, 3)) for name, by in forecast.drivers_of(at)),
        )
        for at, code in enumerate(forecast.ccode)
    ]
    late = int(filed_at[:4]) > origin + 1
    return FiledForecast(
        model=model.name,
        card_version=str(card.version),
        card_sha256=card.sha256,
        software=software,
        seed=seed,
        origin=origin,
        data=data,
        definition=card.outcome,
        warnings=tuple(card.known_failures),
        skill=card.skill,
        filed_at=filed_at,
        filed_after=f"filed in {filed_at[:4]}, when {origin + 1} was over: its outcome may have been known"
        if late
        else "",
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
        ranks = rank_of(p)

        def of(risk: CountryRisk, rank: int, p: float) -> CountryOutcome:
            return CountryOutcome(ccode=risk.ccode, name=risk.name, rank=rank, p=p)

        told = [of(risk, int(rank), float(value)) for risk, rank, value in zip(known, ranks, p, strict=True)]
        told_by_rank = sorted(zip(told, y, strict=True), key=lambda pair: pair[0].rank)
        names = sorted({name for risk in known for name in risk.baselines}) if horizon == "p_1or2" else []
        found.append(
            FiledScore(
                forecast_sha256=forecast_sha256,
                horizon=horizon,
                data=data,
                scored_at=scored_at,
                n=len(known),
                n_onsets=int(y.sum()),
                top=TOP,
                log_loss=_rounded(log_loss(p, y)),
                brier=_rounded(float(np.mean((p - y) ** 2))),
                auc=None if y.min() == y.max() else _rounded(auc(p, y)),
                baseline_log_loss={
                    name: _rounded(log_loss(np.array([risk.baselines[name] for risk in known]), y)) for name in names
                },
                hits=tuple(each for each, happened in told_by_rank if happened and each.rank <= TOP),
                misses=tuple(each for each, happened in told_by_rank if happened and each.rank > TOP),
                false_alarms=tuple(each for each, happened in told_by_rank if not happened and each.rank <= TOP),
            )
        )
    return found


def rank_of(p: Floats) -> Floats:
    """1 for the highest; equals share the better rank."""
    return np.asarray((p[None, :] > p[:, None]).sum(axis=1) + 1)


def _rounded(p: float) -> float:
    return round(float(p), 6)
