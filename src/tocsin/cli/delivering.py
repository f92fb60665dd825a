"""`tocsin warn`, what became of each message: deliveries, send again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ByOption, ReasonOption, get_person, open_records


def deliveries(
    warning: Annotated[str, typer.Argument(metavar="[WARNING]", help="One warning's. [all]")] = "",
    log: Annotated[bool, typer.Option("--log", help="Show each step, in the target's own words.")] = False,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Show what became of each message: to whom, how often tried, whether it may have arrived twice.

    Example: `tocsin warn deliveries GW-2023-10-ARM-AZE --log`

    Exit codes: 0 all sent, or still waiting; 1 this is no desk; 3 some failed, or nobody knows whether they arrived.
    """
    open_records(desk)
    from tocsin.warn.deliver import queries

    rows = queries.deliveries(warning)
    if as_json:
        say_json(rows)
    else:
        table = Table(box=SIMPLE, show_edge=False)
        for column in ("id", "edition", "channel", "target", "state", "attempts", "last said"):
            table.add_column(column, overflow="fold")
        for row in rows:
            said = row["log"][-1]["said"] if row["log"] else ""
            state = f"{row['state']}{', maybe twice' if row['maybe_twice'] else ''}"
            edition = f"{row['warning']} {row['edition']} {row['message_type']}"
            table.add_row(
                str(row["id"]), edition, row["channel"], row["target"], state, str(row["attempts"]), said
            )  # fmt: skip
            for step in row["log"] if log else ():
                table.add_row("", f"{step['at']:%Y-%m-%d %H:%M:%S}", "", step["verb"], step["state"], "", step["said"])
        out.print(table)
    if any(row["state"] in ("failed", "unsure") for row in rows):
        raise typer.Exit(3)


def send_again(
    delivery: Annotated[int, typer.Argument(metavar="ID", help="As `tocsin warn deliveries` numbers it.")],
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Send a message once more that failed, or of which nobody knows whether it arrived. Needs a publisher.

    Example: `tocsin warn send-again 17 --by petra -m "their server was down"`

    Exit codes: 0 queued; 1 not allowed, no such delivery, or it was sent.
    """
    open_records(desk)
    from tocsin.warn.deliver import actions, queries

    queued = actions.send_again(
        by=get_person(by), at=parse_at(at), delivery=queries.get_delivery(delivery), reason=reason
    )
    if as_json:
        say_json({"id": queued.pk, "state": queued.state})
    else:
        out.print(f"delivery {queued.pk} is {queued.state}", markup=False)


COMMANDS = (deliveries, send_again)
