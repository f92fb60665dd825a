"""Subscribing, confirming, choosing and leaving in a browser, without sign-in, cookie or script."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.deliver.delivering import DeliveringDesk


@pytest.fixture
def browser(delivering: DeliveringDesk) -> Client:
    """A browser that would be stopped where a page asks for a cookie against forgery."""
    from django.core.cache import cache

    cache.clear()
    delivering.minutes = 0
    return Client(enforce_csrf_checks=True)


def state_of(address: str) -> str | None:
    from tocsin.records.addresses import find_subscriber

    found = find_subscriber("mail", address)
    return found.state if found else None


def link(delivering: DeliveringDesk, page: str) -> str:
    """The path of a link in the last message."""
    body = delivering.mail.messages[-1].get_body(("plain",))
    assert body is not None
    found = re.search(rf"https://\S+/follow/{page}/\S+/", body.get_content().replace("=\n", ""))
    assert found, body.get_content()
    return urlsplit(found[0]).path


@pytest.mark.usefixtures("unpublished")
def test_from_asking_to_leaving(delivering: DeliveringDesk, browser: Client) -> None:
    assert b"Be told of warnings" in browser.get("/follow/").content
    answer = browser.post("/follow/", {"address": "ana@example.org", "level": "none"})
    assert (answer.status_code, answer["Location"]) == (302, "/follow/asked/")
    delivering.issue(delivering.draft())
    delivering.work()
    assert [message["Subject"] for message in delivering.mail.messages] == ["Please confirm: warnings from Test desk"]

    confirm = link(delivering, "confirm")
    assert b"Yes, send me" in browser.get(confirm).content
    assert state_of("ana@example.org") == "asked", "a program that follows links confirms nothing"
    assert b"You will be told" in browser.post(confirm).content
    assert b"You will be told" in browser.post(confirm).content

    from tocsin.warn import actions

    update = actions.update(
        by=delivering.people.rita, at=delivering.now(), desk=delivering.folder,
        bulletin=_bulletin(), reason="A date was corrected.",
    )  # fmt: skip
    delivering.issue(update)
    delivering.work()
    message = delivering.mail.messages[-1]
    assert "Update" in message["Subject"]

    choose = link(delivering, "choose")
    page = browser.get(choose).content.decode()
    assert "armenia-azerbaijan" in page
    saved = browser.post(choose, {"level": "emergency", "situations": ["armenia-azerbaijan"]})
    assert b"Saved" in saved.content
    assert browser.post(choose, {"level": "alarming"}).status_code == 422
    assert 'value="emergency" selected' in browser.get(choose).content.decode()

    one_click = urlsplit(message["List-Unsubscribe"].strip("<>")).path
    assert b"Unsubscribe?" in browser.get(one_click).content
    assert state_of("ana@example.org") == "confirmed", "a program that follows links ends nothing"
    answer = browser.post(one_click, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not answer.cookies
    assert state_of("ana@example.org") is None, "the address is gone"
    assert b"You left" in browser.get(one_click).content
    assert b"You left" in browser.get(choose).content


def _bulletin():
    from tocsin.records.queries import get_bulletin

    return get_bulletin("GW-2023-10-ARM-AZE")


def test_the_answer_does_not_say_whether_an_address_is_subscribed(delivering: DeliveringDesk, browser: Client) -> None:
    delivering.follow("ana@example.org")
    known, unknown = (
        browser.post("/follow/", {"address": f"{name}@example.org", "level": "none"}) for name in ("ana", "bo")
    )
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code, unknown["Location"], unknown.content,
    )  # fmt: skip
    assert state_of("ana@example.org") == "confirmed"


def test_an_address_is_asked_once_however_often_it_is_typed_in(delivering: DeliveringDesk, browser: Client) -> None:
    for _ in range(4):
        browser.post("/follow/", {"address": "ana@example.org", "level": "none"})
    delivering.work()
    assert len(delivering.mail.messages) == 1


def test_too_many_addresses_from_one_place_are_refused(delivering: DeliveringDesk, browser: Client) -> None:
    codes = [
        browser.post("/follow/", {"address": f"a{number}@example.org", "level": "none"}).status_code
        for number in range(12)
    ]
    assert codes == [302] * 10 + [429] * 2


@pytest.mark.parametrize("address", ["", "nonsense", "a@example.org\r\nBcc: b@example.org", "<script>@example.org"])
def test_what_is_no_address_is_shown_again_with_the_reason(browser: Client, address: str) -> None:
    answer = browser.post("/follow/", {"address": address, "level": "none"})
    assert answer.status_code == 422
    assert b"<script>@" not in answer.content
    assert state_of(address or "x@example.org") is None


def test_a_link_for_one_purpose_or_one_person_does_not_serve_another(
    delivering: DeliveringDesk,
    browser: Client,
) -> None:
    from tocsin.warn.deliver.tokens import CONFIRM_WITHIN, make_token

    ana = delivering.follow("ana@example.org")
    token = make_token("confirm", ana.key, until=delivering.now() + CONFIRM_WITHIN * 1000)
    for bad in (token, token[:-2], "x", make_token("manage", "0" * 16), make_token("manage", ana.key) + "x"):
        assert browser.post(f"/follow/leave/{bad}/").status_code == 404
    assert state_of("ana@example.org") == "confirmed"


def test_a_link_to_confirm_expires(delivering: DeliveringDesk, browser: Client) -> None:
    from tocsin.core.model.judgement import Subscription
    from tocsin.warn.deliver import actions
    from tocsin.warn.deliver.tokens import make_token

    asked = actions.ask_to_follow(
        by=None, at=delivering.now(), address="ana@example.org", wants=Subscription(channel="mail")
    )
    assert asked is not None
    import datetime

    old = make_token("confirm", asked.key, until=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    assert browser.post(f"/follow/confirm/{old}/").status_code == 404
    assert state_of("ana@example.org") == "asked"


def test_an_address_that_is_never_confirmed_is_removed(delivering: DeliveringDesk, browser: Client) -> None:
    from tocsin.core.model.judgement import Subscription
    from tocsin.records.integrity import examine
    from tocsin.warn.deliver import actions
    from tocsin.warn.deliver.jobs import sweep

    actions.ask_to_follow(by=None, at=delivering.now(), address="ana@example.org", wants=Subscription(channel="mail"))
    delivering.minutes += 5 * 24 * 60
    sweep.enqueue()
    delivering.work()
    assert state_of("ana@example.org") is None
    assert list(examine()) == []


def test_a_desk_without_mail_says_so(delivering: DeliveringDesk, browser: Client) -> None:
    settings = Path(delivering.path) / "desk.toml"
    settings.write_text(settings.read_text("utf-8").partition("[mail]")[0], "utf-8")
    assert browser.get("/follow/").status_code == 404
