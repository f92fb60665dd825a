"""`tocsin forecast measure`, and what `backtest` says of how its forecasts came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer
from rich.table import Table

from tocsin.cli.output import AsJson, out, say_json

if TYPE_CHECKING:
    from tocsin.forecast.measuring.report import Report

Target = Literal["onset", "fatalities", "alert"]
FIGURES = {
    "within_year_auc": "AUC within a year", "pooled_auc": "AUC pooled", "recall_15": "onsets in the first 15",
    "recall_30": "onsets in the first 30", "auc_under_way": "AUC, killing under way", "auc_elsewhere": "AUC elsewhere",
    "expected_over_observed": "expected for each come", "crps": "CRPS, deaths", "log_crps": "CRPS, log deaths",
    "coverage_50": "within half the draws", "coverage_90": "within nine in ten",
    "coverage_50_where_open": "half, where open", "coverage_90_where_open": "nine in ten, where open",
    "in_top_10": "starts in lists of ten", "sudden_in_top_10": "sudden ones in them",
    "false_episodes_a_year": "false episodes a year", "auc": "AUC", "brier": "Brier score",
}  # fmt: skip
"""What figures are called on a terminal; what is not named here is called by its own name."""


def measure(
    target: Annotated[Target, typer.Argument(help="What was forecast.")],
    forecasts: Annotated[Path, typer.Option("--forecasts", help="A table as `backtest` writes it, of any model.")],
    panel: Annotated[Path, typer.Option("--panel", help="The data, which say what came.")],
    beside: Annotated[Path | None, typer.Option("--beside", help="Another model's table of the same rows.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score a table of forecasts against what came; beside another's, with intervals. No desk is needed.

    onset: within-year and pooled AUC, average precision, recall at 15 and 30, Brier, log loss, also where a killing is
    under way. fatalities: CRPS, CRPS of log1p, ignorance, interval score, coverage. alert: lists of ten, AUC, average
    precision, Brier, log score, for each threshold. Differences carry the 95 % interval of a bootstrap that draws whole
    countries, and their range when any one country is left out. From fewer than 100 events none is called significant.

    Example: `tocsin forecast measure onset --forecasts ours.parquet --beside ewp.parquet --panel panel.csv`

    Exit codes: 0 measured; 1 a table or the panel cannot be used.
    """
    reports = measured(target, forecasts, panel, beside)
    if as_json:
        say_json({name: as_document(report) for name, report in reports.items()})
        return
    say_reports(reports, beside.stem if beside else "")


def measured(target: Target, forecasts: Path, panel: Path, beside: Path | None) -> dict[str, Report]:
    """Reports of a table, by what they are of."""
    from tocsin.forecast.measuring.alert import measure_alert
    from tocsin.forecast.measuring.fatalities import measure_fatalities
    from tocsin.forecast.measuring.onset import measure_onset
    from tocsin.forecast.register.targets import read_panel
    from tocsin.forecast.tables import read_table

    frame = read_panel(panel, target).frame
    own, other = read_table(forecasts), read_table(beside) if beside else None
    if target == "onset":
        return {"onset": measure_onset(own, frame, other)}
    if target == "fatalities":
        return {"fatalities": measure_fatalities(own, frame, other)}
    return {f"alert, {size} deaths": each for size, each in measure_alert(own, frame, other).items()}


def as_document(report: Report) -> dict[str, Any]:
    """A report for machines."""
    return {**msgspec.to_builtins(report), "concluded": report.concluded()}


def say_reports(reports: dict[str, Report], other: str = "") -> None:
    """Reports on the terminal; nothing of what has not come yet."""
    for name, report in reports.items():
        if not report.n_rows:
            out.print(f"{name}: nothing of it has come yet, as far as the panel shows", markup=False)
            continue
        out.print(f"{name}: {report.n_events:,} events, {report.n_rows:,} forecasts scored", style="bold")
        heads = ["", "this"] + ([other, "difference, 95 %", "one country left out"] if report.beside else [])
        table = Table(*heads, box=None, header_style="bold")
        for figure, value in report.figures.items():
            row = [FIGURES.get(figure, figure.replace("_", " ")), f"{value:.4f}"]
            if report.beside:
                theirs, gap = report.beside.get(figure), report.differences.get(figure)
                low_high = report.left_out.get(figure)
                form = ".3f" if report.even else "+.3f"
                row += [
                    f"{theirs:.4f}" if theirs is not None else "",
                    f"{gap.estimate:{form}} ({gap.low:{form}} to {gap.high:{form}})" if gap else "",
                    f"{low_high[0]:{form}} to {low_high[1]:{form}}" if low_high else "",
                ]
            table.add_row(*row)
        out.print(table)
        if report.calibration:
            said = "; ".join(f"{p:.1%} said, {rate:.1%} came of {n:,}" for p, rate, n in report.calibration)
            out.print(f"calibration: {said}", markup=False)
        if report.even and report.differences:
            out.print("differences are ratios: below 1 this one is ahead", markup=False)
        if concluded := report.concluded():
            out.print(concluded, markup=False)
