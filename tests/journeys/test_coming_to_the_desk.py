"""Somebody is invited, sets a password, an authenticator app and a passkey, and signs in with it, in a real browser."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.journeys.test_site_in_a_browser import CHROMIUM
from tests.records.people import people
from tests.web.signed_in import PASSWORD, RunningDesk, with_records

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

PICTURES = os.environ.get("TOCSIN_PICTURES", "")
"""A folder for pictures of each page, to be looked at."""


@pytest.fixture(params=[1280, 360])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser page with a security key in it; anything that the policy refuses fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": request.param, "height": 800})
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                   "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page
        browser.close()
    assert refused == []


def looked_at(page: Page, name: str) -> None:
    """No barrier that a machine can find, nothing wider than the screen; and a picture for people."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def code_of(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def invite_rita() -> Any:
    """A link for somebody who is to review."""
    from tocsin.records.models import Person
    from tocsin.records.people import actions

    people()
    admin: Any = Person.objects.get(username="admin")
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return actions.invite(by=admin, at=now, username="rita", name="Rita R.", role="reviewer")


def test_from_an_invitation_to_signing_in_with_a_passkey(running_desk: RunningDesk, page: Page) -> None:
    invited = with_records(invite_rita)
    page.goto(f"{running_desk.url}/account/link/{invited.token}/")
    looked_at(page, "set-password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("You have no second factor").wait_for()
    looked_at(page, "no-factor")

    page.get_by_role("link", name="Set it up").click()
    looked_at(page, "authenticator-app")
    secret = page.locator("main code").inner_text()
    page.get_by_role("textbox", name="Code").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    page.get_by_text("shown this once").wait_for()
    assert page.locator(".codes li").count() == 10
    looked_at(page, "recovery-codes")
    page.get_by_role("link", name="I have them").click()

    page.get_by_role("link", name="Add one").click()
    looked_at(page, "add-passkey")
    page.get_by_label("It is a passkey").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Passkeys and security keys").wait_for()
    looked_at(page, "passkeys")

    page.goto(f"{running_desk.url}/account/sessions/")
    looked_at(page, "sessions")
    page.goto(f"{running_desk.url}/account/logout/")
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.wait_for_url("**/account/login/")
    looked_at(page, "sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{running_desk.url}/")

    page.goto(f"{running_desk.url}/account/factors/reauthenticate/")
    looked_at(page, "second-factor-again")
    page.goto(f"{running_desk.url}/account/factors/webauthn/reauthenticate/?next=/account/factors/")
    looked_at(page, "passkey-again")
    page.get_by_role("button", name="Use it").click()
    page.wait_for_url(f"{running_desk.url}/account/factors/")
