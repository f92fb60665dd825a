"""`tocsin work`: do what waits: publish, deliver, collect on a schedule."""

from __future__ import annotations

import json
import os
import platform
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, err, out, say_json
from tocsin.cli.records import open_records

if TYPE_CHECKING:
    from tocsin.records.models import Job

app = typer.Typer()

KEPT = timedelta(days=14)
"""How long a job that was done is still listed."""


@app.callback(invoke_without_command=True)
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
    lease: Annotated[
        float, typer.Option(min=1, help="Seconds after which another worker takes up what a dead one held.")
    ] = 60.0,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Run a worker: it publishes what was issued, delivers it, and runs sources on their schedule.

    Run as many as you like, on as many machines as reach the database. Ctrl-C or SIGTERM lets it end the job at hand
    first; killed in any other way, nothing is lost: another worker takes the job up.

    Example: `tocsin work --desk my-desk`

    Exit codes: 0 stopped, or nothing more is due; 1 this is no desk; 3 with --once: a job failed for good.
    """
    if context.invoked_subcommand is not None:
        return
    folder = open_records(desk)
    from tocsin.records.queue import table
    from tocsin.records.queue.worker import Worker
    from tocsin.warn.schedule import set_schedules

    worker = Worker(
        f"{platform.node()}:{os.getpid()}",
        clock=_now,
        lease_s=lease,
        say=lambda line: err.print(line, markup=False),
    )
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.stop())
    table.forget_done(before=_now() - KEPT)
    set_schedules(folder, at=_now())
    if not as_json and not once:
        out.print(f"working for {folder.settings.name}; Ctrl-C stops", markup=False)
    worked = worker.run(once=once)
    if as_json:
        say_json(msgspec.to_builtins(worked))
    else:
        out.print(f"{worked.done} jobs done, {worked.put_off} put off, {worked.failed} failed")
    if once and worked.failed:
        raise typer.Exit(3)


@app.command(name="list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also what is done.")] = False,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Show what waits, what runs and what failed, with the reason; and what comes round again.

    Example: `tocsin work list --desk my-desk`

    Exit codes: 0 nothing failed; 1 this is no desk; 3 something failed for good.
    """
    open_records(desk)
    from tocsin.records.models import Job, Schedule

    jobs = Job.objects.all() if everything else Job.objects.exclude(state="done")
    rows = [_row(job) for job in jobs.order_by("pk")]
    schedules = list(Schedule.objects.values("name", "every_s", "next_at"))
    if as_json:
        say_json({"jobs": rows, "schedules": schedules})
    else:
        _print(rows, schedules)
    if any(row["state"] == "failed" for row in rows):
        raise typer.Exit(3)


@app.command()
def again(
    job: Annotated[int, typer.Argument(metavar="ID", help="The job, as `tocsin work list` numbers it.")],
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Put a job that failed for good back on the queue, with all its attempts before it.

    Example: `tocsin work again 17`

    Exit codes: 0 it waits again; 1 there is no such job, or it did not fail.
    """
    open_records(desk)
    from tocsin.records.queue import table

    row = _row(table.run_again(job, at=_now()))
    if as_json:
        say_json(row)
    else:
        out.print(f"job {row['id']} ({row['job']}) waits again", markup=False)


def _now() -> datetime:
    """This instant, as a queue needs it: leases are shorter than what the other commands round to."""
    return datetime.now(UTC)


def _row(job: Job) -> dict[str, Any]:
    errors = json.loads(job.errors)
    return {
        "id": job.pk,
        "job": job.name.rpartition(".")[2],
        "arguments": json.loads(job.arguments),
        "state": job.state,
        "attempts": job.attempts,
        "due_at": job.due_at,
        "worker": job.worker,
        "error": errors[-1]["text"].strip().splitlines()[-1] if errors else "",
        "errors": errors,
    }


def _print(rows: list[dict[str, Any]], schedules: list[dict[str, Any]]) -> None:
    if not rows:
        out.print("nothing waits and nothing failed")
    else:
        table = Table(box=SIMPLE, show_edge=False)
        for column in ("id", "job", "state", "attempts", "due", "last error"):
            table.add_column(column, overflow="fold")
        for row in rows:
            due = f"{row['due_at']:%Y-%m-%d %H:%M:%S}" if row["due_at"] else ""
            said = [json.dumps(value) for value in (*row["arguments"]["args"], *row["arguments"]["kwargs"].values())]
            table.add_row(
                str(row["id"]),
                f"{row['job']} {' '.join(said)}".strip(),
                row["state"],
                str(row["attempts"]),
                due,
                row["error"],
            )
        out.print(table)
    for schedule in schedules:
        hours = schedule["every_s"] / 3600
        out.print(f"{schedule['name']}: every {hours:g} h, next {schedule['next_at']:%Y-%m-%d %H:%M}", markup=False)
