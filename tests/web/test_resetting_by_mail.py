"""A password is reset by e-mail where the desk sends any; the second factor is asked for all the same."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

import pytest

from tests.web.signed_in import PASSWORD, ClientOf, enrol
from tocsin.warn.desk import DeskFolder

pytestmark = pytest.mark.skipif(find_spec("tocsin.warn.deliver") is None, reason="delivering is not installed")


@pytest.fixture
def door(desk: DeskFolder, client_of: ClientOf, stranger: Any) -> Any:
    """A stranger at a desk that sends e-mail, where rita has an address and a second factor."""
    from django.test import override_settings

    with desk.settings_path.open("a", encoding="utf-8") as file:
        file.write('\n[mail]\nhost = "smtp.example.org"\nsender = "desk@example.org"\n')
    rita = client_of("rita", "reviewer").person
    rita.email = "rita@example.org"
    rita.save(update_fields=["email"])
    enrol(rita)
    stranger.handler.enforce_csrf_checks = False
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield stranger


def test_a_link_comes_by_mail_and_does_not_get_round_the_second_factor(door: Any) -> None:
    from django.core import mail

    mail.outbox = []
    door.post("/account/password/reset/", {"email": "rita@example.org"})
    (message,) = mail.outbox
    path = re.search(r"http://localhost(/account/password/reset/key/\S+)", message.body)[1]
    form = door.get(path, follow=True)
    done = door.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    signed = door.post("/account/login/", {"login": "rita", "password": PASSWORD})
    assert signed["Location"].startswith("/account/factors/authenticate/")


def test_an_unknown_address_is_answered_alike_and_gets_nothing(door: Any) -> None:
    from django.core import mail

    mail.outbox = []
    known = door.post("/account/password/reset/", {"email": "rita@example.org"})
    unknown = door.post("/account/password/reset/", {"email": "who@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["rita@example.org"]]
