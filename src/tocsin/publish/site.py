"""What stands on a site: the files of each edition, of each warning, and those that all share.

Pure: editions and light records in, paths and bytes out. What is rendered when is decided by who writes the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from tocsin.publish.cap import cap_alert
from tocsin.publish.feed_entries import FeedEntry, FeedKey
from tocsin.publish.feeds import atom_feed, json_feed, pages
from tocsin.publish.geojson import map_geojson
from tocsin.publish.html import MAP_WIDTH, edition_page, warning_page
from tocsin.publish.html.frame import Proof, Site
from tocsin.publish.jsonld import report_file, report_script
from tocsin.publish.maps import situation_svg
from tocsin.publish.pdf.warning import warning_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary
from tocsin.publish.tables import claims_csv, recommendations_csv
from tocsin.publish.words import Words

File = tuple[str, bytes]
"""A path and its bytes."""

PAPER_MAP_WIDTH = 640
"""Width at which a map is drawn for the PDF, in CSS pixels."""


def map_for_page(reading: Reading) -> str:
    """The map as it stands in a page; empty where there is none."""
    return situation_svg(reading.content.map, width=MAP_WIDTH) if reading.content.map else ""


def map_for_paper(reading: Reading) -> str | None:
    """The map as it stands in the PDF; None where there is none."""
    return situation_svg(reading.content.map, width=PAPER_MAP_WIDTH, plain=True) if reading.content.map else None


def edition_folder(
    reading: Reading,
    *,
    previous: Reading | None,
    history: Sequence[Summary],
    proof: Proof,
    site: Site,
    words: Words,
    edition_json: bytes,
    edition_signature: bytes,
) -> Iterator[File]:
    """The files of one edition, by name within its folder. `history` holds all editions of the warning."""
    yield "edition.json", edition_json
    yield "edition.sig.json", edition_signature
    script = report_script(reading, words, claims=False)
    drawn = map_for_page(reading)
    page = edition_page(reading, site=site, words=words, proof=proof, history=history, map_svg=drawn, jsonld=script)
    yield "index.html", page.encode()
    yield (
        "warning.pdf",
        warning_pdf(reading, words, map_svg=map_for_paper(reading), key_fingerprint=site.key_fingerprint),
    )
    yield "alert.cap.xml", cap_alert(reading, words)
    yield "report.jsonld", report_file(reading, words)
    yield "claims.csv", claims_csv(reading)
    yield "recommendations.csv", recommendations_csv(reading)
    if drawn:
        yield "map.svg", drawn.encode()
    if (shapes := map_geojson(reading)) is not None:
        yield "map.geojson", shapes


def warning_folder(
    reading: Reading, *, history: Sequence[Summary], proof: Proof, site: Site, words: Words
) -> Iterator[File]:
    """The files of a warning: the page of its latest edition, by name within its folder."""
    script = report_script(reading, words, claims=False)
    page = warning_page(
        reading, site=site, words=words, proof=proof, history=history, map_svg=map_for_page(reading), jsonld=script
    )
    yield "index.html", page.encode()


def shared_files(
    summaries: Sequence[Summary],
    entries: Sequence[FeedEntry],
    *,
    site: Site,
    words: Words,
    keep: Callable[[str], bool] = lambda path: False,
) -> Iterator[File]:
    """The files that all editions share, by path from the site's root; both lists oldest first.

    `keep` is asked of each file that never changes once it is written; it says whether the one that stands is kept.
    """
    yield from _feeds(entries, words, keep)
    yield from _assets()


def _feeds(entries: Sequence[FeedEntry], words: Words, keep: Callable[[str], bool]) -> Iterator[File]:
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
                    yield path, make(key, page, some, words)


def _assets() -> Iterator[File]:
    yield "edition-1.schema.json", (files("tocsin.core.editions") / "edition-1.schema.json").read_bytes()
    for path, data in _tree(files("tocsin.publish.html") / "assets"):
        yield f"assets/{path}", data
    for path, data in _tree(files("tocsin.publish") / "fonts"):
        if path.endswith((".woff2", ".css", ".txt")):
            yield f"assets/fonts/{path}", data


def _tree(folder: Traversable, above: str = "") -> Iterator[File]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _tree(entry, f"{above}{entry.name}/")
        else:
            yield f"{above}{entry.name}", entry.read_bytes()
