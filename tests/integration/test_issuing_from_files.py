"""Plain files carry no second person: they issue exercises, never an actual warning."""

import pytest

from tests.cases import ARMENIA, AT
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import make_desk
from tocsin.warn.edition_store import EditionStore, IssueError
from tocsin.warn.issue import issue_case


def test_an_actual_warning_is_not_issued_from_files(tmp_path) -> None:
    desk = make_desk(
        tmp_path / "desk", name="Desk", sender="desk.example.org", url="https://desk.example.org", status="Actual"
    )
    with pytest.raises(IssueError, match="no second person's sign-off"):
        issue_case(desk, CaseFiles(ARMENIA), 1, by="A. Drafter", at=AT)
    assert EditionStore(desk.editions).entries() == []
