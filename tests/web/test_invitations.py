"""People come by a link that works once, for a while, and is kept as a hash only."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.records.people import at, people
from tests.web.signed_in import PASSWORD, ClientOf, code, enrol
from tocsin.cli import app
from tocsin.core.rules.roles import NotAllowedError
from tocsin.warn.desk import DeskFolder


def invited(username: str = "rita", **more: Any) -> Any:
    from tocsin.records.models import Person
    from tocsin.records.people import actions

    people()
    admin = Person.objects.get(username="admin")
    return actions.invite(by=admin, at=at(1), username=username, name="Rita R.", role="reviewer", **more)


def test_a_link_works_once_for_its_person_and_for_seven_days(desk: DeskFolder) -> None:
    from tocsin.records.people import actions, queries

    person, token, expires_at = invited()
    assert expires_at == at(1) + datetime.timedelta(days=7)
    assert queries.find_link(token, expires_at) is None
    assert queries.find_link("x" + token, at(2)) is None
    (other,) = people(("sam", "reviewer"))
    with pytest.raises(actions.PeopleError):
        actions.use_link(by=other, at=at(2), token=token, password=PASSWORD)
    actions.use_link(by=person, at=at(2), token=token, password=PASSWORD)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    with pytest.raises(actions.PeopleError, match="was used"):
        actions.use_link(by=person, at=at(3), token=token, password=PASSWORD)


def test_a_newer_link_voids_the_one_before(desk: DeskFolder) -> None:
    from tocsin.records.models import Person
    from tocsin.records.people import actions, queries

    person, token, _ = invited()
    admin = Person.objects.get(username="admin")
    newer = actions.make_password_link(by=admin, at=at(2), person=person)
    assert queries.find_link(token, at(3)) is None
    assert queries.find_link(newer.token, at(3)).person == person


@pytest.mark.parametrize("password", ["short", "qwertyuiop123", "margarita.reviewer1"])
def test_a_weak_password_is_refused_and_the_link_stays(desk: DeskFolder, password: str) -> None:
    from tocsin.records.people import actions, queries

    person, token, _ = invited("margarita.reviewer")
    with pytest.raises(actions.PeopleError):
        actions.use_link(by=person, at=at(2), token=token, password=password)
    assert queries.find_link(token, at(2))


def test_neither_link_nor_password_is_in_the_audit_chain_or_in_any_table(desk: DeskFolder) -> None:
    from django.db import connection

    from tocsin.records.people import actions

    person, token, _ = invited()
    actions.use_link(by=person, at=at(2), token=token, password=PASSWORD)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept = repr(cursor.fetchall())
            assert token not in kept, table
            assert PASSWORD not in kept, table


def test_only_an_administrator_invites(desk: DeskFolder, client_of: ClientOf) -> None:
    from tocsin.records.people import actions

    (petra,) = people(("petra", "publisher"))
    with pytest.raises(NotAllowedError):
        actions.invite(by=petra, at=at(1), username="eva", name="Eva")
    assert client_of("petra").get("/people/invite/").status_code == 404
    assert client_of("petra").post("/people/invite/", {"username": "eva"}).status_code == 404


def test_whoever_is_invited_sets_a_password_and_is_led_to_a_second_factor(
    desk: DeskFolder, admin_client: Any, stranger: Any
) -> None:
    said = {"username": "eva", "name": "Eva E.", "role": "analyst", "situation": ""}
    page = admin_client.post("/people/invite/", said).content.decode()
    path = re.search(r"http://localhost(/account/link/[^\"]+)", page)[1]
    stranger.handler.enforce_csrf_checks = False
    opened = stranger.get(path)
    assert opened["Location"] == "/account/link/", "the token leaves the address at once"
    assert "Welcome, Eva E." in stranger.get("/account/link/").content.decode()
    wrong = stranger.post("/account/link/", {"password": PASSWORD, "again": "other"})
    assert "The two are not the same" in wrong.content.decode()
    done = stranger.post("/account/link/", {"password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/account/factors/"
    assert stranger.get("/account/factors/").status_code == 200
    stranger.get(path)
    assert stranger.get("/account/link/").status_code == 410


def test_a_new_password_does_not_get_round_the_second_factor(
    desk: DeskFolder, client_of: ClientOf, admin_client: Any, stranger: Any
) -> None:
    enrol(client_of("sam", "reviewer").person)
    page = admin_client.post("/people/sam/link/", {"reason": "forgot it"}).content.decode()
    path = re.search(r"http://localhost(/account/link/[^\"]+)", page)[1]
    stranger.handler.enforce_csrf_checks = False
    stranger.get(path)
    done = stranger.post("/account/link/", {"password": PASSWORD, "again": PASSWORD})
    assert done["Location"].startswith("/account/factors/authenticate/")
    assert stranger.get("/").status_code == 302
    assert stranger.post("/account/factors/authenticate/", {"code": code()}).status_code == 302
    assert stranger.get("/").status_code == 200


def test_an_administrator_removes_a_lost_factor_but_not_their_own(
    desk: DeskFolder, client_of: ClientOf, admin_client: Any
) -> None:
    from tocsin.records.models import AuditEntry
    from tocsin.records.people.queries import has_second_factor

    sam = client_of("sam", "reviewer").person
    assert admin_client.post("/people/sam/forget-factor/", {"reason": ""}).status_code == 409
    assert admin_client.post("/people/admin/forget-factor/", {"reason": "mine"}).status_code == 409
    assert has_second_factor(sam)
    assert admin_client.post("/people/sam/forget-factor/", {"reason": "lost the phone"}).status_code == 200
    assert not has_second_factor(sam)
    assert AuditEntry.objects.order_by("-seq").first().action == "people.remove_factors"


def test_commands_print_links(desk: DeskFolder) -> None:
    people()
    run = CliRunner()
    folder = ["--desk", str(desk.folder)]
    first = run.invoke(app, ["people", "password", "admin", *folder])
    assert re.search(r"http://localhost:8000/account/link/\S{40,}/", first.output)
    more = ["people", "invite", "eva", "--name", "Eva E.", "--role", "analyst", "--by", "admin", *folder]
    assert "/account/link/" in run.invoke(app, more).output
    refused = run.invoke(app, ["people", "password", "admin", "--by", "eva", *folder])
    assert isinstance(refused.exception, NotAllowedError)
