"""Django is started for one desk, and only when a command needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases import make_test_desk
from tests.databases import Desks
from tocsin.warn.desk import DeskFolder
from tocsin.web import setup
from tocsin.web.database import DatabaseError, check_prepared, database_of


def with_database(folder: Path, address: str) -> DeskFolder:
    """A desk whose settings name a database."""
    make_test_desk(folder)
    settings = folder / "desk.toml"
    settings.write_text(f'database = "{address}"\n{settings.read_text("utf-8")}', "utf-8")
    return DeskFolder(folder)


def test_the_data_half_starts_without_django() -> None:
    code = "import sys, tocsin.cli; sys.exit('django.db' in sys.modules)"  # edtf looks for Django's settings by itself
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_desk_keeps_its_records_in_its_folder_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert database_of(make_test_desk(tmp_path / "a"))["NAME"] == str(tmp_path / "a" / "desk.sqlite3")
    named = database_of(with_database(tmp_path / "b", "postgres://ani:a%40b@db.example.org:5433/desk?sslmode=require"))
    assert (named["HOST"], named["PORT"], named["USER"], named["PASSWORD"], named["NAME"], named["OPTIONS"]) == (
        "db.example.org", "5433", "ani", "a@b", "desk", {"sslmode": "require"},
    )  # fmt: skip


@pytest.mark.parametrize("address", ["mysql://x/y", "postgres://host", "desk"])
def test_an_address_of_something_else_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(DatabaseError, match="no PostgreSQL address"):
        database_of(with_database(tmp_path / "desk", address))


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path, desks: Desks) -> None:
    desk = with_database(tmp_path / "desk", f"postgres://nobody@/none?host={tmp_path}")
    setup(desk.folder)
    with pytest.raises(DatabaseError, match="the database does not answer"):
        check_prepared(desk)


def test_a_database_of_an_earlier_version_asks_for_migrate(tmp_path: Path, desks: Desks) -> None:
    from django.db import connection

    with desks.open("sqlite", tmp_path / "desk") as desk:
        check_prepared(desk)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'records'")
        with pytest.raises(DatabaseError, match="made by an earlier version"):
            check_prepared(desk)


def test_the_models_and_the_migrations_say_the_same(desk: DeskFolder) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_web_secret_is_for_its_owner_only(desk: DeskFolder) -> None:
    from tocsin.web.secret import web_secret

    assert len(web_secret(desk.folder)) > 40
    assert web_secret(desk.folder) == web_secret(desk.folder)
    assert (desk.folder / "private" / "web-secret").stat().st_mode & 0o077 == 0


def test_sqlite_is_opened_so_that_readers_do_not_wait_and_what_is_saved_is_on_disk(
    tmp_path: Path, desks: Desks
) -> None:
    from django.db import connection

    with desks.open("sqlite", tmp_path / "desk"), connection.cursor() as cursor:
        said = {}
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers"):
            cursor.execute(f"PRAGMA {pragma}")
            said[pragma] = cursor.fetchone()[0]
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
