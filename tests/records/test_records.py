"""Nothing that a person decided is overwritten, on either database."""

from __future__ import annotations

import msgspec
import pytest

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.core.life_cycles import StepError
from tocsin.core.model.claims import Claim
from tocsin.core.rules.roles import NotAllowedError
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def situation(desk: DeskFolder):
    from tocsin.records.acting import acting

    (ani, *_) = people(("ani", "analyst"), ("rita", "reviewer"))
    with acting("test.situation", by=ani, at=at(1), needs="analyst") as act:
        return act.keep("situation", "armenia", A_SITUATION).record


def ani():
    from tocsin.records.people.queries import get_person

    return get_person("ani")


def keep(situation, claim: Claim, seen: int | None = None, reason: str = ""):
    from tocsin.records.acting import acting

    with acting("test.claim", by=ani(), at=at(2), needs="analyst", situation=situation) as act:
        return act.keep("claim", claim.id, claim, situation=situation, seen=seen, reason=reason)


def test_a_change_is_a_new_version_with_who_when_and_why(situation) -> None:
    keep(situation, a_claim())
    changed = keep(situation, a_claim(text="Something else was said."), seen=1, reason="misread")
    first, second = changed.record.versions.order_by("number")
    assert (first.read(Claim).text, second.read(Claim).text) == ("Something was said.", "Something else was said.")
    assert (second.number, second.reason, second.act.by.username, second.act.at) == (2, "misread", "ani", at(2))


def test_the_same_words_make_no_new_version(situation) -> None:
    assert keep(situation, a_claim()) == keep(situation, a_claim(), seen=1)


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused_and_says_who(situation) -> None:
    from tocsin.records.acting import ChangedMeanwhileError

    keep(situation, a_claim())
    keep(situation, a_claim(text="One."), seen=1, reason="first")
    with pytest.raises(ChangedMeanwhileError, match="version 2 by ani .first."):
        keep(situation, a_claim(text="Two."), seen=1)
    with pytest.raises(ChangedMeanwhileError, match="took it to be new"):
        keep(situation, a_claim(text="Three."))


def test_an_act_that_fails_leaves_nothing_and_no_entry(situation) -> None:
    from tocsin.records.acting import acting
    from tocsin.records.models import AuditEntry, Record

    before = (AuditEntry.objects.count(), Record.objects.count())
    with (
        pytest.raises(ZeroDivisionError),
        acting("test.fails", by=ani(), at=at(3), needs="analyst", situation=situation) as act,
    ):
        act.keep("claim", "C09", a_claim("C09"), situation=situation)
        raise ZeroDivisionError
    assert (AuditEntry.objects.count(), Record.objects.count()) == before


def test_a_step_needs_its_role_and_its_place_in_the_life_cycle(situation) -> None:
    from tocsin.records.acting import acting
    from tocsin.records.people.queries import get_person

    claim = keep(situation, a_claim()).record
    with (
        pytest.raises(NotAllowedError, match="ani is analyst in armenia, and test.accept needs the role reviewer"),
        acting("test.accept", by=ani(), at=at(3), needs="analyst", situation=situation) as act,
    ):
        act.step(claim, "accept")
    with acting("test.accept", by=get_person("rita"), at=at(3), situation=situation) as act:
        act.step(claim, "accept")
    assert claim.state == "accepted"
    with (
        pytest.raises(StepError, match="claim C01 is accepted, and cannot accept from there"),
        acting("test.accept", by=get_person("rita"), at=at(3), situation=situation) as act,
    ):
        act.step(claim, "accept")


def test_somebody_without_a_role_in_the_situation_is_refused(situation) -> None:
    from tocsin.records.acting import acting
    from tocsin.records.people import actions
    from tocsin.records.people.queries import get_person

    admin = get_person("admin")
    stranger = actions.add_person(by=admin, at=at(4), username="zara", name="Zara")
    with acting("test.other", by=ani(), at=at(4), needs="analyst") as act:
        other = act.keep("situation", "elsewhere", A_SITUATION).record
    actions.grant_role(by=admin, at=at(4), person=stranger, role="analyst", situation=other)
    with (
        pytest.raises(NotAllowedError, match="zara has no role in armenia"),
        acting("test.claim", by=stranger, at=at(5), needs="analyst", situation=situation),
    ):
        pass
    actions.revoke_role(by=admin, at=at(6), person=stranger, role="analyst", situation=other)
    with (
        pytest.raises(NotAllowedError, match="zara has no role in elsewhere"),
        acting("test.claim", by=stranger, at=at(7), needs="analyst", situation=other),
    ):
        pass


def test_the_database_refuses_to_change_or_remove_what_was_recorded(situation) -> None:
    from django.db import DatabaseError, connection, transaction

    from tocsin.records.guards import GUARDS, missing
    from tocsin.records.models import APPEND_ONLY

    keep(situation, a_claim())
    assert list(missing(connection)) == []
    tables = {model._meta.db_table for model in APPEND_ONLY} | {"records_deliverystep"}  # kept, but no act of a person
    assert tables == {guard.table for guard in GUARDS if guard.event == "UPDATE" and guard.condition == "1 = 1"}
    for statement in (
        "UPDATE records_version SET content = '{}'",
        "DELETE FROM records_version",
        "UPDATE records_auditentry SET action = 'nothing'",
        "DELETE FROM records_auditentry WHERE seq = 3",
        "DELETE FROM records_record",
        "UPDATE records_record SET path = 'elsewhere'",
        "UPDATE records_record SET head = head + 2",
        "UPDATE records_rolegrant SET role = 'publisher'",
        "DELETE FROM records_person",
        """INSERT INTO records_version (record_id, number, content, sha256, reason, act_id)
           SELECT record_id, 9, content, sha256, reason, act_id FROM records_version""",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE records_version CASCADE")


def test_many_claims_are_recorded_in_one_act_or_none_is(situation) -> None:
    from tocsin.core.model.claims import Grade
    from tocsin.records.acting import ChangedMeanwhileError
    from tocsin.records.integrity import examine
    from tocsin.records.models import AuditEntry, Record
    from tocsin.review.actions import record_claims
    from tocsin.review.queries import claims

    grade = Grade(source="C", information="3", reason="one report")
    many = [msgspec.structs.replace(a_claim(f"C{number:04}"), grade=grade) for number in range(1, 1201)]
    before = AuditEntry.objects.count()
    record_claims(by=ani(), at=at(3), situation=situation, claims=many, reason="a spreadsheet")
    assert AuditEntry.objects.count() == before + 1
    assert [reviewed.claim for reviewed in claims(situation)] == many
    with pytest.raises(ChangedMeanwhileError, match="claim/C0001 is on record already"):
        record_claims(by=ani(), at=at(3), situation=situation, claims=[a_claim("C9999"), many[0]])
    assert not Record.objects.filter(key="C9999").exists()
    assert list(examine()) == []


def test_a_claim_is_made_of_a_machines_candidate_and_another_is_dismissed(situation) -> None:
    from tocsin.core.model.judgement import Candidate
    from tocsin.records.queries import get_record
    from tocsin.review import actions

    for key in ("K1", "K2"):
        found = Candidate(id=key, document="D1", passage="Somebody said so.", proposed_by="rules 1")
        actions.record_evidence(by=ani(), at=at(2), situation=situation, kind="candidate", key=key, content=found)
    actions.record_claim(by=ani(), at=at(3), situation=situation, claim=a_claim(), candidate="K1")
    first, second = (get_record("candidate", key, situation=situation) for key in ("K1", "K2"))
    actions.dismiss_candidate(by=ani(), at=at(4), candidate=second, reason="a repeat")
    second.refresh_from_db()
    assert (first.state, second.state) == ("taken", "dismissed")
    with pytest.raises(StepError, match="candidate K1 is taken"):
        actions.dismiss_candidate(by=ani(), at=at(5), candidate=first, reason="too late")
