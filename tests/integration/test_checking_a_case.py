"""A mistake in a case's files is told with its file and line, what is wrong and what to do; never a traceback."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.warn.case_files import CaseFiles

Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    """Replace the first occurrence of a text, which must be there."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


MISTAKES: list[tuple[str, Edit, str, str, str]] = [
    ("claims.toml", swap('"S01"', '"S77"'), "sources = [", "S77", "dangling-reference"),
    ("claims.toml", swap('asserted_by = "Genocide Watch"', 'asserted_by = ""'), "asserted_by", "no asserter", ""),
    ("claims.toml", swap('"CLA-05"', '"CLA-50"'), "indicators", "Did you mean CLA-05", "unknown-indicator"),
    ("claims.toml", swap('date = "../2023"', 'date = "long ago"'), "date = ", "EDTF", "no-edtf-date"),
    ("claims.toml", swap('id = "C02"', 'id = "C01"'), "id = ", "stands 2 times", "duplicate-id"),
    ("claims.toml", swap("contested = true", "contestd = true"), "contestd", "unknown field `contestd`", "shape"),
    ("claims.toml", swap('information = "3"', 'information = "9"'), "grade = ", "C01", "shape"),
    ("claims.toml", swap('kind = "historical"\n', ""), "[[claims]]", "required field `kind`", "shape"),
    ("recommendations.toml", swap('instrument = "TRADE_ENERGY"', 'instrument = ""'), "instrument", "no instrument", ""),
    ("recommendations.toml", swap('kind = "igo"', 'kind = "ego"'), "addressees", "'ego' is no actor type", ""),
    ("recommendations.toml", swap(", terms =", ", depth2 ="), "search = {", "depth2", "shape"),
    ("figures.toml", swap('as_of = "2023-05"', 'as_of = "5/2023"'), "estimates", "5/2023", "no-edtf-date"),
    ("editions/2.toml", swap('review_date = "2024-10-31"\n', ""), "", "no review date", "review-date"),
    ("editions/2.toml", swap('declared = "warning"', 'declared = "severe"'), "declared", "severe", "shape"),
    ("editions/2.toml", swap("number = 10", "number = 11"), "number = 11", "no stage 11", "unknown-stage"),
    ("case.toml", swap('places = ["AM-SU", "AM-GR"]', 'places = ["AM-SU", "AM-GX"]'), "places = ", "AM-GX", ""),
    ("sources.toml", swap('kind = "ngo_report"', 'kind = "leaflet"'), "kind = ", "no source type", ""),
    ("map.toml", swap("credit = ", "kredit = "), "kredit", "unknown field `kredit`", "shape"),
    ("map.toml", swap('"AM-SU"', '"AM-XX"'), "", "AM-XX", "map"),
]


@pytest.fixture
def case(tmp_path: Path, armenia_case: Path) -> Path:
    return Path(shutil.copytree(armenia_case, tmp_path / "case"))


def check(case: Path) -> tuple[int, list[dict[str, str]]]:
    result = CliRunner().invoke(app, ["warn", "check", str(case), "--edition", "2", "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize(("file", "edit", "line", "text", "rule"), MISTAKES, ids=[f"{m[0]} {m[3]}" for m in MISTAKES])
def test_a_mistake_is_told_with_its_line(case: Path, file: str, edit: Edit, line: str, text: str, rule: str) -> None:
    path = case / file
    path.write_text(edit(path.read_text("utf-8")), "utf-8")
    code, problems = check(case)
    errors = [each for each in problems if each["severity"] == "error"]
    assert code == 3
    ours = [each for each in errors if text in each["text"] + " " + each["remedy"] and rule in each["rule"]]
    assert ours, errors
    where, _, number = ours[0]["where"].rpartition(":")
    assert where == str(path)
    assert line in path.read_text("utf-8").splitlines()[int(number) - 1]


def test_the_case_as_shipped_has_no_error(case: Path) -> None:
    code, problems = check(case)
    assert code == 0
    assert {each["severity"] for each in problems} == {"notice"}


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [
        (b'id = "unclosed\n', "this is no TOML"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"[[claims]]\n" + b"[" * 5000, "this is no TOML"),
        (b"a = 1\na = 2\n", "this is no TOML"),
        (b"x" * (5 * 1024 * 1024), "larger than"),
    ],
    ids=["unclosed", "not UTF-8", "deeply nested", "key twice", "huge"],
)
def test_a_file_that_cannot_be_read_is_named(case: Path, bytes_: bytes, said: str) -> None:
    (case / "claims.toml").write_bytes(bytes_)
    with pytest.raises(TocsinError, match=said) as caught:
        CaseFiles(case)
    assert str(case / "claims.toml") in caught.value.where


def test_a_case_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TocsinError, match="no such case"):
        CaseFiles(tmp_path / "nowhere")


def test_a_broken_case_is_not_issued_and_says_where(case: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["init", str(tmp_path / "desk")]).exit_code == 0
    path = case / "claims.toml"
    path.write_text(swap('asserted_by = "Genocide Watch"', 'asserted_by = ""')(path.read_text("utf-8")), "utf-8")
    result = runner.invoke(
        app, ["warn", "issue", str(case), "-e", "1", "--by", "A. Drafter", "-d", str(tmp_path / "desk")]
    )
    assert result.exit_code == 3
    assert "has no asserter" in result.stdout
    assert list((tmp_path / "desk" / "editions" / "log").iterdir()) == []
