"""`warning_pdf`: one Edition as a tagged PDF that prints well in grey. Same Edition, same bytes."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from threading import Lock

import msgspec
import pikepdf
import typst

from tocsin.core.errors import TocsinError
from tocsin.publish.addresses import edition_url
from tocsin.publish.pdf.asks import changes, events, recommendations
from tocsin.publish.pdf.assessed import figures, situation_map, stages
from tocsin.publish.pdf.claims import claims
from tocsin.publish.pdf.closing import careful, method, places, sources, verify
from tocsin.publish.pdf.coverage import FONTS
from tocsin.publish.pdf.front import front
from tocsin.publish.pdf.pictures import qr_svg, setting_svg
from tocsin.publish.pdf.printable import printable_all
from tocsin.publish.pdf.references import with_destinations
from tocsin.publish.pdf.series import series, stroke_pictures
from tocsin.publish.pdf.wording import Piece, Wording
from tocsin.publish.reading import Reading
from tocsin.publish.words import RIGHT_TO_LEFT, Words

HERE = Path(__file__).parent
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
"""Tagged for assistive technology (PDF/UA-1) and for archives (PDF/A-2a); typst refuses what it sees violate them."""

GENERATIONS = 11
"""Documents after which typst has forgotten one; it would keep some 300 MB otherwise, and be no faster for it."""

_ONE_AT_A_TIME = Lock()


class PdfError(TocsinError):
    """An edition or a map that could not be set as a PDF."""


def warning_pdf(reading: Reading, words: Words, *, map_svg: str | None = None, key_fingerprint: str = "") -> bytes:
    """An edition as PDF bytes (A4).

    map_svg:         the edition's map, `plain`, best of `printed_map` at MAP_WIDTH; None: said in words
    key_fingerprint: SHA-256 of the desk's public key, 64 hexadecimal digits; empty: left out

    Raises PictureError when the map is no SVG, PdfError when typst refuses the document.
    """
    document = printable_all(pages(reading, words, drawn=map_svg is not None, key_fingerprint=key_fingerprint))
    document["qr"] = qr_svg(edition_url(reading.issue))
    document["strokes"] = stroke_pictures(reading.content.series or ())
    document["map"] = setting_svg(map_svg) if map_svg is not None else None
    made = compiled("warning.typ", msgspec.json.encode(document).decode(), reading.issue.identifier)
    return packed(with_destinations(made))


def compiled(template: str, document: str, about: str) -> bytes:
    """A document as JSON set by a template. Raises PdfError, which names what it is about."""
    # One input only: typst keeps inputs in the order of a hash table, and another order would miss its cache.
    try:
        with _ONE_AT_A_TIME:
            made = _compiler(template).compile(
                format="pdf", sys_inputs={"document": document}, pdf_standards=STANDARDS, timestamp=0
            )
            _forget()
    except typst.TypstError as error:
        raise PdfError(f"no PDF could be made: {error.message}", where=about) from error
    assert isinstance(made, bytes)  # noqa: S101  # one document, no output file: typst returns its bytes
    return made


def packed(pdf: bytes) -> bytes:
    """The same document in half the bytes: its small objects, most of them tags, are put into compressed streams."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return made.getvalue()


def picture(template: str, document: str, about: str) -> bytes:
    """A document as JSON set by a template of one page, as PNG; a point is a pixel. Raises PdfError."""
    try:
        with _ONE_AT_A_TIME:
            made = _compiler(template).compile(format="png", ppi=72, sys_inputs={"document": document})
            _forget()
    except typst.TypstError as error:
        raise PdfError(f"no picture could be made: {error.message}", where=about) from error
    assert isinstance(made, bytes)  # noqa: S101  # one page: typst returns its bytes
    return made


def pages(reading: Reading, words: Words, *, drawn: bool, key_fingerprint: str = "") -> dict[str, Piece]:
    """Everything that the PDF says, in order, as the templates read it."""
    say, issue, content = Wording(reading, words), reading.issue, reading.content
    sections = [
        stages(say),
        *([figures(say)] if content.figures else []),
        *([series(say)] if content.series else []),
        situation_map(say, drawn=drawn),
        claims(say),
        recommendations(say),
        *([events(say)] if content.events else []),
        changes(say),
        careful(say),
        *([places(say)] if content.places else []),
        method(say),
        sources(say),
        verify(say, key_fingerprint=key_fingerprint),
    ]
    primary = content.language.split("-")[0].lower()
    return {
        "lang": words.lang.split("-")[0].lower(),
        "dir": words.direction,
        "content_dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr",
        "title": content.headline.strip() or issue.identifier,
        "author": issue.desk.name,
        "description": content.nature,
        "sha256": reading.sha256,
        "frozen": _parts(issue.issued_at),
        "foot": {
            "line": say(
                "foot", warning=issue.warning, n=issue.edition, status=words(f"cap-status-{issue.status}")
            ),
            "hash": say("foot-hash"),
            "page": say("page", page="{page}", pages="{pages}"),
        },
        "front": front(say),
        "sections": sections,
    }  # fmt: skip


def _parts(instant: str) -> dict[str, int]:
    """The document's date is the day and time at which the edition was frozen: no clock is read."""
    units = ("year", "month", "day", "hour", "minute", "second")
    return dict(zip(units, map(int, re.split("[-T:]", instant.rstrip("Z"))), strict=True))


def _forget() -> None:
    """Let typst forget the document: it drops what its last ten documents did not use, and small ones count too."""
    for _ in range(GENERATIONS):
        _compiler("nothing.typ").compile(format="svg")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _compiler(template: str) -> typst.Compiler:
    """One compiler for the process and a template: it keeps the fonts."""
    return typst.Compiler(str(HERE / template), root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True)
