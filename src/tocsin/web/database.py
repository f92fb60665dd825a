"""Which database a desk keeps its records in: a file in its folder, or PostgreSQL by one setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder

FILE = "desk.sqlite3"

# WAL: readers never wait for the writer. FULL: what a person was told is saved is on the disk. Recursive triggers:
# without them, INSERT OR REPLACE would remove a row behind the back of the triggers that forbid it.
# Secure delete: what is overwritten, as a data key that is destroyed, leaves no trace in the file's free space.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
    "PRAGMA secure_delete=ON;"
)

KEEP_S = 600
"""For how long a thread of the server keeps its connection: to open one costs more than most pages ask of it."""


class DatabaseError(TocsinError):
    """A `database` setting that cannot be used, or a database that is not up to date."""


def database_of(desk: DeskFolder) -> dict[str, Any]:
    """Django's settings for a desk's database. Raises DatabaseError."""
    where = str(desk.folder / "desk.toml")
    if not desk.settings.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(desk.folder / FILE),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": PRAGMAS},
            "CONN_MAX_AGE": KEEP_S,
        }
    parts = urlsplit(desk.settings.database)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise DatabaseError(
            "`database` is no PostgreSQL address", where=where,
            remedy='Write database = "postgres://user:password@host/name", or leave it out for a file',
        )  # fmt: skip
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": KEEP_S,
    }


def turn_to(database: dict[str, Any]) -> None:
    """Let Django's connections of this process lead to another database."""
    from django.db import connections

    settings = connections.configure_settings({"default": dict(database)})
    connections.close_all()
    connections.settings = settings
    if hasattr(connections._connections, "default"):
        del connections["default"]


def let_go() -> None:
    """Close the connections of this process, so that the database's files are whole."""
    from django.db import connections

    connections.close_all()


def prepare() -> list[str]:
    """Bring the database up to date; give the names of the migrations that were applied."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)  # where login limits are counted; says nothing when it is there
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def check_prepared(desk: DeskFolder) -> None:
    """Prepare a new database at its first use. Raises DatabaseError when one in use must be brought up to date."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import OperationalError

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise DatabaseError(
            f"the database does not answer: {str(error).splitlines()[0]}", where=str(desk.folder / "desk.toml"),
            remedy="See that it runs and that `database` names it",
        ) from error  # fmt: skip
    if not executor.loader.applied_migrations:
        prepare()
    elif executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise DatabaseError(
            "the database was made by an earlier version", where=_where(desk),
            remedy="Make a backup, then run: tocsin migrate",
        )  # fmt: skip


def _where(desk: DeskFolder) -> str:
    return (desk.settings.database and "the database") or str(Path(desk.folder) / FILE)
