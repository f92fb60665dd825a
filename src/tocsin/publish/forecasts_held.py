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


def place_key(country: CountryRisk | CountryDeaths | CountryAlert | CountryOutcome | MonthOutcome) -> str:
    """ISO 3166 alpha-3, or the number that the target's data give a country without one."""
    if country.iso3:
        return country.iso3
    if isinstance(country, CountryDeaths | MonthOutcome):
        return f"views-{country.country_id}"
    return f"cow-{country.ccode}" if isinstance(country, CountryRisk | CountryOutcome) else ""


def places(held: OnRecord) -> list[Place]:
    """Every country of the latest forecasts, by name, with its history in forecasts of the same models."""
    found: dict[str, Place] = {}
    for _, forecast in _of_latest_model(held, FiledForecast):
        for risk in forecast.risks:
            _place(found, risk).risks.append((forecast, risk))
    for _, deaths in _of_latest_model(held, FiledFatalities)[-1:]:
        for country in deaths.countries:
            _place(found, country).deaths.append((deaths, country))
    for _, alert in _of_latest_model(held, FiledAlert):
        for chances in alert.countries:
            _place(found, chances).alerts.append((alert, chances))
    return sorted(found.values(), key=lambda each: each.name)


def _of_latest_model(held: OnRecord, kind: type[D]) -> list[tuple[str, D]]:
    latest = held.latest(kind)
    return [(digest, each) for digest, each in held.of(kind) if latest and each.model == latest[1].model]


def _place(found: dict[str, Place], country: CountryRisk | CountryDeaths | CountryAlert) -> Place:
    key = place_key(country)
    if key not in found:
        known = geography.find_country(country.iso3) if country.iso3 else None
        found[key] = Place(key=key, name=known.label if known else country.name)
    return found[key]


def named(outcomes: Iterable[MonthOutcome]) -> list[tuple[str, str, int, MonthOutcome]]:
    """Months by country: key, name, how many, and the one with most deaths; the deadliest country first."""
    by_key: dict[str, list[MonthOutcome]] = {}
    for each in outcomes:
        by_key.setdefault(place_key(each), []).append(each)
    worst = [(key, own[0].name, len(own), max(own, key=lambda each: each.deaths)) for key, own in by_key.items()]
    return sorted(worst, key=lambda each: (-each[3].deaths, each[1]))
