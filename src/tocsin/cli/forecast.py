"""`tocsin forecast`: make forecasts, test them on the past, keep them on record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.forecast_measure import as_document, say_reports
from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.core.errors import TocsinError

if TYPE_CHECKING:
    import pyarrow as pa

    from tocsin.forecast.measuring.report import Report

app = typer.Typer(no_args_is_help=True, help="Forecast risk: test models on the past, file forecasts, score them.")
backtest = typer.Typer(no_args_is_help=True, help="What a model would have said, at each origin, from what was known.")
app.add_typer(backtest, name="backtest")

OriginsOption = Annotated[str, typer.Option("--origins", metavar="A:B", help="First and last origin, both included.")]
OutOption = Annotated[Path, typer.Option("--out", help="The file to write, .parquet or .csv.")]
SeedOption = Annotated[int, typer.Option("--seed", help="The same seed gives the same forecasts.")]
BesideOption = Annotated[
    str | None, typer.Option("--beside", metavar="MODEL", help="Another model at the same origins, to compare with.")
]


def parse_origins(text: str, *, where: str = "--origins", example: str = "1993:2018") -> range:
    """`1993:2018` as every origin from the first to the last. Raises TocsinError."""
    first, colon, last = text.partition(":")
    if not (colon and first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise TocsinError(f"{text!r} is no range", where=where, remedy=f"Write it as {example}")
    return range(int(first), int(last) + 1)


@backtest.command("onset")
def backtest_onset(
    panel: Annotated[Path, typer.Option("--panel", help="Country-years in EWP's columns, .csv or .parquet.")],
    origins: OriginsOption,
    to: OutOption,
    model: Annotated[str, typer.Option("--model", help="Which model; a wrong name lists them.")] = "ensemble",
    seed: SeedOption = 1,
    beside: BesideOption = None,
    as_json: AsJson = False,
) -> None:
    """Risk of a new mass killing, for every country of the panel at each origin year.

    A forecast made at origin t uses rows up to t and labels that were complete by t. Columns written: ccode, origin,
    p_1 (an onset in t + 1), p_1or2 (in t + 1 or t + 2).

    Example: `tocsin forecast backtest onset --panel panel.csv --origins 1993:2018 --out onset.parquet`

    Where the panel shows what came, the scores are said (`tocsin forecast measure` says what they are).

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    from tocsin.forecast.backtest import check_origins, rolling
    from tocsin.forecast.measuring.onset import measure_onset
    from tocsin.forecast.onset.forecast import forecast_table
    from tocsin.forecast.onset.models import find_model
    from tocsin.forecast.onset.panel import read_panel
    from tocsin.forecast.tables import check_writable, write_table

    years = parse_origins(origins)
    check_writable(to)
    frame = read_panel(panel)
    check_origins(frame, years)

    def made(name: str) -> pa.Table:
        chosen = find_model(name)
        with progress(f"{name}, {origins}", len(years)) as advance:
            return forecast_table(rolling(chosen, frame, years, seed, advance))

    table = made(model)
    write_table(table, to)
    reports = {"onset": measure_onset(table, frame, made(beside) if beside else None)}
    _say(model, beside, [years[0], years[-1]], table.num_rows, to, reports, as_json=as_json)


@backtest.command("fatalities")
def backtest_fatalities(
    panel: Annotated[Path, typer.Option("--panel", help="Deaths by month and VIEWS country, .parquet or .csv.")],
    origins: OriginsOption,
    to: OutOption,
    model: Annotated[str, typer.Option("--model", help="Which model; a wrong name lists them.")] = "pooled",
    ahead: Annotated[str, typer.Option("--ahead", metavar="A:B", help="Months ahead, both included.")] = "3:14",
    seed: SeedOption = 1,
    beside: BesideOption = None,
    as_json: AsJson = False,
) -> None:
    """Deaths in state-based conflict per country and month, as 1,000 draws.

    An origin is a year t. The forecast is made with data to the end of October of t and covers January to December of
    t + 1 (months 3 to 14 ahead, VIEWS' windows): 2017:2020 gives the windows 2018 to 2021. Other months ahead, up to
    36, may be asked; more than twelve only of a single origin, so that no month is forecast twice. Columns written:
    country_id, month_id (1 = January 1980), draw (0 to 999), outcome (a whole number).

    Example: `tocsin forecast backtest fatalities --panel deaths.parquet --origins 2017:2020 --out draws.parquet`

    Where the panel shows what came, the scores are said (`tocsin forecast measure` says what they are).

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    import pyarrow as pa

    from tocsin.forecast.backtest import check_origins, rolling
    from tocsin.forecast.fatalities.forecast import forecast_table, origin_month
    from tocsin.forecast.fatalities.models import find_model
    from tocsin.forecast.fatalities.panel import read_panel
    from tocsin.forecast.measuring.fatalities import measure_fatalities
    from tocsin.forecast.months import month_text
    from tocsin.forecast.tables import check_writable, write_table

    years, months = parse_origins(origins), parse_origins(ahead, where="--ahead", example="3:14")
    if months[0] < 1 or months[-1] > 36 or (len(years) > 1 and len(months) > 12):
        raise TocsinError(
            f"{ahead} months ahead cannot be forecast from {len(years)} origins",
            where="--ahead",
            remedy="Ask for months within 1:36, and for more than twelve only from one origin",
        )
    check_writable(to)
    frame = read_panel(panel)
    check_origins(frame, [origin_month(year) for year in years], month_text)

    def made(name: str) -> pa.Table:
        chosen = find_model(name, range(months[0], months[-1] + 1))
        with progress(f"{name}, {origins}", len(years)) as advance:
            found = rolling(chosen, frame, [origin_month(year) for year in years], seed, advance)
            return pa.concat_tables([forecast_table(one) for one in found])

    table = made(model)
    write_table(table, to)
    reports = {"fatalities": measure_fatalities(table, frame, made(beside) if beside else None)}
    _say(model, beside, [years[0], years[-1]], table.num_rows, to, reports, as_json=as_json)


@backtest.command("alert")
def backtest_alert(
    panel: Annotated[Path, typer.Option("--panel", help="UCDP country-months, .parquet or .csv.")],
    origins: Annotated[str, typer.Option("--origins", metavar="A:B", help="First and last origin, months or years.")],
    to: OutOption,
    model: Annotated[str, typer.Option("--model", help="Which model; a wrong name lists them.")] = "pooled",
    seed: SeedOption = 1,
    beside: BesideOption = None,
    as_json: AsJson = False,
) -> None:
    """Chance that an episode of killing of civilians starts within three months, per country and month.

    An origin is a month, with data to its end: 2010-01:2019-12. Years stand for all their months: 2010:2019. Covered
    are starts in the three months after the origin: at least 1,000 (250) civilians killed within twelve months, after
    24 quiet months; the exact definition is in models/alert.toml. Columns written: country_iso3, origin_month, p_1000,
    p_250. A country in the midst of an episode gets 0: it cannot start.

    Example: `tocsin forecast backtest alert --panel months.parquet --origins 2010:2019 --out alert.parquet`

    Where the panel shows what came, the scores are said (`tocsin forecast measure` says what they are).

    Exit codes: 0 written; 1 the panel cannot be used; 2 wrong options.
    """
    from tocsin.forecast.alert.forecast import forecast_table
    from tocsin.forecast.alert.models import find_model
    from tocsin.forecast.alert.panel import parse_origin_months, read_panel
    from tocsin.forecast.backtest import check_origins, rolling
    from tocsin.forecast.measuring.alert import measure_alert
    from tocsin.forecast.months import month_text
    from tocsin.forecast.tables import check_writable, write_table

    months = parse_origin_months(origins)
    check_writable(to)
    frame = read_panel(panel)
    check_origins(frame, months, month_text)

    def made(name: str) -> pa.Table:
        chosen = find_model(name)
        with progress(f"{name}, {origins}", len(months)) as advance:
            return forecast_table(rolling(chosen, frame, months, seed, advance))

    table = made(model)
    write_table(table, to)
    found = measure_alert(table, frame, made(beside) if beside else None)
    reports = {f"alert, {size} deaths": each for size, each in found.items()}
    _say(model, beside, origins, table.num_rows, to, reports, as_json=as_json)


def _say(
    model: str,
    beside: str | None,
    origins: str | list[int],
    n_rows: int,
    to: Path,
    reports: dict[str, Report],
    *,
    as_json: bool,
) -> None:
    if as_json:
        scores = {name: as_document(report) for name, report in reports.items()}
        said = {"model": model, "beside": beside, "origins": origins, "rows": n_rows, "path": str(to), "scores": scores}
        say_json(said)
        return
    say_reports(reports, beside or "")
    out.print(f"{n_rows:,} rows by {model}")
    out.print(str(to), markup=False)
