"""`tocsin signals`: what changed in the series of the desk's situations, by rules that can be looked up."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import get_person, open_records

if TYPE_CHECKING:
    from tocsin.prepare.signals.situations import Fired


def signals(
    situation: Annotated[
        str | None, typer.Option("--situation", "-s", help="Only this situation.", show_default="all")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m"], help="From this month on. [the last year]")
    ] = None,
    step: Annotated[
        Literal["month", "week"],
        typer.Option(help="Ask the rules of months, or those of weeks, which begin on Monday."),
    ] = "month",
    source: Annotated[
        str,
        typer.Option(
            help="Whose country-months, or events by week. [the longest for each situation; UCDP's events by week]"
        ),
    ] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Put what fired into the situations' inboxes.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", envvar="TOCSIN_BY", help="Who acts.", show_default="the desk itself")
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask every signal rule of every situation's series: deaths, events, their kinds and units, ground gained.

    Example: `tocsin signals --situation armenia-azerbaijan --since 2023-01`

    With `--step week` other rules ask the weeks of single events; they are faster, and nearly untested.

    A signal is a reason to look, never evidence. With `--keep` it waits in the inbox as a candidate; the same signal
    comes in once. How often each rule was right stands in docs/explanation/signals.md.

    Exit codes: 0 asked, also when nothing fired; 1 no table, no such situation or country.
    """
    folder = open_records(desk)
    from tocsin.core.model.judgement import SituationScope
    from tocsin.prepare.signals.control import read_control
    from tocsin.prepare.signals.situations import (
        find_control_signals,
        find_signals,
        read_months,
        read_weeks_of,
        read_widest,
    )
    from tocsin.records.models import Record
    from tocsin.records.queries import get_situation, newest
    from tocsin.review import actions
    from tocsin.review.signals import as_candidate

    found = [get_situation(situation)] if situation else list(Record.objects.filter(kind="situation").order_by("key"))
    records = {record.key: record for record in found}
    countries = {key: newest(record).read(SituationScope).countries for key, record in records.items()}
    start = date(since.year, since.month, 1) if since else None
    placed = {key: codes for key, codes in countries.items() if codes}
    if step == "month" and not source:
        series = read_widest(folder.folder, placed)
    else:
        series = [(*(read_weeks_of if step == "week" else read_months)(folder.folder, source), placed)]
    fired = [one for panel, said_of, its in series for one in find_signals(panel, its, said_of=said_of, since=start)]
    if step == "month":
        fired += find_control_signals(read_control(folder.folder), placed, since=start)
    if keep:
        person, when = get_person(by) if by else None, parse_at(at)
        for key, record in records.items():
            shown = [as_candidate(one) for one in fired if one.situation == key]
            if shown:
                came = actions.take_in(by=person, at=when, situation=record, shown=shown)
                if not as_json:
                    out.print(f"{key}: {came.n_new} new in the inbox", markup=False)
    if as_json:
        say_json([_told(one) for one in fired])
        return
    for one in fired:
        out.print(f"{one.situation} {one.told(one.month)} {one.rule.name}: {one.rule.said()}", markup=False)
    if not fired:
        out.print("Nothing fired. A quiet series is no sign of safety.")


def _told(one: Fired) -> dict[str, object]:
    return {
        "situation": one.situation,
        "countries": one.countries,
        "series_of": one.series_of,
        "rule": one.rule.name,
        "sentence": one.rule.said(),
        "step": one.step,
        "month": one.told(one.month),
        "series": one.rule.series,
        "window_from": one.told(one.window_from),
        "values": one.values,
        "indicators": one.rule.indicators,
        "warnings": one.rule.warnings,
        "source": one.source,
    }
