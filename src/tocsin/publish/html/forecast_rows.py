"""A country's row in a list of forecasts: what is said, its range, what stands beside it, what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from tocsin.core.model.forecasts import (
    AlertChance,
    CountryAlert,
    CountryDeaths,
    CountryRisk,
    FiledAlert,
    FiledDocument,
    FiledFatalities,
    FiledForecast,
)
from tocsin.publish.forecasts_held import place_key, place_name
from tocsin.publish.probabilities import percent
from tocsin.publish.words import Words

LOW, HIGH = 0.05, 0.95


class Cell(NamedTuple):
    """A value under a heading; the heading is shown beside it on a phone, where a table has none. bar: a drawing."""

    label: str
    text: str
    bar: Markup = Markup()


class Row(NamedTuple):
    """A country: its place in the list, its page, its cells."""

    rank: str
    key: str
    name: str
    cells: tuple[Cell, ...]


def rows_of(forecast: FiledDocument, words: Words, *, first: int | None = None) -> list[Row]:
    """The rows of a filed forecast by rank, all or the first."""
    if isinstance(forecast, FiledForecast):
        most = max(each.p_high for each in forecast.risks)
        return [_onset(each, words, most) for each in forecast.risks[:first]]
    if isinstance(forecast, FiledFatalities):
        return [_deaths(each, words) for each in forecast.countries[:first]]
    highest = [own.p_high or own.p for each in forecast.countries for own in (each.over_1000, each.over_250)]
    return [_alert(each, words, max(highest)) for each in forecast.countries[:first]]


def title_of(forecast: FiledDocument, words: Words) -> str:
    """What is forecast and until when."""
    if isinstance(forecast, FiledForecast):
        return words("site-forecasts-title", first=forecast.origin + 1, last=forecast.origin + 2)
    if isinstance(forecast, FiledFatalities):
        months = forecast.countries[0].months
        return words(
            "site-forecasts-deaths-title", first=words.date(months[0].month), last=words.date(months[-1].month)
        )
    return words(
        "site-forecasts-alert-title", first=month_after(forecast, 1, words), last=month_after(forecast, 3, words)
    )


def lead_of(forecast: FiledDocument, words: Words) -> str:
    """What the number is, in a sentence or two."""
    if isinstance(forecast, FiledForecast):
        return words("site-forecast-lead", outcome=forecast.definition, year=forecast.origin)
    key = "site-forecast-deaths-lead" if isinstance(forecast, FiledFatalities) else "site-forecast-alert-lead"
    lead = words(key, outcome=forecast.definition, month=words.date(forecast.as_of))
    if isinstance(forecast, FiledFatalities):
        return lead
    if forecast.range_of:
        return f"{lead} {words('site-forecast-alert-range', of=forecast.range_of)}"
    return f"{lead} {words('site-forecast-alert-no-range')}"


def month_after(forecast: FiledAlert, ahead: int, words: Words) -> str:
    """A month after an alert's origin, in words."""
    year, month = (int(part) for part in forecast.as_of.split("-"))
    ordinal = year * 12 + month - 1 + ahead
    return words.date(f"{ordinal // 12:04}-{ordinal % 12 + 1:02}")


def driver_lines(risk: CountryRisk, words: Words, most: int | None = None) -> list[tuple[str, str]]:
    """(what, by how much) of what moves a risk."""
    return [(feature(each.feature, words), f"{each.log_odds:+.2f}") for each in risk.drivers[:most]]


def baselines(said: dict[str, float]) -> str:
    """What other models say, in one line."""
    return ", ".join(f"{name} {percent(p)}" for name, p in said.items())


def feature(name: str, words: Words) -> str:
    """A feature in words, where the catalogue has some."""
    key = f"site-feature-{name}"
    return words(key) if key in words else name


def bar(low: float, at: float, high: float, most: float) -> Markup:
    """A range with its middle as a small drawing; the text beside it says the same."""
    left, right, dot = (round(100 * value / max(most, 1e-9), 1) for value in (low, high, at))
    return Markup(  # numbers only
        '<svg class="range" viewBox="0 0 104 10" width="104" height="10" aria-hidden="true">'
        '<path d="M2 5H102" stroke="currentColor" stroke-opacity=".2"/>'
        '<path d="M{} 5H{}" stroke="currentColor" stroke-opacity=".6" stroke-width="3"/>'
        '<circle cx="{}" cy="5" r="3.5" fill="currentColor"/></svg>'
    ).format(left + 2, right + 2, dot + 2)


def ranged(chance: AlertChance, words: Words) -> str:
    """A chance with its range where it has one."""
    if chance.p_low is None or chance.p_high is None:
        return percent(chance.p)
    return words("site-forecast-range", p=percent(chance.p), low=percent(chance.p_low), high=percent(chance.p_high))


def _bar(chance: AlertChance, most: float) -> Markup:
    if chance.p_low is None or chance.p_high is None:
        return Markup()
    return bar(chance.p_low, chance.p, chance.p_high, most)


def _onset(risk: CountryRisk, words: Words, most: float) -> Row:
    span = words("site-forecast-span", low=percent(risk.p_low), high=percent(risk.p_high))
    moved = ", ".join(f"{name} {by}" for name, by in driver_lines(risk, words, 3))
    return _row(
        str(risk.rank),
        risk,
        [
            Cell(words("site-forecast-head-two"), percent(risk.p_1or2)),
            Cell(words("site-forecast-head-range"), span, bar(risk.p_low, risk.p_1or2, risk.p_high, most)),
            Cell(words("site-forecast-head-baselines"), baselines(risk.baselines)),
            Cell(words("site-forecast-head-drivers"), moved),
        ],
    )


def _deaths(country: CountryDeaths, words: Words) -> Row:
    first, last = country.months[0], country.months[min(11, len(country.months) - 1)]
    year = country.past[-12:]
    return _row(
        str(country.rank),
        country,
        [
            Cell(words("site-forecast-head-expected"), words.number(round(country.expected, 1))),
            *(
                Cell(
                    words("site-forecast-head-month", month=words.date(month.month)),
                    words(
                        "site-forecast-span",
                        low=words.number(month.quantile(LOW)),
                        high=words.number(month.quantile(HIGH)),
                    ),
                )
                for month in (first, last)
            ),
            Cell(words("site-forecast-head-beside-deaths"), words.number(round(sum(year) / len(year), 1))),
            Cell(words("site-forecast-head-last-month"), words.number(year[-1])),
        ],
    )


def _alert(country: CountryAlert, words: Words, most: float) -> Row:
    large, small = country.over_1000, country.over_250
    none = words("site-forecast-under-way")
    return _row(
        str(large.rank or "–"),
        country,
        [
            Cell(words("site-forecast-head-1000"), ranged(large, words) if large.rank else none, _bar(large, most)),
            Cell(
                words("site-forecast-head-250"),
                words("site-forecast-p-rank", p=ranged(small, words), rank=small.rank) if small.rank else none,
                _bar(small, most),
            ),
            Cell(words("site-forecast-head-baselines"), baselines(large.baselines)),
            Cell(
                words("site-forecast-head-behind"),
                words(
                    "site-forecast-behind",
                    civilians=words.number(country.civilians_12m),
                    deaths=words.number(country.deaths_12m),
                    lately=words.number(country.deaths_3m),
                ),
            ),
        ],
    )


def _row(rank: str, country: CountryRisk | CountryDeaths | CountryAlert, cells: Sequence[Cell]) -> Row:
    return Row(rank, place_key(country), place_name(country), tuple(cells))
