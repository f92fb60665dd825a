"""`tocsin migrate`: bring a desk's database up to date."""

from __future__ import annotations

from pathlib import Path

from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json


def migrate(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """Bring the desk's database up to this version. Make a backup first.

    A new database needs no such step: it is made when it is first used.

    Example: `tocsin migrate --desk my-desk`

    Exit codes: 0 up to date; 1 this is no desk, or its database does not answer.
    """
    folder = find_desk(desk)
    from tocsin.web import setup
    from tocsin.web.database import prepare

    setup(folder.folder)
    applied = prepare()
    if as_json:
        say_json({"applied": applied})
    else:
        out.print(f"{len(applied)} migrations applied" if applied else "the database is up to date")
