"""Any captured document to text: what kind of bytes these are, what they say, in which language."""

from __future__ import annotations

import re

import msgspec

from tocsin.collect.documents.decoding import decode
from tocsin.collect.documents.language import identify_language
from tocsin.collect.documents.limits import Limits, UnreadableError, check_size
from tocsin.collect.documents.page import read_page
from tocsin.collect.documents.pdf import read_pdf

_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|article|div|p|meta|title)\b", re.IGNORECASE)


class Document(msgspec.Struct, frozen=True):
    """What a captured document says, and what it claims about itself.

    kind:         page, pdf or text, by the bytes and not by what the server called them
    language:     BCP 47 primary tag or `und`; p_language: the identifier's probability for it, 0 to 1
    claimed_date: the date the document gives for itself, as it writes it
    n_pages:      pages of a PDF, else None
    notes:        what was lost, left, or not as claimed; one sentence each
    """

    kind: str
    text: str
    title: str | None
    language: str
    p_language: float
    site_name: str | None = None
    canonical_url: str | None = None
    claimed_date: str | None = None
    encoding: str | None = None
    n_pages: int | None = None
    notes: tuple[str, ...] = ()


def read_document(
    data: bytes, *, charset: str | None = None, url: str | None = None, limits: Limits | None = None
) -> Document:
    """The text of a page, PDF or plain text.

    charset: what the server said; url: where it was. Raises UnreadableError, saying why, for everything else.
    """
    limits = limits or Limits()
    check_size(data, limits)
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("The document is empty", remedy="Fetch it again")
    if b"%PDF-" in data[:1_024]:
        pdf = read_pdf(data, limits=limits)
        language = identify_language(pdf.text)
        return Document(
            kind="pdf",
            text=pdf.text,
            title=pdf.title,
            language=language.tag,
            p_language=language.p_language,
            claimed_date=pdf.claimed_date,
            n_pages=pdf.n_pages,
            notes=pdf.notes,
        )
    if _MARKUP.search(_ascii(data[:8_192])):
        page = read_page(data, charset=charset, url=url, limits=limits)
        language = identify_language(page.text)
        return Document(
            kind="page", language=language.tag, p_language=language.p_language, **msgspec.structs.asdict(page)
        )
    return _plain_text(data, charset, limits)


def _plain_text(data: bytes, charset: str | None, limits: Limits) -> Document:
    decoded = decode(data, charset=charset)
    if any(ord(character) < 9 for character in decoded.text[:8_192]):
        raise UnreadableError("The bytes are neither a page, a PDF nor text", remedy="See which program wrote them")
    notes = [decoded.note] if decoded.note else []
    text = decoded.text
    if len(text) > limits.max_characters:
        notes.append(f"The text has {len(text):,} characters; the first {limits.max_characters:,} are kept")
        text = text[: limits.max_characters]
    language = identify_language(text)
    return Document(
        kind="text",
        text=text,
        title=None,
        language=language.tag,
        p_language=language.p_language,
        encoding=decoded.encoding,
        notes=tuple(notes),
    )


def _ascii(beginning: bytes) -> bytes:
    """The beginning without the zero bytes of UTF-16, so that its tags can be seen."""
    return beginning.replace(b"\0", b"")
