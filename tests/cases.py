"""The Armenia case, issued for tests."""

from __future__ import annotations

import datetime
from pathlib import Path

from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder, make_desk
from tocsin.warn.issue import issue_case

ARMENIA = Path(__file__).parent.parent / "cases" / "armenia-2023"
AT = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.UTC)


def make_test_desk(folder: Path) -> DeskFolder:
    """A new desk with a new key."""
    return make_desk(
        folder, name="Test desk", sender="desk.example.org", url="https://desk.example.org", status="Exercise"
    )


def issue_armenia(folder: Path) -> DeskFolder:
    """A new desk that has issued both editions of the Armenia case, a minute apart."""
    desk = make_test_desk(folder)
    case = CaseFiles(ARMENIA)
    for number in (1, 2):
        issue_case(desk, case, number, by="A. Drafter", at=AT + datetime.timedelta(minutes=number))
    return desk
