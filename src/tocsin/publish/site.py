"""What stands on a site: the files of each edition, of each warning, and those that all share.

Pure: editions and light records in, paths and bytes out. What is rendered when is decided by who writes the folder.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files

from tocsin.core import geography
from tocsin.publish import html
from tocsin.publish.addresses import (
    LEDGER_BY_INSTRUMENT,
    LEDGER_FOLDER,
    LEDGER_PAGE,
    TRACK_RECORD_FOLDER,
    TRACK_RECORD_PAGE,
    brief_path,
)
from tocsin.publish.cap import cap_alert
from tocsin.publish.feed_entries import FeedEntry, FeedKey
from tocsin.publish.feeds import atom_feed, json_feed, pages
from tocsin.publish.following.briefs import brief_of, made_from
from tocsin.publish.following.documents import Responses, TrackRecord, document_bytes
from tocsin.publish.following.ledger import ledger_bytes, ledger_of
from tocsin.publish.following.tables import ledger_csv, track_record_csv
from tocsin.publish.geojson import map_geojson
from tocsin.publish.html import Proof, Site
from tocsin.publish.jsonld import report_file, report_script
from tocsin.publish.maps import WorldMark, situation_svg, world_svg
from tocsin.publish.pdf.brief import brief_pdf
from tocsin.publish.pdf.pictures import MAP_WIDTH, printed_map
from tocsin.publish.pdf.preview import preview_png
from tocsin.publish.pdf.warning import warning_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import WIDTH, WIDTH_NARROW, series_svg
from tocsin.publish.summary import Summary
from tocsin.publish.tables import claims_csv, incidents_csv, recommendations_csv, series_csv
from tocsin.publish.timeline.chart import timeline_svg
from tocsin.publish.timeline.entries import entries
from tocsin.publish.timeline.where import has_where, where_svg
from tocsin.publish.words import Words

File = tuple[str, bytes]
"""A path and its bytes."""


WORLD_WIDTHS = (720, 344)
"""Widths at which the map of the world is drawn: for a wide page, and for a phone."""


def map_for_page(reading: Reading) -> str:
    """The map as it stands in a page; empty where there is none."""
    return situation_svg(reading.content.map, width=html.MAP_WIDTH, notes=False) if reading.content.map else ""


def map_for_paper(reading: Reading) -> str | None:
    """The map as it stands in the PDF; None where there is none."""
    shown = reading.content.map
    return situation_svg(printed_map(shown), width=MAP_WIDTH, plain=True) if shown else None


def edition_pages(
    reading: Reading,
    *,
    previous: Reading | None,
    history: Sequence[Summary],
    proof: Proof,
    site: Site,
    words: Words,
) -> Iterator[File]:
    """The pages of one edition, by name within its folder. `history` holds all editions of the warning."""
    drawn = map_for_page(reading)
    script = report_script(reading, words, claims=False)
    page = html.edition_page(
        reading, site=site, words=words, proof=proof, history=history, map_svg=drawn, jsonld=script
    )
    yield "index.html", page.encode()
    yield "sources.html", html.sources_page(reading, site=site, words=words).encode()
    if previous:
        yield "changes.html", html.changes_page(previous, reading, site=site, words=words).encode()
    if reading.content.series:
        yield "series.html", html.series_page(reading, site=site, words=words).encode()
    if entries(reading) or reading.content.incidents:
        yield "timeline.html", html.timeline_page(reading, site=site, words=words).encode()


def edition_files(
    reading: Reading, *, key_fingerprint: str, words: Words, edition_json: bytes, edition_signature: bytes
) -> Iterator[File]:
    """The lasting files of one edition, by name within its folder: they follow from it alone, whatever comes after."""
    yield "edition.json", edition_json
    yield "edition.sig.json", edition_signature
    yield "warning.pdf", warning_pdf(reading, words, map_svg=map_for_paper(reading), key_fingerprint=key_fingerprint)
    yield "preview.png", preview_png(reading, words)
    yield "alert.cap.xml", cap_alert(reading, words)
    yield "report.jsonld", report_file(reading, words)
    yield "claims.csv", claims_csv(reading)
    yield "recommendations.csv", recommendations_csv(reading)
    if reading.content.series:
        for name, width in (("series.svg", WIDTH), ("series-narrow.svg", WIDTH_NARROW)):
            yield name, series_svg(reading.content.series, words, width=width).encode()
        yield "series.csv", series_csv(reading)
    yield from _when_and_where(reading, words)
    if reading.content.map:
        yield "map.svg", situation_svg(reading.content.map).encode()
    if (shapes := map_geojson(reading)) is not None:
        yield "map.geojson", shapes


def _when_and_where(reading: Reading, words: Words) -> Iterator[File]:
    """The pictures of the timeline, for a wide page and for a phone; and the incidents as rows."""
    dated, incidents = entries(reading), reading.content.incidents or ()
    if not dated and not incidents:
        return
    for name, width in (("", WIDTH), ("-narrow", WIDTH_NARROW)):
        yield f"timeline{name}.svg", timeline_svg(dated, incidents, words, width=width).encode()
        if has_where(reading):
            yield f"where{name}.svg", where_svg(reading, words, width=width).encode()
    if incidents:
        yield "incidents.csv", incidents_csv(reading)


def warning_folder(
    reading: Reading, *, history: Sequence[Summary], proof: Proof, site: Site, words: Words
) -> Iterator[File]:
    """The files of a warning: the page of its latest edition, by name within its folder."""
    script = report_script(reading, words, claims=False)
    page = html.warning_page(
        reading, site=site, words=words, proof=proof, history=history, map_svg=map_for_page(reading), jsonld=script
    )
    yield "index.html", page.encode()


def shared_files(
    summaries: Sequence[Summary],
    entries: Sequence[FeedEntry],
    *,
    site: Site,
    words: Words,
    on: datetime.date,
    track_record: TrackRecord | None = None,
    responses: Responses | None = None,
    keep: Callable[[str], bool] = lambda path: False,
    stands: Callable[[str, str], bool] = lambda path, made_from: False,
) -> Iterator[File]:
    """The files that all editions share, by path from the site's root; both lists oldest first.

    `on` is the day of publishing, which decides what is overdue. `track_record` and `responses` are what the desk froze
    for the site. `keep` is asked of each file that never changes while the site and what renders it stay the same; it
    says whether the one that stands is kept. `stands` is asked the same of a file that costs much to make, with the
    hash of all that it is made from.
    """
    latest = list({each.warning: each for each in summaries}.values())
    marks = world_marks(latest)
    wide, narrow = (world_svg(marks, width=width, name=f"world-{width}") for width in WORLD_WIDTHS)
    yield "index.html", html.front_page(latest, site=site, words=words, world_svg=wide, narrow_svg=narrow).encode()
    yield "warnings/index.html", html.warnings_page(latest, site=site, words=words).encode()
    ledger = ledger_of(latest, desk=site.desk, status=site.status, responses=responses)
    yield LEDGER_PAGE, html.ledger_page(ledger, site=site, words=words).encode()
    yield LEDGER_BY_INSTRUMENT, html.instruments_page(ledger, site=site, words=words).encode()
    yield f"{LEDGER_FOLDER}ledger.json", ledger_bytes(ledger)
    yield f"{LEDGER_FOLDER}ledger.csv", ledger_csv(ledger)
    views = html.addressees(ledger)
    yield "addressees/index.html", html.addressees_page(views, site=site, words=words).encode()
    for view in views:
        yield view.path, html.addressee_page(view, site=site, words=words).encode()
        brief = brief_of(view, ledger, words)
        if not stands(brief_path(view.name), made_from(brief)):
            yield brief_path(view.name), brief_pdf(brief, words)
    yield from _track_record(track_record, site, words, on)
    yield "sources.html", html.site_sources_page(latest, site=site, words=words).encode()
    yield "follow.html", html.follow_page(latest, site=site, words=words).encode()
    for path, page in (
        ("method.html", html.method_page),
        ("verify.html", html.verify_page),
        ("404.html", html.missing_page),
    ):
        if not keep(path):
            yield path, page(site=site, words=words).encode()
    yield "edition-1.schema.json", (files("tocsin.core.editions") / "edition-1.schema.json").read_bytes()
    yield from html.static_files().items()
    yield from _feeds(entries, words, keep, site.hub)


def _track_record(record: TrackRecord | None, site: Site, words: Words, on: datetime.date) -> Iterator[File]:
    yield TRACK_RECORD_PAGE, html.track_record_page(record, site=site, words=words, on=on).encode()
    if record:
        yield f"{TRACK_RECORD_FOLDER}track-record.json", document_bytes(record)
        yield f"{TRACK_RECORD_FOLDER}track-record.csv", track_record_csv(record)


def world_marks(latest: Sequence[Summary]) -> list[WorldMark]:
    """One mark a country: the highest level of the warnings in force there, else of the stale ones.

    Withdrawn warnings are not marked. The country is the first of those that a situation names.
    """
    rank = {"none": 0, "watch": 1, "warning": 2, "emergency": 3}
    found: dict[str, list[Summary]] = {}
    for each in latest:
        if each.message_type != "Cancel" and each.countries and each.level != "none":
            found.setdefault(each.countries[0], []).append(each)
    marks = []
    for country, there in sorted(found.items()):
        first = max(there, key=lambda each: (not each.stale, rank[each.level]))
        known = geography.find_country(country)
        if first.level != "none" and known:
            label = known.label if len(there) == 1 else f"{known.label} ({len(there)})"
            marks.append(WorldMark(label=label, level=first.level, stale=first.stale, countries=(country,)))
    return marks


def _feeds(entries: Sequence[FeedEntry], words: Words, keep: Callable[[str], bool], hub: str) -> Iterator[File]:
    own: dict[FeedKey, list[FeedEntry]] = {}
    for entry in entries:
        for key in entry.feeds:
            own.setdefault(key, []).append(entry)
    for key, listed in own.items():
        for page in pages(len(listed)):
            some = listed[page.first : page.last]
            for form, make in (("atom", atom_feed), ("json", json_feed)):
                path = page.path(key, form)
                if not (page.archive and keep(path)):
                    yield path, make(key, page, some, words, hub=hub)
