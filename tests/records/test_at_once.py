"""Many who write at once, and acts that are interrupted: none lost, none silently overwritten, nothing half done."""

from __future__ import annotations

import multiprocessing

import msgspec
import pytest

from tests.cases import ARMENIA
from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.core.model.claims import Claim
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

WRITERS = 4
EDITS = 12


def _write(name: str) -> int:
    """Add marks to one claim, reading again whenever somebody else was first; gives how often that was."""
    from tocsin.records.acting import ChangedMeanwhileError
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_record, get_situation, newest
    from tocsin.review.actions import record_claim

    situation, overtaken, made = get_situation("armenia"), 0, 0
    while made < EDITS:
        version = newest(get_record("claim", "C01", situation=situation))
        said = version.read(Claim)
        changed = msgspec.structs.replace(said, text=f"{said.text} {name}.{made}")
        try:
            record_claim(by=get_person(name), at=at(2), situation=situation, claim=changed, seen=version.number)
            made += 1
        except ChangedMeanwhileError:
            overtaken += 1
    return overtaken


def test_of_racing_edits_none_is_lost_and_none_overwritten(desk: DeskFolder) -> None:
    from django.db import connections

    from tocsin.records.acting import acting
    from tocsin.records.integrity import examine

    names = [f"writer{number}" for number in range(WRITERS)]
    (first, *_) = people(*((name, "analyst") for name in names))
    with acting("test.situation", by=first, at=at(1), needs="analyst") as act:
        situation = act.keep("situation", "armenia", A_SITUATION).record
        claim = act.keep("claim", "C01", a_claim(text="-"), situation=situation).record
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        overtaken = pool.map(_write, names, chunksize=1)
    assert sum(overtaken), "the writers never met: the race was no race"
    before: list[str] = []
    for version in claim.versions.order_by("number"):
        marks = version.read(Claim).text.split()
        assert marks[: len(before)] == before
        before = marks
    assert set(before) == {"-", *(f"{name}.{number}" for name in names for number in range(EDITS))}
    assert list(examine()) == []


@pytest.fixture
def signed(desk: DeskFolder):
    from tocsin.warn import actions

    rita, sam, _ = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    actions.submit(by=rita, at=at(2), desk=desk, draft=draft)
    actions.sign_off(by=sam, at=at(3), draft=draft)
    return draft


@pytest.mark.parametrize("where", ["before the log entry", "after the log entry"])
def test_an_interrupted_issue_is_done_whole_when_done_again(
    desk: DeskFolder, signed, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.records import acting, integrity
    from tocsin.records.people.queries import get_person
    from tocsin.warn import actions, records_doctor
    from tocsin.warn.edition_store import EditionStore

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*((EditionStore, "issue") if where.startswith("before") else (acting.Act, "close")), die)
        with pytest.raises(KeyboardInterrupt):
            actions.issue(by=get_person("petra"), at=at(4), desk=desk, draft=signed)
    signed.refresh_from_db()
    assert signed.state == "signed"
    logged = len(EditionStore(desk.editions).entries())
    assert logged == (0 if where.startswith("before") else 1)
    assert len(list(records_doctor.examine(desk))) == logged  # it names the edition that has no row yet
    issued = actions.issue(by=get_person("petra"), at=at(5), desk=desk, draft=signed)
    assert [signed.entry.edition_sha256 for signed in EditionStore(desk.editions).entries()] == [issued.sha256]
    assert [*integrity.examine(), *records_doctor.examine(desk)] == []


def test_an_edition_that_is_not_what_was_signed_is_named(desk: DeskFolder, signed) -> None:
    from tests.records.test_integrity import by_hand
    from tocsin.warn import records_doctor

    by_hand("UPDATE records_version SET content = REPLACE(content, 'Azerbaijan now claims', 'It is certain')")
    (failure,) = records_doctor.examine(desk)
    assert failure.text == "what was signed does not come together again from the records"
