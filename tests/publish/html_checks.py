"""What tests look for in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from lxml import html as lxml_html

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
OPTIONAL = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody"])
"""Elements whose end tag HTML lets one leave out."""


class Balance(HTMLParser):
    """Notes every end tag that closes something other than what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"{self.getpos()}: an attribute of <{tag}> stands twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A self-closing element of SVG opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"{self.getpos()}: </{tag}> closes nothing")


def problems(text: str) -> list[str]:
    """Why a page is not well formed; empty when it is."""
    parser = Balance()
    parser.feed(text)
    parser.close()
    return parser.problems + [f"<{tag}> is never closed" for tag in parser.open if tag not in OPTIONAL]


def tree(text: str) -> lxml_html.HtmlElement:
    """A page as lxml reads it."""
    return lxml_html.document_fromstring(text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))


def visible_text(text: str) -> str:
    """All text of a page that a reader may come to see, without scripts, styles and the head."""
    page = tree(text)
    for element in page.xpath("//script | //style | //head"):
        element.drop_tree()
    return re.sub(r"\s+", " ", page.text_content())


def loads(text: str) -> Iterator[str]:
    """Every address from which a page loads something by itself."""
    page = tree(text)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "link" and element.get("rel") not in ("canonical", "alternate"):
            yield element.get("href", "")
        for name in ("src", "srcset", "poster", "data", "xlink:href", "background"):
            if name in element.attrib:
                yield element.get(name)
        if element.tag in ("use", "image") and "href" in element.attrib:
            yield element.get("href")
    yield from re.findall(r"url\(([^)]*)\)", text)
