"""Text in a drawing: how wide it is, where it breaks, how it is escaped.

SVG does not wrap text, and we draw without asking a font. The widths are those of Noto Sans Regular by class of
letter, as parts of the size, on the wide side, so that text still fits in a reader's fallback font.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from unicodedata import category, combining

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
    """Break at spaces so that no line is wider than `width`; a longer word stands alone."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def escaped(text: str) -> str:
    """Text for an element or an attribute. Control characters, which XML forbids, are left out."""
    return escape("".join(c for c in text if category(c) != "Cc" or c in "\n\t"), quote=True)
