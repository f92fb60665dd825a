"""Filed forecasts and their scores on the terminal."""

from __future__ import annotations

from rich.table import Table

from tocsin.cli.output import out
from tocsin.core.model.forecasts import (
    CountryAlert,
    CountryDeaths,
    CountryRisk,
    FiledAlert,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledScore,
    Fit,
    ScoreDocument,
    as_of,
)


def learnt(fit: Fit) -> str:
    """What a fit was learnt from, in one line."""
    return (
        f"{fit.n_events:,} events in {fit.n_rows:,} rows from {fit.learnt_from} to {fit.learnt_to}; "
        f"values {fit.values_sha256[:16]}"
    )


def say_top(document: FiledDocument) -> None:
    """The first countries of a forecast as a table, what was learnt, and whether it is late."""
    if isinstance(document, FiledFatalities):
        table = Table(
            "rank", "country", "a month, expected", "first month", "last month", box=None, header_style="bold"
        )
        for each in document.countries[:15]:
            ends = [
                f"{m.month}: {m.quantile(0.05):,} to {m.quantile(0.95):,}" for m in (each.months[0], each.months[-1])
            ]
            table.add_row(str(each.rank), each.name, f"{each.expected:,.0f}", *ends)
    elif isinstance(document, FiledAlert):
        table = Table(
            "rank", "country", "1,000 deaths", "250 deaths", "killed in 12 months", box=None, header_style="bold"
        )
        for country in document.countries[:10]:
            sizes = (country.over_1000, country.over_250)
            chances = [f"{each.p:.1%}" if each.rank else "under way" for each in sizes]
            table.add_row(str(country.over_1000.rank or "-"), country.name, *chances, f"{country.deaths_12m:,}")
    else:
        table = Table("rank", "country", "one year", "two years", "range", box=None, header_style="bold")
        for risk in document.risks[:15]:
            spread = f"{risk.p_low:.1%} to {risk.p_high:.1%}"
            table.add_row(str(risk.rank), risk.name, f"{risk.p_1:.1%}", f"{risk.p_1or2:.1%}", spread)
    out.print(table)
    if document.fit is not None:
        out.print(learnt(document.fit), markup=False)
    if document.filed_after:
        out.print(document.filed_after, style="yellow", markup=False)


def said_of(own: CountryRisk | CountryDeaths | CountryAlert) -> tuple[str, str, str]:
    """What a forecast says of a country, its rank, and what stands beside it."""

    if isinstance(own, CountryRisk):
        moved = ", ".join(f"{each.feature} {each.log_odds:+.2f}" for each in own.drivers)
        beside = ", ".join(f"{name} {p:.1%}" for name, p in own.baselines.items())
        said = f"{own.p_1or2:.1%} in two years ({own.p_low:.1%} to {own.p_high:.1%})"
        return said, str(own.rank), "; ".join(filter(None, (beside, moved)))
    if isinstance(own, CountryDeaths):
        first = own.months[0]
        said = (
            f"{own.expected:,.0f} deaths a month; {first.month}: {first.quantile(0.05):,} to {first.quantile(0.95):,}"
        )
        return said, str(own.rank), f"{sum(own.past[-12:]):,} in the twelve months before"
    said = f"{own.over_1000.p:.1%} of 1,000 deaths, {own.over_250.p:.1%} of 250"
    beside = ", ".join(f"{name} {p:.1%}" for name, p in own.over_1000.baselines.items())
    return (
        said,
        str(own.over_1000.rank or "-"),
        f"{beside}; {own.civilians_12m:,} civilians in the twelve months before",
    )


def briefly(score: ScoreDocument) -> str:
    """A score in one line."""
    if isinstance(score, FiledDrawScore):
        span = score.months[0] if len(score.months) == 1 else f"{score.months[0]} to {score.months[-1]}"
        return f"{span}: CRPS {score.crps:.2f}, {score.n_open_in_range} of {score.n_open} open months in range"
    return f"{score.horizon}: {len(score.hits)} of {score.n_onsets} in the first {score.top}"


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
    _say_chances(score)


def _say_chances(score: FiledScore) -> None:
    for word, some in (("hit", score.hits), ("missed", score.misses)):
        for country in some:
            out.print(f"  {word}: {country.name}, rank {country.rank}, {country.p:.1%}", markup=False)
    alarms = ", ".join(country.name for country in score.false_alarms) or "none"
    out.print(f"  among the first {score.top} without an onset: {alarms}", markup=False)
