"""Nobody signs off their own work: not by the rule, not by the action, not by the database. No role is exempt."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import ARMENIA
from tests.records.people import at, people
from tocsin.core.life_cycles import StepError
from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.judgement import Draft
from tocsin.core.rules.four_eyes import Contribution, FourEyesError, check_second_person, objections
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

ACTS = st.lists(
    st.builds(
        Contribution, person=st.sampled_from(["ani", "rita", "sam"]), about=st.just("claim C01"),
        drafted=st.booleans(), act=st.integers(1, 20),
    )
)  # fmt: skip


@given(ACTS, st.sampled_from(["ani", "rita", "sam"]), st.integers(0, 20))
def test_who_may_sign_off_has_drafted_nothing_and_changed_nothing_since(acts, person, last) -> None:
    barred = bool(objections(person, acts, last_sign_off=last))
    assert barred == any(each.person == person and (each.drafted or each.act > last) for each in acts)


def test_the_rule_names_what_they_had_a_hand_in() -> None:
    made = [Contribution(person="ani", about="draft 1", drafted=True, act=3)]
    with pytest.raises(FourEyesError, match="ani drafted or changed what is to be signed off: draft 1"):
        check_second_person("ani", made, last_sign_off=9)
    check_second_person("rita", made)


@pytest.fixture
def submitted(desk: DeskFolder):
    """The first Armenia draft, loaded by rita, changed by eva, submitted."""
    from tocsin.records.queries import newest
    from tocsin.warn import actions

    rita, eva = people(("rita", "reviewer"), ("eva", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))[:2]
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    claim = draft.situation.records.get(kind="claim", key="C02")
    change(claim, eva, "Azerbaijan is said to claim Syunik.")
    text = msgspec.structs.replace(newest(draft).read(Draft), headline="Genocide Watch warns")
    actions.edit_draft(by=rita, at=at(2), draft=draft, text=text, seen=1)
    actions.submit(by=rita, at=at(3), desk=desk, draft=draft)
    return draft


def change(claim, person, text: str) -> None:
    from tocsin.records.queries import newest
    from tocsin.review.actions import record_claim

    claim.refresh_from_db()
    said = msgspec.structs.replace(newest(claim).read(Claim), text=text)
    record_claim(by=person, at=at(5), situation=claim.situation, claim=said, seen=claim.head, reason="wording")


def person(name: str):
    from tocsin.records.people.queries import get_person

    return get_person(name)


def sign_in_sql(draft, name: str) -> None:
    """What code that forgot the rule would do."""
    from django.db import connection, transaction

    from tocsin.warn.queries import last_submission

    submission = last_submission(draft)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_signoff (submission_id, by_id, content_sha256, statement, act_id) "
            "VALUES (%s, %s, %s, '', 1)",
            [submission.pk, person(name).pk, submission.content_sha256],
        )
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ["rita", "eva", "root"])
def test_whoever_had_a_hand_in_it_is_refused_by_rule_action_and_database(submitted, desk, name: str) -> None:
    from django.db import DatabaseError

    from tocsin.records.models import Person
    from tocsin.records.queries import contributions
    from tocsin.warn import actions
    from tocsin.warn.queries import last_submission

    if name == "root":  # the superuser, who holds every role, after touching one claim
        Person.objects.create(username="root", name="Root", is_superuser=True)
        change(submitted.situation.records.get(kind="claim", key="C03"), person("root"), "Said by root.")
        submitted.refresh_from_db()
        actions.submit(by=person("rita"), at=at(6), desk=desk, draft=submitted)
    with pytest.raises(FourEyesError):
        check_second_person(name, contributions(last_submission(submitted)))
    with pytest.raises(FourEyesError):
        actions.sign_off(by=person(name), at=at(7), draft=submitted)
    with pytest.raises(DatabaseError, match="four eyes"):
        sign_in_sql(submitted, name)
    assert submitted.submissions.first().sign_offs.count() == 0
    sign_in_sql(submitted, "sam")  # the database has nothing against a second person
    actions.sign_off(by=person("sam"), at=at(7), draft=submitted)


def by_grading(submitted) -> None:
    from tocsin.review.actions import grade_claim

    claim = submitted.situation.records.get(kind="claim", key="C05")
    grade = Grade(source="B", information="2", by="sam", reason="a second report")
    grade_claim(by=person("ani2"), at=at(8), claim=claim, grade=grade, seen=1)


def by_rewording(submitted) -> None:
    change(submitted.situation.records.get(kind="claim", key="C05"), person("ani2"), "Otherwise.")


def by_editing(submitted) -> None:
    from tocsin.records.queries import newest
    from tocsin.warn.actions import edit_draft

    submitted.refresh_from_db()
    text = msgspec.structs.replace(newest(submitted).read(Draft), headline="Something else")
    edit_draft(by=person("ani2"), at=at(8), draft=submitted, text=text, seen=submitted.head)


def by_a_source(submitted) -> None:
    from tocsin.core.model.sources import Source
    from tocsin.records.queries import newest
    from tocsin.review.actions import record_evidence

    source = submitted.situation.records.get(kind="source", key="S01")
    said = msgspec.structs.replace(newest(source).read(Source), title="Another title")
    record_evidence(
        by=person("ani2"), at=at(8), situation=submitted.situation, kind="source", key="S01", content=said, seen=1
    )


def by_a_finding(submitted) -> None:
    from tocsin.assess.actions import record_finding
    from tocsin.core.model.assessment import Finding

    finding = Finding(framework="ten-stages", number=1, state="suspected", claims=("C01",), support="weak")
    record_finding(by=person("ani2"), at=at(8), bulletin=submitted.parent, finding=finding)


def by_a_response(submitted) -> None:
    from tocsin.core.model.asks import Response, SearchLog
    from tocsin.follow.actions import record_response

    ask = submitted.situation.records.get(kind="recommendation", key="REC-1")
    log = SearchLog(date="2026-11-23", where="Official journal", terms="gas memorandum")
    none = Response(status="none", as_of="2026-11", text="None found.", search=log)
    record_response(by=person("ani2"), at=at(8), recommendation=ask, response=none)


@pytest.mark.parametrize("changing", [by_grading, by_rewording, by_editing, by_a_source, by_a_finding, by_a_response])
def test_any_change_after_sign_off_voids_it(submitted, desk, changing) -> None:
    from django.db import DatabaseError

    from tocsin.records.integrity import examine
    from tocsin.warn import actions
    from tocsin.warn.queries import standing_sign_off

    people(("ani2", "analyst"))
    sign_off = actions.sign_off(by=person("sam"), at=at(7), draft=submitted)
    assert standing_sign_off(submitted) == sign_off
    changing(submitted)
    submitted.refresh_from_db()
    assert submitted.state == "writing"
    assert standing_sign_off(submitted) is None
    with pytest.raises(StepError, match="draft 1 is writing, and cannot issue"):
        actions.issue(by=person("petra"), at=at(9), desk=desk, draft=submitted)
    with pytest.raises(DatabaseError, match="no warning without a sign-off of the same words"):
        index_in_sql(sign_off)
    assert list(examine()) == []


def index_in_sql(sign_off) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_edition (bulletin_id, number, message_type, sign_off_id, content_sha256, sha256, "
            "issued_at, level, act_id) VALUES (%s, 1, 'Alert', %s, %s, 'x', '2026-11-23 12:00:00+00:00', 'watch', 1)",
            [sign_off.submission.draft.parent_id, sign_off.pk, sign_off.content_sha256],
        )
        transaction.set_rollback(True)


def test_the_database_lets_a_signed_draft_be_issued(submitted) -> None:
    from tocsin.warn import actions

    index_in_sql(actions.sign_off(by=person("sam"), at=at(7), draft=submitted))


def test_whoever_changed_something_before_the_last_sign_off_may_sign_what_others_changed_since(submitted, desk) -> None:
    from tocsin.warn import actions

    people(("ani2", "analyst"))
    actions.sign_off(by=person("sam"), at=at(7), draft=submitted)
    by_rewording(submitted)
    submitted.refresh_from_db()
    actions.submit(by=person("rita"), at=at(9), desk=desk, draft=submitted)
    actions.sign_off(by=person("eva"), at=at(10), draft=submitted)  # her change was signed off by sam
    with pytest.raises(StepError):
        actions.sign_off(by=person("sam"), at=at(11), draft=submitted)
