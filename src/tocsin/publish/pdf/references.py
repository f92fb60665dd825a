"""Links within the PDF. typst would lay the whole document out again to learn where its own labels stand; instead it
is given addresses of a scheme of ours, which become named destinations in the finished file, in as many bytes."""

from __future__ import annotations

import re
from urllib.parse import quote

SCHEME = "to:"
"""Short, for each link holds it twice. No text of an edition becomes such a link: `wording.link` makes web links."""

# A whole object as typst writes it. It begins with a line of its own, which no string of a PDF can hold unescaped.
_LINK = re.compile(
    rb"(?<=\n)(\d+ 0 obj\n<</Type/Annot/Subtype/Link/Rect\[[^\]]*\]/Border\[0 0 0\](?:/QuadPoints\[[^\]]*\])?)"
    rb"/A<</Type/Action/S/URI/URI\(" + SCHEME.encode() + rb"([\w.~%-]+)\)>>"
    rb"(/F 4/StructParent \d+)/Contents\(" + SCHEME.encode() + rb"[\w.~%-]+\)>>"
)


def target(kind: str, id: str) -> str:
    """The name of the place of a record in the PDF, in ASCII."""
    return f"{kind}-{quote(id, safe='')}"


def with_destinations(pdf: bytes) -> bytes:
    """The PDF with every address of our scheme made a link to the destination of that name; nothing moves in it."""
    return _LINK.sub(_destination, pdf)


def _destination(match: re.Match[bytes]) -> bytes:
    start, name, flags = match.groups()
    link = start + b"/Dest(" + name + b")" + flags + b"/Contents(" + name.partition(b"-")[2] + b")"
    return link + b" " * (len(match.group()) - len(link) - 2) + b">>"
