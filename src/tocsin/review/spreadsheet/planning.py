"""Plan what a spreadsheet would record: claims, and for each bad cell what is wrong and what to write instead.

Pure: it sees cells and what is on record, and touches neither file nor database; so a command and a screen plan alike.
A problem of severity `error` keeps the whole plan from being recorded; a `notice` is for the person who enters it.
"""

from __future__ import annotations

import datetime

import msgspec
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from tocsin.core.model.claims import Claim
from tocsin.core.vocabulary import load_codebook
from tocsin.review.spreadsheet.cells import Sheet
from tocsin.review.spreadsheet.columns import BY_NAME, REQUIRED
from tocsin.review.spreadsheet.findings import CellProblem, Findings
from tocsin.review.spreadsheet.known import Known, Statement, statement
from tocsin.review.spreadsheet.rows import Entry, Row


class Plan(msgspec.Struct, frozen=True):
    """What would be recorded, in the order of the rows, and what is wrong. Claims are whole only without errors."""

    claims: tuple[Claim, ...]
    problems: tuple[CellProblem, ...]
    n_rows: int

    @property
    def errors(self) -> tuple[CellProblem, ...]:
        """What must be mended before anything is recorded."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def plan_claims(sheet: Sheet, known: Known, *, graded_by: str, on: datetime.date) -> Plan:
    """Plan the claims of a sheet.

    graded_by, on: who enters the grades, and the day, as each grade says
    """
    codebook = load_codebook()
    entry = Entry(
        known=known,
        indicators=frozenset(term.id for term in codebook.indicators),
        n_stages=max(len(model.stages) for model in codebook.stage_models),
        graded_by=graded_by,
        on=on,
    )
    findings = Findings(sheet.name)
    _read_header(sheet, findings)
    _refuse_merged(sheet, findings)
    claims = []
    if not findings.problems:  # without its headings, a sheet says nothing
        seen = _Seen(known, findings)
        for number, cells in sheet.rows:
            claim = Row(entry, findings, number, cells).claim()
            if claim is not None:
                seen.refuse_again(claim, number)
                claims.append(claim)
        if not sheet.rows:
            findings.note("A2", "", "there is no claim below the headings", "Write one claim on each row")
    return Plan(tuple(claims), tuple(findings.problems), len(sheet.rows))


def _read_header(sheet: Sheet, findings: Findings) -> None:
    for place, cell in enumerate(sheet.header, start=1):
        name = "_".join(cell.text.lower().split())
        address = f"{get_column_letter(place)}1"
        if not name:
            if any(len(cells) >= place and cells[place - 1].text for _, cells in sheet.rows):
                findings.note(address, "", "a column without a heading holds something", "Name it, or empty it")
        elif cell.kind != "text":
            findings.note(address, "", f"a heading is a {cell.kind}", "Write it as text")
        elif name not in BY_NAME:
            findings.note(
                address, cell.text, f"there is no column {cell.text!r}", findings.meant(name, "column", BY_NAME)
            )
        elif name in findings.columns:
            before = get_column_letter(findings.columns[name] + 1)
            findings.note(address, name, f"the column stands twice, first as {before}", "Keep one")
        else:
            findings.columns[name] = place - 1
    beyond = len(sheet.header)
    for number, cells in sheet.rows:
        if any(cell.text for cell in cells[beyond:]):
            findings.note(
                f"{get_column_letter(beyond + 1)}{number}", "", "the row is longer than the headings",
                "Name the column in row 1, or empty it",
            )  # fmt: skip
            break
    for name in REQUIRED:
        if name not in findings.columns:
            findings.note("A1", name, f"the column {name} is missing", "Add it: every claim needs one")


def _refuse_merged(sheet: Sheet, findings: Findings) -> None:
    for merged in sheet.merged:
        left = range_boundaries(merged)[0]
        column = next((name for name, place in findings.columns.items() if place + 1 == left), "")
        findings.note(
            merged.split(":")[0], column, f"the cells {merged} are merged",
            "Split them, and write in each row what it says",
        )  # fmt: skip


class _Seen:
    """The ids and statements of the rows so far, beside those on record."""

    def __init__(self, known: Known, findings: Findings) -> None:
        self.known, self.findings = known, findings
        self.ids: dict[str, str] = {}
        self.statements: dict[Statement, str] = {}

    def refuse_again(self, claim: Claim, number: int) -> None:
        """Note a claim whose id or statement stands elsewhere already."""
        address = self.findings.address("id", number)
        if claim.id in self.ids:
            self.findings.note(
                address, "id", f"{claim.id} stands in {self.ids[claim.id]} too", "Give each claim its own id"
            )
        elif claim.id in self.known.claims:
            self.findings.note(
                address, "id", f"{claim.id} is on record already",
                "Change that claim by itself (tocsin review record claim), or give this one another id",
            )  # fmt: skip
        self.ids.setdefault(claim.id, address)
        same, text = statement(claim), self.findings.address("text", number)
        if (before := self.statements.get(same) or self.known.statements.get(same)) and before != claim.id:
            self.findings.note(
                text, "text", f"the same asserter says the same in {before}",
                "Cite all sources in one claim: repetition is not another claim",
            )  # fmt: skip
        self.statements.setdefault(same, claim.id)
