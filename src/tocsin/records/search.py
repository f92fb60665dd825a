"""Find records by the words in them: FTS5 in SQLite, vectors of words in PostgreSQL.

What is indexed are the texts within each version's JSON, never the names of its fields, in a table of its own that a
trigger fills: no action needs to think of it. Words are found whatever their case; the last one may be the beginning
of a word. A word that every third text holds is sought as quickly as a rare one: the index knows the kind and the
situation of what it holds, and is read from what was said last, until there is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from tocsin.records.models import Record, Version

_WORD = re.compile(r"\w+")

_NEW: Final = "(SELECT NEW.id AS id, NEW.content AS content, NEW.record_id AS record_id)"

_FILL: Final = {
    "sqlite": (
        "INSERT INTO records_search (rowid, words, place) SELECT v.id, "
        "(SELECT group_concat(value, ' ') FROM json_tree(v.content) WHERE type = 'text'), "
        "r.kind || ' ' || coalesce(r.situation_id, 0) FROM {versions} v JOIN records_record r ON r.id = v.record_id"
    ),
    "postgresql": (
        "INSERT INTO records_search (rowid, kind, situation_id, words) "
        "SELECT v.id, r.kind, r.situation_id, to_tsvector('simple', v.content::jsonb) "
        "FROM {versions} v JOIN records_record r ON r.id = v.record_id"
    ),
}
"""How versions come into the index. A record stays what it is and where it is."""

_TABLE: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE records_search USING fts5(words, place, content='', "
            "tokenize='unicode61 remove_diacritics 2')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE records_search (rowid bigint PRIMARY KEY, kind varchar(20) NOT NULL, situation_id bigint, "
            "words tsvector NOT NULL)"
        ),
        "CREATE INDEX records_search_words ON records_search USING gin (words)",
        "CREATE INDEX records_search_newest ON records_search (kind, rowid)",
        "CREATE INDEX records_search_place ON records_search (situation_id, kind, rowid)",
        (
            "CREATE FUNCTION search_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{_FILL['postgresql'].format(versions=_NEW)}; RETURN NULL; END $$"
        ),
    ),
}

_TRIGGER: Final = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS search_version AFTER INSERT ON records_version BEGIN "
        f"{_FILL['sqlite'].format(versions=_NEW)}; END"
    ),
    "postgresql": (
        "CREATE TRIGGER search_version AFTER INSERT ON records_version FOR EACH ROW EXECUTE FUNCTION search_version()"
    ),
}

_HOLDS: Final = {"sqlite": "records_search MATCH %s", "postgresql": "words @@ to_tsquery('simple', %s)"}

FEW: Final = 2_000
"""Versions that hold some words: up to so many, it is best to begin with them; beyond, with the records sought."""


WINDOW: Final = 5_000
"""How many of the newest texts PostgreSQL looks through before it asks the index, which gives all hits or none."""


def matching(records: QuerySet[Record], text: str) -> QuerySet[Record]:
    """Those of some records whose newest version holds all the words of a text; all of them when it has no words.

    In SQLite, words that stand in many texts are looked for in the records, in their order, as far as they are read:
    give a queryset that is narrow, or take a slice of what comes back. PostgreSQL chooses its way by itself.
    """
    query = _query(text)
    if not query:
        return records
    held = f"SELECT rowid FROM records_search WHERE {_HOLDS[connection.vendor]}"
    if connection.vendor != "sqlite":
        return _whose_newest_is_in(records, RawSQL(held, [query]))
    with connection.cursor() as cursor:
        cursor.execute(f"{held} LIMIT {FEW + 1}", [query])
        first = [number for (number,) in cursor.fetchall()]
    if len(first) <= FEW:
        return _whose_newest_is_in(records, first)
    holds = Version.objects.filter(record=OuterRef("pk"), number=OuterRef("head"))
    return records.filter(Exists(holds.filter(pk__in=RawSQL(held, [query]))))


def _whose_newest_is_in(records: QuerySet[Record], versions: Any) -> QuerySet[Record]:
    newest = Version.objects.filter(pk__in=versions, number=F("record__head"))
    return records.filter(pk__in=newest.values("record_id"))


def newest_saying(
    text: str, *, kind: str, situations: Collection[int], state: str = "", before: int | None = None, limit: int
) -> list[tuple[int, int]]:
    """Records of a kind in situations whose newest version holds all the words of a text; what was said last first.

    before: number of the version that one left off at
    Gives the numbers of each version and its record, so many at most; none for a text without words.
    """
    query = _query(text)
    if not query or not situations:
        return []
    numbers = [int(number) for number in situations]
    here = f"situation_id IN ({', '.join(map(str, numbers))})"
    asked = ["r.kind = %s", f"r.{here}"]
    values: list[object] = [kind]
    if state:
        asked.append("r.state = %s")
        values.append(state)
    if before is not None:
        asked.append("s.rowid < %s")
        values.append(before)
    if connection.vendor == "sqlite":
        query = f'{query} AND place : "{kind}" AND place : ({" OR ".join(map(str, numbers))})'
        return _ask("records_search", [], query, asked, values, limit)
    within = f"SELECT rowid, words FROM records_search WHERE kind = %s AND {here}"
    given: list[object] = [kind]
    if before is not None:
        within, given = f"{within} AND rowid < %s", [kind, before]
    newest = f"({within} ORDER BY rowid DESC LIMIT {WINDOW})"
    found = _ask(newest, given, query, asked, values, limit)
    return found if len(found) == limit else _ask(f"({within})", given, query, asked, values, limit)


def _ask(
    versions: str, given: list[object], query: str, asked: list[str], values: list[object], limit: int
) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.id, r.id FROM {versions} s CROSS JOIN records_version v CROSS JOIN records_record r "
            f"WHERE v.id = s.rowid AND r.id = v.record_id AND v.number = r.head AND {_HOLDS[connection.vendor]} "
            f"AND {' AND '.join(asked)} ORDER BY s.rowid DESC LIMIT {int(limit)}",
            [*given, query, *values],
        )
        return list(cursor.fetchall())


def _query(text: str) -> str:
    """The words of a text as the database asks for them; empty when it has none."""
    words = _WORD.findall(text)[:12]
    if not words:
        return ""
    if connection.vendor == "sqlite":
        quoted = [f'"{word}"' for word in words]
        return f"words : ({' AND '.join(quoted)}*)"
    return " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])


def keep_filled(database: Any) -> None:
    """Put back what fills SQLite's index, which a migration that rebuilds the table of versions drops."""
    if database.vendor == "sqlite" and "records_search" in database.introspection.table_names():
        with database.cursor() as cursor:
            cursor.execute(_TRIGGER["sqlite"])


def make_index(database: Any) -> None:
    """Make the index and fill it from what is on record, unless it is there in the form that it has now."""
    vendor = database.vendor
    with database.cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'records_search'")
            there = cursor.fetchone()
            if there and "place" in there[0]:
                return
            cursor.execute("DROP TRIGGER IF EXISTS search_version")
            cursor.execute("DROP TABLE IF EXISTS records_search")
        else:
            if "records_search" in database.introspection.table_names(cursor):
                return
            cursor.execute("DROP INDEX IF EXISTS records_search")
        for statement in (*_TABLE[vendor], _FILL[vendor].format(versions="records_version"), _TRIGGER[vendor]):
            cursor.execute(statement)


class MakeSearch(Operation):
    """Make the index, or put it into the form that it has now."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The index is no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make it as the database can."""
        make_index(schema_editor.connection)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """It is made as it is now, whatever the migration; nothing to take back."""

    def describe(self) -> str:
        """As `migrate` shows it."""
        return "Make the index of the words on record"
