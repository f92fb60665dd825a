"""What is issued from the desk's records is what is issued from the case's files."""

from __future__ import annotations

import msgspec
import pytest

from tests.cases import ARMENIA
from tests.records.people import at, people
from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.edition import Edition
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def both_issued(desk: DeskFolder) -> list[Edition]:
    """Both editions of the Armenia case, issued from records."""
    from tocsin.warn import actions

    rita, sam, petra = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    case = CaseFiles(ARMENIA)
    issued = []
    for number in (1, 2):
        draft = actions.load_case(by=rita, at=at(number), resolved=case.resolve(number))
        actions.submit(by=rita, at=at(number), desk=desk, draft=draft)
        actions.sign_off(by=sam, at=at(number), draft=draft)
        issued.append(actions.issue(by=petra, at=at(number), desk=desk, draft=draft).edition)
    return issued


def test_an_edition_from_the_desk_is_that_from_the_files_but_for_times_ids_and_people(
    both_issued, armenia: tuple[Edition, Edition]
) -> None:
    for from_desk, from_files in zip(both_issued, armenia, strict=True):
        assert canonical_bytes(from_desk.content) == canonical_bytes(from_files.content)
        supersedes = [
            msgspec.structs.replace(theirs, sha256=ours.sha256, issued_at=ours.issued_at)
            for ours, theirs in zip(from_desk.issue.supersedes, from_files.issue.supersedes, strict=True)
        ]
        theirs = msgspec.structs.replace(
            from_files.issue,
            issued_at=from_desk.issue.issued_at,
            issued_by=from_desk.issue.issued_by,
            supersedes=tuple(supersedes),
        )
        assert from_desk == msgspec.structs.replace(from_files, issue=theirs)


def test_the_records_of_an_issued_case_are_content(both_issued) -> None:
    from tocsin.records.integrity import examine

    assert list(examine()) == []
