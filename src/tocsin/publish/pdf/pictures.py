"""The map as typst can set it: safe XML, every letter in a font that has it; and the QR code.

typst draws one run of SVG text in one font and does not look for letters elsewhere, so runs in other scripts are
given their own font here.
"""

from __future__ import annotations

import io
import re
from functools import cache

import msgspec
import segno
from lxml import etree

from tocsin.core.errors import TocsinError
from tocsin.core.model.places import SituationMap
from tocsin.publish.pdf.coverage import families
from tocsin.publish.pdf.printable import printable

SVG = "{http://www.w3.org/2000/svg}"
BODY = "Noto Sans"
MAP_WIDTH = 600
"""Units wide that the map is best drawn for: its smallest names then stand at about 9 points."""


class PictureError(TocsinError):
    """A map that is no SVG."""


def printed_map(shown: SituationMap) -> SituationMap:
    """The map without the notes that the PDF sets as text beside it."""
    return msgspec.structs.replace(shown, credit="", not_shown=())


def setting_svg(svg: str) -> str:
    """A map's SVG made ready for typst. Raises PictureError when it is not well-formed SVG, or refers outside."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(svg.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise PictureError(f"the map is no well-formed SVG: {error}") from error
    if root.tag != f"{SVG}svg":
        raise PictureError(f"the map is no SVG but {root.tag!r}", remedy="Give the SVG that publish.maps draws.")
    for element in list(root.iter(f"{SVG}text", f"{SVG}tspan")):
        _give_fonts(element)
    return etree.tostring(root, encoding="unicode")


def _give_fonts(element: etree._Element) -> None:
    """Wrap the runs of an element's own text, and of the text after each child, that need another font."""
    for child in [None, *element]:
        text = printable((element.text if child is None else child.tail) or "", breaks=False)
        if not _other().search(text):
            _follow(element, child, text)
            continue
        before = child
        _follow(element, before, "")
        for family, run in _runs(text):
            if not family:
                _follow(element, before, run)
                continue
            place = 0 if before is None else element.index(before) + 1
            before = etree.Element(f"{SVG}tspan", style=f"font-family:'{family}'")
            before.text = run
            element.insert(place, before)


def _follow(element: etree._Element, before: etree._Element | None, text: str) -> None:
    """Set the text that follows a child, or that an element begins with."""
    if before is None:
        element.text = text
    else:
        before.tail = text


def _runs(text: str) -> list[tuple[str, str]]:
    """(family, run) in order; the family is empty for what Noto Sans draws."""
    runs: list[tuple[str, str]] = []
    start = 0
    for match in _other().finditer(text):
        if match.start() > start:
            runs.append(("", text[start : match.start()]))
        runs.append((str(match.lastgroup).replace("_", " "), match.group()))
        start = match.end()
    if start < len(text):
        runs.append(("", text[start:]))
    return runs


@cache
def _other() -> re.Pattern[str]:
    """Runs of letters that Noto Sans lacks, in a group named for the family that has them."""
    had = set(families()[BODY])
    groups = []
    for family in sorted(name for name in families() if name != BODY and "Serif" not in name):
        letters = sorted(code for code in families()[family] - had if code > 0x20)
        had.update(letters)
        one = "[" + "".join(f"\\U{code:08x}" for code in letters) + "]"
        groups.append(f"(?P<{family.replace(' ', '_')}>{one}+(?: +{one}+)*)")
    return re.compile("|".join(groups))


def qr_svg(address: str) -> str:
    """A QR code as SVG; a quarter of it may be unreadable. An address too long for a code gives an empty picture."""
    drawn = io.BytesIO()
    try:
        segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    except segno.DataOverflowError:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    return drawn.getvalue().decode()
