"""`tocsin publish`: bring the site up to date."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, out, progress, say_json
from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder
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
    from tocsin.warn.site_folder import publish_desk

    folder = find_desk(desk)
    instant = parse_at(at)
    scored = _score(folder, instant)
    n_entries = len(EditionStore(folder.editions).entry_paths())
    with progress("publishing", n_entries) as advance:
        done = publish_desk(folder, on=instant.date(), everything=everything, advance=advance)
    if as_json:
        say_json({"site": str(folder.site), "scores_filed": scored, **msgspec.to_builtins(done)})
        return
    if scored:
        out.print(f"{scored} scores of past forecasts filed")
    out.print(
        f"published {done.editions} editions: {done.rendered} folders rendered, {done.written} files written, "
        f"{done.removed} removed"
    )
    out.print(str(folder.site))


def _score(folder: DeskFolder, at: datetime.datetime) -> int:
    """File what scores are due; how many."""
    if not any(folder.forecasts.glob("*.json")):
        return 0
    from tocsin.warn.forecast_data import panels_of
    from tocsin.warn.forecasting import score_due

    try:
        return len(score_due(folder, list(panels_of(folder).values()), at=at))
    except TocsinError as error:
        err.print(f"no forecast was scored: {error}", style="yellow", markup=False)
        return 0
