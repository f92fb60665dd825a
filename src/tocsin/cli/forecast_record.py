"""`tocsin forecast run | score | list | show`: forecasts on record."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from tocsin import __version__
from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.core.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.core.model.forecasts import DataVersion, FiledForecast
    from tocsin.forecast.register.store import Register
    from tocsin.warn.desk import DeskFolder

SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same forecasts.")]
PanelOption = Annotated[Path, typer.Option("--panel", help="Country-years in EWP's columns, .csv or .parquet.")]


def run(
    panel: PanelOption,
    origin: Annotated[int, typer.Option("--origin", help="The last year whose data are used.")],
    desk: DeskOption = Path(),
    model: Annotated[str, typer.Option("--model", help="Which onset model.")] = "ensemble",
    seed: SeedOption = 1,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Forecast where a mass killing may begin, and file it in the desk's register: signed, chained, never edited.

    Filed with it: the model's card and its version, the panel's hash, the seed, every country's risk with its range,
    what moves it, and what the baselines say. A model and an origin are filed once. Score it when the outcome is in.

    Example: `tocsin forecast run --panel panel.csv --origin 2018`

    Exit codes: 0 filed; 1 the panel cannot be used, or this forecast is on record already.
    """
    from tocsin.forecast.cards import read_card
    from tocsin.forecast.onset.models import find_model
    from tocsin.forecast.onset.panel import read_names, read_panel
    from tocsin.forecast.onset.running import run_onset

    folder = find_desk(desk)
    card = read_card("onset")
    with progress(f"{model}, {origin}", 1) as advance:
        document = run_onset(
            find_model(model),
            {name: find_model(name) for name in ("base-rate", "ewp") if name != model},
            read_panel(panel),
            read_names(panel),
            origin=origin,
            seed=seed,
            card=card,
            data=(data_version(panel),),
            software=f"tocsin {__version__}",
            filed_at=parse_at(at).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        advance()
    signed = register_of(folder).file(document, folder.signing_key(), model=document.model, origin=origin)
    if as_json:
        say_json(msgspec.to_builtins(signed.entry))
    else:
        _say_top(document)
        out.print(str(register_of(folder).document_path(signed.entry)), markup=False)


def score(panel: PanelOption, desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False) -> None:
    """Score every filed forecast whose outcome a newer panel has fully observed, and file the scores.

    Hits, misses and false alarms among the first 15 countries are named. What has its score is left alone.

    Example: `tocsin forecast score --panel panel-2020.csv`

    Exit codes: 0 done, also when nothing was due; 1 the panel cannot be used.
    """
    from tocsin.forecast.onset.panel import read_panel
    from tocsin.forecast.onset.running import score_onset

    folder = find_desk(desk)
    register = register_of(folder)
    done = {(each.forecast_sha256, each.horizon) for each in register.scores()}
    frame, data = read_panel(panel), (data_version(panel),)
    scored_at = parse_at(at).strftime("%Y-%m-%dT%H:%M:%SZ")
    filed = []
    for entry, forecast in register.forecasts():
        digest = entry.document_sha256
        for each in score_onset(forecast, digest, frame, data=data, scored_at=scored_at):
            if (digest, each.horizon) not in done:
                register.file(each, folder.signing_key(), model=forecast.model, origin=forecast.origin)
                filed.append((forecast, each))
    if as_json:
        say_json([{"model": f.model, "origin": f.origin, **msgspec.to_builtins(each)} for f, each in filed])
        return
    for forecast, each in filed:
        years = f"{forecast.origin + 1}" if each.horizon == "p_1" else f"{forecast.origin + 1}-{forecast.origin + 2}"
        out.print(f"{forecast.model} {forecast.origin}, onsets of {years}: {each.n_onsets}", style="bold")
        for word, some in (("hit", each.hits), ("missed", each.misses)):
            for country in some:
                out.print(f"  {word}: {country.name}, rank {country.rank}, {country.p:.1%}", markup=False)
        alarms = ", ".join(country.name for country in each.false_alarms)
        out.print(f"  among the first {each.top} without an onset: {alarms}", markup=False)
    out.print(f"{len(filed)} scores filed")


def list_forecasts(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """The forecasts on record, oldest first, and how they came out.

    Example: `tocsin forecast list`

    Exit codes: 0 listed; 1 this is no desk.
    """
    register = register_of(find_desk(desk))
    scores = register.scores()
    rows = []
    for entry, forecast in register.forecasts():
        own = [each for each in scores if each.forecast_sha256 == entry.document_sha256]
        rows.append((entry, forecast, own))
    if as_json:
        say_json([{**msgspec.to_builtins(entry), "scores": msgspec.to_builtins(own)} for entry, _, own in rows])
        return
    table = Table("model", "origin", "filed", "countries", "came out", box=None, header_style="bold")
    for entry, forecast, own in rows:
        said = "; ".join(f"{each.horizon}: {len(each.hits)} of {each.n_onsets} in the first {each.top}" for each in own)
        table.add_row(forecast.model, str(forecast.origin), entry.filed_at, str(len(forecast.risks)), said or "not yet")
    out.print(table)


def show(
    country: Annotated[str, typer.Argument(help="A country's name or Correlates of War code.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """What every forecast on record says of one country: risk, range, rank, baselines, and what moved it.

    Example: `tocsin forecast show Azerbaijan`

    Exit codes: 0 shown; 1 no forecast on record knows the country.
    """
    found = [
        (forecast, risk)
        for _, forecast in register_of(find_desk(desk)).forecasts()
        for risk in forecast.risks
        if country.casefold() in (risk.name.casefold(), str(risk.ccode))
    ]
    if not found:
        raise TocsinError(f"no forecast on record is about {country!r}", remedy="`tocsin forecast list` shows what is")
    if as_json:
        say_json([{"model": f.model, "origin": f.origin, **msgspec.to_builtins(risk)} for f, risk in found])
        return
    table = Table(
        "model", "origin", "two years", "range", "rank", "baselines", "moved by", box=None, header_style="bold"
    )
    for forecast, risk in found:
        table.add_row(
            forecast.model,
            str(forecast.origin),
            f"{risk.p_1or2:.1%}",
            f"{risk.p_low:.1%} to {risk.p_high:.1%}",
            f"{risk.rank} of {len(forecast.risks)}",
            ", ".join(f"{name} {p:.1%}" for name, p in risk.baselines.items()),
            ", ".join(f"{each.feature} {each.log_odds:+.2f}" for each in risk.drivers),
        )
    out.print(table)
    out.print(found[-1][0].definition, markup=False)


def register_of(folder: DeskFolder) -> Register:
    """The desk's register of forecasts."""
    from tocsin.forecast.register.store import Register

    return Register(folder.forecasts)


def data_version(path: Path) -> DataVersion:
    """A file by its name, hash and number of rows."""
    from tocsin.core.model.forecasts import DataVersion
    from tocsin.forecast.tables import read_table

    n_rows = read_table(path).num_rows
    return DataVersion(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), n_rows=n_rows)


def _say_top(document: FiledForecast) -> None:
    table = Table("rank", "country", "one year", "two years", "range", box=None, header_style="bold")
    for risk in document.risks[:15]:
        spread = f"{risk.p_low:.1%} to {risk.p_high:.1%}"
        table.add_row(str(risk.rank), risk.name, f"{risk.p_1:.1%}", f"{risk.p_1or2:.1%}", spread)
    out.print(table)
    if document.filed_after:
        out.print(document.filed_after, style="yellow", markup=False)


COMMANDS = {"run": run, "score": score, "list": list_forecasts, "show": show}
