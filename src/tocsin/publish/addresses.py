"""Where things stand on the site. Paths are relative to the site's root; an edition's never change."""

from __future__ import annotations

import re

from tocsin.core.model.edition import Edition, Issue

EDITION_FILES = (
    "index.html",
    "changes.html",
    "sources.html",
    "edition.json",
    "edition.sig.json",
    "warning.pdf",
    "preview.png",
    "alert.cap.xml",
    "report.jsonld",
    "claims.csv",
    "recommendations.csv",
    "map.geojson",
    "map.svg",
    "series.html",
    "series.svg",
    "series-narrow.svg",
    "series.csv",
    "timeline.html",
    "timeline.svg",
    "timeline-narrow.svg",
    "where.svg",
    "where-narrow.svg",
    "incidents.csv",
)
"""What stands in an edition's folder; `changes.html` from the second edition on, the maps, the series,
the timeline and the incidents where there are any."""

LEDGER_FOLDER = "ledger/"
LEDGER_PAGE = f"{LEDGER_FOLDER}index.html"
LEDGER_BY_INSTRUMENT = f"{LEDGER_FOLDER}instruments.html"
TRACK_RECORD_FOLDER = "track-record/"
TRACK_RECORD_PAGE = f"{TRACK_RECORD_FOLDER}index.html"


def slug(text: str) -> str:
    """A name as it may stand in an address: lower-case ASCII letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def warning_path(warning: str) -> str:
    """Folder of a warning: its latest edition."""
    return f"warnings/{slug(warning)}/"


def edition_path(warning: str, edition: int) -> str:
    """Folder of one edition, for good."""
    return f"{warning_path(warning)}{edition}/"


def edition_url(issue: Issue, file: str = "") -> str:
    """Permanent address of an edition, or of a file of it."""
    return f"{issue.desk.url}/{edition_path(issue.warning, issue.edition)}{file}"


def warning_url(edition: Edition) -> str:
    """Address of the warning's latest edition."""
    return f"{edition.issue.desk.url}/{warning_path(edition.issue.warning)}"


def addressee_path(name: str) -> str:
    """Page of what was asked of one addressee."""
    return f"addressees/{slug(name)}.html"


def brief_path(name: str) -> str:
    """The same on paper, to bring to a meeting."""
    return f"addressees/{slug(name)}.pdf"


def log_path(seq: int) -> str:
    """An entry of the log."""
    return f"log/{seq:06}.json"


def feed_path(kind: str, name: str = "", form: str = "atom") -> str:
    """A feed: all, one situation's, one level's. `form` is atom or json."""
    return f"feeds/{kind}/{slug(name)}.{form}" if name else f"feeds/{kind}.{form}"
