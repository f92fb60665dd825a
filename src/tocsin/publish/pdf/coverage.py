"""Which characters the packaged fonts can show, read from their `cmap` tables (OpenType 1.9, formats 4 and 12)."""

from __future__ import annotations

import re
import struct
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = Path(str(files("tocsin.publish") / "fonts"))
"""The folder of the fonts that every renderer uses."""


@cache
def families() -> dict[str, frozenset[int]]:
    """Per font family, as typst names it, the code points that each of its files can show."""
    by_family: dict[str, frozenset[int]] = {}
    for file in sorted(FONTS.glob("*.ttf")):
        family = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", file.stem.partition("-")[0])
        shown = code_points(file.read_bytes())
        by_family[family] = by_family.get(family, shown) & shown
    return by_family


def code_points(font: bytes) -> frozenset[int]:
    """The code points that a TrueType font maps to a glyph."""
    n_tables = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", font, 20 + 16 * i)[0] for i in range(n_tables)}
    start = tables[b"cmap"]
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * i)[0]
        match struct.unpack_from(">H", font, at)[0]:
            case 4:
                found |= _segments(font, at)
            case 12:
                found |= _groups(font, at)
    return frozenset(found)


def _segments(font: bytes, at: int) -> set[int]:
    """Format 4: segments of the basic plane."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    column = f">{count}H"
    ends = struct.unpack_from(column, font, at + 14)
    starts = struct.unpack_from(column, font, at + 16 + 2 * count)
    deltas = struct.unpack_from(column, font, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    offsets = struct.unpack_from(column, font, ranges_at)
    found = set()
    for i, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", font, ranges_at + 2 * i + offset + 2 * (code - first))[0]
                if not glyph:
                    continue
            if (glyph + delta) % 65536 and code != 0xFFFF:
                found.add(code)
    return found


def _groups(font: bytes, at: int) -> set[int]:
    """Format 12: groups over all planes."""
    found: set[int] = set()
    for i in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * i)
        found.update(code for code in range(first, last + 1) if glyph + code - first)
    return found
