"""`tocsin doctor`: look a desk over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import has_records, open_records
from tocsin.core.editions.verification import Failure
from tocsin.warn.doctor import Leftover, examine, tidy


def doctor(
    desk: DeskOption = Path(),
    fix: Annotated[bool, typer.Option("--tidy", help="Remove what interrupted commands left behind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look a desk over: its key, every hash, the chain, every signature, and files left behind.

    Where the desk has filed forecasts: their chain, signatures and hashes. Where it keeps records: the audit chain,
    every version, history and sign-off, orphans, and the triggers that forbid change. A row that was changed by hand is
    named.

    Example: `tocsin doctor --desk my-desk`

    Exit codes: 0 all is well; 1 this is no desk; 3 something does not hold.
    """
    folder = find_desk(desk)
    removed = tidy(folder) if fix else []
    found = list(examine(folder))
    if has_records(folder):
        found += examine_records(desk)
    failures = [each for each in found if not isinstance(each, Leftover)]
    if as_json:
        say_json(
            {
                "well": not failures,
                "failures": [{"where": each.where, "text": each.text} for each in failures],
                "left_behind": [each.where for each in found if isinstance(each, Leftover)],
                "removed": removed,
            }
        )
    else:
        for each in found:
            style = "yellow" if isinstance(each, Leftover) else "red"
            out.print(f"{each.where}: {each.text}", style=style, markup=False)
        for path in removed:
            out.print(f"removed {path}", markup=False)
        n_left = len(found) - len(failures)
        if failures:
            out.print(f"{len(failures)} things do not hold", style="bold red")
        elif n_left:
            out.print(f"all is well; {n_left} files may be removed with --tidy")
        else:
            out.print("all is well")
    if failures:
        raise typer.Exit(3)


def examine_records(desk: Path) -> list[Failure]:
    """Everything about the desk's records that does not hold."""
    folder = open_records(desk)
    from tocsin.records import integrity
    from tocsin.warn import records_doctor

    found = list(integrity.examine())
    return found or list(records_doctor.examine(folder))
