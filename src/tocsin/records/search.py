"""Find records by the words in them: FTS5 in SQLite, a text-search index in PostgreSQL.

What is indexed are the texts within each version's JSON, never the names of its fields. Both indexes are derived from
the versions, and a trigger (SQLite) or the database itself (PostgreSQL) keeps them: no action needs to think of it.
Words are found whatever their case; the last one may be the beginning of a word.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from tocsin.records.models import Record, Version

_WORD = re.compile(r"\w+")

_TEXTS: Final = "SELECT {id}, group_concat(value, ' ') FROM json_tree({content}) WHERE type = 'text'"
_TRIGGER: Final = (
    "CREATE TRIGGER IF NOT EXISTS search_version AFTER INSERT ON records_version BEGIN "
    f"INSERT INTO records_search (rowid, words) {_TEXTS.format(id='NEW.id', content='NEW.content')}; END"
)
_VECTOR: Final = "to_tsvector('simple', content::jsonb)"


_HELD: Final = "SELECT rowid FROM records_search WHERE records_search MATCH %s"

FEW: Final = 2_000
"""Versions that hold some words: up to so many, it is best to begin with them; beyond, with the records sought."""


def matching(records: QuerySet[Record], text: str) -> QuerySet[Record]:
    """Those of some records whose newest version holds all the words of a text; all of them when it has no words.

    In SQLite, words that stand in many texts are looked for in the records, in their order, as far as they are read:
    give a queryset that is narrow, or take a slice of what comes back. PostgreSQL chooses its way by itself.
    """
    words = _WORD.findall(text)[:12]
    if not words:
        return records
    if connection.vendor != "sqlite":
        query = " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])
        held = RawSQL(f"SELECT id FROM records_version WHERE {_VECTOR} @@ to_tsquery('simple', %s)", [query])
        return _whose_newest_is_in(records, held)
    query = " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
    with connection.cursor() as cursor:
        cursor.execute(f"{_HELD} LIMIT {FEW + 1}", [query])
        first = [number for (number,) in cursor.fetchall()]
    if len(first) <= FEW:
        return _whose_newest_is_in(records, first)
    holds = Version.objects.filter(record=OuterRef("pk"), number=OuterRef("head"))
    return records.filter(Exists(holds.filter(pk__in=RawSQL(_HELD, [query]))))


def _whose_newest_is_in(records: QuerySet[Record], versions: Any) -> QuerySet[Record]:
    newest = Version.objects.filter(pk__in=versions, number=F("record__head"))
    return records.filter(pk__in=newest.values("record_id"))


def keep_filled(database: Any) -> None:
    """Put back what fills SQLite's index, which a migration that rebuilds the table of versions drops."""
    if database.vendor == "sqlite" and "records_search" in database.introspection.table_names():
        with database.cursor() as cursor:
            cursor.execute(_TRIGGER)


class MakeSearch(Operation):
    """Make the index, and fill it from what is on record."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The index is no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make it as the database can."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                "CREATE VIRTUAL TABLE records_search USING fts5"
                "(words, content='', tokenize='unicode61 remove_diacritics 2')"
            )
            texts = _TEXTS.format(id="v.id", content="v.content")
            schema_editor.execute(
                f"INSERT INTO records_search (rowid, words) {texts} GROUP BY v.id".replace(
                    "FROM json_tree", "FROM records_version v, json_tree"
                )
            )
        else:
            schema_editor.execute(f"CREATE INDEX records_search ON records_version USING gin (({_VECTOR}))")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Remove it."""
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute("DROP TRIGGER IF EXISTS search_version")
            schema_editor.execute("DROP TABLE records_search")
        else:
            schema_editor.execute("DROP INDEX records_search")

    def describe(self) -> str:
        """As `migrate` shows it."""
        return "Make the index of the words on record"
