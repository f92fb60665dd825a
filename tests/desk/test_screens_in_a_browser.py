"""Every screen of the desk in a real browser: no barrier that a machine can find, nothing wider than the window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.desk.conftest import SITUATION, WARNING
from tests.journeys.test_site_in_a_browser import CHROMIUM
from tests.web.signed_in import person_at, serve
from tocsin.core.rules.roles import ROLES
from tocsin.warn.desk import DeskFolder

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("desk", ["sqlite"], indirect=True),  # what a page looks like does not hang on the database
]

CANDIDATE: Final = "the-first-candidate"
"""Stands for the key of the newest candidate, which comes from what it holds."""

HERE: Final = {"situation": SITUATION}
ABOUT: Final = {"warning": WARNING}
SCREENS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "today": ({}, ""),
    "inbox": ({}, ""),
    "candidate": (HERE | {"key": CANDIDATE}, ""),
    "situations": ({}, ""),
    "situation_new": ({}, ""),
    "situation": (HERE, ""),
    "claims": (HERE, ""),
    "claim_new": (HERE, f"?candidate={CANDIDATE}&paragraph=2"),
    "import_claims": (HERE, ""),
    "claim": (HERE | {"key": "C06"}, ""),
    "claim_edit": (HERE | {"key": "C06"}, ""),
    "sources": (HERE, ""),
    "source_new": (HERE, ""),
    "source": (HERE | {"key": "R05"}, ""),
    "warning_new": (HERE, ""),
    "warnings": ({}, ""),
    "warning": (ABOUT, ""),
    "board": (ABOUT, ""),
    "finding": (ABOUT | {"framework": "ten-stages", "number": 7}, ""),
    "level": (ABOUT, ""),
    "composer": (ABOUT, ""),
    "to_carry": (ABOUT, ""),
    "sign_off": (ABOUT, ""),
    "ledger": ({}, f"?situation={SITUATION}"),
    "addressee": ({}, "?name=United+States"),
    "ask_new": (HERE, ""),
    "asked": (HERE | {"key": "REC-1"}, ""),
    "expectations": ({}, ""),
    "expectation_new": (HERE, ""),
    "expectation": (HERE | {"key": "X01"}, ""),
    "people": ({}, ""),
    "person": ({"username": "ani"}, ""),
    "audit": ({}, ""),
    "more": ({}, ""),
    "settings": ({}, ""),
    "exports": ({}, ""),
}
"""Screens by the name of their address: what stands in the address, and what follows it."""

NO_SCREENS: Final = frozenset({
    # asked by a form, and answered with another screen
    "looked", "dismiss_many", "dismiss", "reopen", "task_finish", "update", "cancel", "section", "submit", "abandon",
    "sign", "send_back", "issue", "answer", "expectation_step", "change_role", "deactivate",
    # files, and the page as readers see it, which has its own test
    "preview", "addressee_pdf", "import_template", "export_claims", "export_ledger",
})  # fmt: skip


@pytest.fixture
def page(working_desk: DeskFolder) -> Iterator[Page]:
    """A browser page of somebody who holds every role at the working desk, and so sees every screen."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop; the records are read between
    with serve(working_desk) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_context(base_url=running.url).new_page()
        for role in ROLES:
            person_at("vera", role)
        running.sign_in(page, "vera")
        yield page
        browser.close()


def test_every_address_is_a_screen_or_known_to_be_none(desk: DeskFolder) -> None:
    from tocsin.web.desk.urls import urlpatterns

    assert {each.name for each in urlpatterns} == SCREENS.keys() | NO_SCREENS


def test_axe_finds_nothing_in_light_and_dark_on_a_phone_and_a_desk(page: Page) -> None:
    from django.urls import reverse

    from tocsin.records.models import Record

    candidate = Record.objects.filter(kind="candidate").latest("pk").key
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    only = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # the scheme changes nothing but colours
    for name, (parts, more) in SCREENS.items():
        answer = page.goto((reverse(f"desk:{name}", kwargs=parts) + more).replace(CANDIDATE, candidate))
        assert answer is not None
        assert (name, answer.status) == (name, 200)
        page.evaluate("for (const each of document.querySelectorAll('main details, aside details')) each.open = true")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{name} {width}: it scrolls sideways")
            for scheme, rules in only.items():
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                violations = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
                for each in violations:
                    found += [
                        f"{name} {width} {scheme} {each['id']}: {node['html'][:200]}" for node in each["nodes"][:4]
                    ]
    assert found == []
