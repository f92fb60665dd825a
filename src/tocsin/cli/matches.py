"""`tocsin follow matches`: what may answer a recommendation, proposed from what was collected."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import SituationOption, open_records
from tocsin.core.errors import TocsinError


def matches(
    situation: SituationOption,
    since: Annotated[
        str, typer.Option(help="Leave out listings before this day, YYYY-MM-DD.", show_default="none left out")
    ] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Propose listings of the UN Security Council that may answer a recommendation of sanctions.

    Words are compared, nothing else: a match is a reason to look. Record what you find with `tocsin follow respond`.

    Example: `tocsin follow matches --situation armenia-azerbaijan --since 2023-10-01`

    Exit codes: 0 listed, also when there is none; 1 no such situation, or the list was not collected yet.
    """
    folder = open_records(desk)
    from tocsin.follow.matches import sanctions_matches
    from tocsin.records.queries import get_situation

    try:
        day = datetime.date.fromisoformat(since).isoformat() if since else ""
    except ValueError as error:
        raise TocsinError(f"{since!r} is no day", remedy="Write 2023-10-01") from error
    found = sanctions_matches(folder.folder, get_situation(situation), since=day)
    if as_json:
        say_json(
            {
                "list_generated_at": found.list_generated_at,
                "n_listings": found.n_listings,
                "matches": [
                    {
                        "recommendation": each.recommendation,
                        "asked_of": list(each.asked_of),
                        "reference_number": each.listing.reference_number,
                        "name": each.listing.name,
                        "listed_as": each.listing.listed_as,
                        "listed_date": each.listing.listed_date,
                        "regime": each.listing.regime,
                        "why": each.why,
                    }
                    for each in found.matches
                ],
            }
        )
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("recommendation", "listed", "reference", "name", "why it is proposed"):
        table.add_column(column)
    for each in found.matches:
        said = each.listing
        row = (each.recommendation, said.listed_date, said.reference_number, said.name, each.why)
        table.add_row(*map(Text, row))
    if found.matches:
        out.print(table)
    out.print(
        f"{len(found.matches):,} proposals from {found.n_listings:,} listings, list of {found.list_generated_at}; "
        "none is recorded: look, then `tocsin follow respond`"
    )


COMMANDS = (matches,)
