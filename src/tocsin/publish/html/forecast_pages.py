"""Pages of filed forecasts: the world, one country, and how past ones came out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.forecasts import CountryRisk, FiledForecast, FiledScore
from tocsin.publish.html.frame import Site, drawing, page
from tocsin.publish.probabilities import percent
from tocsin.publish.words import Words

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 1.01)
HIGH_RANK, LOW_RANK = 15, 30
"""A country ranked no lower than the first without a warning, or with one but below the second, is a disagreement."""


class Analyst(NamedTuple):
    """A warning in force: what a person judged."""

    title: str
    level: str
    path: str


class Group(NamedTuple):
    """Forecasts of like probability: the mean of what was said, how many came, of how many."""

    said: float
    came: int
    n: int


class Row(NamedTuple):
    """A country's risk as a table shows it."""

    risk: CountryRisk
    origin: int
    p_1: str
    p_1or2: str
    range: str
    baselines: str
    drivers: str
    bar: Markup


def world_page(forecast: FiledForecast, digest: str, *, site: Site, words: Words) -> str:
    """The latest forecast, every country by rank."""
    rows = [
        _row(risk, forecast.origin, words, most=max(each.p_high for each in forecast.risks)) for risk in forecast.risks
    ]
    return page(
        "forecasts.html",
        site=site,
        words=words,
        path="forecasts/index.html",
        title=words("site-forecasts-title", first=forecast.origin + 1, last=forecast.origin + 2),
        f=forecast,
        digest=digest,
        rows=rows,
    )


def country_page(
    ccode: int, forecasts: Sequence[FiledForecast], analysts: Sequence[Analyst], *, site: Site, words: Words
) -> str:
    """One country: its risk in every filed forecast, what moves it, and what the desk's warnings say."""
    found = [(f, risk) for f in forecasts for risk in f.risks if risk.ccode == ccode]
    found.sort(key=lambda pair: (pair[0].origin, pair[0].filed_at))
    latest, risk = found[-1]
    rows = [_row(each, f.origin, words, most=max(r.p_high for _, r in found)) for f, each in reversed(found)]
    if analysts and risk.rank > LOW_RANK:
        disagreement = words("site-forecast-analysts-higher", rank=risk.rank)
    elif not analysts and risk.rank <= HIGH_RANK:
        disagreement = words("site-forecast-model-higher", rank=risk.rank)
    else:
        disagreement = ""
    history = drawing(_history_svg(found, words) if len(found) > 1 else "")
    return page(
        "forecast_country.html",
        site=site,
        words=words,
        path=f"forecasts/country/{ccode}.html",
        title=words("site-forecast-country", country=risk.name),
        drawings=(history,),
        f=latest,
        rows=rows,
        drivers=[(_feature(each.feature, words), f"{each.log_odds:+.2f}") for each in risk.drivers],
        analysts=analysts,
        disagreement=disagreement,
        history=history.markup,
    )


def track_record_page(
    forecasts: Sequence[FiledForecast], scores: Sequence[FiledScore], *, site: Site, words: Words
) -> str:
    """Every score: hits, misses and false alarms named; and how often what was said came."""
    by_digest = {sha256(canonical_bytes(each)): each for each in forecasts}
    told = [(by_digest[each.forecast_sha256], each) for each in scores if each.forecast_sha256 in by_digest]
    groups = _calibration([pair for pair in told if pair[1].horizon == "p_1or2"])
    plot = drawing(_calibration_svg(groups, words) if groups else "")
    waiting = [each for digest, each in by_digest.items() if digest not in {one.forecast_sha256 for one in scores}]
    return page(
        "forecast_record.html",
        site=site,
        words=words,
        path="forecasts/track-record.html",
        title=words("site-forecast-record"),
        told=list(reversed(told)),
        waiting=waiting,
        percent=percent,
        groups=groups,
        plot=plot.markup,
        drawings=(plot,),
        n_hits=sum(len(each.hits) for _, each in told if each.horizon == "p_1or2"),
        n_onsets=sum(each.n_onsets for _, each in told if each.horizon == "p_1or2"),
        said=sum(_expected(f) for f, each in told if each.horizon == "p_1or2"),
    )


def _calibration(told: Sequence[tuple[FiledForecast, FiledScore]]) -> list[Group]:
    """Two-year risks in groups, and how often an onset came."""
    pairs = []
    for forecast, score in told:
        came = {each.ccode for each in (*score.hits, *score.misses)}
        pairs += [(risk.p_1or2, risk.ccode in came) for risk in forecast.risks]
    found = []
    for low, high in pairwise(EDGES):
        own = [(p, came) for p, came in pairs if low <= p < high]
        if own:
            found.append(Group(sum(p for p, _ in own) / len(own), sum(came for _, came in own), len(own)))
    return found


def _calibration_svg(groups: Sequence[Group], words: Words) -> str:
    """Said against came; on the diagonal both are equal. The table beside it says the same."""
    most = max(max(group.said, group.came / group.n) for group in groups) * 1.1 or 1e-9
    dots = "".join(
        f'<circle cx="{40 + 160 * g.said / most:.1f}" cy="{170 - 160 * g.came / g.n / most:.1f}" r="4"/>'
        for g in groups
    )
    label = words("site-forecast-calibration")
    return (
        f'<svg viewBox="0 0 220 200" width="220" height="200" role="img" aria-label="{label}" fill="currentColor">'
        '<path d="M40 170L200 10" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="4 3"/>'
        f'<path d="M40 10V170H200" fill="none" stroke="currentColor" stroke-opacity=".4"/>{dots}'
        f'<g font-size="11" fill="currentColor"><text x="36" y="18" text-anchor="end">{percent(most)}</text>'
        f'<text x="200" y="186" text-anchor="end">{words("site-forecast-said")}, {percent(most)}</text></g></svg>'
    )


def _expected(forecast: FiledForecast) -> float:
    return sum(risk.p_1or2 for risk in forecast.risks)


def _row(risk: CountryRisk, origin: int, words: Words, most: float) -> Row:
    left, right, at = (round(100 * p / max(most, 1e-9), 1) for p in (risk.p_low, risk.p_high, risk.p_1or2))
    bar = Markup(  # numbers only
        '<svg class="range" viewBox="0 0 104 10" width="104" height="10" aria-hidden="true">'
        '<path d="M2 5H102" stroke="currentColor" stroke-opacity=".2"/>'
        '<path d="M{} 5H{}" stroke="currentColor" stroke-opacity=".6" stroke-width="3"/>'
        '<circle cx="{}" cy="5" r="3.5" fill="currentColor"/></svg>'
    ).format(left + 2, right + 2, at + 2)
    return Row(
        risk,
        origin,
        percent(risk.p_1),
        percent(risk.p_1or2),
        words("site-forecast-span", low=percent(risk.p_low), high=percent(risk.p_high)),
        ", ".join(f"{name} {percent(p)}" for name, p in risk.baselines.items()),
        ", ".join(f"{_feature(each.feature, words)} {each.log_odds:+.2f}" for each in risk.drivers[:3]),
        bar,
    )


def _feature(name: str, words: Words) -> str:
    """A feature in words, where the catalogue has some."""
    key = f"site-feature-{name}"
    return words(key) if key in words else name


def _history_svg(found: Sequence[tuple[FiledForecast, CountryRisk]], words: Words) -> str:
    """Two-year risk by origin, range as a band; the table below says the same."""
    first, last = found[0][0].origin, found[-1][0].origin
    most = max(risk.p_high for _, risk in found) or 1e-9

    def x(origin: int) -> float:
        return round(40 + 290 * (origin - first) / max(last - first, 1), 1)

    def y(p: float) -> float:
        return round(110 - 100 * p / most, 1)

    up = " ".join(f"{x(f.origin)},{y(r.p_high)}" for f, r in found)
    down = " ".join(f"{x(f.origin)},{y(r.p_low)}" for f, r in reversed(found))
    line = " ".join(f"{x(f.origin)},{y(r.p_1or2)}" for f, r in found)
    label = words("site-forecast-history")
    return (
        '<svg viewBox="0 0 344 132" width="100%" height="132" preserveAspectRatio="xMinYMid" role="img" '
        f'aria-label="{label}">'
        f'<polygon points="{up} {down}" fill="currentColor" fill-opacity=".15"/>'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f'<path d="M40 110H330" stroke="currentColor" stroke-opacity=".4"/>'
        f'<g font-size="11" fill="currentColor"><text x="40" y="126">{first}</text>'
        f'<text x="330" y="126" text-anchor="end">{last}</text>'
        f'<text x="36" y="16" text-anchor="end">{percent(most)}</text>'
        '<text x="36" y="112" text-anchor="end">0</text></g></svg>'
    )
