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

    def find(self, table: str, index: int, field: str) -> int:
        """Line of a field of the index-th `[[table]]` (of the whole file for an empty table); best match else 1."""
        start, end = self._span(table, index)
        sub = f"{table}.{field}" if table else field
        wanted = [line for line, _, name in self._headers if start <= line < end and name == sub]
        wanted += [line for line, key in self._keys if start <= line < end and key == field]
        return min(wanted) if wanted and field else max(start, 1)

    def _span(self, table: str, index: int) -> tuple[int, int]:
        if not table:
            return 0, 10**9
        starts = [line for line, _, name in self._headers if name == table]
        if index >= len(starts):
            return 0, 10**9
        start = starts[index]
        after = [line for line, _, name in self._headers if line > start and not name.startswith(f"{table}.")]
        return start, min(after, default=10**9)
