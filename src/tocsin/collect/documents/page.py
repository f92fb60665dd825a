"""A captured page to the text a reader came for, without menus, scripts and advertising."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlsplit

import lxml.html
import msgspec
import trafilatura
from lxml import etree

from tocsin.collect.documents.decoding import decode
from tocsin.collect.documents.limits import Limits, UnreadableError, check_size

# Finding the main text costs time that grows faster than the page; a larger page is read whole instead.
_MOST_ELEMENTS_WEIGHED = 20_000
_NOT_READ = (
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "head",
    "form",
)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")


class PageText(msgspec.Struct, frozen=True):
    """What a page says. Title, site and date are the page's own claims about itself.

    notes: what was left out or did not fit, one sentence each
    """

    text: str
    title: str | None = None
    site_name: str | None = None
    canonical_url: str | None = None
    claimed_date: str | None = None
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()


def read_page(data: bytes, *, charset: str | None = None, url: str | None = None, limits: Limits) -> PageText:
    """The main text of an HTML page.

    charset: what the server said about the encoding; url: where the page was, to resolve its canonical address.
    Raises UnreadableError for bytes that hold no readable page, or more of it than the limits allow.
    """
    check_size(data, limits)
    decoded = decode(data, charset=charset)
    notes = [decoded.note] if decoded.note else []
    tree = _tree(decoded.text, limits)
    n_elements = sum(1 for _ in tree.iter())
    if n_elements > limits.max_elements:
        raise UnreadableError(
            f"The page has {n_elements:,} elements; the limit is {limits.max_elements:,}",
            remedy="Raise max_elements if the page is worth it",
        )
    head = _head(tree)
    text = _main_text(tree, url) if n_elements <= _MOST_ELEMENTS_WEIGHED else None
    if not text:
        notes.append("No main text was found; the text of the whole page is given")
        text = text_of(tree)
    if len(text) > limits.max_characters:
        notes.append(f"The text has {len(text):,} characters; the first {limits.max_characters:,} are kept")
        text = text[: limits.max_characters]
    return PageText(text=text, encoding=decoded.encoding, notes=tuple(notes), **head)


def text_of(tree: etree._Element) -> str:
    """All text of an element apart from what is not meant to be read, a line per block of it."""
    for dropped in list(tree.iter(*_NOT_READ)):
        if dropped is not tree and dropped.getparent() is not None:
            cast("lxml.html.HtmlElement", dropped).drop_tree()
    return _LINES.sub("\n", _SPACES.sub(" ", "\n".join(map(str, tree.itertext(tag=etree.Element))))).strip()


def text_of_fragment(markup: str) -> str:
    """The text of a piece of HTML, such as a feed's summary; scripts and styles are dropped with what they
    hold.
    """
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    try:
        return text_of(lxml.html.fragment_fromstring(markup, create_parent="div"))
    except (etree.LxmlError, ValueError):
        return ""


def _tree(text: str, limits: Limits) -> etree._Element:
    # NUL and the like make libxml2 stop reading in silence.
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    # Handed over as UTF-8 bytes, so that an encoding the page declares is not applied a second time.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(
            f"The bytes hold no readable page: {str(error).splitlines()[0]}",
            remedy="Open its address in a browser to see what it is",
        ) from None
    return tree


def _main_text(tree: etree._Element, url: str | None) -> str | None:
    try:
        found = trafilatura.bare_extraction(
            _copy(tree), url=url if _is_web(url) else None, fast=True, include_comments=False
        )
    except (etree.LxmlError, RecursionError, ValueError, AttributeError, TypeError):
        # The extractor's heuristics meet markup they did not foresee; the whole page's text is still there.
        return None
    text = getattr(found, "text", None)
    return str(text).strip() if text else None


def _copy(tree: etree._Element) -> etree._Element:
    return lxml.html.document_fromstring(etree.tostring(tree, encoding="unicode"))


def _head(tree: etree._Element) -> dict[str, str | None]:
    claims: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if (value := (meta.get("content") or "").strip()) and name:
            claims.setdefault(name, value[:1_000])
    link = next((one.get("href") for one in tree.iter("link") if (one.get("rel") or "").lower() == "canonical"), None)
    canonical = claims.get("og:url") if not _is_web(link) else link
    titles = (" ".join("".join(map(str, one.itertext())).split()) for one in tree.iter("title"))
    title = claims.get("og:title") or next(titles, "")
    return {
        "title": title[:1_000] or None,
        "site_name": claims.get("og:site_name"),
        "canonical_url": canonical if _is_web(canonical) else None,
        "claimed_date": claims.get("article:published_time") or claims.get("dcterms.date") or claims.get("date"),
    }


def _is_web(url: str | None) -> bool:
    try:
        return bool(url) and urlsplit(url or "").scheme in ("http", "https") and bool(urlsplit(url or "").hostname)
    except ValueError:
        return False
