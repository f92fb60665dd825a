"""A warning is withdrawn by a Cancel: one more edition, which names all that it supersedes and edits none."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest

from tests.cases import AT, make_test_desk
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.doctor import examine
from tocsin.warn.edition_store import EditionStore, IssueError
from tocsin.warn.issue import issue_case
from tocsin.warn.site_folder import publish_desk


@pytest.fixture
def withdrawn_case(tmp_path: Path, armenia_case: Path) -> Path:
    """The Armenia case with a third version that withdraws it."""
    case = Path(shutil.copytree(armenia_case, tmp_path / "case"))
    for path in case.glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace("editions = [2]", "editions = [2, 3]"), "utf-8")
    text = (case / "editions" / "2.toml").read_text("utf-8")
    text = text.replace("number = 2\n", "number = 3\n", 1).replace('"Update"', '"Cancel"', 1)
    text = re.sub(r'^reason = ".*"$', 'reason = "The publisher took its page down."', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"\[\[changes\]\].*?(?=\[\[flags\]\])", "", text, flags=re.DOTALL)
    (case / "editions" / "3.toml").write_text(text, "utf-8")
    return case


def test_a_withdrawn_warning_stays_readable_and_says_so(withdrawn_case: Path, tmp_path: Path) -> None:
    desk = make_test_desk(tmp_path / "desk")
    case = CaseFiles(withdrawn_case)
    for number in (1, 2, 3):
        issue_case(desk, case, number, by="A. Editor", at=AT + datetime.timedelta(minutes=number))
    entries = EditionStore(desk.editions).entries()
    last = EditionStore(desk.editions).read(entries[2].entry.edition_sha256)
    assert [each.sha256 for each in last.issue.supersedes] == [each.entry.edition_sha256 for each in entries[:2]]

    publish_desk(desk, on=AT.date())
    folder = desk.site / "warnings" / "gw-2023-10-arm-aze"
    page = (folder / "index.html").read_text("utf-8")
    assert "Withdrawn" in page
    assert "The publisher took its page down." in page
    assert "data-review" not in page, "what is withdrawn is not stale as well"
    assert (folder / "1" / "index.html").exists()
    alert = (folder / "3" / "alert.cap.xml").read_text("utf-8")
    assert "<msgType>Cancel</msgType>" in alert
    assert "GW-2023-10-ARM-AZE.v1" in alert
    assert "GW-2023-10-ARM-AZE.v2" in alert
    assert list(examine(desk)) == []


def test_nothing_follows_a_withdrawal(withdrawn_case: Path, tmp_path: Path) -> None:
    desk = make_test_desk(tmp_path / "desk")
    text = (withdrawn_case / "editions" / "3.toml").read_text("utf-8")
    (withdrawn_case / "editions" / "4.toml").write_text(text.replace("number = 3\n", "number = 4\n", 1), "utf-8")
    case = CaseFiles(withdrawn_case)
    for number in (1, 2, 3):
        issue_case(desk, case, number, by="A. Editor", at=AT)
    with pytest.raises(IssueError, match="was cancelled with edition 3"):
        issue_case(desk, case, 4, by="A. Editor", at=AT)


def test_editions_come_in_order_and_of_the_right_kind(armenia_case: Path, tmp_path: Path) -> None:
    desk = make_test_desk(tmp_path / "desk")
    case = Path(shutil.copytree(armenia_case, tmp_path / "case"))
    with pytest.raises(IssueError, match="edition 1 of GW-2023-10-ARM-AZE comes before edition 2"):
        issue_case(desk, CaseFiles(case), 2, by="A. Editor", at=AT)
    path = case / "editions" / "1.toml"
    path.write_text(path.read_text("utf-8").replace('"Alert"', '"Update"\nreason = "x"', 1), "utf-8")
    with pytest.raises(IssueError, match="it must be Alert"):
        issue_case(desk, CaseFiles(case), 1, by="A. Editor", at=AT)
