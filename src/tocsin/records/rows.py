"""All rows of all tables, out and in again, in a form of neither database: what a backup of a desk holds.

A table is a file of JSON lines: the first names the model and its columns, each of the others is one row in the order
of its key. Dates are ISO 8601 in UTC, bytes are base64. The same rows make the same bytes in SQLite and in PostgreSQL.

Rows go in as they were, at the state of the migrations that they came from; only guards that check a row against those
before it stand aside meanwhile, within the one transaction, and only a database without any row is filled so. Whether
the rows belong together is then for `doctor` to say: the audit chain vouches for each of them.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tocsin.core.errors import TocsinError
from tocsin.records.acting import batched, holding_still
from tocsin.records.guards import GUARDS, install

LEFT_OUT: Final = frozenset({"contenttypes", "sessions", "usersessions"})
"""Apps whose rows are of the running server: who is signed in, and what Django numbers for itself."""

CHUNK: Final = 500
COPY: Final = "copy"
"""Alias of the connection to what is read while the desk goes on working."""

Migrations = dict[str, list[str]]
"""The names of applied migrations by app: what shape the tables have."""


class RowsError(TocsinError):
    """Rows that cannot be taken out, or put back."""


class Header(msgspec.Struct, frozen=True):
    """The first line of a table's file."""

    model: str
    columns: tuple[str, ...]


@contextmanager
def snapshot(scratch: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The database as it stands after its last act, to be read at leisure while others write.

    Gives the alias to read by, and what to call once everything that must be of the same instant was noted: until
    then no act runs. In SQLite it is a copy in `scratch`, made by its backup API; in PostgreSQL one repeatable read.
    """
    with ExitStack() as held:
        held.enter_context(holding_still())
        settings = dict(connections.settings["default"])
        if connections["default"].vendor == "sqlite":
            target = scratch / "copy.sqlite3"
            _copy_sqlite(str(settings["NAME"]), target)
            settings |= {"NAME": str(target), "OPTIONS": {}}
        connections.settings[COPY] = settings
        copy = connections[COPY]
        try:
            with transaction.atomic(using=COPY):
                with copy.cursor() as cursor:
                    if copy.vendor == "postgresql":
                        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SELECT COUNT(*) FROM django_migrations")  # from here on, nothing changes
                yield COPY, held.close
        finally:
            copy.close()
            del connections[COPY]
            del connections.settings[COPY]


def _copy_sqlite(database: str, target: Path) -> None:
    source = sqlite3.connect(f"{Path(database).resolve().as_uri()}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()


def migrations_of(alias: str) -> Migrations:
    """The migrations that a database has."""
    found: Migrations = {}
    for app, name in sorted(MigrationRecorder(connections[alias]).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def tables(migrations: Migrations) -> list[type[models.Model]]:
    """The models whose rows a backup holds, at the state of some migrations. Raises RowsError for unknown ones."""
    nodes = [(app, name) for app, names in migrations.items() for name in names]
    loader = MigrationLoader(None)
    for app, name in nodes:
        if (app, name) not in loader.graph.nodes:
            raise RowsError(
                f"the migration {app}.{name} is unknown here", remedy="Use the version of Tocsin that made the backup"
            )
    state = loader.project_state(nodes).apps
    found = []
    for model in state.get_models(include_auto_created=True):
        foreign = {field.related_model._meta.label_lower for field in model._meta.fields if field.is_relation}
        skipped = model._meta.app_label in LEFT_OUT or "auth.permission" in {model._meta.label_lower, *foreign}
        if model._meta.managed and not model._meta.proxy and not skipped:
            found.append(model)
    return sorted(found, key=lambda model: model._meta.label_lower)


def _last(loader: MigrationLoader, migrations: Migrations) -> list[tuple[str, str]]:
    """Of each app, the migrations that none of the others follows."""
    nodes = {(app, name) for app, names in migrations.items() for name in names}
    before = {
        parent.key for node in nodes for parent in loader.graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return sorted(nodes - before)


def write_rows(model: type[models.Model], to: Path, alias: str) -> int:
    """Write all rows of a table to a file; give their number."""
    with to.open("wb") as file:
        n_rows = -1
        for line in lines(model, alias):
            file.write(line)
            n_rows += 1
    return n_rows


def lines(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """A table's header and rows as JSON lines."""
    columns = [field.attname for field in model._meta.concrete_fields]
    encode = msgspec.json.Encoder().encode
    yield encode(Header(model._meta.label_lower, tuple(columns))) + b"\n"
    rows = model._base_manager.using(alias).order_by("pk").values_list(*columns)
    for row in rows.iterator(chunk_size=2000):
        yield encode(row) + b"\n"


def sha256_of(model: type[models.Model], alias: str) -> str:
    """SHA-256 of what `write_rows` would write."""
    digest = hashlib.sha256()
    for line in lines(model, alias):
        digest.update(line)
    return digest.hexdigest()


def fill(migrations: Migrations, files: Mapping[str, tuple[Path, str]]) -> int:
    """Fill the desk's database, which must be empty, from files by model name, each with its SHA-256.

    One that already holds the very same rows, from an attempt that was interrupted, is left as it is. Gives the number
    of rows. Raises RowsError.
    """
    connection = connections["default"]
    executor = MigrationExecutor(connection)
    there = migrations_of("default") if executor.loader.applied_migrations else {}
    models_of_then = tables(migrations)
    unknown = sorted(set(files) - {model._meta.label_lower for model in models_of_then})
    if unknown:
        raise RowsError(f"there is no table for {', '.join(unknown)}")
    if not there:
        executor.migrate(_last(executor.loader, migrations))
        there = migrations_of("default")
    if {app: set(names) for app, names in there.items()} != {app: set(names) for app, names in migrations.items()}:
        raise RowsError("the database is in use, by another version", remedy="Restore into an empty one")
    full = [model for model in models_of_then if model._base_manager.using("default").exists()]
    if full:
        same = all(
            sha256_of(model, "default") == files[model._meta.label_lower][1]
            for model in models_of_then
            if model._meta.label_lower in files
        )
        if same:
            return 0
        raise RowsError(
            f"the database holds other rows already, of {full[0]._meta.label_lower}", remedy="Restore into an empty one"
        )
    n_rows = 0
    with transaction.atomic(using="default"):
        with connection.cursor() as cursor:
            for guard in GUARDS:
                if guard.event == "INSERT" and guard.table in connection.introspection.table_names(cursor):
                    on = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}")
        for model in models_of_then:
            if model._meta.label_lower in files:
                n_rows += _read_rows(model, files[model._meta.label_lower][0])
        install(connection)
        statements = connection.ops.sequence_reset_sql(no_style(), models_of_then)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    return n_rows


def _read_rows(model: type[models.Model], file: Path) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for field in fields.values():
        field.auto_now = field.auto_now_add = False  # type: ignore[attr-defined]  # the model is of this call alone
    decode = msgspec.json.Decoder().decode
    n_rows = 0
    with file.open("rb") as opened:
        try:
            header = msgspec.json.decode(opened.readline(), type=Header)
            if header.model != model._meta.label_lower or set(header.columns) != set(fields):
                raise RowsError(f"the rows of {model._meta.label_lower} have other columns", where=file.name)
            for chunk in batched(opened, CHUNK):
                rows = [_row(model, fields, header.columns, decode(line)) for line in chunk]
                model._base_manager.using("default").bulk_create(rows, batch_size=CHUNK)
                n_rows += len(rows)
        except (msgspec.DecodeError, ValueError, TypeError) as error:
            raise RowsError(f"a row cannot be read: {error}", where=file.name) from error
    return n_rows


def _row(
    model: type[models.Model], fields: Mapping[str, models.Field[Any, Any]], columns: Sequence[str], row: Sequence[Any]
) -> models.Model:
    values = {
        column: None if value is None else fields[column].to_python(value)
        for column, value in itertools.zip_longest(columns, row)
    }
    return model(**values)
