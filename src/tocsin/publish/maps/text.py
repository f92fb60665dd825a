"""Text in a drawing: how wide it is, where it breaks, how it is escaped.

SVG does not wrap text, and we draw without asking a font. The widths are those of Noto Sans Regular by class of
letter, as parts of the size, on the wide side, so that text still fits in a reader's fallback font.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from unicodedata import category, combining

from tocsin.publish.maps.errors import MapError

_NARROW = frozenset("ijlıfİI!|.,:;'’·()[]t-/ ")
_WIDE = frozenset("mwMWƏǝ@%—ՄՏա")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in units of the drawing."""
    total = sum(_advance(letter) for letter in text)
    return total * size * (1.07 if bold else 1.0)


def _advance(letter: str) -> float:
    if combining(letter):
        return 0.0
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.86
    if category(letter) == "Lu":
        return 0.66
    return 0.575


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Break at spaces, inside a word only where it is longer than a line: no line is wider than `width`."""
    lines: list[str] = []
    line = ""
    for word in (part for whole in text.split() for part in _pieces(whole, size, width)):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(word: str, size: float, width: float) -> list[str]:
    if text_width(word, size) <= width:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def with_fonts(markup: str) -> str:
    """Name the font of Armenian and Arabic runs in text, for renderers that do not find it by themselves (typst)."""
    for letters, font in (("\u0531-\u058f", "Noto Sans Armenian"), ("\u0600-\u06ff", "Noto Naskh Arabic")):
        run = rf"[{letters}]+(?: [{letters}]+)*"
        markup = re.sub(run, lambda found, f=font: f'<tspan font-family="{f}">{found[0]}</tspan>', markup)  # type: ignore[misc]
    return markup


def check_name(name: str) -> None:
    """Raise MapError unless the name can be an id in the document and in its style."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name):
        raise MapError(f"the map cannot be named {name!r}", remedy="Use letters, digits and hyphens, a letter first.")


def escaped(text: str) -> str:
    """Text for an element or an attribute. Control characters, which XML forbids, are left out."""
    return escape("".join(c for c in text if category(c) not in ("Cc", "Cs", "Cn") or c in "\n\t"), quote=True)
