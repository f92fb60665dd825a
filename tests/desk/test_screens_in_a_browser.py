"""Every screen of the desk in a real browser: no barrier that a machine can find, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.desk.conftest import SITUATION, WARNING
from tests.journeys.test_site_in_a_browser import CHROMIUM
from tests.records.people import at
from tests.web.signed_in import PASSWORD, person_at, serve, with_records
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
    "map": (HERE, ""),
    "map_layer": (HERE | {"layer": "karabakh-mostly"}, ""),
    "figure": (HERE | {"key": "new"}, ""),
    "protection": (HERE, ""),
    "handling": (HERE | {"key": "new"}, "?about=claim/C06"),
    "witness": (HERE | {"key": "W1"}, ""),
    "matches": (HERE, ""),
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
    "versions": ({"pk": 1}, ""),
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
    "looked", "dismiss_many", "dismiss", "reopen", "reopen_many", "task_finish", "update", "cancel", "section",
    "submit", "abandon", "sign", "send_back", "issue", "answer", "expectation_step", "change_role", "deactivate",
    "publish_following", "reveal",
    # files, and the page as readers see it, which has its own test
    "preview", "map_drawn", "addressee_pdf", "import_template", "export_claims", "export_ledger",
})  # fmt: skip


@pytest.fixture
def page(working_desk: DeskFolder) -> Iterator[Page]:
    """A browser page of somebody who holds every role at the working desk, and so sees every screen."""
    with serve(working_desk) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_context(base_url=running.url).new_page()
        with_records(lambda: [person_at("vera", role) for role in ROLES])
        running.sign_in(page, "vera")
        yield page
        browser.close()


def test_every_address_is_a_screen_or_known_to_be_none(desk: DeskFolder) -> None:
    from tocsin.web.desk.urls import urlpatterns

    assert {each.name for each in urlpatterns} == SCREENS.keys() | NO_SCREENS


SCHEMES: Final[dict[str, dict[str, Any]]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What is looked for in each colour scheme: it changes nothing but colours."""


def barriers(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, with all of it unfolded: on a phone and a desk, in light and dark."""
    found = []
    page.evaluate("for (const each of document.querySelectorAll('main details, aside details')) each.open = true")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} {width}: it scrolls sideways")
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            violations = Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]
            for each in violations:
                found += [f"{name} {width} {scheme} {each['id']}: {node['html'][:200]}" for node in each["nodes"][:4]]
    return found


def listen(page: Page) -> list[str]:
    """What the browser complains about from now on."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_axe_finds_nothing_in_light_and_dark_on_a_phone_and_a_desk(page: Page) -> None:
    from django.urls import reverse

    from tocsin.records.models import Record

    candidate = with_records(lambda: Record.objects.filter(kind="candidate").latest("pk").key)
    found = listen(page)
    for name, (parts, more) in SCREENS.items():
        answer = page.goto((reverse(f"desk:{name}", kwargs=parts) + more).replace(CANDIDATE, candidate))
        assert answer is not None
        assert (name, answer.status) == (name, 200)
        found += barriers(page, name)
    assert found == []


REFUSED: Final = (
    ("claim_new", HERE),
    ("source_new", HERE),
    ("map_layer", HERE | {"layer": "new"}),
    ("figure", HERE | {"key": "new"}),
    ("ask_new", HERE),
    ("asked", HERE | {"key": "REC-1"}),
    ("expectation_new", HERE),
    ("finding", ABOUT | {"framework": "ten-stages", "number": 7}),
    ("level", ABOUT),
)
"""Screens with a form that is refused when it is sent empty."""


def test_axe_finds_nothing_on_forms_that_were_refused(page: Page) -> None:
    from django.urls import reverse

    found = listen(page)
    for name, parts in REFUSED:
        page.goto(reverse(f"desk:{name}", kwargs=parts))
        form = page.locator("main form[method=post]").first
        form.evaluate(
            "form => { form.noValidate = true; for (const each of form.elements) "
            "{ if (each.matches('input:not([type=hidden]), textarea')) { each.value = ''; each.checked = false; } } }"
        )
        form.get_by_role("button").first.click()
        page.locator(".errorlist").first.wait_for()
        found += barriers(page, f"{name}, refused")
    assert found == []


def test_axe_finds_nothing_on_a_draft_that_was_submitted_and_signed(page: Page, working_desk: DeskFolder) -> None:
    from tocsin.records.people.queries import get_person
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions
    from tocsin.warn.queries import get_open_draft

    def submit() -> None:
        draft = get_open_draft(get_bulletin(WARNING))
        actions.submit(by=get_person("rita"), at=at(30), desk=working_desk, draft=draft)
        actions.comment(by=get_person("sam"), at=at(31), draft=draft, section="claims", text="C06 needs a date.")

    def sign() -> None:
        actions.sign_off(by=get_person("sam"), at=at(32), draft=get_open_draft(get_bulletin(WARNING)))

    found = listen(page)
    for state, act in (("submitted", submit), ("signed", sign)):
        with_records(act)
        for name in ("sign-off", "draft"):
            page.goto(f"/warnings/{WARNING}/{name}/")
            page.locator(f".over .s-{state}").wait_for()
            found += barriers(page, f"{name}, {state}")
    assert found == []


def test_axe_finds_nothing_on_the_pages_of_signing_in(page: Page) -> None:
    found = listen(page)
    for path in ("factors/", "factors/webauthn/", "sessions/", "password/change/"):
        answer = page.goto(f"/account/{path}")
        assert answer is not None
        assert (path, answer.status) == (path, 200)
        found += barriers(page, path)
    page.context.clear_cookies()
    page.goto("/account/login/")
    found += barriers(page, "sign-in")
    page.get_by_label("Name at the desk").fill("vera")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".errorlist").first.wait_for()
    found += barriers(page, "sign-in, refused")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").wait_for()
    found += barriers(page, "code")
    assert found == []
