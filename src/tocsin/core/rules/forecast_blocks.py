"""A filed forecast as a warning carries it: as of, model, probability with range, baseline, rank, skill."""

from __future__ import annotations

from tocsin.core.model.forecasts import CountryAlert, CountryRisk, FiledAlert, FiledForecast, ForecastBlock


def onset_block(forecast: FiledForecast, digest: str, risk: CountryRisk) -> ForecastBlock:
    """What an onset forecast says of a country: two years' risk."""
    return ForecastBlock(
        as_of=str(forecast.origin),
        model=_model(forecast),
        outcome=f"a new mass killing in {forecast.origin + 1} or {forecast.origin + 2}",
        place=risk.name,
        p=risk.p_1or2,
        p_low=risk.p_low,
        p_high=risk.p_high,
        baseline=_baseline(risk.baselines),
        rank=risk.rank,
        n_ranked=len(forecast.risks),
        skill=forecast.skill,
        filed_sha256=digest,
    )


def alert_block(forecast: FiledAlert, digest: str, country: CountryAlert) -> ForecastBlock | None:
    """What an alert says of a country; None while an episode is under way, whose start is not forecast."""
    chance = country.over_1000
    if chance.rank is None:
        return None
    return ForecastBlock(
        as_of=forecast.as_of,
        model=_model(forecast),
        outcome="the start, within three months, of an episode of 1,000 civilians killed in a year",
        place=country.name,
        p=chance.p,
        p_low=chance.p_low,
        p_high=chance.p_high,
        baseline=_baseline(chance.baselines),
        rank=chance.rank,
        n_ranked=sum(each.over_1000.rank is not None for each in forecast.countries),
        skill=forecast.skill,
        filed_sha256=digest,
    )


def _model(forecast: FiledForecast | FiledAlert) -> str:
    late = f" ({forecast.filed_after})" if forecast.filed_after else ""
    return f"the desk's {forecast.target} model {forecast.model!r}, version {forecast.card_version}{late}"


def _baseline(said: dict[str, float]) -> str:
    return ", ".join(f"{name} {p:.1%}" for name, p in said.items()) + "." if said else ""
