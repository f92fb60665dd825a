"""`doctor` finds what was changed by hand, on either database, whatever was changed."""

from __future__ import annotations

import pytest

from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def recorded(desk: DeskFolder):
    from tocsin.records.acting import acting

    ani, rita = people(("ani", "analyst"), ("rita", "reviewer"))
    with acting("test.situation", by=ani, at=at(1), needs="analyst") as act:
        situation = act.keep("situation", "armenia", A_SITUATION).record
    with acting("test.claims", by=ani, at=at(2), needs="analyst", situation=situation) as act:
        for number in range(1, 6):
            act.keep("claim", f"C0{number}", a_claim(f"C0{number}"), situation=situation)
        claim = act.keep("claim", "C01", a_claim(text="Changed."), situation=situation, seen=1).record
    with acting("test.accept", by=rita, at=at(3), situation=situation) as act:
        act.step(claim, "accept")
    return desk


def failures() -> list[str]:
    from tocsin.records.integrity import examine

    return [f"{each.where}: {each.text}" for each in examine()]


def by_hand(*statements: str) -> None:
    """Run SQL with the triggers taken away and put back: what somebody with the file or the password can do."""
    from django.db import connection

    from tocsin.records.guards import GUARDS, install

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for guard in GUARDS:
                cursor.execute(f"DROP TRIGGER {guard.name}")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    install(connection)


def test_records_as_they_were_written_are_content(recorded) -> None:
    assert failures() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE records_version SET content = REPLACE(content, 'said', 'proved') WHERE id = 3", "its SHA-256 differs"),
        ("UPDATE records_version SET sha256 = REPLACE(sha256, '0', '1') WHERE id = 3", "changed by hand"),
        ("UPDATE records_version SET reason = 'another' WHERE id = 3", "changed by hand"),
        ("UPDATE records_record SET head = 1 WHERE key = 'C01'", "its history is not whole"),
        ("UPDATE records_record SET state = 'accepted' WHERE key = 'C02'", "its steps lead to 'proposed'"),
        ("UPDATE records_record SET key = 'C99' WHERE key = 'C02'", "changed by hand"),
        ("UPDATE records_step SET after = 'rejected'", "changed by hand"),
        ("DELETE FROM records_step", "it is missing"),
        ("DELETE FROM records_version WHERE id = 4", "its history is not whole"),
        ("DELETE FROM records_record WHERE key = 'C02'", "orphan"),
        ("UPDATE records_auditentry SET body = REPLACE(body, 'ani', 'eva') WHERE seq = 7", "its hash is not that"),
        ("UPDATE records_auditentry SET action = 'nothing' WHERE seq = 7", "its columns do not say"),
        ("UPDATE records_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 7", "its columns do not say"),
        ("UPDATE records_auditentry SET by_id = 1 WHERE seq = 7", "its columns do not say"),
        ("DELETE FROM records_auditentry WHERE seq = 7", "stands where entry 7 belongs"),
        ("DELETE FROM records_auditentry WHERE seq = (SELECT MAX(seq) FROM records_auditentry)", "an orphan: its act"),
        (
            """INSERT INTO records_rolegrant (person_id, role, given, reason, act_id)
               VALUES (2, 'publisher', TRUE, '', 3)""",
            "added by hand",
        ),
        (
            """INSERT INTO records_step (record_id, number, verb, before, after, reason, act_id)
               SELECT id, 1, 'issue', 'proposed', 'issued', '', 3 FROM records_record WHERE key = 'C03'""",
            "not in the life cycle of a claim",
        ),
    ],
)
def test_whatever_is_changed_by_hand_in_sql_is_found(recorded, statement: str, found: str) -> None:
    by_hand(statement)
    assert any(found in failure for failure in failures()), failures()


def test_a_trigger_that_was_taken_away_is_named(recorded) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        on = " ON records_version" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER guard_version_no_update{on}")
    assert failures() == ["guard_version_no_update: a trigger that forbids change is missing or was altered"]
