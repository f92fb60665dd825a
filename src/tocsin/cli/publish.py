"""`tocsin publish`: bring the site up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, progress, say_json
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.site_folder import publish_desk


def publish(
    desk: DeskOption = Path(),
    everything: Annotated[bool, typer.Option("--all", help="Render every page again, also those that stand.")] = False,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring the desk's `site/` up to date: pages, PDF, CAP, feeds, linked data, tables; and sign the whole.

    The site is plain files for any web server. Only what is new or no longer true is rendered; publishing twice
    gives identical bytes. Publish once a day, so that a warning past its review date is shown as stale.

    Example: `tocsin publish --desk my-desk`

    Exit codes: 0 published; 1 nothing is issued yet, or an edition was altered.
    """
    folder = find_desk(desk)
    n_entries = len(EditionStore(folder.editions).entry_paths())
    with progress("publishing", n_entries) as advance:
        done = publish_desk(folder, on=parse_at(at).date(), everything=everything, advance=advance)
    if as_json:
        say_json({"site": str(folder.site), **msgspec.to_builtins(done)})
        return
    out.print(
        f"published {done.editions} editions: {done.rendered} folders rendered, {done.written} files written, "
        f"{done.removed} removed"
    )
    out.print(str(folder.site))
