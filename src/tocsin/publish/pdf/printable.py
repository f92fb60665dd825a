"""Make any text safe to set: what the fonts cannot show is shown by number, what hides or reorders text is told.

A PDF that promises accessibility must not hold a character without a glyph, and a reader must not be misled by a
text that shows itself in another order than it is stored (Unicode TR 36, 3.1: overrides).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from tocsin.publish.pdf.coverage import families

VERBATIM = frozenset({"href", "sha256"})
"""Keys whose values are ASCII already and must come out of the file exactly as they are."""

LONGEST_WORD = 28
"""Characters; a longer one may be broken anywhere, so that it cannot run off the page."""
BREAK_EVERY = 5
MARKS_PER_LETTER = 4

_NEW_LINE = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_DROPPED = re.compile("[\u2060-\u2064\u2066-\u2069\u202a-\u202c\ufe00-\ufe0f\ufeff]")
_KEPT = frozenset("\n\u00ad\u200b\u200c\u200d\u200e\u200f")
_LONG = re.compile(rf"[^\s\u200b\u00ad]{{{LONGEST_WORD + 1},}}")


def printable(text: str, *, breaks: bool = True) -> str:
    """The text as it can be set: `[U+1F514]` in place of a character that no packaged font can show.

    With `breaks`, a word too long for a line gets places where it may be broken.
    """
    if not _plain().fullmatch(text):
        text = _DROPPED.sub("", _NEW_LINE.sub("\n", text)).replace("\t", " ")
        text = "".join(_shown(text))
        text = re.sub(r"\](\u200b?)\[U\+", r" U+", text)
    return _LONG.sub(_breakable, text) if breaks and len(text) > LONGEST_WORD else text


def printable_all(value: Any, key: str = "") -> Any:
    """Every string in a tree of dicts and lists, made printable; values of VERBATIM keys are left as they are."""
    if isinstance(value, str):
        return value if key in VERBATIM else printable(value)
    if isinstance(value, dict):
        return {name: printable_all(each, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable_all(each, key) for each in value]
    return value


@cache
def _plain() -> re.Pattern[str]:
    """Texts of characters that stand alone and that the fonts can show."""
    known = sorted(set().union(*families().values()))
    alone = [code for code in known if code >= 0x20 and unicodedata.category(chr(code))[0] in "LNPSZ"]
    return re.compile("[" + "".join(f"\\U{code:08x}" for code in alone) + "]*")


def _shown(text: str) -> Iterator[str]:
    for cluster in _clusters(text):
        base, marks = cluster[0], cluster[1:]
        if base in _KEPT:
            yield base
        elif unicodedata.category(base) == "Zs":
            yield base if _covered(base) else " "
        elif not _covered(base):
            yield _numbered(cluster)
            continue
        else:
            yield base
        held = base
        for n, mark in enumerate(marks):
            if n < MARKS_PER_LETTER and _covered(held + mark):
                held += mark
                yield mark
            else:
                yield _numbered(mark)


def _clusters(text: str) -> Iterator[str]:
    """Letters with the marks that follow them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or unicodedata.category(text[at])[0] != "M":
            if start < at:
                yield text[start:at]
            start = at


@lru_cache(maxsize=4096)
def _covered(cluster: str) -> bool:
    if unicodedata.category(cluster[0])[0] == "C":
        return False
    codes = {ord(each) for each in cluster}
    composed = {ord(each) for each in unicodedata.normalize("NFC", cluster)}
    return any(codes <= shown or composed <= shown for shown in families().values())


def _numbered(text: str) -> str:
    return "[" + " ".join(f"U+{ord(each):04X}" for each in text) + "]"


def _breakable(match: re.Match[str]) -> str:
    """A long word with a place to break after every so many characters, never before a mark."""
    word, parts, start = match.group(), [], 0
    while len(word) - start > BREAK_EVERY:
        end = start + BREAK_EVERY
        while end < len(word) and unicodedata.category(word[end])[0] == "M":
            end += 1
        parts.append(word[start:end])
        start = end
    return "\u200b".join([*parts, word[start:]])
