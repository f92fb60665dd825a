"""Which line of a TOML file a record or a key stands on, so that a problem can be found with an editor.

The standard library's parser tells no positions. This reads headers and keys only, and skips multi-line strings.
"""

from __future__ import annotations

import re

HEADER = re.compile(r"""^\s*(\[\[?)\s*([\w."'-]+)\s*\]\]?\s*(?:\#.*)?$""")
KEY = re.compile(r"^\s*([\w-]+)\s*=")


class TomlLines:
    """The lines of headers and keys in one TOML text."""

    def __init__(self, text: str) -> None:
        self._headers: list[tuple[int, bool, str]] = []  # line, whether an array of tables, dotted name
        self._keys: list[tuple[int, str]] = []
        inside = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if inside:
                inside = "" if inside in line else inside
                continue
            if match := HEADER.match(line):
                self._headers.append((number, match[1] == "[[", match[2]))
            elif match := KEY.match(line):
                self._keys.append((number, match[1]))
                inside = next((quote for quote in ('"""', "'''") if line.count(quote) == 1), "")

    def find(self, table: str, index: int, path: str) -> int:
        """Line of a value: the index-th `[[table]]` (the whole file for an empty table), then a path as in
        `positions[1].by`. The nearest line found; 1 at worst."""
        start, end = self._span(table, index, 0, 10**9) if table else (0, 10**9)
        best, name = max(start, 1), table
        for part, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
            name = f"{name}.{part}" if name else part
            key = next((line for line, own in self._keys if start <= line < end and own == part), None)
            if any(own == name and start <= line < end for line, _, own in self._headers):
                start, end = self._span(name, int(number or 0), start, end)
                best = start
            elif key is not None:
                return key
            elif path.count(".") == 0:
                break
        return best

    def _span(self, table: str, index: int, start: int, end: int) -> tuple[int, int]:
        """First line of the index-th header of a name within a span, and the line on which another record begins."""
        starts = [line for line, _, name in self._headers if name == table and start <= line < end]
        if index >= len(starts):
            return start, end
        first = starts[index]
        after = [line for line, _, name in self._headers if line > first and not name.startswith(f"{table}.")]
        return first, min([*after, end])
