"""A spreadsheet of claims: every bad cell is named, and all claims are recorded or none."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.cli import app
from tocsin.collect.errors import InputError
from tocsin.core.model.sources import Citation, Source
from tocsin.review.spreadsheet.cells import Cell, Sheet
from tocsin.review.spreadsheet.columns import BY_NAME, COLUMNS
from tocsin.review.spreadsheet.known import Known, statement
from tocsin.review.spreadsheet.planning import Plan, plan_claims
from tocsin.review.spreadsheet.reading import Limits, SpreadsheetError, read_spreadsheet
from tocsin.review.spreadsheet.template import template
from tocsin.warn.desk import DeskFolder

ON = datetime.date(2026, 11, 23)
KNOWN = Known(
    sources=frozenset({"S01", "S02"}),
    places=frozenset({"AM-SU", "AM-VD"}),
    claims=frozenset({"C90"}),
    statements={statement(a_claim("C90", "Known words.")): "C90"},
)
GOOD = {"id": "C01", "text": "A road was closed.", "kind": "fact", "asserted_by": "An observatory", "sources": "S01"}


def a_sheet(*rows: dict[str, str | Cell], merged: tuple[str, ...] = ()) -> Sheet:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [
        (number, tuple(Cell(value) if isinstance(value, str) else value for value in map(row.get, names, [""] * 99)))
        for number, row in enumerate(rows, start=2)
    ]
    return Sheet("claims", tuple(map(Cell, names)), tuple(cells), merged)


def plan(*rows: dict[str, str | Cell], merged: tuple[str, ...] = ()) -> Plan:
    return plan_claims(a_sheet(*rows, merged=merged), KNOWN, graded_by="Ani A.", on=ON)


def test_a_full_row_is_the_claim_that_it_says() -> None:
    whole = {
        **GOOD, "speaker": "Its head", "sources": "S01: Paragraph 1; S02", "date": "2023-10", "places": "AM-SU; AM-VD",
        "quantity_text": "about 300 people", "quantity_low": "250", "quantity_best": "300.5", "indicators": "CLA-05",
        "stages": "6; 7", "grade": "C3", "grade_reason": "one report", "other_side_by": "A ministry",
        "other_side_text": "Denies it.", "other_side_sources": "S02: page 2", "check_next": "Ask.",
    }  # fmt: skip
    made = plan(whole)
    assert made.problems == ()
    (claim,) = made.claims
    assert claim.sources == (Citation(source="S01", passage="Paragraph 1"), Citation(source="S02"))
    assert (claim.date, claim.places, claim.stages) == ("2023-10", ("AM-SU", "AM-VD"), (6, 7))
    assert claim.quantity is not None
    assert (claim.quantity.low, claim.quantity.best, claim.quantity.high) == (250, 300.5, None)
    assert (str(claim.grade), claim.grade.by, claim.grade.date) == ("C3", "Ani A.", "2026-11-23")
    assert claim.contested
    assert claim.positions[0].sources == (Citation(source="S02", passage="page 2"),)


BAD_CELLS = {
    "an id that is none": ({"id": "7 up"}, "A2", "no id", "C42"),
    "no text": ({"text": ""}, "B2", "text is empty", "Write the statement"),
    "no source": ({"sources": ""}, "E2", "sources is empty", "Write where"),
    "a wrong kind": ({"kind": "facts"}, "C2", "'facts' does not exist", "fact"),
    "an unknown source": ({"sources": "S1"}, "E2", "no source S1", "S01"),
    "a formula": ({"text": Cell("=A1&B1", "formula")}, "B2", "a formula", "as text"),
    "an error value": ({"text": Cell("#REF!", "error")}, "B2", "#REF!", "should say"),
    "a text that became a date": ({"asserted_by": Cell("2023-05-03", "date")}, "D2", "made the date", "as text"),
    "a date as a number": ({"date": Cell("45200", "number")}, "F2", "45200 is no date", "2023-10-01"),
    "a month that became a day": ({"date": Cell("2023-10-01", "month")}, "F2", "only its month", "2023-10,"),
    "a date of no calendar": ({"date": "2023-02-30"}, "F2", "not an EDTF date", "2023-10"),
    "an unknown place": ({"places": "AM-SI"}, "F2", "no place AM-SI", "AM-SU"),
    "an unknown indicator": ({"indicators": "CLA-5"}, "F2", "no indicator CLA-5", "CLA-0"),
    "a stage beyond the last": ({"stages": "11"}, "F2", "no stage 11", "1 to 10"),
    "stages that became a number": ({"stages": Cell("6.7", "number")}, "F2", "made the number", "semicolon"),
    "a grade that is none": ({"grade": "c3", "grade_reason": "x"}, "F2", "no Admiralty", "Write C3"),
    "a grade without reason": ({"grade": "C3"}, "A2", "says why", "reason"),
    "a number that is none": ({"quantity_text": "x", "quantity_low": "1,5"}, "G2", "no number", "point"),
    "a number without end": ({"quantity_text": "x", "quantity_low": "1e999"}, "G2", "no number", "point"),
    "numbers out of order": ({"quantity_text": "x", "quantity_low": "9", "quantity_high": "2"}, "G2", "order", "low"),
    "neither yes nor no": ({"contested": "perhaps"}, "F2", "neither", "yes or no"),
    "an other side that says nothing": ({"other_side_by": "A", "other_side_basis": "general"}, "A2", "says", ""),
    "an other side seen nowhere": ({"other_side_by": "A", "other_side_text": "No."}, "A2", "cites no", "general"),
    "characters that cannot be seen": ({"text": "a\x1b[31mb"}, "B2", "cannot be seen", "again"),
    "an id on record": ({"id": "C90"}, "A2", "on record already", "another id"),
    "words on record": (
        {"text": "known  WORDS.", "asserted_by": "somebody"}, "B2", "says the same in C90", "one claim",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "cell", "said", "remedy"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_is_named_with_what_to_write_instead(change, cell: str, said: str, remedy: str) -> None:
    import re

    made = plan({**GOOD, **change})
    assert [problem.cell for problem in made.errors] == [cell]
    assert re.search(said, made.errors[0].text)
    assert remedy in made.errors[0].remedy


def test_the_good_row_that_each_bad_one_changes_is_good() -> None:
    assert plan(GOOD).problems == ()


def test_duplicates_within_the_file_name_both_cells() -> None:
    made = plan(GOOD, {**GOOD, "text": "Other words."}, {**GOOD, "id": "C03"})
    assert [(problem.cell, problem.text) for problem in made.errors] == [
        ("A3", "C01 stands in A2 too"),
        ("B4", "the same asserter says the same in C01"),
    ]


def test_merged_cells_are_refused_where_they_begin() -> None:
    made = plan(GOOD, merged=("B2:B4",))
    assert [(problem.cell, problem.column) for problem in made.errors] == [("B2", "text")]


def test_headings_are_checked_before_rows() -> None:
    made = plan({**GOOD, "asserter": "x"})
    assert [(problem.cell, problem.remedy) for problem in made.errors] == [
        ("F1", "Did you mean asserted_by, date, stages?")
    ]
    assert plan({"text": "x"}).errors[0].text == "the column id is missing"


def test_a_contested_claim_without_its_other_side_may_come_in_and_says_so() -> None:
    made = plan({**GOOD, "contested": "yes"})
    assert made.errors == ()
    assert [problem.severity for problem in made.problems] == ["notice"]
    assert made.claims[0].contested


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(list(BY_NAME)),
            st.builds(
                Cell, st.text(max_size=12), st.sampled_from(["text", "number", "date", "month", "formula", "error"])
            ),
            min_size=1,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_stands_in_the_cells_a_plan_is_made(rows: list[dict[str, Cell]]) -> None:
    made = plan(*rows)
    assert made.problems or made.claims
    for claim in made.claims:
        assert {each.source for each in claim.sources} <= {"S01", "S02"}


# --- files -----------------------------------------------------------------------------------------------------------


def workbook(path: Path, rows: list[list[object]], *, merged: str = "", **formats: str) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "claims"
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats.items():
        sheet[cell].number_format = number_format
    if merged:
        sheet.merge_cells(merged)
    book.save(path)
    return path


def test_a_workbook_is_read_as_it_stands(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [["id", "date"], ["=1+1", datetime.date(2023, 10, 1)], ["C1", datetime.date(2023, 10, 1)], [3.0, 6.7],
         [], [True, "x"], ["y", "z"]],
        merged="A7:B8", B2="yyyy-mm-dd", B3="mmm-yy",
    )  # fmt: skip
    read = read_spreadsheet(path)
    assert read.merged == ("A7:B8",)
    assert [number for number, _ in read.rows] == [2, 3, 4, 6, 7]
    assert read.rows[0][1] == (Cell("=1+1", "formula"), Cell("2023-10-01", "date"))
    assert read.rows[1][1][1] == Cell("2023-10-01", "month")
    assert read.rows[2][1] == (Cell("3", "number"), Cell("6.7", "number"))
    assert read.rows[3][1][0] == Cell("yes")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_separates_it(tmp_path: Path, separator: str, encoding: str) -> None:
    text = f'id{separator}text\nC1{separator}"Հայ{separator} ""x"""\n\nC2{separator}=cmd()\n'
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    read = read_spreadsheet(tmp_path / "a.csv")
    assert read.rows == (
        (2, (Cell("C1"), Cell(f'Հայ{separator} "x"'))),
        (4, (Cell("C2"), Cell("=cmd()", "formula"))),
    )


def test_the_template_has_every_column_and_is_no_claim_yet(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(template())
    made = plan_claims(read_spreadsheet(tmp_path / "t.xlsx"), KNOWN, graded_by="", on=ON)
    assert [problem.text for problem in made.problems] == ["there is no claim below the headings"]
    assert [cell.value for cell in load_workbook(tmp_path / "t.xlsx")["claims"][1]] == [each.name for each in COLUMNS]


def _zip(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return made.getvalue()


HOSTILE = {
    "a bomb": (lambda: _zip(**{"xl/workbook.xml": b"0" * 400_000_000}), "unpacks to more than"),
    "no workbook": (lambda: _zip(a=b"b"), "cannot be read"),
    "a name that leads out": (lambda: _zip(**{"../a": b"b"}), "written elsewhere"),
    "an old or locked file": (lambda: b"\xd0\xcf\x11\xe0" + b"0" * 99, "old Excel file"),
    "bytes that are no text": (lambda: b"id,text\nC1,\xff\xfe", "not UTF-8"),
    "an open quotation": (lambda: b'id,text\nC1,"abc', "cannot be read"),
    "nothing": (lambda: b"", "empty"),
    "blank lines": (lambda: b"\n\n", "empty"),
    "too many rows": (lambda: b"id\n" + b"C1\n" * 21, "more than 20 rows"),
    "too many columns": (lambda: b"id\n" + b"x," * 250 + b"x", "more than 200 columns"),
    "too much in a cell": (lambda: b"id\n" + b"x" * 10_001, "characters"),
    "too many bytes": (lambda: b"id\n" + b"x" * 3_000_000, "the limit is"),
}


@pytest.mark.parametrize(("make", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, make, said: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(make())
    with pytest.raises((SpreadsheetError, InputError), match=said):
        read_spreadsheet(tmp_path / "a.xlsx", limits=Limits(max_rows=20, max_bytes=2_000_000))


def test_an_entity_in_a_sheet_is_not_followed(tmp_path: Path) -> None:
    good = workbook(tmp_path / "good.xlsx", [["id"], ["C1"]])
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as read, zipfile.ZipFile(bad, "w") as made:
        for name in read.namelist():
            data = read.read(name)
            if name.endswith("sheet1.xml"):
                head = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                data = head + data.replace(
                    b"<sheetData>", b"<sheetData><row><c t='inlineStr'><is><t>&e;</t></is></c></row>"
                )
            made.writestr(name, data)
    with pytest.raises(SpreadsheetError, match="cannot be read"):
        read_spreadsheet(bad)


# --- at a desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_sources(desk: DeskFolder) -> DeskFolder:
    """A desk with a situation, an analyst and two sources."""
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    rita, ani = people(("rita", "reviewer"), ("ani", "analyst"))
    people(("otto", "observer"))
    actions.open_situation(by=rita, at=at(1), key="here", scope=A_SITUATION)
    for key in ("S01", "S02"):
        actions.record_evidence(
            by=ani, at=at(2), situation=get_situation("here"), kind="source", key=key,
            content=Source(id=key, publisher="A paper"),
        )  # fmt: skip
    return desk


def run(desk: DeskFolder, file: Path, *more: str, by: str = "ani"):
    words = ["review", "import", str(file), "--desk", str(desk.folder), "-s", "here", "--by", by, *more]
    return CliRunner().invoke(app, words)


def test_a_spreadsheet_is_looked_over_then_recorded_in_one_act(with_sources: DeskFolder, tmp_path: Path) -> None:
    from tocsin.records.integrity import examine
    from tocsin.records.models import AuditEntry, Record

    rows = [["id", "text", "kind", "asserted_by", "sources", "grade", "grade_reason"]]
    rows += [[f"C{n}", f"Statement {n}.", "fact", "A body", "S01", "C3", "one report"] for n in range(30)]
    path = workbook(tmp_path / "claims.xlsx", rows)
    n_acts = AuditEntry.objects.count()
    looked = run(with_sources, path)
    assert looked.exit_code == 0, looked.output
    assert "30 claims in 30 rows can be recorded" in looked.output
    assert AuditEntry.objects.count() == n_acts
    done = run(with_sources, path, "--apply")
    assert "30 claims recorded" in done.output
    assert AuditEntry.objects.count() == n_acts + 1
    assert Record.objects.filter(kind="claim", state="proposed").count() == 30
    assert list(examine()) == []
    again = run(with_sources, path, "--apply", "--json")
    assert again.exit_code == 3
    assert [each["cell"] for each in json.loads(again.output)["problems"]] == [f"A{n}" for n in range(2, 32)]


def test_one_bad_cell_keeps_all_out(with_sources: DeskFolder, tmp_path: Path) -> None:
    from tocsin.records.models import Record

    path = tmp_path / "claims.csv"
    path.write_text("id,text,kind,asserted_by,sources\nC1,Good.,fact,A body,S01\nC2,Bad.,fact,A body,S9\n", "utf-8")
    refused = run(with_sources, path, "--apply")
    assert refused.exit_code == 3
    assert "E3" in refused.output
    assert "S01" in refused.output
    assert not Record.objects.filter(kind="claim").exists()


def test_an_observer_imports_nothing(with_sources: DeskFolder, tmp_path: Path) -> None:
    from tocsin.core.rules.roles import NotAllowedError
    from tocsin.records.models import Record

    path = tmp_path / "claims.csv"
    path.write_text("id,text,kind,asserted_by,sources\nC1,Good.,fact,A body,S01\n", "utf-8")
    assert isinstance(run(with_sources, path, "--apply", by="otto").exception, NotAllowedError)
    assert not Record.objects.filter(kind="claim").exists()
