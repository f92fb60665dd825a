"""Pages of filed forecasts: all of them at a glance, and every country of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tocsin.core.model.forecasts import FiledDocument
from tocsin.publish.html.forecast_rows import feature, lead_of, rows_of, title_of
from tocsin.publish.html.frame import Site, page
from tocsin.publish.words import Words

MOST_MOVED = 8
"""How many weights of each part a page shows; the JSON has all."""
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
        moved=_moved(forecast, words),
    )


def _moved(forecast: FiledDocument, words: Words) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What moved the model, for each part: what it is called, what its numbers count, the greatest of them."""
    weights = forecast.fit.learnt if forecast.fit else ()
    found = []
    for part, own in groupby(weights, key=lambda each: each.part):
        some = list(own)
        signed = "log-odds" in some[0].unit
        told = [
            (feature(each.feature, words), f"{each.value:+.3f}" if signed else f"{each.value:.3f}")
            for each in some[:MOST_MOVED]
        ]
        found.append((part, some[0].unit, told))
    return found
