"""What the database itself refuses, whoever asks: triggers in SQLite and in PostgreSQL, from one list.

A condition is SQL that both databases read alike, over NEW and OLD; where it holds, the statement is refused. SQLite
drops a table's triggers when a migration rebuilds the table: so every migration ends with `InstallGuards()`, which
puts all of them back, and `doctor` names any that is missing or reads differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from django.db.migrations.operations.base import Operation

from tocsin.records.search import keep_filled

Event = Literal["INSERT", "UPDATE", "DELETE"]


class Guard(msgspec.Struct, frozen=True):
    """Refuse an event on the rows of a table where a condition holds."""

    name: str
    table: str
    event: Event
    message: str
    condition: str = "1 = 1"


def _append_only(table: str) -> tuple[Guard, Guard]:
    short = table.removeprefix("records_")
    return (
        Guard(f"guard_{short}_no_update", table, "UPDATE", f"{table} is append-only: add a row, change none"),
        Guard(f"guard_{short}_no_delete", table, "DELETE", f"{table} is append-only: nothing is removed"),
    )


# The versions of whatever a submission carries, and of whatever belongs to that (a claim's grade, an ask's response).
_CARRIED = """
    SELECT v.id FROM records_version v JOIN records_record r ON r.id = v.record_id
    WHERE v.act_id > {since} AND (
        v.record_id IN (SELECT c.record_id FROM records_submissionpart p JOIN records_version c ON c.id = p.version_id
                        WHERE p.submission_id = {submission})
        OR r.parent_id IN (SELECT c.record_id FROM records_submissionpart p JOIN records_version c
                           ON c.id = p.version_id WHERE p.submission_id = {submission}))
"""

_LAST_SIGN_OFF = """
    COALESCE((SELECT MAX(so.act_id) FROM records_signoff so
              JOIN records_submission s ON s.id = so.submission_id
              JOIN records_record d ON d.id = s.draft_id
              WHERE d.parent_id = (SELECT d2.parent_id FROM records_submission s2
                                   JOIN records_record d2 ON d2.id = s2.draft_id
                                   WHERE s2.id = NEW.submission_id)), 0)
"""

_OWN_WORK = f"""
    EXISTS (SELECT 1 FROM records_version v
            JOIN records_auditentry a ON a.seq = v.act_id
            WHERE a.by_id = NEW.by_id
              AND v.id IN ({_CARRIED.format(since=_LAST_SIGN_OFF, submission="NEW.submission_id")}))
    OR EXISTS (SELECT 1 FROM records_version v
               JOIN records_auditentry a ON a.seq = v.act_id
               WHERE a.by_id = NEW.by_id
                 AND v.record_id = (SELECT s.draft_id FROM records_submission s WHERE s.id = NEW.submission_id))
"""

_CHANGED_SINCE = "EXISTS ({carried})"

GUARDS: Final = (
    *(
        guard
        for table in (
            "records_auditentry",
            "records_version",
            "records_step",
            "records_submission",
            "records_submissionpart",
            "records_signoff",
            "records_edition",
            "records_rolegrant",
            "records_erasure",
            "records_personlink",
            "records_personlinkuse",
            "records_deliverystep",
            "records_apitoken",
            "records_apitokenrevocation",
        )
        for guard in _append_only(table)
    ),
    Guard(
        "guard_record_no_delete", "records_record", "DELETE", "records_record: nothing is removed, take a step instead"
    ),
    Guard(
        "guard_record_identity", "records_record", "UPDATE",
        "records_record: what a record is never changes, and its head moves by one",
        """NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.key <> OLD.key OR NEW.path <> OLD.path
           OR NEW.situation_id IS DISTINCT FROM OLD.situation_id OR NEW.parent_id IS DISTINCT FROM OLD.parent_id
           OR NEW.act_id <> OLD.act_id OR NEW.head NOT IN (OLD.head, OLD.head + 1)""",
    ),
    Guard("guard_datakey_no_delete", "records_datakey", "DELETE", "records_datakey: a key is emptied, never removed"),
    Guard(
        "guard_datakey_identity", "records_datakey", "UPDATE",
        "records_datakey: a key may be wrapped anew, or emptied once its erasure is on record, and then stays empty",
        """NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.path <> OLD.path OR NEW.act_id <> OLD.act_id
           OR OLD.wrapped = '' OR (NEW.wrapped = '' AND NOT EXISTS (SELECT 1 FROM records_erasure e
                                                                   WHERE e.data_key_id = NEW.id))""",
    ),
    Guard(
        "guard_delivery_no_delete", "records_delivery", "DELETE",
        "records_delivery: nothing is removed, drop it instead",
    ),
    Guard("guard_person_no_delete", "records_person", "DELETE", "records_person: people leave, they are not removed"),
    Guard(
        "guard_person_name", "records_person", "UPDATE", "records_person: the name that acts are signed with stays",
        "NEW.id <> OLD.id OR NEW.username <> OLD.username",
    ),
    Guard(
        "guard_version_next", "records_version", "INSERT",
        "records_version: a version is numbered one more than the last",
        """NEW.number <> 1 + COALESCE((SELECT MAX(v.number) FROM records_version v
                                      WHERE v.record_id = NEW.record_id), 0)""",
    ),
    Guard(
        "guard_step_next", "records_step", "INSERT",
        "records_step: a step is numbered one more than the last, and starts where that one ended",
        """NEW.number <> 1 + COALESCE((SELECT MAX(s.number) FROM records_step s WHERE s.record_id = NEW.record_id), 0)
           OR (NEW.number > 1 AND NEW.before <> (SELECT s.after FROM records_step s
                                                 WHERE s.record_id = NEW.record_id AND s.number = NEW.number - 1))""",
    ),
    Guard(
        "guard_auditentry_chain", "records_auditentry", "INSERT",
        "records_auditentry: an entry follows the last one and names its hash",
        """NEW.seq <> 1 + COALESCE((SELECT MAX(e.seq) FROM records_auditentry e), 0)
           OR (NEW.seq > 1 AND NEW.previous_sha256 <> (SELECT e.sha256 FROM records_auditentry e
                                                       WHERE e.seq = NEW.seq - 1))""",
    ),
    Guard(
        "guard_signoff_four_eyes", "records_signoff", "INSERT",
        "four eyes: nobody signs off what they drafted or changed since the last sign-off", _OWN_WORK,
    ),
    Guard(
        "guard_signoff_unchanged", "records_signoff", "INSERT",
        "sign-off: what was submitted has been changed, or other words are signed than were submitted",
        _CHANGED_SINCE.format(
            carried=_CARRIED.format(
                since="(SELECT s.act_id FROM records_submission s WHERE s.id = NEW.submission_id)",
                submission="NEW.submission_id",
            )
        )
        + """ OR NEW.content_sha256 <> (SELECT s.content_sha256 FROM records_submission s
                                        WHERE s.id = NEW.submission_id)""",
    ),
    Guard(
        "guard_edition_signed", "records_edition", "INSERT",
        "edition: no warning without a sign-off of the same words, and none after they were changed",
        """NEW.content_sha256 <> (SELECT so.content_sha256 FROM records_signoff so WHERE so.id = NEW.sign_off_id) OR """
        + _CHANGED_SINCE.format(
            carried=_CARRIED.format(
                since="(SELECT so.act_id FROM records_signoff so WHERE so.id = NEW.sign_off_id)",
                submission="(SELECT so.submission_id FROM records_signoff so WHERE so.id = NEW.sign_off_id)",
            )
        ),
    ),
)  # fmt: skip

TRUNCATED: Final = tuple(sorted({guard.table for guard in GUARDS if guard.event == "DELETE"}))
"""Tables that PostgreSQL must not empty at a stroke; its row triggers do not see that."""


def statements(vendor: str, guard: Guard) -> tuple[str, ...]:
    """SQL that installs a guard, replacing what stands under its name."""
    if vendor == "sqlite":
        return (f"DROP TRIGGER IF EXISTS {guard.name}", sqlite_trigger(guard))
    row = "OLD" if guard.event == "DELETE" else "NEW"
    # A plan made while the table was empty would read all of it for every row that is added later.
    by_index = "SET enable_seqscan = off " if "SELECT" in guard.condition else ""
    function = f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql {by_index}AS $guard$\n"
    trigger = f"CREATE OR REPLACE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
    return (
        f"{function}{_body(guard, row)}$guard$",
        f"{trigger}FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    )


def _body(guard: Guard, row: str) -> str:
    return (
        f"BEGIN IF {guard.condition} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"MESSAGE = '{guard.message}'; END IF; RETURN {row}; END "
    )


def sqlite_trigger(guard: Guard) -> str:
    """The text of a guard as SQLite keeps it."""
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW WHEN {guard.condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    )


def install(connection: Any) -> None:
    """Put every guard in place whose table is there."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for guard in GUARDS:
            if guard.table in tables:
                for statement in statements(connection.vendor, guard):
                    cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION guard_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $guard$ "
                "BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'nothing is removed'; END $guard$"
            )
            for table in TRUNCATED:
                if table in tables:
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER guard_no_truncate BEFORE TRUNCATE ON {table} "
                        "FOR EACH STATEMENT EXECUTE FUNCTION guard_no_truncate()"
                    )


def missing(connection: Any) -> Iterator[str]:
    """The names of guards that are not in place as written here."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            yield from (guard.name for guard in GUARDS if there.get(guard.name) != sqlite_trigger(guard))
            return
        cursor.execute(
            "SELECT t.tgname || ' ' || c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' "
            "AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
        )
        there = dict(cursor.fetchall())
        for guard in GUARDS:
            row = "OLD" if guard.event == "DELETE" else "NEW"
            if there.get(f"{guard.name} {guard.table}", "").strip() != _body(guard, row).strip():
                yield guard.name
        yield from (f"guard_no_truncate {table}" for table in TRUNCATED if f"guard_no_truncate {table}" not in there)


class InstallGuards(Operation):
    """The last operation of every migration of this app."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Guards are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Put the guards in place; on SQLite and PostgreSQL, which are all that a desk runs on."""
        install(schema_editor.connection)
        keep_filled(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Going back leaves them: the tables that stand are guarded."""

    def describe(self) -> str:
        """As `migrate` shows it."""
        return "Put the triggers in place that forbid change"
