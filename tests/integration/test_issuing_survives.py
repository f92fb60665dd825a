"""Issuing survives a kill at any step, and two who issue at once."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cases import ARMENIA, AT, make_test_desk
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import Edition
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder
from tocsin.warn.doctor import examine
from tocsin.warn.edition_store import EditionStore, RacedError
from tocsin.warn.issue import IssueError, issue_case

ROOT = Path(__file__).parent.parent.parent


def test_killed_at_any_step_a_desk_holds_the_whole_edition_or_none(tmp_path: Path) -> None:
    desk = make_test_desk(tmp_path / "desk")
    issue_case(desk, CaseFiles(ARMENIA), 1, by="A. Drafter", at=AT)
    (tmp_path / "work").mkdir()
    script = Path(__file__).parent / "killed_at_every_step.py"
    ran = subprocess.run(
        [sys.executable, str(script), str(desk.folder), str(tmp_path / "work")],
        capture_output=True, text=True, check=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    stands = [json.loads(line) for line in ran.stdout.splitlines()]
    killed = [each for each in stands if each["killed"]]
    assert len(killed) > 20, "the kills did not reach the work"
    assert {each["issued"] for each in killed} == {1, 2}, "no kill fell before, or none after, the edition existed"
    for each in stands:
        assert each["failures"] == [], each
        assert each["left"] == [], each
        assert each["again"] == "issued" if each["issued"] == 1 else "issued already" in each["again"], each


def _issue(folder: str, case: str, by: str, start: Any, told: Any) -> None:
    files = CaseFiles(Path(case))
    files.resolve(1)
    start.wait()
    try:
        issue_case(DeskFolder(Path(folder)), files, 1, by=by, at=AT)
        told.put("issued")
    except TocsinError as error:
        told.put(error.problem)


def _race(desk: DeskFolder, cases: list[Path], people: list[str]) -> list[str]:
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(len(cases)), context.Queue()
    racers = [
        context.Process(target=_issue, args=(str(desk.folder), str(case), by, start, told))
        for case, by in zip(cases, people, strict=True)
    ]
    for racer in racers:
        racer.start()
    answers = [told.get(timeout=300) for _ in racers]
    for racer in racers:
        racer.join()
    return answers


@pytest.mark.parametrize("people", [["A", "B", "C"], ["A", "A", "A"]], ids=["their own", "the very same bytes"])
def test_of_those_who_issue_one_edition_one_wins_and_the_others_are_told(tmp_path: Path, people: list[str]) -> None:
    desk = make_test_desk(tmp_path / "desk")
    answers = _race(desk, [ARMENIA, ARMENIA, ARMENIA], people)
    assert answers.count("issued") == 1
    assert all("issued" in answer for answer in answers)
    assert len(EditionStore(desk.editions).entries()) == 1
    assert list(examine(desk)) == []


def test_two_who_issue_different_warnings_both_win(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for path in ARMENIA.rglob("*.toml"):
        copy = other / path.relative_to(ARMENIA)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text("utf-8").replace('warning = "GW-2023', 'warning = "XX-2023'), "utf-8")
    desk = make_test_desk(tmp_path / "desk")
    assert _race(desk, [ARMENIA, other], ["A", "A"]) == ["issued", "issued"]
    assert [signed.entry.seq for signed in EditionStore(desk.editions).entries()] == [1, 2]
    assert list(examine(desk)) == []


def test_an_issued_edition_is_never_issued_again(armenia_desk: DeskFolder) -> None:
    with pytest.raises(IssueError, match="never changes") as caught:
        issue_case(armenia_desk, CaseFiles(ARMENIA), 2, by="A. Drafter", at=AT)
    assert "editions/3.toml" in caught.value.remedy


def test_a_loser_with_the_winners_bytes_takes_nothing_away(tmp_path: Path, armenia: tuple[Edition, Edition]) -> None:
    desk = make_test_desk(tmp_path / "desk")
    EditionStore(desk.editions).issue(armenia[0], desk.signing_key())
    with pytest.raises(RacedError, match="somebody else"):
        EditionStore(desk.editions).issue(armenia[0], desk.signing_key())
    assert list(examine(desk)) == []
