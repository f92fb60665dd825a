"""What is wrong with the cells of a sheet, gathered while it is read, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
from openpyxl.utils import get_column_letter

from tocsin.core.vocabulary import nearest

Severity = Literal["error", "notice"]


class CellProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one cell, and what to write instead."""

    sheet: str
    cell: str
    column: str
    text: str
    remedy: str = ""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """The cell as a person finds it."""
        return f"{self.sheet}!{self.cell}"


class Findings:
    """The problems of one sheet, in the order in which they were found.

    columns: where each column stands, by name, from 0; filled while the headings are read
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.columns: dict[str, int] = {}
        self.problems: list[CellProblem] = []
        self._near: dict[tuple[str, str], str] = {}

    def note(self, cell: str, column: str, text: str, remedy: str = "", severity: Severity = "error") -> None:
        """Note what is wrong with a cell."""
        self.problems.append(
            CellProblem(sheet=self.sheet, cell=cell, column=column, text=text, remedy=remedy, severity=severity)
        )

    def meant(self, word: str, family: str, known: Iterable[str]) -> str:
        """What somebody may have meant by a code that does not exist."""
        if (family, word) not in self._near:
            choices = sorted(known)
            near = nearest(word, choices) or nearest(word.upper(), choices)
            some = f"Known are {', '.join(choices[:8])}{' ...' if len(choices) > 8 else ''}" if choices else ""
            self._near[family, word] = f"Did you mean {', '.join(near)}?" if near else some
        return self._near[family, word]

    def address(self, column: str, number: int) -> str:
        """A cell of a row, as C17; the row's first cell where the column is not there."""
        return f"{get_column_letter(self.columns[column] + 1)}{number}" if column in self.columns else f"A{number}"
