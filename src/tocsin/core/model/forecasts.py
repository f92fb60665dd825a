"""Filed forecasts and their scores: what the register keeps. Each stands under the SHA-256 of its canonical bytes.

onset        countries, risk of a new mass killing within two years     FiledForecast,  FiledScore
fatalities   countries × months, deaths as draws                        FiledFatalities, FiledDrawScore
alert        countries, chance that an episode starts in three months   FiledAlert,     FiledScore
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tocsin.core.model.base import Edtf, Id, Instant, Record, Sha256
from tocsin.core.model.sources import Citation

Probability = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Target = Literal["onset", "fatalities", "alert"]
TARGETS: tuple[Target, ...] = ("onset", "fatalities", "alert")


class DataVersion(Record, frozen=True, kw_only=True):
    """One file that the forecast was made from."""

    name: str
    sha256: Sha256
    n_rows: Count


class Weight(Record, frozen=True, kw_only=True):
    """What one part of a model made of one of the numbers that it sees: a coefficient or an importance, no cause."""

    part: Annotated[str, Meta(description="Which part of the model, as small logit")]
    feature: Annotated[str, Meta(description="Which number, as the model's code names it")]
    value: float
    unit: Annotated[str, Meta(description="What the value counts, as log-odds per standard deviation")]


class Fit(Record, frozen=True, kw_only=True):
    """What a model was fitted on, and with what: enough to fit it again and to see that the same comes out.

    No fitted model is stored and none is loaded: fitting takes seconds, and a file of code from elsewhere is a risk.
    """

    learnt_from: Annotated[Edtf, Meta(description="First period whose outcome was learnt from, as 1960 or 1991-01")]
    learnt_to: Annotated[Edtf, Meta(description="Last such period: its outcome was complete at the origin")]
    n_rows: Annotated[Count, Meta(description="Rows learnt from, before the model leaves out any")]
    n_events: Annotated[Count, Meta(description="Of them with the event; of deaths, with any death")]
    settings: Annotated[dict[str, str], Meta(description="What was chosen, as the code had it")]
    libraries: Annotated[dict[str, str], Meta(description="Versions of what computed it")]
    values_sha256: Annotated[Sha256, Meta(description="Of the values that came out, in canonical form")]
    learnt: Annotated[
        tuple[Weight, ...],
        Meta(description="What moved the model, part by part, the greatest first; empty where it keeps none"),
    ] = ()


class Filed(Record, frozen=True, kw_only=True):
    """What all filed forecasts say of themselves."""

    model: str
    card_version: Annotated[str, Meta(description="Version in the model's card")]
    card_sha256: Sha256
    software: Annotated[str, Meta(description="Name and version of what computed it")]
    seed: int
    origin: Annotated[int, Meta(description="Last period whose data were used: a year; a month, 1 for January 1980")]
    data: tuple[DataVersion, ...]
    definition: str
    warnings: Annotated[tuple[str, ...], Meta(description="What a reader must know before using a number")] = ()
    skill: Annotated[str, Meta(description="The model's past, in one sentence")] = ""
    filed_at: Instant
    filed_after: Annotated[
        str, Meta(description="Empty, or why this was filed when its outcome may have been known already")
    ] = ""
    fit: Annotated[Fit | None, Meta(description="None in forecasts filed before fits were kept")] = None


class Driver(Record, frozen=True, kw_only=True):
    """What moved a country's risk against the average country, by the model's own small logit: an association."""

    feature: str
    log_odds: Annotated[float, Meta(description="Positive raises the risk")]


class CountryRisk(Record, frozen=True, kw_only=True):
    """One country's risk at the origin."""

    ccode: Annotated[int, Meta(description="Correlates of War code")]
    iso3: Annotated[str, Meta(description="ISO 3166-1 alpha-3; empty where there is none")] = ""
    name: str
    p_1: Annotated[Probability, Meta(description="An onset in the year after the origin")]
    p_1or2: Annotated[Probability, Meta(description="An onset in either of the two years after it")]
    p_low: Annotated[Probability, Meta(description="Lowest two-year risk among the model's members")]
    p_high: Annotated[Probability, Meta(description="Highest two-year risk among the model's members")]
    rank: Annotated[int, Meta(ge=1, description="By two-year risk; 1 is the highest")]
    baselines: Annotated[dict[str, Probability], Meta(description="Two-year risk by each baseline model")] = (
        msgspec.field(default_factory=dict)
    )
    drivers: tuple[Driver, ...] = ()


class FiledForecast(Filed, frozen=True, kw_only=True):
    """A run of an onset model, as filed before its outcome."""

    schema: Literal["tocsin/forecast/1"] = "tocsin/forecast/1"
    target: Literal["onset"] = "onset"
    risks: tuple[CountryRisk, ...]


class MonthDraws(Record, frozen=True, kw_only=True):
    """What a month may hold: draws of deaths. Draws of different months are not paths through time."""

    month: Edtf
    draws: Annotated[
        tuple[tuple[Count, Annotated[int, Meta(ge=1)]], ...],
        Meta(description="(deaths, how many draws say so), rising; the second numbers add up to n_draws"),
    ]

    def quantile(self, share: float) -> int:
        """The least number of deaths that more than this share of the draws do not exceed."""
        wanted = share * sum(times for _, times in self.draws)
        reached = 0
        for deaths, times in self.draws:
            reached += times
            if reached > wanted:
                return deaths
        return self.draws[-1][0]

    def mean(self) -> float:
        """The mean of the draws."""
        return sum(deaths * times for deaths, times in self.draws) / sum(times for _, times in self.draws)

    def chance_of(self, deaths: int) -> float:
        """Share of the draws with at least so many deaths."""
        return sum(times for drawn, times in self.draws if drawn >= deaths) / sum(times for _, times in self.draws)


class CountryDeaths(Record, frozen=True, kw_only=True):
    """One country: what was counted, and what may come."""

    country_id: Annotated[int, Meta(description="VIEWS' number")]
    iso3: str = ""
    name: str
    rank: Annotated[int, Meta(ge=1, description="By deaths expected in the first twelve months ahead")]
    expected: Annotated[float, Meta(ge=0, description="Mean of the draws a month, over these months")]
    past: Annotated[
        tuple[Count, ...],
        Meta(description="Deaths counted, month by month to the origin; the last twelve are conflictology's draws"),
    ]
    months: tuple[MonthDraws, ...]


class FiledFatalities(Filed, frozen=True, kw_only=True):
    """A run of a fatalities model, as filed before its outcome."""

    schema: Literal["tocsin/forecast-fatalities/1"] = "tocsin/forecast-fatalities/1"
    target: Literal["fatalities"] = "fatalities"
    as_of: Annotated[Edtf, Meta(description="The origin as a month")]
    n_draws: Annotated[int, Meta(ge=1)]
    countries: tuple[CountryDeaths, ...]


class AlertChance(Record, frozen=True, kw_only=True):
    """The chance that an episode of a size starts within three months."""

    p: Probability
    p_low: Annotated[Probability | None, Meta(description="Low end of the range; None where there is none")] = None
    p_high: Annotated[Probability | None, Meta(description="High end of the range; None where there is none")] = None
    rank: Annotated[int | None, Meta(description="None in the midst of an episode: none can start, and p is 0")]
    baselines: dict[str, Probability] = msgspec.field(default_factory=dict)


class CountryAlert(Record, frozen=True, kw_only=True):
    """One country's chances, and the counts that they rest on."""

    iso3: str
    name: str
    over_1000: AlertChance
    over_250: AlertChance
    civilians_12m: Annotated[Count, Meta(description="Civilians killed in the twelve months to the origin")]
    civilians_3m: Count
    deaths_12m: Annotated[Count, Meta(description="All killed in the twelve months to the origin")]
    deaths_3m: Count


class FiledAlert(Filed, frozen=True, kw_only=True):
    """A run of an alert model, as filed before its outcome."""

    schema: Literal["tocsin/forecast-alert/1"] = "tocsin/forecast-alert/1"
    target: Literal["alert"] = "alert"
    as_of: Annotated[Edtf, Meta(description="The origin as a month")]
    range_of: Annotated[str, Meta(description="What the ranges of chances are of; empty where there are none")] = ""
    countries: tuple[CountryAlert, ...]


class CountryOutcome(Record, frozen=True, kw_only=True):
    """A country that matters to a score: an onset or a start, or a high rank without one."""

    ccode: Annotated[int | None, Meta(description="Correlates of War code, of an onset forecast")] = None
    iso3: str = ""
    name: str
    rank: int
    p: Probability


class FiledScore(Record, frozen=True, kw_only=True):
    """How a filed forecast came out, for one horizon or size; filed when the outcome is fully observed."""

    schema: Literal["tocsin/forecast-score/1"] = "tocsin/forecast-score/1"
    forecast_sha256: Sha256
    horizon: Literal["p_1", "p_1or2", "p_1000", "p_250"]
    data: tuple[DataVersion, ...]
    scored_at: Instant
    n: Annotated[int, Meta(description="Countries scored; of an alert, those in which a start was possible")]
    n_onsets: Annotated[int, Meta(description="Of them those that saw an onset, or a start")]
    top: Annotated[int, Meta(description="How many countries the list of hits and false alarms takes in")]
    log_loss: float
    brier: float
    auc: Annotated[float | None, Meta(description="None where all or none saw an onset")]
    baseline_log_loss: dict[str, float] = msgspec.field(default_factory=dict)
    hits: tuple[CountryOutcome, ...] = ()
    misses: tuple[CountryOutcome, ...] = ()
    false_alarms: tuple[CountryOutcome, ...] = ()
    left_out: Annotated[
        tuple[str, ...], Meta(description="Names of countries forecast whose outcome the data do not show")
    ] = ()


class MonthOutcome(Record, frozen=True, kw_only=True):
    """A month that came out beyond the range in which nine in ten draws lay."""

    country_id: int
    iso3: str = ""
    name: str
    month: Edtf
    deaths: Count
    low: Annotated[Count, Meta(description="The draw below which one in twenty lies")]
    middle: Count
    high: Annotated[Count, Meta(description="The draw above which one in twenty lies")]


class FiledDrawScore(Record, frozen=True, kw_only=True):
    """How the months of a filed fatalities forecast came out that one panel settled. Means over country-months."""

    schema: Literal["tocsin/forecast-draw-score/1"] = "tocsin/forecast-draw-score/1"
    forecast_sha256: Sha256
    months: Annotated[tuple[Edtf, ...], Meta(description="The months scored here; each is scored once")]
    data: tuple[DataVersion, ...]
    scored_at: Instant
    n: Annotated[int, Meta(description="Country-months")]
    n_in_range: Annotated[int, Meta(description="Of them within the range of nine in ten draws, edges included")]
    n_with_deaths: int
    n_open: Annotated[int, Meta(description="Those that saw a death or whose range was more than nought")]
    n_open_in_range: int
    crps: float
    log_crps: float
    ignorance: float
    interval: float
    baseline_crps: dict[str, float]
    baseline_log_crps: dict[str, float]
    above: Annotated[tuple[MonthOutcome, ...], Meta(description="More were killed than the range held: missed")] = ()
    below: Annotated[tuple[MonthOutcome, ...], Meta(description="Fewer were: a false alarm")] = ()


class RegisterEntry(Record, frozen=True, kw_only=True):
    """One filed document in the register's log."""

    schema: Literal["tocsin/forecast-entry/1"] = "tocsin/forecast-entry/1"
    seq: Annotated[int, Meta(ge=1, description="1, 2, 3 ... without a gap")]
    previous_sha256: Annotated[Sha256, Meta(description="Hash of the entry before; zeros for the first")]
    kind: Literal["forecast", "score"]
    target: Annotated[
        Target | UnsetType, Meta(description="Left out in entries filed when onset was the only target")
    ] = UNSET
    model: Id
    origin: int
    document_sha256: Sha256
    filed_at: Instant


FiledDocument = FiledForecast | FiledFatalities | FiledAlert
ScoreDocument = FiledScore | FiledDrawScore


def as_of(forecast: FiledDocument) -> str:
    """The last period whose data were used, as 2018 or 2021-10."""
    return str(forecast.origin) if isinstance(forecast, FiledForecast) else forecast.as_of


class ForecastBlock(Record, frozen=True, kw_only=True):
    """What a warning says of a model's forecast for its country: a filed one, or one that others published."""

    as_of: Annotated[Edtf, Meta(description="The last period whose data were used, as 2022")]
    model: str
    outcome: Annotated[str, Meta(description="What the probability is of, and by when")]
    place: Annotated[str, Meta(description="The country it is about")]
    p: Probability
    p_low: Probability | None = None
    p_high: Probability | None = None
    baseline: Annotated[str, Meta(description="What simple alternatives say, in words")] = ""
    rank: Annotated[int, Meta(ge=1)] | None = None
    n_ranked: Annotated[int, Meta(ge=1)] | None = None
    skill: Annotated[str, Meta(description="How good the model was in the past, in one sentence")]
    sources: Annotated[tuple[Citation, ...], Meta(description="Where somebody else published the number")] = ()
    filed_sha256: Annotated[Sha256 | None, Meta(description="The desk's own filed forecast")] = None
    came_out: Annotated[str, Meta(description="What happened, where it is known")] = ""
