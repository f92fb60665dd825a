"""What the pages say around the content: strings by key and language, dates with their precision, numbers.

Strings lie in `words/<language>/*.toml`, so that a translator needs no code. A missing key is an error, not a gap.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from tocsin.core.errors import TocsinError

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "dv", "yi", "ug", "sd"})
_DATE = re.compile(r"^(\d{4})(?:-(\d\d))?(?:-(\d\d))?([?~%]?)$")


class WordsError(TocsinError):
    """A language or a string that the catalogue does not hold."""


class Words:
    """The strings of one language; called with a key and what to fill in."""

    def __init__(self, lang: str, strings: dict[str, str]) -> None:
        self.lang = lang
        self.direction = "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"
        self._strings = strings

    def __call__(self, key: str, /, **values: Any) -> str:
        """The string for a key. Raises WordsError for a key that is not there."""
        try:
            text = self._strings[key]
        except KeyError as error:
            raise WordsError(f"no string {key!r} in {self.lang}", remedy="Add it to publish/words") from error
        return text.format_map(values) if values else text

    def __contains__(self, key: str) -> bool:
        return key in self._strings

    def keys(self) -> list[str]:
        """All keys, sorted."""
        return sorted(self._strings)

    def day(self, day: str) -> str:
        """`2024-04-02` as `2 April 2024`; an instant is shown by its day."""
        return self.date(day[:10])

    def date(self, edtf: str) -> str:
        """An EDTF date in words, no more precise than it is; forms without words stay as they are."""
        if not edtf:
            return self("date-unknown")
        start, interval, end = edtf.partition("/")
        if not interval:
            return self._one_date(start)
        if end in ("..", ""):
            return self("date-since", date=self._one_date(start))
        if start in ("..", ""):
            return self("date-until", date=self._one_date(end))
        return self("date-range", start=self._one_date(start), end=self._one_date(end))

    def _one_date(self, edtf: str) -> str:
        match = _DATE.match(edtf)
        if not match:
            return edtf
        year, month, day, mark = match.groups()
        if day:
            text = self("date-day", day=int(day), month=self(f"month-{int(month)}"), year=year)
        elif month:
            text = self("date-month", month=self(f"month-{int(month)}"), year=year)
        else:
            text = year
        return (
            self({"?": "date-uncertain", "~": "date-about", "%": "date-uncertain"}[mark], date=text) if mark else text
        )

    def number(self, value: float) -> str:
        """A number with thousands separated by a thin space, without needless decimals."""
        text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
        return text.replace(",", "\u202f")

    def all_of(self, items: Sequence[str]) -> str:
        """`a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        return self("list-and", first=", ".join(items[:-1]), last=items[-1])


@cache
def words(lang: str) -> Words:
    """The catalogue of a language. Raises WordsError when there is none."""
    folder = files(__package__) / lang
    if not re.fullmatch(r"[A-Za-z-]+", lang) or not folder.is_dir():
        raise WordsError(f"there are no strings in {lang!r}", remedy=f"Add publish/words/{lang}/, or use en")
    strings: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            strings |= tomllib.loads(file.read_text(encoding="utf-8"))
    return Words(lang, strings)
