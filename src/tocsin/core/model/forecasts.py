"""A filed forecast and its score: what the register keeps. Each stands under the SHA-256 of its canonical bytes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Instant, Record, Sha256
from tocsin.core.model.sources import Citation

Probability = Annotated[float, Meta(ge=0, le=1)]


class DataVersion(Record, frozen=True, kw_only=True):
    """One file that the forecast was made from."""

    name: str
    sha256: Sha256
    n_rows: Annotated[int, Meta(ge=0)]


class Driver(Record, frozen=True, kw_only=True):
    """What moved a country's risk against the average country, by the model's own small logit: an association."""

    feature: str
    log_odds: Annotated[float, Meta(description="Positive raises the risk")]


class CountryRisk(Record, frozen=True, kw_only=True):
    """One country's risk at the origin."""

    ccode: Annotated[int, Meta(description="Correlates of War code")]
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


class FiledForecast(Record, frozen=True, kw_only=True):
    """A run of a model, as filed before its outcome."""

    schema: Literal["tocsin/forecast/1"] = "tocsin/forecast/1"
    target: Literal["onset"] = "onset"
    model: str
    card_version: Annotated[str, Meta(description="Version in the model's card")]
    card_sha256: Sha256
    software: Annotated[str, Meta(description="Name and version of what computed it")]
    seed: int
    origin: Annotated[int, Meta(description="The last year whose data were used")]
    data: tuple[DataVersion, ...]
    definition: str
    warnings: Annotated[tuple[str, ...], Meta(description="What a reader must know before using a number")] = ()
    skill: Annotated[str, Meta(description="The model's past, in one sentence")] = ""
    filed_at: Instant
    filed_after: Annotated[
        str, Meta(description="Empty, or why this was filed when its outcome may have been known already")
    ] = ""
    risks: tuple[CountryRisk, ...]


class CountryOutcome(Record, frozen=True, kw_only=True):
    """A country that matters to a score: an onset, or a high rank without one."""

    ccode: int
    name: str
    rank: int
    p: Probability


class FiledScore(Record, frozen=True, kw_only=True):
    """How a filed forecast came out, for one horizon; filed when the outcome is fully observed."""

    schema: Literal["tocsin/forecast-score/1"] = "tocsin/forecast-score/1"
    forecast_sha256: Sha256
    horizon: Literal["p_1", "p_1or2"]
    data: tuple[DataVersion, ...]
    scored_at: Instant
    n: int
    n_onsets: int
    top: Annotated[int, Meta(description="How many countries the list of hits and false alarms takes in")]
    log_loss: float
    brier: float
    auc: Annotated[float | None, Meta(description="None where all or none saw an onset")]
    baseline_log_loss: dict[str, float] = msgspec.field(default_factory=dict)
    hits: tuple[CountryOutcome, ...] = ()
    misses: tuple[CountryOutcome, ...] = ()
    false_alarms: tuple[CountryOutcome, ...] = ()


class RegisterEntry(Record, frozen=True, kw_only=True):
    """One filed document in the register's log."""

    schema: Literal["tocsin/forecast-entry/1"] = "tocsin/forecast-entry/1"
    seq: Annotated[int, Meta(ge=1, description="1, 2, 3 ... without a gap")]
    previous_sha256: Annotated[Sha256, Meta(description="Hash of the entry before; zeros for the first")]
    kind: Literal["forecast", "score"]
    model: Id
    origin: int
    document_sha256: Sha256
    filed_at: Instant


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
