"""A captured PDF to text, page by page."""

from __future__ import annotations

import re

import msgspec
import pypdfium2
import pypdfium2.raw

from tocsin.collect.documents.limits import Limits, UnreadableError, check_size

_HEADER_WITHIN = 1_024
_SOFT_BREAK = re.compile("[\ufffe\u0002\u00ad]\\s*")


class PdfText(msgspec.Struct, frozen=True):
    """The text of a PDF, a form feed between pages.

    n_pages: pages the file says it has; n_pages_read: pages read; n_pages_without_text: among those, pages
    that held no text (scans: their words are pictures, and are *not* in `text`)
    """

    text: str
    n_pages: int
    n_pages_read: int
    n_pages_without_text: int
    title: str | None = None
    claimed_date: str | None = None
    notes: tuple[str, ...] = ()


def read_pdf(data: bytes, *, limits: Limits) -> PdfText:
    """The text of a PDF. Raises UnreadableError for one that is broken, locked, or larger than the limits."""
    check_size(data, limits)
    if b"%PDF-" not in data[:_HEADER_WITHIN]:
        raise UnreadableError(
            "The bytes are no PDF: its mark is missing",
            remedy="Open its address in a browser to see what it is",
        )
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "assword" in str(error)
        raise UnreadableError(
            "The PDF is locked with a password" if locked else "The PDF is broken: it cannot be opened",
            remedy="Ask for an open copy" if locked else "Fetch it again; compare its size with what was announced.",
        ) from None
    try:
        return _read(pdf, limits)
    finally:
        pdf.close()


def _read(pdf: pypdfium2.PdfDocument, limits: Limits) -> PdfText:
    n_pages = len(pdf)
    pages: list[str] = []
    unread: list[int] = []
    n_characters = n_read = 0
    for number in range(min(n_pages, limits.max_pages)):
        try:
            text = _page_text(pdf, number)
        except pypdfium2.PdfiumError:
            unread.append(number + 1)
            text = ""
        pages.append(text)
        n_read += 1
        n_characters += len(text)
        if n_characters > limits.max_characters:
            break
    notes = []
    if unread:
        notes.append(f"Pages that could not be read: {', '.join(map(str, unread[:20]))}")
    if n_read < n_pages:
        notes.append(f"The PDF says it has {n_pages:,} pages; the first {n_read:,} are read")
    n_without_text = sum(not page.strip() for page in pages)
    if n_without_text:
        notes.append(f"{n_without_text:,} of {n_read:,} pages read hold no text; they may be pictures of text")
    about = pdf.get_metadata_dict(skip_empty=True)
    return PdfText(
        text="\f".join(pages)[: limits.max_characters],
        n_pages=n_pages,
        n_pages_read=n_read - len(unread),
        n_pages_without_text=n_without_text,
        title=about.get("Title"),
        claimed_date=_date(about.get("CreationDate")),
        notes=tuple(notes),
    )


def _page_text(pdf: pypdfium2.PdfDocument, number: int) -> str:
    page = pdf[number]
    try:
        textpage = page.get_textpage()
        try:
            return _SOFT_BREAK.sub("", textpage.get_text_bounded().replace("\r\n", "\n").replace("\x00", ""))
        finally:
            textpage.close()
    finally:
        page.close()


def _date(stamp: str | None) -> str | None:
    """`D:20240131…` as 2024-01-31; what the file claims, often the day it was exported."""
    found = re.match(r"D:(\d{4})(\d\d)(\d\d)", stamp or "")
    return "-".join(found.groups()) if found else None
