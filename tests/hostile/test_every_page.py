"""Every address of the desk: closed to strangers, to forged forms and to frames; its headers and its markup strict."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
import pytest

from tests.hostile.walk import addresses, armenia
from tests.web.signed_in import ClientOf
from tocsin.warn.desk import DeskFolder

OPEN = re.compile(r"^/(account/|api/|follow/)")
"""Addresses that a stranger may ask for: signing in, and what decides by tokens of its own."""

OWN_PROOF = re.compile(r"^/(api/|follow/)")
DRAWING = re.compile(r"/map/drawn/$")
FRAMED = re.compile(rf"/preview/|{DRAWING.pattern}")
"""Addresses without a form's token: they know nobody by a cookie, but by the token of the API or of a message."""

LEADS = ("href", "src", "action", "formaction", "data", "poster", "xlink:href", "hx-get", "hx-post")
"""Attributes whose value a browser would follow."""

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def pages(client: Any) -> dict[str, Any]:
    """What a client is answered at every address of the desk and of sign-in."""
    return {
        address.path: client.get(address.path)
        for address in addresses()
        if not address.path.startswith("/api/") and address.path != "/account/logout/"
    }


def of_all_roles(client_of: ClientOf) -> Any:
    """A client of somebody who may see and do everything, everywhere."""
    client_of("omar", "administrator")
    return client_of("omar", "publisher")


def test_a_stranger_reaches_nothing_but_the_door(desk: DeskFolder, stranger: Any) -> None:
    inside = [address for address in addresses() if not OPEN.match(address.path)]
    assert inside
    for address in inside:
        for method in (stranger.get, stranger.post):
            stranger.handler.enforce_csrf_checks = False
            answer = method(address.path)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/account/login/"), address


def test_no_unsafe_request_is_taken_without_the_token_of_a_form(desk: DeskFolder, client_of: ClientOf) -> None:
    from django.test import Client

    forger: Any = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forger.cookies = of_all_roles(client_of).cookies
    tried = [address for address in addresses() if not OWN_PROOF.match(address.path)]
    for address in tried:
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(forger, method)(address.path, {}, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (403, 405), f"{method} {address}: {answer.status_code}"
            if method == "post":
                assert answer.status_code == 403, address


def test_every_page_tells_the_browser_to_be_strict(desk: DeskFolder, client_of: ClientOf, stranger: Any) -> None:
    armenia(desk)
    for path, answer in {**pages(of_all_roles(client_of)), "stranger": stranger.get("/account/login/")}.items():
        for name, value in HEADERS.items():
            if name == "X-Frame-Options" and FRAMED.search(path):
                continue  # shown inside the composer's own page, or the map chooser's
            told = answer.get(name)
            assert told == value or (name, told) == ("Referrer-Policy", "no-referrer"), (path, name)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        if not DRAWING.search(path):  # has no script at all
            assert re.search(r"script-src 'self'(;|$)", policy), path
        if not FRAMED.search(path):
            assert "frame-ancestors 'none'" in policy, path
        assert "no-store" in answer.get("Cache-Control", "") or answer.status_code in (301, 302), path


def test_no_page_has_script_or_style_in_its_markup(desk: DeskFolder, client_of: ClientOf, stranger: Any) -> None:
    armenia(desk)
    seen = 0
    for path, answer in {**pages(of_all_roles(client_of)), "stranger": stranger.get("/account/login/")}.items():
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        seen += 1
        assert inline_of(path, answer) == [], path
    assert seen >= 8


def inline_of(path: str, answer: Any) -> list[str]:
    """What is inline in an answer; but a drawing styles itself, by the hash of its style and in no other way."""
    found = inline(answer.content)
    if DRAWING.search(path) and answer.status_code == 200:
        assert "'sha256-" in answer["Content-Security-Policy"]
        found.remove("style")
    return found


def inline(markup: bytes) -> list[str]:
    """What a strict policy would refuse: scripts and styles within the page, handlers, javascript: addresses."""
    found: list[str] = []
    if not markup.strip():  # a part of a page with nothing to show
        return found
    for element in lxml.html.document_fromstring(markup).iter():
        if not isinstance(element.tag, str):
            continue
        source = element.get("src") or ""
        ours = source.startswith("/static/") and not element.text
        if element.tag == "script" and not ours and element.get("type") != "application/json":
            found.append("script")
        if element.tag == "style":
            found.append("style")
        for name, value in element.attrib.items():
            leads = name in LEADS and re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)
            if name.startswith("on") or name in ("style", "srcdoc") or leads:
                found.append(f"{element.tag} {name}={value}")
    return found


@pytest.mark.parametrize(
    "markup",
    ["<script>alert(1)</script>", "<p onclick=x>", "<a href='JavaScript:x'>", "<p style='x'>", "<script src=//evil>"],
)
def test_what_is_inline_is_seen(markup: str) -> None:
    assert inline(markup.encode())


def test_somebody_without_a_role_reads_nothing_of_a_situation(desk: DeskFolder, client_of: ClientOf) -> None:
    draft = armenia(desk)
    client = client_of("nobody")
    for path, answer in pages(client).items():
        if answer.status_code == 200 and not path.startswith("/account/"):
            assert draft.situation.key.encode() not in answer.content, path


def test_somebody_of_one_situation_reads_nothing_of_another(desk: DeskFolder, client_of: ClientOf) -> None:
    from tests.records.people import A_SITUATION, at
    from tocsin.records.models import Person
    from tocsin.review.actions import open_situation

    draft = armenia(desk)
    rita = Person.objects.get(username="rita")
    other = open_situation(by=rita, at=at(3), key="another", scope=A_SITUATION)
    client = client_of("olga", "publisher", other.record)
    for path, answer in pages(client).items():
        if answer.status_code == 200 and not path.startswith("/account/"):
            assert draft.situation.key.encode() not in answer.content, path
