"""What a register holds, by country: the same place is numbered otherwise by each target's data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import msgspec

from tocsin.core import geography
from tocsin.core.editions.register_log import SignedRegisterEntry
from tocsin.core.model.forecasts import (
    CountryAlert,
    CountryDeaths,
    CountryOutcome,
    CountryRisk,
    FiledAlert,
    FiledDocument,
    FiledFatalities,
    FiledForecast,
    FiledScore,
    MonthOutcome,
    ScoreDocument,
)

D = TypeVar("D", FiledForecast, FiledFatalities, FiledAlert)


class OnRecord(NamedTuple):
    """What a register holds, oldest first. documents: the bytes of each document, by SHA-256."""

    entries: Sequence[SignedRegisterEntry]
    forecasts: Sequence[tuple[str, FiledDocument]]
    scores: Sequence[ScoreDocument]
    documents: dict[str, bytes]

    def of(self, kind: type[D]) -> list[tuple[str, D]]:
        """The forecasts of a target with their SHA-256, by origin, then as they were filed."""
        found = [(digest, each) for digest, each in self.forecasts if isinstance(each, kind)]
        return sorted(found, key=lambda pair: (pair[1].origin, pair[1].filed_at))

    def latest(self, kind: type[D]) -> tuple[str, D] | None:
        """The forecast of the latest origin; of these the one filed last."""
        return found[-1] if (found := self.of(kind)) else None

    def latest_of_each(self) -> list[tuple[str, FiledDocument]]:
        """The latest forecast of each target that has one."""
        found: list[tuple[str, FiledDocument] | None] = [
            self.latest(FiledForecast),
            self.latest(FiledFatalities),
            self.latest(FiledAlert),
        ]
        return [each for each in found if each]


class Place(msgspec.Struct, kw_only=True):
    """A country and what stands on record about it, oldest first. key: its part of an address."""

    key: str
    name: str
    risks: list[tuple[FiledForecast, CountryRisk]] = msgspec.field(default_factory=list)
    deaths: list[tuple[FiledFatalities, CountryDeaths]] = msgspec.field(default_factory=list)
    alerts: list[tuple[FiledAlert, CountryAlert]] = msgspec.field(default_factory=list)
    came: dict[tuple[str, int], dict[str, bool]] = msgspec.field(default_factory=dict)
    """By target and origin: for each horizon that was scored of this country, whether it happened."""


def place_key(country: CountryRisk | CountryDeaths | CountryAlert | CountryOutcome | MonthOutcome) -> str:
    """ISO 3166 alpha-3, or the number that the target's data give a country without one."""
    if country.iso3:
        return country.iso3
    if isinstance(country, CountryDeaths | MonthOutcome):
        return f"views-{country.country_id}"
    return f"cow-{country.ccode}" if isinstance(country, CountryRisk | CountryOutcome) else ""


def place_name(country: CountryRisk | CountryDeaths | CountryAlert | CountryOutcome | MonthOutcome) -> str:
    """One name for a country in all lists, whatever each target's data call it; theirs where no other is known."""
    known = geography.find_country(country.iso3) if country.iso3 else None
    return known.label if known else country.name


def places(held: OnRecord) -> list[Place]:
    """Every country of the latest forecasts, by name, with its history in forecasts of the same models."""
    found: dict[str, Place] = {}
    for _, forecast in _of_latest_model(held, FiledForecast):
        for risk in forecast.risks:
            _place(found, risk).risks.append((forecast, risk))
    for _, deaths in _of_latest_model(held, FiledFatalities):
        for country in deaths.countries:
            _place(found, country).deaths.append((deaths, country))
    for _, alert in _of_latest_model(held, FiledAlert):
        for chances in alert.countries:
            _place(found, chances).alerts.append((alert, chances))
    newest = held.latest(FiledFatalities)
    for place in found.values():
        if place.deaths and newest and place.deaths[-1][0] != newest[1]:
            place.deaths.clear()  # its counts have ended: what was forecast of it is not the latest
    found = {key: place for key, place in found.items() if place.risks or place.deaths or place.alerts}
    _settle(held, found)
    return sorted(found.values(), key=lambda each: each.name)


def _settle(held: OnRecord, found: dict[str, Place]) -> None:
    """Note what came where a forecast of the page was scored."""
    by_digest = dict(held.forecasts)
    shown = {id(forecast) for place in found.values() for forecast, _ in (*place.risks, *place.alerts)}
    for score in held.scores:
        forecast = by_digest.get(score.forecast_sha256)
        if forecast is None or not isinstance(score, FiledScore) or id(forecast) not in shown:
            continue
        saw = {place_key(each) for each in (*score.hits, *score.misses)}
        for country in countries_scored(forecast, score):
            if place := found.get(place_key(country)):
                came = place.came.setdefault((forecast.target, forecast.origin), {})
                came[score.horizon] = place.key in saw


def countries_scored(forecast: FiledDocument, score: FiledScore) -> list[CountryRisk] | list[CountryAlert]:
    """The countries that a score is of: with a known outcome and, of an alert, in which a start was possible."""
    if isinstance(forecast, FiledForecast):
        return [each for each in forecast.risks if each.name not in score.left_out]
    if isinstance(forecast, FiledAlert):
        known = [each for each in forecast.countries if each.name not in score.left_out]
        return [each for each in known if (each.over_1000 if score.horizon == "p_1000" else each.over_250).rank]
    return []


def _of_latest_model(held: OnRecord, kind: type[D]) -> list[tuple[str, D]]:
    latest = held.latest(kind)
    return [(digest, each) for digest, each in held.of(kind) if latest and each.model == latest[1].model]


def _place(found: dict[str, Place], country: CountryRisk | CountryDeaths | CountryAlert) -> Place:
    key = place_key(country)
    if key not in found:
        found[key] = Place(key=key, name=place_name(country))
    return found[key]


def named(outcomes: Iterable[MonthOutcome]) -> list[tuple[str, str, int, MonthOutcome]]:
    """Months by country: key, name, how many, and the one with most deaths; the deadliest country first."""
    by_key: dict[str, list[MonthOutcome]] = {}
    for each in outcomes:
        by_key.setdefault(place_key(each), []).append(each)
    worst = [(key, place_name(own[0]), len(own), max(own, key=lambda each: each.deaths)) for key, own in by_key.items()]
    return sorted(worst, key=lambda each: (-each[3].deaths, each[1]))
