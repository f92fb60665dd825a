"""People who are signed in, for tests of pages, on whichever database the `desk` fixture opened.

    def test_something(desk, admin_client):            admin_client.get("/")
    def test_another(desk, client_of):                 client_of("rita", "reviewer").post(...)
    def test_a_third(desk, client_of):                 client_of("rita", "reviewer", factor=False)
    def test_in_a_browser(running_desk, ...):          page.goto(running_desk.url)

`client_of(username, role, situation=None, factor=True)` brings the person to the desk if need be, gives the role
(None: no role), and returns a Django test client that is signed in as them. With `factor`, they have an authenticator
app and showed a code a moment ago, which is what sign-off and issue ask for. `client.person` is who they are.

`running_desk` is the desk served by `tocsin serve` on a free port of the loopback: `.url` (without a slash at its end,
and on localhost, as passkeys need), `.desk`, `.password` and `.sign_in(page, username, role)` for a Playwright page.
Records made in the test are seen by the server, since both use the same database; while a browser is open, make them
within `with_records(lambda: ...)`.

The fixtures are made known to all tests by tests/conftest.py.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from tests.records.people import at, people
from tocsin.warn.desk import DeskFolder

PASSWORD = "correct horse battery staple"  # of every person in tests
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of every authenticator app in tests

T = TypeVar("T")
ClientOf = Callable[..., Any]


def person_at(username: str, role: str | None = None, situation: Any = None) -> Any:
    """A person at the desk, who is brought there if need be, with a role (`administrator` of the first, too)."""
    from tocsin.records.models import Person
    from tocsin.records.people import actions

    people()  # the first administrator, `admin`
    admin = Person.objects.get(username="admin")
    person = Person.objects.filter(username=username).first() or actions.add_person(
        by=admin, at=at(0), username=username, name=username.title()
    )
    if role is not None and username != "admin":
        actions.grant_role(by=admin, at=at(0), person=person, role=role, situation=situation)
    return person


def with_password(person: Any) -> Any:
    """Give a person the password of tests, as a link for a new one would."""
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def enrol(person: Any) -> Any:
    """Give a person an authenticator app; its codes come from `code()`."""
    from allauth.mfa.totp.internal.auth import TOTP

    return person.authenticator_set.first() or TOTP.activate(person, SECRET).instance


def code(offset: int = 0) -> str:
    """The code that the authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + offset))


def show_factor(client: Any, *, seconds_ago: float = 1) -> None:
    """Note in a client's session that its person showed a code."""
    authenticator = enrol(client.person)
    session = client.session
    shown = session.get("account_authentication_methods", [])
    entry = {"method": "mfa", "type": "totp", "id": authenticator.pk, "at": time.time() - seconds_ago}
    session["account_authentication_methods"] = [*shown, entry]
    session["account_authentication_methods_user"] = str(client.person.pk)
    session.save()


@pytest.fixture
def client_of(desk: DeskFolder) -> ClientOf:
    """Makes test clients that are signed in; see the top of this module."""

    def make(username: str, role: str | None = None, situation: Any = None, *, factor: bool = True) -> Any:
        from django.test import Client

        client: Any = Client(SERVER_NAME="localhost")
        client.person = person_at(username, role, situation)
        client.force_login(client.person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 2}]
        session["account_authentication_methods_user"] = str(client.person.pk)
        session.save()
        if factor:
            show_factor(client)
        return client

    return make


@pytest.fixture
def admin_client(client_of: ClientOf) -> Any:
    """A test client signed in as the first administrator, with a second factor."""
    return client_of("admin", "administrator")


@pytest.fixture
def stranger(desk: DeskFolder) -> Any:
    """A test client that is not signed in, and that checks forms as a browser would meet it."""
    from django.test import Client

    return Client(SERVER_NAME="localhost", enforce_csrf_checks=True)


def with_records(work: Callable[[], T]) -> T:
    """Do something with records while a browser is open, in a thread of its own.

    Playwright runs an event loop, in which Django refuses to ask its database, and would hold another connection.
    """

    def do() -> T:
        from django.db import connections

        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(do).result()


@dataclass
class RunningDesk:
    """A desk that is being served."""

    url: str
    desk: DeskFolder
    password: str = PASSWORD
    pid: int = 0

    def sign_in(self, page: Any, username: str, role: str | None = None, *, factor: bool = True) -> Any:
        """Sign a person in through the pages, in a Playwright page; gives the person."""

        def bring() -> Any:
            from django.core.cache import cache

            person = with_password(person_at(username, role))
            if factor:
                enrol(person)
                cache.clear()  # the code may have been used a moment ago, by the last test of the same half minute
            return person

        person = with_records(bring)
        page.goto(f"{self.url}/account/login/")
        page.get_by_label("Name at the desk").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if factor:
            page.get_by_label("Code").fill(code())
            page.get_by_role("button", name="Go on", exact=True).click()
        page.wait_for_url(f"{self.url}/")
        return person


@pytest.fixture
def running_desk(desk: DeskFolder) -> Iterator[RunningDesk]:
    """The desk, served by `tocsin serve` in a process of its own."""
    with serve(desk) as running:
        yield running


@contextmanager
def serve(desk: DeskFolder, *, workers: int = 1) -> Iterator[RunningDesk]:
    """Serve a desk in a process of its own, until the block ends."""
    from tocsin.web.server import find_port

    port = find_port("127.0.0.1", 0)
    words = [sys.executable, "-m", "tocsin", "serve", "--desk", str(desk.folder), "--port", str(port),
             "--workers", str(workers)]  # fmt: skip
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    url = f"http://localhost:{port}"
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"the server stopped: {process.stdout.read() if process.stdout else ''}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5):
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server does not answer after a minute")
        yield RunningDesk(url, desk, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
