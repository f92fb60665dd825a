"""Filed forecasts and their scores on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.table import Table

from tocsin.cli.output import out
from tocsin.core.model.forecasts import (
    AlertChance,
    CountryAlert,
    CountryDeaths,
    CountryRisk,
    FiledAlert,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledForecast,
    Fit,
    MonthDraws,
    ScoreDocument,
    Weight,
    as_of,
)
from tocsin.publish.words import words

READ = {
    "onset": "two years: chance of an onset in either; range: of what the members say apart, no confidence interval",
    "fatalities": "a month: expected deaths, mean of the first twelve; then ranges in which nine in ten draws lie",
    "alert": "chance that an episode of that size starts within three months; killed: all, in the twelve months before",
}
COUNTRY: dict[str, tuple[str, ...]] = {
    "onset": ("two years", "range", "rank", "other models"),
    "alert": ("1,000 deaths", "range", "rank", "250 deaths", "range"),
    "fatalities": ("expected a month", "rank", "first month, 9 in 10 draws", "the year before"),
}
HORIZONS = {
    "p_1": ("one year", "onset"), "p_1or2": ("two years", "onset"),
    "p_1000": ("1,000 deaths", "start"), "p_250": ("250 deaths", "start"),
}  # fmt: skip
ARTICLE = {"onset": "an onset", "start": "a start"}


def learnt(fit: Fit) -> str:
    """What a fit was learnt from, in one line."""
    return (
        f"learnt from {fit.n_rows:,} rows, {fit.learnt_from} to {fit.learnt_to}, {fit.n_events:,} with an event; "
        f"hash of what came out {fit.values_sha256[:16]}"
    )


def say_top(document: FiledDocument) -> None:
    """The first countries of a forecast as a table, what was learnt, and whether it is late."""
    if isinstance(document, FiledFatalities):
        table = Table(
            "rank", "country", "a month", *(each.month for each in _ends(document.countries[0])), box=None,
            header_style="bold",
        )  # fmt: skip
        for each in document.countries[:15]:
            spans = [f"{month.quantile(0.05):,} to {month.quantile(0.95):,}" for month in _ends(each)]
            table.add_row(str(each.rank), each.name, f"{each.expected:,.0f}", *spans)
    elif isinstance(document, FiledAlert):
        table = Table("rank", "country", "1,000", "range", "250", "range", "killed", box=None, header_style="bold")
        for country in document.countries[:10]:
            sizes = (country.over_1000, country.over_250)
            chances = [said for each in sizes for said in chance_of(each)]
            table.add_row(str(country.over_1000.rank or "-"), country.name, *chances, f"{country.deaths_12m:,}")
    else:
        table = Table("rank", "country", "one year", "two years", "range", box=None, header_style="bold")
        for risk in document.risks[:15]:
            spread = f"{risk.p_low:.1%} to {risk.p_high:.1%}"
            table.add_row(str(risk.rank), risk.name, f"{risk.p_1:.1%}", f"{risk.p_1or2:.1%}", spread)
    out.print(f"{document.target}, {document.model}, data to {as_of(document)}", style="bold", markup=False)
    out.print(table)
    out.print(READ[document.target], markup=False)
    if isinstance(document, FiledAlert) and document.range_of:
        out.print(f"range: {document.range_of}", markup=False)
    if document.fit is not None:
        out.print(learnt(document.fit), markup=False)
    if document.filed_after:
        out.print(document.filed_after, style="yellow", markup=False)


def chance_of(chance: AlertChance) -> tuple[str, str]:
    """A chance and its range, as an alert says them."""
    if not chance.rank:
        return "under way", ""
    span = "" if chance.p_low is None or chance.p_high is None else f"{chance.p_low:.1%}-{chance.p_high:.1%}"
    return f"{chance.p:.1%}", span


def say_country(found: Sequence[tuple[FiledDocument, CountryRisk | CountryDeaths | CountryAlert]]) -> None:
    """What each forecast says of one country: a table for each model, newest last, and what moved the newest."""
    models = dict.fromkeys((forecast.target, forecast.model) for forecast, _ in found)
    for target, model in sorted(models, key=lambda each: list(COUNTRY).index(each[0])):
        heads = COUNTRY[target]
        own = [pair for pair in found if (pair[0].target, pair[0].model) == (target, model)]
        newest, country = own[-1]
        out.print(f"{country.name}, {target} by {model}: {newest.definition}", style="bold", markup=False)
        table = Table("data to", *heads, box=None, header_style="bold")
        for forecast, each in own:
            table.add_row(as_of(forecast) + (" late" if forecast.filed_after else ""), *_cells(forecast, each))
        out.print(table)
        if isinstance(country, CountryRisk) and country.drivers:
            moved = ", ".join(f"{feature(each.feature)} {each.log_odds:+.2f}" for each in country.drivers)
            out.print(f"moved from the average country by (log-odds): {moved}", markup=False)
        if isinstance(country, CountryAlert):
            beside = ", ".join(f"{name} {p:.1%}" for name, p in country.over_1000.baselines.items())
            if beside:
                out.print(f"other models, of 1,000 deaths: {beside}", markup=False)
            out.print(
                f"it rests on counts of killed: in twelve months {country.civilians_12m:,} civilians, "
                f"{country.deaths_12m:,} in all; in the last three {country.deaths_3m:,}",
                markup=False,
            )
        out.print()


def _cells(forecast: FiledDocument, own: CountryRisk | CountryDeaths | CountryAlert) -> tuple[str, ...]:
    if isinstance(own, CountryRisk) and isinstance(forecast, FiledForecast):
        beside = ", ".join(f"{name} {p:.1%}" for name, p in own.baselines.items())
        rank = f"{own.rank} of {len(forecast.risks)}"
        return f"{own.p_1or2:.1%}", f"{own.p_low:.1%} to {own.p_high:.1%}", rank, beside
    if isinstance(own, CountryAlert):
        large, small = own.over_1000, own.over_250
        return (*chance_of(large), str(large.rank or "-"), *chance_of(small))
    if not isinstance(own, CountryDeaths):
        return ()
    first = own.months[0]
    return (
        f"{own.expected:,.1f}", str(own.rank), f"{first.month}: {first.quantile(0.05):,} to {first.quantile(0.95):,}",
        f"{sum(own.past[-12:]) / 12:,.1f}",
    )  # fmt: skip


def _ends(country: CountryDeaths) -> tuple[MonthDraws, MonthDraws]:
    return country.months[0], country.months[-1]


def feature(name: str) -> str:
    """A feature in the site's words, where it has some."""
    said, key = words("en"), f"site-feature-{name}"
    return said(key) if key in said else name


def say_learnt(weights: Sequence[Weight], *, first: int = 8) -> None:
    """What moved a model, the greatest of each part."""
    for part, own in groupby(weights, key=lambda each: each.part):
        some = list(own)
        units = dict.fromkeys(each.unit for each in some)
        out.print(f"{part} ({', '.join(units)})", style="bold", markup=False)
        table = Table(box=None, show_header=False)
        for each in some[:first]:
            table.add_row(
                feature(each.feature), f"{each.value:+.3f}" if "log-odds" in each.unit else f"{each.value:.3f}"
            )
        out.print(table)
        if len(some) > first:
            out.print(f" and {len(some) - first} more: --json gives all", markup=False)


def briefly(score: ScoreDocument) -> str:
    """A score in one line."""
    if isinstance(score, FiledDrawScore):
        span = score.months[0] if len(score.months) == 1 else f"{score.months[0]} to {score.months[-1]}"
        return f"{span}: CRPS {score.crps:.2f}, {score.n_open_in_range} of {score.n_open} open months in range"
    what, kind = HORIZONS[score.horizon]
    if not score.n_onsets:
        return f"{what}: no {kind} came"
    came = f"{score.n_onsets} {kind}{'s' if score.n_onsets > 1 else ''}"
    return f"{what}: {len(score.hits)} of {came} in the first {score.top}"


def say_score(forecast: FiledDocument, score: ScoreDocument) -> None:
    """A score with hits, misses and false alarms by name."""
    out.print(f"{forecast.target}, {forecast.model}, data to {as_of(forecast)}: {briefly(score)}", style="bold")
    if isinstance(score, FiledDrawScore):
        for name, crps in score.baseline_crps.items():
            out.print(f"  {name}: CRPS {crps:.2f}", markup=False)
        for word, some in (("more than the range", score.above), ("fewer than the range", score.below)):
            told = ", ".join(dict.fromkeys(each.name for each in some)) or "none"
            out.print(f"  {word}: {told}", markup=False)
        return
    kind = HORIZONS[score.horizon][1]
    for word, caught in (("hit", score.hits), ("missed", score.misses)):
        for country in caught:
            out.print(f"  {word}: {country.name}, rank {country.rank}, {country.p:.1%}", markup=False)
    alarms = ", ".join(country.name for country in score.false_alarms) or "none"
    out.print(f"  false alarms, among the first {score.top} without {ARTICLE[kind]}: {alarms}", markup=False)
