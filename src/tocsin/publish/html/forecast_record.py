"""How past forecasts came out: hits, misses and false alarms by name, and how often what was said came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tocsin.core.model.forecasts import (
    CountryAlert,
    CountryRisk,
    FiledDocument,
    FiledDrawScore,
    FiledScore,
    ScoreDocument,
    as_of,
)
from tocsin.publish.charts import CalibrationGroup, calibration_svg
from tocsin.publish.forecasts_held import countries_scored, named, place_key, place_name
from tocsin.publish.html.frame import Drawing, Site, drawing, page
from tocsin.publish.probabilities import percent
from tocsin.publish.words import Words

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 1.01)
HORIZONS = ("p_1or2", "p_1", "p_1000", "p_250")
ENOUGH = 100
"""From fewer events no difference between models is called significant."""


class Tally(NamedTuple):
    """Scores of one kind added up: how many happened, were on the lists, and were expected by the chances given."""

    horizon: str
    late: bool
    n_forecasts: int
    n_happened: int
    n_hits: int
    expected: float


class Calibration(NamedTuple):
    """Forecasts of like chance in groups, and the drawing of them."""

    horizon: str
    groups: list[CalibrationGroup]
    drawn: Drawing


def track_record_page(
    forecasts: Sequence[tuple[str, FiledDocument]],
    scores: Sequence[ScoreDocument],
    *,
    site: Site,
    words: Words,
) -> str:
    """Every score, newest first."""
    by_digest = dict(forecasts)
    told = [(by_digest[each.forecast_sha256], each) for each in scores if each.forecast_sha256 in by_digest]
    chances = [(f, s) for f, s in told if isinstance(s, FiledScore)]
    draws = [(f, s) for f, s in told if isinstance(s, FiledDrawScore)]
    scored = {each.forecast_sha256 for each in scores}
    plots = _calibrations(chances)
    tallies = _tallies(chances)
    return page(
        "forecast_record.html",
        site=site,
        words=words,
        path="forecasts/track-record.html",
        title=words("site-forecast-record"),
        chances=sorted(chances, key=_newest_first),
        draws=[(f, s, named(s.above), named(s.below)) for f, s in sorted(draws, key=lambda each: -each[0].origin)],
        waiting=[each for digest, each in forecasts if digest not in scored],
        tallies=tallies,
        few=any(each.n_happened < ENOUGH for each in tallies),
        enough=ENOUGH,
        plots=plots,
        drawings=tuple(each.drawn for each in plots),
        percent=percent,
        as_of=as_of,
        key=place_key,
        place_name=place_name,
    )


def chances_given(forecast: FiledDocument, score: FiledScore) -> list[tuple[str, float]]:
    """(country's key, chance) of every country that a score is of."""
    return [(place_key(each), _chance(each, score.horizon)) for each in countries_scored(forecast, score)]


def _chance(country: CountryRisk | CountryAlert, horizon: str) -> float:
    if isinstance(country, CountryRisk):
        return country.p_1 if horizon == "p_1" else country.p_1or2
    return (country.over_1000 if horizon == "p_1000" else country.over_250).p


def _newest_first(told: tuple[FiledDocument, FiledScore]) -> tuple[int, int, int]:
    """Onsets before alerts, the newest data first, the longer horizon before the shorter."""
    forecast, score = told
    return (HORIZONS.index(score.horizon) // 2, -forecast.origin, HORIZONS.index(score.horizon))


def _tallies(told: Sequence[tuple[FiledDocument, FiledScore]]) -> list[Tally]:
    """Those filed in time and those filed late, never added together."""
    found = []
    for horizon in HORIZONS:
        for late in (False, True):
            own = [(f, s) for f, s in told if s.horizon == horizon and bool(f.filed_after) == late]
            if own:
                found.append(
                    Tally(
                        horizon,
                        late,
                        len(own),
                        sum(s.n_onsets for _, s in own),
                        sum(len(s.hits) for _, s in own),
                        sum(p for f, s in own for _, p in chances_given(f, s)),
                    )
                )
    return found


def _calibrations(told: Sequence[tuple[FiledDocument, FiledScore]]) -> list[Calibration]:
    found = []
    for horizon in ("p_1or2", "p_1000", "p_250"):
        pairs = []
        for forecast, score in told:
            if score.horizon == horizon:
                came = {place_key(each) for each in (*score.hits, *score.misses)}
                pairs += [(p, key in came) for key, p in chances_given(forecast, score)]
        groups = _groups(pairs)
        if groups:
            name = "calibration-" + horizon.replace("_", "-")
            found.append(Calibration(horizon, groups, drawing(calibration_svg(groups, width=330, name=name))))
    return found


def _groups(pairs: Sequence[tuple[float, bool]]) -> list[CalibrationGroup]:
    found = []
    for low, high in pairwise(EDGES):
        own = [(p, came) for p, came in pairs if low <= p < high]
        if own:
            said = sum(p for p, _ in own) / len(own)
            found.append(CalibrationGroup(n=len(own), said=said, n_came=sum(came for _, came in own)))
    return found
