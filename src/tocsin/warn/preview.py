"""An open draft as the edition that it would become: the same renderers, nothing frozen, nothing signed.

Files lie as they would on the site, so that a page's own links lead to what it loads.
"""

from __future__ import annotations

import datetime
import mimetypes
import re

import msgspec

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.freeze import freeze
from tocsin.core.editions.signing import fingerprint, key_id
from tocsin.core.model.edition import Edition, Issue
from tocsin.core.vocabulary import load_codebook
from tocsin.publish import html
from tocsin.publish.addresses import edition_path
from tocsin.publish.geojson import map_geojson
from tocsin.publish.html import Proof, Site
from tocsin.publish.maps import situation_svg
from tocsin.publish.pdf.warning import warning_pdf
from tocsin.publish.reading import Reading
from tocsin.publish.site import map_for_page, map_for_paper
from tocsin.publish.summary import summary
from tocsin.publish.words import words
from tocsin.records.models import Record
from tocsin.warn.assembly import assemble
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.queries import latest_edition, problems

_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


class PreviewFile(msgspec.Struct, frozen=True):
    """A file of a preview; a page names the policy under which a browser may show it."""

    data: bytes
    media_type: str
    policy: str = ""


def preview_path(edition: int, warning: str) -> str:
    """Where the page of the edition would lie."""
    return f"{edition_path(warning, edition)}index.html"


def preview_file(
    desk: DeskFolder, draft: Record, path: str, *, by: str, at: datetime.datetime, store: EditionStore
) -> PreviewFile | None:
    """A file of the edition that a draft would become, or what its page loads; None when there is none at that path.

    Raises UnknownRecordError or MapError when the draft cannot be put together.
    """
    shared = html.static_files()
    if path in shared:
        return PreviewFile(shared[path], _media_type(path))
    assert draft.parent is not None  # noqa: S101  # a draft belongs to a bulletin
    assembled = assemble(draft)
    folder = edition_path(draft.parent.key, assembled.draft.edition)
    if not path.startswith(folder):
        return None
    latest = latest_edition(store, draft.parent.key)
    found = problems(assembled, draft, on=at.date(), previous=latest.content if latest else None, desk=desk)
    issue = Issue(
        warning=draft.parent.key,
        edition=assembled.draft.edition,
        identifier=f"{draft.parent.key}.v{assembled.draft.edition}",
        message_type=assembled.draft.message_type,
        status="Draft",
        issued_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        issued_by=by,
        reason=assembled.draft.reason,
        desk=desk.record,
    )
    edition = freeze(assembled.content, issue, load_codebook(), found)
    return _file(desk, edition, latest, path.removeprefix(folder), at.date())


def _file(
    desk: DeskFolder, edition: Edition, latest: Edition | None, name: str, on: datetime.date
) -> PreviewFile | None:
    say = words(desk.settings.language)
    reading = Reading(edition, sha256(canonical_bytes(edition)), on)
    public = desk.public_key()
    site = Site(desk=desk.record, status="Draft", key_id=key_id(public), key_fingerprint=fingerprint(public))
    if name == "index.html":
        page = html.edition_page(
            reading, site=site, words=say, proof=Proof(seq=1, entry_sha256="0" * 64), history=[summary(reading)],
            map_svg=map_for_page(reading),
        )  # fmt: skip
        return _page(page)
    if name == "sources.html":
        return _page(html.sources_page(reading, site=site, words=say))
    if name == "changes.html" and latest:
        before = Reading(latest, sha256(canonical_bytes(latest)), on)
        return _page(html.changes_page(before, reading, site=site, words=say))
    if name == "warning.pdf":
        made = warning_pdf(reading, say, map_svg=map_for_paper(reading), key_fingerprint=site.key_fingerprint)
        return PreviewFile(made, "application/pdf")
    if name == "map.svg" and reading.content.map:
        return PreviewFile(situation_svg(reading.content.map).encode(), "image/svg+xml")
    if name == "map.geojson" and (shapes := map_geojson(reading)) is not None:
        return PreviewFile(shapes, "application/geo+json")
    return None


def _page(text: str) -> PreviewFile:
    found = _POLICY.search(text)
    policy = found[1].replace("&#39;", "'").replace("&#x27;", "'") if found else ""
    return PreviewFile(text.encode(), "text/html; charset=utf-8", policy)


def _media_type(path: str) -> str:
    if path.endswith(".woff2"):
        return "font/woff2"
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
