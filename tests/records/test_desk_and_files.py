"""What is issued from the desk's records is what is issued from the case's files."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import ARMENIA
from tests.publish.incidents import INCIDENTS
from tests.records.people import at, people
from tocsin.core.editions.canonical import canonical_bytes
from tocsin.core.model.edition import Edition
from tocsin.core.model.judgement import Bulletin
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder
from tocsin.warn.toml_writing import document, fields


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


def test_a_case_goes_in_and_comes_out_without_loss(desk: DeskFolder, tmp_path: Path) -> None:
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions
    from tocsin.warn.exporting import export_case

    (rita,) = people(("rita", "reviewer"))
    case = CaseFiles(ARMENIA)
    for number in (1, 2):
        actions.load_case(by=rita, at=at(number), resolved=case.resolve(number))
    export_case(get_bulletin("GW-2023-10-ARM-AZE"), tmp_path / "out")
    exported = CaseFiles(tmp_path / "out")
    for number in (1, 2):
        ours, theirs = exported.resolve(number), case.resolve(number)
        assert canonical_bytes(ours.content) == canonical_bytes(theirs.content)
        assert ours.records == theirs.records  # sources that nothing cites, too
        assert (ours.version, ours.header, ours.map_spec) == (theirs.version, theirs.header, theirs.map_spec)
    listed = {path.relative_to(ARMENIA) for path in ARMENIA.rglob("*.toml")}
    assert {path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.toml")} == listed


def test_incidents_go_in_and_come_out_and_are_issued_as_they_were(desk: DeskFolder, tmp_path: Path) -> None:
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions
    from tocsin.warn.exporting import export_case

    folder = shutil.copytree(ARMENIA, tmp_path / "case")
    (folder / "incidents.toml").write_text(document({"incidents": [fields(INCIDENTS)]}))
    rita, sam, petra = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    case = CaseFiles(folder)
    draft = actions.load_case(by=rita, at=at(1), resolved=case.resolve(1))
    actions.submit(by=rita, at=at(1), desk=desk, draft=draft)
    actions.sign_off(by=sam, at=at(1), draft=draft)
    edition = actions.issue(by=petra, at=at(1), desk=desk, draft=draft).edition
    assert edition.content.incidents == (INCIDENTS,)
    export_case(get_bulletin("GW-2023-10-ARM-AZE"), tmp_path / "out")
    exported = CaseFiles(tmp_path / "out").resolve(1)
    assert canonical_bytes(exported.content) == canonical_bytes(edition.content)


def test_an_export_that_would_lose_something_says_what(desk: DeskFolder, tmp_path: Path) -> None:
    from tocsin.records.acting import acting
    from tocsin.records.queries import get_bulletin, read
    from tocsin.warn import actions
    from tocsin.warn.exporting import ExportError, export_case

    (rita,) = people(("rita", "reviewer"))
    case = CaseFiles(ARMENIA)
    actions.load_case(by=rita, at=at(1), resolved=case.resolve(1))
    bulletin = get_bulletin("GW-2023-10-ARM-AZE")
    actions.load_case(by=rita, at=at(2), resolved=case.resolve(2))
    changed = msgspec.structs.replace(read(bulletin, Bulletin), legal_note="Another note.")
    with acting("test.heading", by=rita, at=at(3), needs="reviewer", situation=bulletin.situation) as act:
        act.keep("bulletin", bulletin.key, changed, situation=bulletin.situation, seen=1)
    with pytest.raises(ExportError, match="cannot say `legal_note` of edition 1"):
        export_case(bulletin, tmp_path / "out")


TEXT = st.text(max_size=30)
VALUES = st.recursive(
    TEXT | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_what_is_written_as_toml_is_read_as_it_was(tables: dict[str, Any]) -> None:
    assert tomllib.loads(document(tables, "A heading.")) == tables


def test_a_warning_on_record_is_not_issued_around_it(desk: DeskFolder) -> None:
    from tocsin.warn import actions
    from tocsin.warn.queries import DraftError, check_not_on_record

    (rita,) = people(("rita", "reviewer"))
    case = CaseFiles(ARMENIA)
    check_not_on_record(case, 1)
    actions.load_case(by=rita, at=at(1), resolved=case.resolve(1))
    with pytest.raises(DraftError, match="is on record at this desk"):
        check_not_on_record(case, 1)
