"""`tocsin forecast`: make forecasts, test them on the past, keep them on record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.core.errors import TocsinError

app = typer.Typer(no_args_is_help=True, help="Forecast risk: test models on the past, file forecasts, score them.")
backtest = typer.Typer(no_args_is_help=True, help="What a model would have said, at each origin, from what was known.")
app.add_typer(backtest, name="backtest")

OriginsOption = Annotated[str, typer.Option("--origins", metavar="A:B", help="First and last origin, both included.")]
OutOption = Annotated[Path, typer.Option("--out", help="The file to write, .parquet or .csv.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same forecasts.")]


def parse_origins(text: str) -> range:
    """`1993:2018` as every origin from the first to the last. Raises TocsinError."""
    first, colon, last = text.partition(":")
    if not (colon and first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise TocsinError(f"{text!r} is no range of origins", where="--origins", remedy="Write it as 1993:2018")
    return range(int(first), int(last) + 1)


@backtest.command("onset")
def backtest_onset(
    panel: Annotated[Path, typer.Option("--panel", help="Country-years in EWP's columns, .csv or .parquet.")],
    origins: OriginsOption,
    to: OutOption,
    model: Annotated[str, typer.Option("--model", help="Which model; a wrong name lists them.")] = "base-rate",
    seed: SeedOption = 1,
    as_json: AsJson = False,
) -> None:
    """Risk of a new mass killing, for every country of the panel at each origin year.

    A forecast made at origin t uses rows up to t and labels that were complete by t. Columns written: ccode, origin,
    p_1 (an onset in t + 1), p_1or2 (in t + 1 or t + 2).

    Example: `tocsin forecast backtest onset --panel panel.csv --origins 1993:2018 --out onset.parquet`

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    from tocsin.forecast.backtest import rolling
    from tocsin.forecast.onset.forecast import forecast_table
    from tocsin.forecast.onset.models import find_model
    from tocsin.forecast.onset.panel import read_panel
    from tocsin.forecast.tables import write_table

    years = parse_origins(origins)
    frame = read_panel(panel)
    chosen = find_model(model)
    with progress(f"{model}, {origins}", len(years)) as advance:
        table = forecast_table(rolling(chosen, frame, years, seed, advance))
    write_table(table, to)
    if as_json:
        say_json({"model": model, "origins": [years[0], years[-1]], "rows": table.num_rows, "path": str(to)})
    else:
        out.print(f"{table.num_rows:,} forecasts at {len(years)} origins by {model}")
        out.print(str(to), markup=False)
