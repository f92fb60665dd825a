"""Series of counts as tables: the page one tap away from the chart."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from tocsin.core.model.series import EventSeries
from tocsin.publish.addresses import edition_path
from tocsin.publish.html.citations import Citing
from tocsin.publish.html.frame import Site, page
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import months, notes
from tocsin.publish.words import Words


class SeriesView(msgspec.Struct, frozen=True, kw_only=True):
    """A series; rows: month in words, low, best, high, civilians, an absent one as an empty text."""

    s: EventSeries
    rows: list[tuple[str, str, str, str, str]]
    notes: list[str]
    cites: Markup


def series_view(reading: Reading, citing: Citing, words: Words) -> list[SeriesView]:
    """The series in the order of the edition."""
    return [
        SeriesView(s=one, rows=_rows(one, words), notes=notes(one, words), cites=citing(one.sources))
        for one in reading.content.series or ()
    ]


def series_page(reading: Reading, *, site: Site, words: Words) -> str:
    """Every count of every series of one edition."""
    content, issue = reading.content, reading.issue
    return page(
        "series.html",
        site=site,
        words=words,
        path=edition_path(issue.warning, issue.edition) + "series.html",
        title=f"{words('series-title')}: {content.situation.title}",
        language=content.language,
        natures=(content.nature,),
        heading=words("series-title"),
        r=reading,
        series=series_view(reading, Citing(reading, words, ""), words),
    )


def _rows(one: EventSeries, words: Words) -> list[tuple[str, str, str, str, str]]:
    found = []
    for place, month in enumerate(months(one)):
        low, best, high, civilians = (
            f"{values[place]:,}" if values else "" for values in (one.low, one.best, one.high, one.civilians)
        )
        found.append((words.date(month), low, best, high, civilians))
    return found
