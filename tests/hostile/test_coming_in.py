"""Guessing, fixing sessions, sending people elsewhere, calling the desk by other names, sending too much."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.web.signed_in import PASSWORD, ClientOf, RunningDesk, code, enrol, with_password
from tocsin.warn.desk import DeskFolder

LOGIN = "/account/login/"


@pytest.fixture
def door(desk: DeskFolder, stranger: Any, client_of: ClientOf) -> Any:
    """A stranger at the sign-in page of a desk where rita has a password."""
    with_password(client_of("rita", factor=False).person)
    stranger.handler.enforce_csrf_checks = False
    return stranger


def try_(client: Any, password: str, name: str = "rita", **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def test_after_five_wrong_passwords_the_right_one_is_not_looked_at(door: Any) -> None:
    for _ in range(5):
        assert b"not correct" in try_(door, "wrong").content
    answer = try_(door, PASSWORD)
    assert answer.status_code == 200
    assert b"Too many failed login attempts" in answer.content


def test_guessing_many_names_from_one_address_is_limited(door: Any) -> None:
    said = [try_(door, "wrong", f"name{number}").content for number in range(12)]
    assert b"not correct" in said[0]
    assert b"Too many failed login attempts" in said[-1]


def test_codes_of_the_second_factor_are_limited(door: Any, client_of: ClientOf) -> None:
    enrol(client_of("rita", factor=False).person)
    try_(door, PASSWORD)
    for _ in range(5):
        door.post("/account/factors/authenticate/", {"code": "000000"})
    assert door.post("/account/factors/authenticate/", {"code": code()}).status_code == 200
    assert door.get("/").status_code == 302


def test_a_code_works_once(door: Any, client_of: ClientOf) -> None:
    enrol(client_of("rita", factor=False).person)
    right = code()
    for worked in (True, False):
        try_(door, PASSWORD)
        answer = door.post("/account/factors/authenticate/", {"code": right})
        assert (answer.status_code == 302) is worked
        door.post("/account/logout/")


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(door: Any) -> None:
    def said(answer: Any) -> str:
        return answer.content.decode().split('class="errorlist', 1)[1].split("</ul>")[0]

    assert said(try_(door, "wrong")) == said(try_(door, "wrong", "somebody"))


def test_the_key_of_a_session_changes_at_sign_in(door: Any) -> None:
    door.get(LOGIN)
    session = door.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    door.cookies["tocsin"] = planted
    assert try_(door, PASSWORD).status_code == 302
    assert door.cookies["tocsin"].value != planted
    from django.test import Client

    thief: Any = Client(SERVER_NAME="localhost")
    thief.cookies["tocsin"] = planted
    assert thief.get("/").status_code == 302


def test_signing_out_ends_the_session_for_whoever_copied_its_cookie(client_of: ClientOf) -> None:
    from django.test import Client

    client = client_of("rita")
    thief: Any = Client(SERVER_NAME="localhost")
    key = client.cookies["tocsin"].value
    thief.cookies["tocsin"] = key
    assert thief.get("/").status_code == 200
    client.post("/account/logout/")
    thief.cookies["tocsin"] = key
    assert thief.get("/").status_code == 302


def test_signing_out_everywhere_ends_the_other_sessions(door: Any) -> None:
    from django.test import Client

    other: Any = Client(SERVER_NAME="localhost")
    try_(door, PASSWORD)
    try_(other, PASSWORD)
    assert other.get("/").status_code == 200
    assert door.post("/account/sessions/").status_code == 302
    assert other.get("/").status_code == 302
    assert door.get("/").status_code == 200


def test_ending_somebodys_access_ends_their_sessions(client_of: ClientOf, admin_client: Any) -> None:
    from tests.records.people import at
    from tocsin.records.people import actions

    client = client_of("rita")
    assert client.get("/").status_code == 200
    actions.deactivate_person(by=admin_client.person, at=at(9), person=client.person, reason="left")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\t//e.v",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in_or_out(door: Any, elsewhere: str) -> None:
    answer = door.post(f"{LOGIN}?next={elsewhere}", {"login": "rita", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"
    out = door.post("/account/logout/", {"next": elsewhere})
    assert out["Location"] == LOGIN


@pytest.mark.parametrize("name", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
def test_the_desk_does_not_answer_to_a_name_that_is_not_its_own(stranger: Any, name: str) -> None:
    answer = stranger.get(LOGIN, headers={"Host": name})
    assert answer.status_code == 400
    assert name.encode() not in answer.content or not name


def test_a_header_of_a_proxy_is_not_believed_where_there_is_none(stranger: Any) -> None:
    answer = stranger.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert answer["Location"] == "/account/login/?next=/"


def test_nobody_signs_up(stranger: Any) -> None:
    assert stranger.get("/account/signup/").status_code == 404
    assert stranger.get("/account/factors/webauthn/signup/").status_code == 404


def test_a_password_is_not_reset_by_e_mail_where_none_is_sent(stranger: Any) -> None:
    assert stranger.get("/account/password/reset/").status_code == 404


def test_a_form_of_millions_of_bytes_or_thousands_of_fields_is_refused(door: Any) -> None:
    assert try_(door, "x" * 3_000_000).status_code == 400
    assert door.post(LOGIN, {f"field{number}": "" for number in range(2_001)}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/site/../desk.toml", "/site/%2e%2e/desk.toml", "/site/..%2fdesk.toml", "/site/%252e%252e/desk.toml",
        "/site//etc/passwd", "/site/....//desk.toml", "/site/..\\desk.toml", "/site/link", "/site/sub/../../key.pem",
        "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/desk/../../settings.py",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_published_site(served: RunningDesk, path: str) -> None:
    answer = raw(served, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert not answer.startswith(b"HTTP/1.1 200"), answer[:300]
    assert b"root:" not in answer
    assert b"sender =" not in answer


def test_a_body_of_a_gigabyte_is_not_taken_in(served: RunningDesk) -> None:
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
    answer = raw(served, f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin=a")
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 403", b"HTTP/1.1 413")), answer[:200]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, desks: Any) -> Any:
    """A desk that is served, with a site and a link in it that leads out."""
    from tests.web.signed_in import serve

    with desks.open("sqlite", tmp_path_factory.mktemp("served") / "desk") as desk:
        (desk.site / "sub").mkdir(parents=True)
        (desk.site / "index.html").write_text("<p>published", "utf-8")
        (desk.site / "link").symlink_to("/etc/passwd")
        with serve(desk) as running:
            with urllib.request.urlopen(f"{running.url}/site/") as page:
                assert page.read() == b"<p>published"
            yield running


def raw(running: RunningDesk, request: str) -> bytes:
    """What the server answers to bytes as they are."""
    with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2])), timeout=20) as connection:
        connection.sendall(request.encode())
        time.sleep(0.1)
        return connection.recv(65536)
