"""The page of a country: every forecast on record about it beside what the desk's analysts say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from tocsin.core.model.forecasts import CountryDeaths, FiledDocument, FiledFatalities
from tocsin.publish.charts import FanMonth, HistoryPoint, PastMonth, fan_svg, history_svg
from tocsin.publish.forecasts_held import Place
from tocsin.publish.html.forecast_rows import baselines, driver_lines, lead_of, month_after, ranged, title_of
from tocsin.publish.html.frame import Drawing, Site, drawing, page
from tocsin.publish.probabilities import percent
from tocsin.publish.words import Words

HIGH_RANK, LOW_RANK = 15, 30
ALERT_RANK = 10
"""A country ranked no lower than the first without a warning, or with one but below the second, is a disagreement."""
WIDE, NARROW = 720, 330
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Analyst(NamedTuple):
    """A warning: what a person judged. One past its review date is no longer in force."""

    title: str
    level: str
    path: str
    in_force: bool = True


class Both(NamedTuple):
    """A chart drawn for a wide page and for a phone, so that its letters keep their size."""

    wide: Markup
    narrow: Markup


class Earlier(NamedTuple):
    """An earlier forecast of deaths beside what was counted since: how many months have come, and lay in the range."""

    as_of: str
    late: str
    n: int
    n_in_range: int
    drawn: tuple[Drawing, ...]
    both: Both


MOST_EARLIER = 4


def country_page(place: Place, analysts: Sequence[Analyst], *, site: Site, words: Words) -> str:
    """One country. Raises nothing where a target has no forecast of it: its section is left out."""
    latest: list[FiledDocument] = [own[-1][0] for own in (place.risks, place.deaths, place.alerts) if own]
    history = _history(place)
    fan = _fan(place, words)
    earlier = _earlier(place, words)
    return page(
        "forecast_country.html",
        site=site,
        words=words,
        path=f"forecasts/country/{place.key}.html",
        title=words("site-forecast-country", country=place.name),
        drawings=(*history, *fan, *(one for each in earlier for one in each.drawn)),
        place=place,
        analysts=analysts,
        disagreements=_disagreements(place, analysts, words),
        latest=[(each, title_of(each, words), lead_of(each, words)) for each in latest],
        drivers=driver_lines(place.risks[-1][1], words) if place.risks else [],
        history=_both(history),
        earlier=earlier,
        onset_came=[_onset_came(place, forecast.origin, words) for forecast, _ in reversed(place.risks)],
        alert_came=[_alert_came(place, forecast.origin, words) for forecast, _ in reversed(place.alerts)],
        ranged=ranged,
        fan=_both(fan),
        quantiles=_quantiles(place, words),
        percent=percent,
        baselines=baselines,
        covered=_covered(place, words),
    )


def _disagreements(place: Place, analysts: Sequence[Analyst], words: Words) -> list[str]:
    """Where the models and the desk's warnings look at different places."""
    found = []
    ranks = []
    if place.risks:
        ranks.append((place.risks[-1][1].rank, HIGH_RANK, "onset"))
    if place.alerts and place.alerts[-1][1].over_1000.rank:
        ranks.append((place.alerts[-1][1].over_1000.rank, ALERT_RANK, "alert"))
    warned = any(each.in_force for each in analysts)
    for rank, high, target in ranks:
        about = words(f"site-forecast-of-{target}")
        if warned and rank > LOW_RANK:
            found.append(words("site-forecast-analysts-higher", rank=rank, about=about))
        elif not warned and rank <= high:
            found.append(words("site-forecast-model-higher", rank=rank, about=about))
    return found


def _covered(place: Place, words: Words) -> list[str]:
    """For each alert on record, newest first, the months that it is about."""
    return [
        words("date-range", start=month_after(f, 1, words), end=month_after(f, 3, words))
        for f, _ in reversed(place.alerts)
    ]


def _history(place: Place) -> tuple[Drawing, ...]:
    by_year = {f.origin: HistoryPoint(year=f.origin, p=r.p_1or2, low=r.p_low, high=r.p_high) for f, r in place.risks}
    points = list(by_year.values())
    if len(points) < 2:
        return ()
    return tuple(
        drawing(history_svg(place.name, points, width=width, name=f"history-{width}")) for width in (WIDE, NARROW)
    )


def _fan(place: Place, words: Words) -> tuple[Drawing, ...]:
    if not place.deaths:
        return ()
    forecast, country = place.deaths[-1]
    if not any(country.past) and all(month.draws == ((0, forecast.n_draws),) for month in country.months):
        return ()  # nothing was and nothing is forecast: a sentence says so
    warning = words("site-forecast-fan-warning")
    return tuple(
        drawing(
            fan_svg(
                place.name, _past(forecast, country), _ahead(country), warning=warning, width=width, name=f"fan-{width}"
            )
        )
        for width in (WIDE, NARROW)
    )


def _earlier(place: Place, words: Words) -> list[Earlier]:
    """The forecasts of deaths before the latest, newest first, where some of their months have been counted since.

    What was counted is what the latest forecast knows of it: the last word so far.
    """
    if len(place.deaths) < 2:
        return []
    counted = {each.month: each for each in _past(*place.deaths[-1])}
    found: list[Earlier] = []
    for at, (forecast, country) in enumerate(reversed(place.deaths[:-1])):
        ahead = _ahead(country)
        came = [counted[each.month] for each in ahead if each.month in counted]
        quiet = not any(country.past) and not any(each.high for each in ahead) and not any(one.deaths for one in came)
        if not came or quiet or len(found) == MOST_EARLIER:
            continue
        inside = sum(each.low <= counted[each.month].deaths <= each.high for each in ahead if each.month in counted)
        drawn = tuple(
            drawing(
                fan_svg(
                    place.name, _past(forecast, country), ahead[: max(12, len(came))], came=came, width=width,
                    name=f"earlier-{at}-{width}",
                )
            )
            for width in (WIDE, NARROW)
        )  # fmt: skip
        late = forecast.filed_after
        found.append(Earlier(forecast.as_of, late, len(came), inside, drawn, Both(drawn[0].markup, drawn[1].markup)))
    return found


def _onset_came(place: Place, origin: int, words: Words) -> str:
    """What came in the two years, or in the first of them, or that it is not known yet."""
    came = place.came.get(("onset", origin), {})
    if "p_1or2" in came:
        return words("site-forecast-came-onset" if came["p_1or2"] else "site-forecast-came-none")
    if "p_1" in came:
        return words("site-forecast-came-onset" if came["p_1"] else "site-forecast-came-none-yet")
    return words("site-forecast-came-open")


def _alert_came(place: Place, origin: int, words: Words) -> str:
    came = place.came.get(("alert", origin), {})
    if not came:
        return words("site-forecast-came-open")
    sizes = [size for size in ("p_1000", "p_250") if came.get(size)]
    if not sizes:
        return words("site-forecast-came-no-start")
    return words(f"site-forecast-came-start-{sizes[0].removeprefix('p_')}")


def _past(forecast: FiledFatalities, country: CountryDeaths) -> list[PastMonth]:
    year, month = (int(part) for part in forecast.as_of.split("-"))
    last = year * 12 + month - 1
    months = range(last - len(country.past) + 1, last + 1)
    return [
        PastMonth(f"{at // 12:04}-{at % 12 + 1:02}", float(deaths))
        for at, deaths in zip(months, country.past, strict=True)
    ]


def _ahead(country: CountryDeaths) -> list[FanMonth]:
    found = []
    for each in country.months:
        low, lower, middle, upper, high = (each.quantile(share) for share in SHARES)
        found.append(FanMonth(month=each.month, low=low, lower=lower, middle=middle, upper=upper, high=high))
    return found


def _quantiles(place: Place, words: Words) -> list[tuple[str, ...]]:
    """The fan as a table: month, then the draws at 5, 25, 50, 75 and 95 in a hundred, and the chance of 25 deaths."""
    if not place.deaths:
        return []
    return [
        (
            words.date(each.month),
            *(words.number(each.quantile(share)) for share in SHARES),
            percent(each.chance_of(25)),
        )
        for each in place.deaths[-1][1].months
    ]


def _both(drawings: Sequence[Drawing]) -> Both | None:
    return Both(drawings[0].markup, drawings[1].markup) if drawings else None
