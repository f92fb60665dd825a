"""All pages of a small site, as tests look at them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence

import msgspec

from tests.publish.expected import LARGE
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.edition import Edition
from tocsin.publish import html
from tocsin.publish.addresses import EDITION_FILES, brief_path, edition_path, log_path, warning_path
from tocsin.publish.following.ledger import ledger_of
from tocsin.publish.maps import WorldMark, world_svg
from tocsin.publish.reading import Reading
from tocsin.publish.site import map_for_page
from tocsin.publish.summary import summary
from tocsin.publish.words import Words, words

FINGERPRINT = "ab" * 32


def make_site(edition: Edition) -> html.Site:
    """The site of the desk that issued an edition."""
    return html.Site(
        desk=edition.issue.desk,
        status=edition.issue.status,
        key_id=FINGERPRINT[:16],
        key_fingerprint=FINGERPRINT,
        natures=(edition.content.nature,),
    )


def make_pages(readings: Sequence[Reading], catalogue: Words | None = None) -> dict[str, str]:
    """Every kind of page by path: of the editions of one warning, oldest first, and of the site around them."""
    said = catalogue or words("en")
    site = make_site(readings[-1].edition)
    history = [summary(reading) for reading in readings]
    latest = history[-1:]
    proofs = [html.Proof(seq=number, entry_sha256="cd" * 32) for number, _ in enumerate(readings, start=1)]
    drawn = [map_for_page(each) for each in readings]
    pages = {
        warning_path(readings[-1].issue.warning) + "index.html": html.warning_page(
            readings[-1],
            site=site,
            words=said,
            proof=proofs[-1],
            history=history,
            map_svg=drawn[-1],
            jsonld='{"@type": "Report"}',
        )
    }
    for reading, proof, svg in zip(readings, proofs, drawn, strict=True):
        folder = edition_path(reading.issue.warning, reading.issue.edition)
        pages[folder + "index.html"] = html.edition_page(
            reading, site=site, words=said, proof=proof, history=history, map_svg=svg
        )
        pages[folder + "sources.html"] = html.sources_page(reading, site=site, words=said)
        pages[folder + "timeline.html"] = html.timeline_page(reading, site=site, words=said)
        if reading.content.series:
            pages[folder + "series.html"] = html.series_page(reading, site=site, words=said)
    for before, after in itertools.pairwise(readings):
        folder = edition_path(after.issue.warning, after.issue.edition)
        pages[folder + "changes.html"] = html.changes_page(before, after, site=site, words=said)
    marks = [
        WorldMark(label=each.title, level=each.level, stale=each.stale, countries=each.countries)
        for each in latest
        if each.level != "none"
    ]
    pages["index.html"] = html.front_page(
        latest,
        site=site,
        words=said,
        world_svg=world_svg(marks),
        narrow_svg=world_svg(marks, width=html.MAP_WIDTH, name="narrow"),
    )
    pages["warnings/index.html"] = html.warnings_page(latest, site=site, words=said)
    pages["sources.html"] = html.site_sources_page(latest, site=site, words=said)
    ledger = ledger_of(latest, desk=site.desk, status=site.status)
    pages["ledger/index.html"] = html.ledger_page(ledger, site=site, words=said)
    pages["ledger/instruments.html"] = html.instruments_page(ledger, site=site, words=said)
    views = html.addressees(ledger)
    pages["addressees/index.html"] = html.addressees_page(views, site=site, words=said)
    pages |= {view.path: html.addressee_page(view, site=site, words=said) for view in views}
    pages["track-record/index.html"] = html.track_record_page(
        LARGE, site=site, words=said, on=datetime.date(2026, 11, 23)
    )
    pages["method.html"] = html.method_page(site=site, words=said)
    pages["verify.html"] = html.verify_page(site=site, words=said)
    pages["follow.html"] = html.follow_page(latest, site=site, words=said)
    pages["404.html"] = html.missing_page(site=site, words=said)
    return pages


def other_files(readings: Sequence[Reading]) -> set[str]:
    """Paths that pages link to and that other renderers make."""
    files = {"key.pem", "manifest.json", "manifest.sig.json"}
    files |= {"track-record/track-record.csv", "track-record/track-record.json"}
    files |= {"ledger/ledger.csv", "ledger/ledger.json"}
    asked = {
        addressee.name for each in readings for ask in each.content.recommendations for addressee in ask.addressees
    }
    files |= {brief_path(name) for name in asked}
    for number, reading in enumerate(readings, start=1):
        files |= {edition_path(reading.issue.warning, reading.issue.edition) + name for name in EDITION_FILES}
        files.add(log_path(number))
    return files | set(html.static_files())


def read(edition: Edition, on: datetime.date = datetime.date(2026, 11, 23)) -> Reading:
    """An edition as renderers read it."""
    return Reading(edition, sha256(canonical_bytes(edition)), on)


def with_content(edition: Edition, **fields: object) -> Edition:
    """The edition with some fields of its content replaced."""
    return msgspec.structs.replace(edition, content=msgspec.structs.replace(edition.content, **fields))


class Marked(Words):
    """A catalogue whose every string is wrapped, so that what does not come from it stands out."""

    def __init__(self, base: Words, lang: str = "en", wrap: tuple[str, str] = ("⟦", "⟧")) -> None:
        super().__init__(lang, {key: f"{wrap[0]}{base(key)}{wrap[1]}" for key in base.keys()})  # noqa: SIM118


PAGES = Mapping[str, str]
