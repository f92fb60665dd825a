"""`tocsin publish`: bring the site up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, out, progress, say_json
from tocsin.warn.edition_store import EditionStore


def publish(
    desk: DeskOption = Path(),
    everything: Annotated[bool, typer.Option("--all", help="Render every page again, also those that stand.")] = False,
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring the desk's `site/` up to date: pages, PDF, CAP, feeds, linked data, tables; and sign the whole.

    The site is plain files for any web server. Only what is new or no longer true is rendered; publishing twice
    gives identical bytes. Publish once a day, so that a warning past its review date is shown as stale.

    Before that, forecasts on record are scored whose outcome the data in hand settle: what the sources collected last,
    or the panels that desk.toml lists under [forecast]. Data that cannot be used are said on standard error and keep no
    warning from being published.

    Example: `tocsin publish --desk my-desk`

    Exit codes: 0 published; 1 nothing is issued yet, or an edition was altered.
    """
    from tocsin.warn.publishing import score_and_publish

    folder = find_desk(desk)
    n_entries = len(EditionStore(folder.editions).entry_paths())
    with progress("publishing", n_entries) as advance:
        found = score_and_publish(folder, at=parse_at(at), everything=everything, advance=advance)
    done = found.site
    if found.not_scored:
        err.print(f"no forecast was scored: {found.not_scored}", style="yellow", markup=False)
    if as_json:
        say_json({"site": str(folder.site), "scores_filed": found.scores_filed, **msgspec.to_builtins(done)})
        return
    if found.scores_filed:
        out.print(f"{found.scores_filed} scores of past forecasts filed")
    out.print(
        f"published {done.editions} editions: {done.rendered} folders rendered, {done.written} files written, "
        f"{done.removed} removed"
    )
    out.print(str(folder.site))
