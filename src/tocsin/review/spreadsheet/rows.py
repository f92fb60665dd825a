"""One row of a spreadsheet read as a claim, column by column. A cell that cannot be taken is noted, never guessed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Set
from typing import Any, Final

import msgspec

from tocsin.core.dates import DateError, check_edtf
from tocsin.core.model.claims import Claim
from tocsin.review.spreadsheet.cells import BLANK, Cell
from tocsin.review.spreadsheet.columns import BASES, BY_NAME, KINDS, N_SIDES, REQUIRED, WORDINGS
from tocsin.review.spreadsheet.findings import Findings, Severity
from tocsin.review.spreadsheet.known import Known

ID = re.compile(r"^[A-Za-z][A-Za-z0-9._-]*$")
GRADE = re.compile(r"^[A-F][1-6]$")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
SERIAL_OF_1900: Final = datetime.date(1899, 12, 30)
"""Day 0 by which spreadsheets count days."""


class Entry(msgspec.Struct, frozen=True):
    """What a row may refer to, and who enters it.

    indicators, n_stages: of the codebook
    graded_by, on: who enters the grades, and the day, as each grade says
    """

    known: Known
    indicators: Set[str]
    n_stages: int
    graded_by: str
    on: datetime.date


class Row:
    """One row, read column by column."""

    def __init__(self, entry: Entry, findings: Findings, number: int, cells: tuple[Cell, ...]) -> None:
        self.entry, self.findings, self.number, self.cells = entry, findings, number, cells
        self.n_errors = 0

    def claim(self) -> Claim | None:
        """The claim that it says; None when a cell of it is wrong."""
        known = self.entry.known
        contested = self.yes_or_no("contested")
        positions = [side for number in range(1, N_SIDES + 1) if (side := self.other_side(number))]
        said: dict[str, Any] = {
            "id": self.id(),
            "text": self.text("text"),
            "kind": self.one_of("kind", KINDS),
            "asserted_by": self.text("asserted_by"),
            "sources": self.citations("sources"),
            "corroborated_by": self.citations("corroborated_by"),
            "date": self.date("date"),
            "places": self.codes("places", known.places, "place"),
            "quantity": self.quantity(),
            "indicators": self.codes("indicators", self.entry.indicators, "indicator"),
            "stages": self.stages(),
            "grade": self.grade(),
            "contested": bool(contested or (contested is None and positions)),
            "positions": positions,
            "context_sources": self.citations("context_sources"),
            "wording": self.one_of("wording", WORDINGS) or "seen",
            **{
                name: self.text(name)
                for name in ("speaker", "speaker_role", "named_source", "date_note", "context", "check_next")
            },
        }
        for name in REQUIRED:
            if not self.cell(name).text:
                self.wrong(name, f"{name} is empty", f"Write {BY_NAME[name].about[0].lower()}{BY_NAME[name].about[1:]}")
        if positions and contested is False:
            self.wrong("contested", "the claim is said to be uncontested and has another side", "Write yes")
        if contested and not positions:
            self.wrong(
                "contested", "the other side is missing", "Fill other_side_by, other_side_text and other_side_sources",
                "notice",
            )  # fmt: skip
        if self.n_errors:
            return None
        try:
            return msgspec.convert(said, Claim)
        except msgspec.ValidationError as error:
            self.wrong("id", f"the row is no claim: {error}")
            return None

    def wrong(self, column: str, text: str, remedy: str = "", severity: Severity = "error") -> None:
        """Note what is wrong with a cell of this row."""
        self.n_errors += severity == "error"
        self.findings.note(self.findings.address(column, self.number), column, text, remedy, severity)

    def cell(self, name: str) -> Cell:
        """A cell as it stands; blank where the column is not there."""
        place = self.findings.columns.get(name)
        return self.cells[place] if place is not None and place < len(self.cells) else BLANK

    def text(self, name: str) -> str:
        """What a cell says as text; empty when it cannot be taken."""
        cell = self.cell(name)
        if cell.kind == "formula":
            self.wrong(name, f"it is a formula: {cell.text[:40]}", "Write what it says as text")
        elif cell.kind == "error":
            self.wrong(name, f"it shows the error {cell.text}", "Write what it should say")
        elif cell.kind in ("date", "month") and name not in ("date", "date_note"):
            self.wrong(
                name, f"the spreadsheet made the date {cell.text} of it", "Format the cell as text, write it again"
            )
        elif CONTROL.search(cell.text):
            self.wrong(name, "it holds characters that cannot be seen", "Write it again")
        else:
            return cell.text
        return ""

    def id(self) -> str:
        text = self.text("id")
        if text and not ID.match(text):
            self.wrong(
                "id", f"{text!r} is no id", "Write a letter, then letters, digits, dots, dashes or underscores: C42"
            )
        return text

    def one_of(self, name: str, known: Iterable[str]) -> str:
        text = self.text(name)
        if text and text not in known:
            self.wrong(name, f"{name} {text!r} does not exist", self.findings.meant(text, name, known))
        return text

    def date(self, name: str) -> str:
        cell, text = self.cell(name), self.text(name)
        if not text:
            return ""
        if cell.kind == "month":
            self.wrong(
                name, f"the spreadsheet holds the day {text} and shows only its month",
                f"Format the cell as text and write {text[:7]}, or the day if it is meant",
            )  # fmt: skip
        elif cell.kind == "number" and not re.match(r"^\d{4}$", text):
            self.wrong(name, f"the number {text} is no date", _of_serial(text))
        elif cell.kind != "date":
            try:
                check_edtf(text)
            except DateError as error:
                self.wrong(name, error.problem, error.remedy)
        return text

    def number_in(self, name: str) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if value != value or value in (float("inf"), float("-inf")):
            self.wrong(name, f"{text!r} is no number", "Write digits, with a point for decimals: 1200.5")
            return None
        return value

    def quantity(self) -> dict[str, Any] | None:
        text, unit = self.text("quantity_text"), self.text("quantity_unit")
        numbers = {end: self.number_in(f"quantity_{end}") for end in ("low", "best", "high")}
        given = {end: value for end, value in numbers.items() if value is not None}
        if not text and not unit and not given:
            return None
        if not text:
            self.wrong("quantity_text", "a quantity is not put into words", "Write it as it was said, with its unit")
        if list(given.values()) != sorted(given.values()):
            self.wrong("quantity_low", "low, best and high are not in that order", "Put the lowest first")
        return {"text": text, "unit": unit, **given}

    def listed(self, name: str, separators: str = ";,") -> list[str]:
        text = self.text(name)
        return [part.strip() for part in re.split(f"[{separators}\n]", text) if part.strip()] if text else []

    def codes(self, name: str, known: Set[str], family: str) -> list[str]:
        found = list(dict.fromkeys(self.listed(name)))
        for code in found:
            if code not in known:
                self.wrong(name, f"there is no {family} {code}", self.findings.meant(code, family, known))
        return found

    def stages(self) -> list[int]:
        if self.cell("stages").kind == "number" and "." in self.cell("stages").text:
            self.wrong(
                "stages", f"the spreadsheet made the number {self.cell('stages').text} of it",
                "Format the cell as text, and put a semicolon between stages: 6; 7",
            )  # fmt: skip
            return []
        found = []
        for part in self.listed("stages"):
            if not part.isascii() or not part.isdigit() or not 1 <= int(part) <= self.entry.n_stages:
                self.wrong("stages", f"there is no stage {part}", f"Write numbers from 1 to {self.entry.n_stages}")
            else:
                found.append(int(part))
        return list(dict.fromkeys(found))

    def citations(self, name: str) -> list[dict[str, str]]:
        found = []
        for part in self.listed(name, ";"):
            source, _, passage = (word.strip() for word in part.partition(":"))
            if source not in self.entry.known.sources:
                self.wrong(
                    name, f"there is no source {source} on record",
                    self.findings.meant(source, "source", self.entry.known.sources) or "Record the source first",
                )  # fmt: skip
            found.append({"source": source, "passage": passage})
        return found

    def yes_or_no(self, name: str) -> bool | None:
        text = self.text(name)
        if text and text.lower() not in YES_OR_NO:
            self.wrong(name, f"{text!r} is neither yes nor no", "Write yes or no")
        return YES_OR_NO.get(text.lower())

    def grade(self) -> dict[str, Any]:
        text, reason = self.text("grade"), self.text("grade_reason")
        if not text:
            if reason:
                self.wrong("grade", "there is a reason and no grade", "Write the grade, as C3")
            return {"source": "F", "information": "6"}
        if not GRADE.match(text):
            upper = text.upper().replace(" ", "")
            remedy = (
                f"Write {upper}" if GRADE.match(upper) else "Write a letter from A to F and a digit from 1 to 6: C3"
            )
            self.wrong("grade", f"{text!r} is no Admiralty grade", remedy)
            return {"source": "F", "information": "6"}
        if not reason:
            self.wrong("grade_reason", "a grade says why", "Give the reason")
        return {
            "source": text[0],
            "information": text[1],
            "reason": reason,
            "by": self.entry.graded_by,
            "date": self.entry.on.isoformat(),
        }

    def other_side(self, number: int) -> dict[str, Any] | None:
        end = "" if number == 1 else f"_{number}"
        by, text = self.text(f"other_side_by{end}"), self.text(f"other_side_text{end}")
        sources = self.citations(f"other_side_sources{end}")
        basis = self.one_of(f"other_side_basis{end}", BASES)
        if not (by or text or sources or basis):
            return None
        if not by:
            self.wrong(f"other_side_by{end}", "nobody holds this position", "Say who holds it")
        if not text:
            self.wrong(f"other_side_text{end}", "the position says nothing", "Write what they say")
        if not sources and basis != "general":
            self.wrong(
                f"other_side_sources{end}", "the position cites no source",
                "Say where it was seen, or write general under other_side_basis",
            )  # fmt: skip
        return {"by": by, "text": text, "sources": sources, "basis": basis or "source"}


def _of_serial(text: str) -> str:
    """What a number may have been before a spreadsheet counted its days."""
    try:
        day = SERIAL_OF_1900 + datetime.timedelta(days=int(float(text)))
    except (ValueError, OverflowError):
        return "Write the date as text: 2023-09-20"
    likely = 1900 <= day.year <= 2100
    return f"Write the date as text{f': {day.isoformat()}, if that is meant' if likely else ': 2023-09-20'}"
