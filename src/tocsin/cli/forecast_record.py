"""`tocsin forecast fit | run | score | list | show | block`: forecasts on record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from rich.table import Table

from tocsin import __version__
from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.core.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.core.model.forecasts import FiledDocument, FiledScore, Fit, ForecastBlock, ScoreDocument
    from tocsin.forecast.register.store import Register
    from tocsin.warn.desk import DeskFolder

TargetArgument = Annotated[Literal["onset", "fatalities", "alert"], typer.Argument(help="What is forecast.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same forecasts.")]
OriginOption = Annotated[
    str, typer.Option("--origin", help="The last period whose data are used: a year of onset, else a month as 2021-10.")
]
PanelOption = Annotated[
    Path | None, typer.Option("--panel", help="The data, .csv or .parquet.", show_default="the desk's, by desk.toml")
]
ModelOption = Annotated[str | None, typer.Option("--model", help="Which model.", show_default="the card's")]
NamesOption = Annotated[
    Path | None, typer.Option("--names", help="Names of VIEWS' countries: a table of country_id and name.")
]


def fit(
    target: TargetArgument,
    origin: OriginOption,
    panel: Annotated[Path, typer.Option("--panel", help="The data, .csv or .parquet.")],
    to: Annotated[Path, typer.Option("--out", help="The record of the fit to write, .json.")],
    model: ModelOption = None,
    seed: SeedOption = 1,
    as_json: AsJson = False,
) -> None:
    """Fit a model on a panel as it was known at an origin, and keep the record of it. No desk is needed.

    A fitted model is not stored: fitting takes seconds, and nothing has to be loaded that could be anything. The record
    says what was learnt from, how many events there were, settings, versions of libraries, and the hash of the values
    that came out. `tocsin forecast run --fit FILE` fits again and refuses to file when anything differs.

    Example: `tocsin forecast fit onset --panel panel.csv --origin 2018 --out fit.json`

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    from tocsin.core.editions.canonical import canonical_bytes
    from tocsin.warn.files import write_whole

    document = _make(target, panel, origin, model, seed, None, filed_at="1970-01-01T00:00:00Z")
    found = document.fit
    assert found is not None  # noqa: S101  # every run has one
    write_whole(to, canonical_bytes(found) + b"\n")
    if as_json:
        say_json({"target": target, "model": document.model, "path": str(to), **msgspec.to_builtins(found)})
        return
    out.print(f"{document.model} for {target}, origin {origin}: {_learnt(found)}", markup=False)
    out.print(str(to), markup=False)


def run(
    target: TargetArgument,
    origin: OriginOption,
    panel: PanelOption = None,
    desk: DeskOption = Path(),
    model: ModelOption = None,
    seed: SeedOption = 1,
    names: NamesOption = None,
    kept: Annotated[
        Path | None, typer.Option("--fit", help="A fit that was kept: it must come out again, or nothing is filed.")
    ] = None,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Forecast, and file the forecast in the desk's register: signed, chained, never edited.

    Filed with it: the model's card and its version, the panel's hash, the seed, what the model was fitted on, every
    value, and what the baselines say. A target, a model and an origin are filed once. One that is filed when its
    outcome may be known says so on every page. `tocsin forecast score` scores it when the outcome is in.

    onset: risk of a new mass killing in the next one and two years. fatalities: deaths in state-based conflict in the
    36 months after the origin, as 1,000 draws each. alert: chance that an episode of killing of civilians starts within
    three months.

    Example: `tocsin forecast run fatalities --panel deaths.parquet --origin 2021-10 --names country_list.csv`

    Exit codes: 0 filed; 1 the panel cannot be used, or this forecast is on record already.
    """
    from tocsin.core.editions.canonical import decode
    from tocsin.core.model.forecasts import Fit
    from tocsin.forecast.filing import check_same_fit
    from tocsin.warn.forecasting import names_of, panels_of

    folder = find_desk(desk)
    used = panel or panels_of(folder).get(target)
    if used is None:
        raise TocsinError(
            f"the desk has no panel for {target}",
            where="--panel",
            remedy="Give one, or list it in desk.toml: [forecast]",
        )
    filed_at = parse_at(at).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = _make(target, used, origin, model, seed, names or names_of(folder), filed_at=filed_at)
    if kept is not None:
        try:
            data = kept.read_bytes()
        except OSError as error:
            raise TocsinError("the fit cannot be read", where=str(kept)) from error
        assert document.fit is not None  # noqa: S101  # every run has one
        check_same_fit(decode(data, Fit, str(kept)), document.fit)
    register = register_of(folder)
    signed = register.file(document, folder.signing_key())
    if as_json:
        say_json(msgspec.to_builtins(signed.entry))
    else:
        _say_top(document)
        out.print(str(register.document_path(signed.entry)), markup=False)


def score(
    panel: Annotated[
        list[Path] | None,
        typer.Option("--panel", help="Newer data, of any target; repeatable.", show_default="the desk's, by desk.toml"),
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Score every filed forecast whose outcome the data in hand now settle, and file the scores.

    A panel is recognised by its columns. Hits, misses and false alarms are named. What has its score is left alone:
    of deaths, each month is scored once. `tocsin publish` does the same with the panels that desk.toml lists.

    Example: `tocsin forecast score --panel panel-2020.csv --panel deaths-2022.parquet`

    Exit codes: 0 done, also when nothing was due; 1 a panel cannot be used.
    """
    from tocsin.warn.forecasting import panels_of, score_due

    folder = find_desk(desk)
    filed = score_due(folder, panel or list(panels_of(folder).values()), at=parse_at(at))
    if as_json:
        said = [{"target": f.target, "model": f.model, "origin": f.origin, **msgspec.to_builtins(s)} for f, s in filed]
        say_json(said)
        return
    for forecast, each in filed:
        _say_score(forecast, each)
    out.print(f"{len(filed)} scores filed")


def list_forecasts(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """The forecasts on record, oldest first, and how they came out.

    Example: `tocsin forecast list`

    Exit codes: 0 listed; 1 this is no desk.
    """
    from tocsin.core.model.forecasts import FiledForecast, as_of

    register = register_of(find_desk(desk))
    scores = register.scores()
    rows = [
        (entry, forecast, [each for each in scores if each.forecast_sha256 == entry.document_sha256])
        for entry, forecast in register.forecasts()
    ]
    if as_json:
        say_json([{**msgspec.to_builtins(entry), "scores": msgspec.to_builtins(own)} for entry, _, own in rows])
        return
    table = Table("target", "model", "data to", "filed", "countries", "came out", box=None, header_style="bold")
    for entry, forecast, own in rows:
        said = "; ".join(_briefly(each) for each in own)
        n = len(forecast.risks) if isinstance(forecast, FiledForecast) else len(forecast.countries)
        filed = entry.filed_at + (" (late)" if forecast.filed_after else "")
        table.add_row(forecast.target, forecast.model, as_of(forecast), filed, str(n), said or "not yet")
    out.print(table)


def show(
    country: Annotated[str, typer.Argument(help="A country's name, ISO 3166 alpha-3 code, or the panel's number.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """What every forecast on record says of one country: risk, range, rank, baselines, and what moved it.

    Example: `tocsin forecast show AZE`

    Exit codes: 0 shown; 1 no forecast on record knows the country.
    """
    from tocsin.core.model.forecasts import FiledForecast, as_of

    wanted = country.casefold()
    found = []
    for _, forecast in register_of(find_desk(desk)).forecasts():
        for own in forecast.risks if isinstance(forecast, FiledForecast) else forecast.countries:
            numbers = [str(getattr(own, name)) for name in ("ccode", "country_id") if hasattr(own, name)]
            if wanted in (own.name.casefold(), own.iso3.casefold(), *numbers):
                found.append((forecast, own))
    if not found:
        raise TocsinError(f"no forecast on record is about {country!r}", remedy="`tocsin forecast list` shows what is")
    if as_json:
        said = [
            {"target": f.target, "model": f.model, "as_of": as_of(f), **msgspec.to_builtins(own)} for f, own in found
        ]
        say_json(said)
        return
    table = Table("target", "model", "data to", "says", "rank", "beside it", box=None, header_style="bold")
    for forecast, own in found:
        table.add_row(forecast.target, forecast.model, as_of(forecast), *_said_of(forecast, own))
    out.print(table)
    for definition in dict.fromkeys(f"{forecast.target}: {forecast.definition}" for forecast, _ in found):
        out.print(definition, markup=False)


def block(
    country: Annotated[str, typer.Argument(help="A country's name or ISO 3166 alpha-3 code.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """What the latest onset and alert forecasts on record say of a country, as an edition or a draft carries it.

    Printed are `[[forecasts]]` tables for a case's `editions/N.toml` or for the file that `tocsin warn edit` takes. A
    warning names the filed document by its hash. Deaths are forecast as draws, no single chance, and stand on the site.

    Example: `tocsin forecast block AZE >> cases/my-case/editions/2.toml`

    Exit codes: 0 printed; 1 no forecast on record has a chance for the country.
    """
    from tocsin.core.model.forecasts import FiledAlert, FiledForecast
    from tocsin.core.rules.forecast_blocks import alert_block, onset_block

    wanted = country.casefold()
    latest: dict[str, ForecastBlock | None] = {}
    for entry, forecast in sorted(register_of(find_desk(desk)).forecasts(), key=lambda pair: pair[1].origin):
        if isinstance(forecast, FiledForecast):
            for risk in forecast.risks:
                if wanted in (risk.name.casefold(), risk.iso3.casefold()):
                    latest["onset"] = onset_block(forecast, entry.document_sha256, risk)
        elif isinstance(forecast, FiledAlert):
            for each in forecast.countries:
                if wanted in (each.name.casefold(), each.iso3.casefold()):
                    latest["alert"] = alert_block(forecast, entry.document_sha256, each)
    found = [each for each in latest.values() if each is not None]
    if not found:
        raise TocsinError(
            f"no forecast on record gives {country!r} a chance", remedy="`tocsin forecast list` shows what is on record"
        )
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    for each in found:
        out.print("\n[[forecasts]]", markup=False)
        for name, value in msgspec.to_builtins(each).items():
            if value not in (None, "", ()):
                out.print(f"{name} = {json.dumps(value, ensure_ascii=False)}", markup=False)


def register_of(folder: DeskFolder) -> Register:
    """The desk's register of forecasts."""
    from tocsin.forecast.register.store import Register

    return Register(folder.forecasts)


def _make(
    target: Literal["onset", "fatalities", "alert"],
    path: Path,
    origin: str,
    model: str | None,
    seed: int,
    names: Path | None,
    *,
    filed_at: str,
) -> FiledDocument:
    """Fit and forecast, with a line on the terminal that says so."""
    from tocsin.forecast.cards import read_card
    from tocsin.forecast.filing import Order
    from tocsin.forecast.register.targets import DEFAULT_MODELS, parse_origin, read_panel, run

    chosen = model or DEFAULT_MODELS[target]
    number = parse_origin(target, origin)
    with progress(f"{chosen}, {origin}", 1) as advance:
        data = read_panel(path, target, names=names)
        order = Order(number, seed, read_card(target), data.data, f"tocsin {__version__}", filed_at)
        document = run(data, chosen, order)
        advance()
    return document


def _learnt(fit: Fit) -> str:
    return (
        f"{fit.n_events:,} events in {fit.n_rows:,} rows from {fit.learnt_from} to {fit.learnt_to}; "
        f"values {fit.values_sha256[:16]}"
    )


def _say_top(document: FiledDocument) -> None:
    from tocsin.core.model.forecasts import FiledAlert, FiledFatalities

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
        out.print(_learnt(document.fit), markup=False)
    if document.filed_after:
        out.print(document.filed_after, style="yellow", markup=False)


def _said_of(forecast: FiledDocument, own: object) -> tuple[str, str, str]:
    """What a forecast says of a country, its rank, and what stands beside it."""
    from tocsin.core.model.forecasts import CountryAlert, CountryDeaths, CountryRisk

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
    assert isinstance(own, CountryAlert)  # noqa: S101  # the third kind of country there is
    said = f"{own.over_1000.p:.1%} of 1,000 deaths, {own.over_250.p:.1%} of 250"
    beside = ", ".join(f"{name} {p:.1%}" for name, p in own.over_1000.baselines.items())
    return (
        said,
        str(own.over_1000.rank or "-"),
        f"{beside}; {own.civilians_12m:,} civilians in the twelve months before",
    )


def _briefly(score: ScoreDocument) -> str:
    from tocsin.core.model.forecasts import FiledDrawScore

    if isinstance(score, FiledDrawScore):
        span = score.months[0] if len(score.months) == 1 else f"{score.months[0]} to {score.months[-1]}"
        return f"{span}: CRPS {score.crps:.2f}, {score.n_open_in_range} of {score.n_open} open months in range"
    return f"{score.horizon}: {len(score.hits)} of {score.n_onsets} in the first {score.top}"


def _say_score(forecast: FiledDocument, score: ScoreDocument) -> None:
    from tocsin.core.model.forecasts import FiledDrawScore, as_of

    out.print(f"{forecast.target}, {forecast.model}, data to {as_of(forecast)}: {_briefly(score)}", style="bold")
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


COMMANDS = {"fit": fit, "run": run, "score": score, "list": list_forecasts, "show": show, "block": block}
