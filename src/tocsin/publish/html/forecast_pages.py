"""Pages of filed forecasts: all of them at a glance, and every country of one."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.core.model.forecasts import FiledDocument
from tocsin.publish.html.forecast_rows import lead_of, rows_of, title_of
from tocsin.publish.html.frame import Site, page
from tocsin.publish.words import Words

FIRST = {"onset": 15, "fatalities": 10, "alert": 10}
"""How many countries of each target a reader is shown first: as many as its list of hits and false alarms takes in."""


def overview_page(latest: Sequence[tuple[str, FiledDocument]], *, site: Site, words: Words) -> str:
    """The latest forecast of each target, its first countries."""
    return page(
        "forecasts.html",
        site=site,
        words=words,
        path="forecasts/index.html",
        title=words("site-forecasts-overview"),
        description=words("site-forecasts-overview-lead"),
        found=[(f, title_of(f, words), lead_of(f, words), rows_of(f, words, first=FIRST[f.target])) for _, f in latest],
    )


def list_page(digest: str, forecast: FiledDocument, *, site: Site, words: Words) -> str:
    """Every country of one forecast, by rank."""
    return page(
        "forecast_list.html",
        site=site,
        words=words,
        path=f"forecasts/{forecast.target}.html",
        title=title_of(forecast, words),
        lead=lead_of(forecast, words),
        f=forecast,
        digest=digest,
        rows=rows_of(forecast, words),
    )
