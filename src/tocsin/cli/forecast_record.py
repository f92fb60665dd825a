"""`tocsin forecast fit | run | score | list | show | moved | block`: forecasts on record."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer
from rich.table import Table

from tocsin import __version__
from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.forecast_said import briefly, learnt, say_country, say_learnt, say_score, say_top
from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.core.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.core.model.forecasts import FiledDocument, Fit, ForecastBlock
    from tocsin.forecast.register.store import Register
    from tocsin.warn.desk import DeskFolder

TargetArgument = Annotated[Literal["onset", "fatalities", "alert"], typer.Argument(help="What is forecast.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same forecasts.")]
OriginOption = Annotated[
    str, typer.Option("--origin", help="The last period whose data are used: a year of onset, else a month as 2021-10.")
]
PanelOption = Annotated[
    Path | None, typer.Option("--panel", help="The data, .csv or .parquet.", show_default="the desk's")
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
    says what was learnt from, how many events there were, settings, versions of libraries, what moved the model (its
    coefficients and importances, with their units), and the hash of the values that came out.
    `tocsin forecast run --fit FILE` fits again and refuses to file when anything differs.

    Example: `tocsin forecast fit onset --panel panel.csv --origin 2018 --out fit.json`

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    from tocsin.core.editions.canonical import canonical_bytes
    from tocsin.warn.files import write_whole

    document = _make(target, panel, origin, model, seed, None, at=parse_at(None))
    found = _fit_of(document)
    write_whole(to, canonical_bytes(found) + b"\n")
    if as_json:
        say_json({"target": target, "model": document.model, "path": str(to), **msgspec.to_builtins(found)})
        return
    say_learnt(found.learnt)
    out.print(f"{document.model} for {target}, data to {origin}: {learnt(found)}", markup=False)
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
    from tocsin.warn.forecast_data import names_of, panels_of

    folder = find_desk(desk)
    used = panel or panels_of(folder).get(target)
    if used is None:
        raise TocsinError(
            f"the desk has no panel for {target}",
            where="--panel",
            remedy="Give one, collect it (tocsin collect run), or list it in desk.toml: [forecast]",
        )
    document = _make(target, used, origin, model, seed, names or names_of(folder), at=parse_at(at))
    if kept is not None:
        try:
            data = kept.read_bytes()
        except OSError as error:
            raise TocsinError("the fit cannot be read", where=str(kept)) from error
        check_same_fit(decode(data, Fit, str(kept)), _fit_of(document))
    register = register_of(folder)
    signed = register.file(document, folder.signing_key())
    if as_json:
        say_json(msgspec.to_builtins(signed.entry))
    else:
        say_top(document)
        out.print(str(register.document_path(signed.entry)), markup=False)


def score(
    panel: Annotated[
        list[Path] | None,
        typer.Option("--panel", help="Newer data, of any target; repeatable.", show_default="the desk's"),
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
    from tocsin.warn.forecast_data import panels_of
    from tocsin.warn.forecasting import score_due

    folder = find_desk(desk)
    used = panel or list(panels_of(folder).values())
    if not used:
        raise TocsinError(
            "there are no data to score with",
            where="--panel",
            remedy="Give a panel, collect one, or list some in desk.toml",
        )
    filed = score_due(folder, used, at=parse_at(at))
    if as_json:
        said = [{"target": f.target, "model": f.model, "origin": f.origin, **msgspec.to_builtins(s)} for f, s in filed]
        say_json(said)
        return
    for forecast, each in filed:
        say_score(forecast, each)
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
        said = "; ".join(briefly(each) for each in own)
        n = len(forecast.risks) if isinstance(forecast, FiledForecast) else len(forecast.countries)
        filed = entry.filed_at[:10] + (" late" if forecast.filed_after else "")
        table.add_row(forecast.target, forecast.model, as_of(forecast), filed, str(n), said or "not yet")
    out.print(table)
    if any(forecast.filed_after for _, forecast, _ in rows):
        out.print("late: filed when its outcome may have been known; counted apart", markup=False)


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
    say_country(sorted(found, key=lambda pair: pair[0].origin))


def moved(
    target: TargetArgument,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """What moved the model behind the latest forecast on record of a target: coefficients and importances.

    Each has its unit. They tell what went together in the past; none is a cause.

    Example: `tocsin forecast moved onset`

    Exit codes: 0 shown; 1 nothing is on record, or it does not say.
    """
    from tocsin.core.model.forecasts import as_of

    held = [each for _, each in register_of(find_desk(desk)).forecasts() if each.target == target]
    newest = max(held, key=lambda each: (each.origin, each.filed_at), default=None)
    if newest is None:
        raise TocsinError(f"no forecast of {target} is on record", remedy="`tocsin forecast run` files one")
    weights = newest.fit.learnt if newest.fit else ()
    if not weights:
        raise TocsinError(
            f"the forecast of {target} with data to {as_of(newest)} does not say what moved {newest.model}",
            remedy="Baselines keep nothing, nor did forecasts filed before this was kept",
        )
    if as_json:
        say_json(
            {"target": target, "model": newest.model, "as_of": as_of(newest), "learnt": msgspec.to_builtins(weights)}
        )
        return
    out.print(f"{newest.model} for {target}, data to {as_of(newest)}", markup=False)
    say_learnt(weights)


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
    for carried in found:
        out.print("\n[[forecasts]]", markup=False)
        for name, value in msgspec.to_builtins(carried).items():
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
    at: datetime.datetime,
) -> FiledDocument:
    """Fit and forecast, with a line on the terminal that says so."""
    from tocsin.forecast.cards import read_card
    from tocsin.forecast.filing import Order
    from tocsin.forecast.register.targets import DEFAULT_MODELS, parse_origin, read_panel, run

    chosen = model or DEFAULT_MODELS[target]
    number = parse_origin(target, origin)
    with progress(f"{chosen}, {origin}", 1) as advance:
        data = read_panel(path, target, names=names)
        order = Order(
            number, seed, read_card(target), data.data, f"tocsin {__version__}", at.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        document = run(data, chosen, order)
        advance()
    return document


def _fit_of(document: FiledDocument) -> Fit:
    if document.fit is None:
        raise TocsinError("the forecast does not say what it was fitted on")
    return document.fit


COMMANDS = {
    "fit": fit, "run": run, "score": score, "list": list_forecasts, "show": show, "moved": moved, "block": block,
}  # fmt: skip
