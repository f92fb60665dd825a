"""An analyst's day at the desk in a real browser: from an invitation to a cancelled warning, by what a person sees.

With TOCSIN_SCREENSHOTS=docs/images/desk the pictures of the how-to are made anew there.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.cases import ARMENIA
from tests.journeys.test_coming_to_the_desk import code_of
from tests.journeys.test_site_in_a_browser import CHROMIUM
from tests.records.people import at, people
from tests.web.signed_in import PASSWORD, RunningDesk, person_at, serve, with_records
from tocsin.core.model.judgement import Candidate, Document
from tocsin.review.intake import Shown
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

WARNING = "GW-2023-10-ARM-AZE"
SITUATION = "armenia-azerbaijan"
PICTURES = os.environ.get("TOCSIN_SCREENSHOTS", "")
"""A folder for pictures of the screens; none are made when it is empty."""

PICTURED = {
    1280: ("today", "candidate", "claim", "board", "finding", "composer", "sign-off", "changes", "response"),
    360: ("inbox", "candidate", "claim"),
}
"""The screens that the how-to shows, by the width of the window."""

MAX_PICTURE = 60_000
"""Bytes of a picture: the repository keeps them."""

REPORTS = {
    "Exercise: shots reported near Tegh": (
        "The provincial administration says that it was told of gunfire on Tuesday evening.\n"
        "Shots were fired at a post near the crossing at Tegh for about twenty minutes, the administration states; "
        "nobody was hurt.\n"
        "The other side denies that its soldiers opened fire."
    ),
    "Exercise: lorries held at the crossing": (
        "Drivers report waiting times of two days.\nThe customs service states that the crossing is open."
    ),
}
"""What came in overnight: a title, and paragraphs. Written for this test."""


@pytest.fixture
def morning(desk: DeskFolder) -> DeskFolder:
    """A desk with the first warning of a case in draft, and an inbox; rita and sam review, petra publishes."""
    from tocsin.records.queries import get_situation
    from tocsin.review import actions as review
    from tocsin.warn import actions as warn

    rita, _, _ = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    warn.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    came_in = [_shown(f"k{number}", title, text) for number, (title, text) in enumerate(REPORTS.items(), start=1)]
    review.take_in(by=None, at=at(2), situation=get_situation(SITUATION), shown=came_in)
    return desk


def _shown(key: str, title: str, text: str) -> Shown:
    document = Document(
        id=f"d-{key}", title=title, publisher="Exercise wire", url=f"https://wire.example/{key}",
        published="2026-11-24", capture_sha256=key.encode().hex().ljust(64, "0"), text=text, run="feeds exercise",
    )  # fmt: skip
    candidate = Candidate(
        id=key, document=document.id, words=("crossing",), passage=text.split("\n")[1], title=title,
        publisher=document.publisher, published=document.published, proposed_by="watch",
    )  # fmt: skip

    class Collected:
        key = document.id
        record = document

    return Shown(candidate, (Collected(),))  # type: ignore[arg-type]


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop; the records are read between
    expect.set_options(timeout=12_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


class Day:
    """A running desk, and a browser for each of its people. What goes wrong in any of them is kept in `heard`."""

    def __init__(self, running: RunningDesk, browser: Browser, width: int) -> None:
        self.running, self.browser, self.width = running, browser, width
        self.heard: list[str] = []
        self.secret = ""  # of Lena's authenticator app

    def sit_down(self, username: str = "") -> Page:
        """A browser of somebody's own, signed in with a second factor when a name is given."""
        page = self.browser.new_context(
            base_url=self.running.url, viewport={"width": self.width, "height": 800}, reduced_motion="reduce"
        ).new_page()
        page.set_default_timeout(12_000)
        page.on("console", lambda said: self._note(f"{said.text} {page.url}") if said.type in ("error") else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(self.running.url) else self._note(asked.url))
        if username:
            self.running.sign_in(page, username)
        return page

    def _note(self, said: str) -> None:
        self.heard.append(said)

    def look(self, page: Page, name: str = "", at: str = "") -> None:
        """Nothing scrolls sideways; and a picture, when pictures are asked for, from the top or from something on."""
        wide = page.locator("body").evaluate(
            "body => body.ownerDocument.documentElement.scrollWidth"
        )  # once it is there
        assert wide <= self.width, f"{page.url} scrolls sideways"
        if not PICTURES or name not in PICTURED[self.width]:
            return
        if at:
            page.locator(at).first.evaluate("each => each.scrollIntoView({block: 'start'})")
        else:
            page.evaluate("scrollTo(0, 0)")
        _keep(page.screenshot(caret="initial"), Path(PICTURES) / f"{name}-{self.width}.png")

    def tocsin(self, *words: str) -> str:
        """Run a command of the desk, as whoever runs it does."""
        done = subprocess.run(
            [sys.executable, "-m", "tocsin", *words, "--desk", str(self.running.desk.folder)],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _keep(png: bytes, path: Path) -> None:
    """Keep a picture in few colours: the screens are ink on paper."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    for colours in (64, 32, 16, 8):
        kept = BytesIO()
        Image.open(BytesIO(png)).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
            kept, "PNG", optimize=True
        )
        if kept.tell() <= MAX_PICTURE:
            break
    path.write_bytes(kept.getvalue())


@pytest.mark.parametrize(
    ("desk", "width"), [("sqlite", 1280), ("sqlite", 360), ("postgresql", 1280)], indirect=["desk"]
)
def test_from_an_invitation_to_a_cancelled_warning(morning: DeskFolder, browser: Browser, width: int) -> None:
    with serve(morning) as running:
        day = Day(running, browser, width)
        lena = is_invited(day)
        rita, sam, petra = day.sit_down("rita"), day.sit_down("sam"), day.sit_down("petra")
        claim = makes_a_claim_of_a_passage(day, lena)
        grades_it_and_hears_the_other_side(day, lena)
        accepts_it(day, rita, claim)
        finds(day, lena, claim)
        drafts(day, lena, claim)
        cannot_sign_it_herself(day, lena)
        signs(day, sam)
        issues(day, petra)
        is_published(day, lena, 1)
        updates_with_a_reason(day, lena)
        signs(day, sam)
        issues(day, petra)
        is_published(day, lena, 2)
        follows_what_was_done(day, lena)
        expects_something(day, lena, rita)
        cancels(day, lena)
        signs(day, sam)
        issues(day, petra)
        is_published(day, lena, 3)
        assert day.heard == []


def go(page: Page, *links: str) -> None:
    """Follow links by what they are called, one after the other."""
    for name in links:
        page.get_by_role("link", name=name, exact=True).first.click()


def exactly(label: str) -> re.Pattern[str]:
    """A label that is this and no more."""
    return re.compile(f"^{re.escape(label)}:?$")


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).first.click()


def is_said(page: Page, text: str) -> None:
    """The page says what was done."""
    expect(page.locator(".said")).to_contain_text(text)


def is_invited(day: Day) -> Page:
    """The administrator invites Lena, who sets a password and an authenticator app."""
    admin = day.sit_down("admin")
    go(admin, "People", "Invite somebody")
    admin.get_by_label("Name at the desk").fill("lena")
    admin.get_by_label(exactly("Name")).fill("Lena Exercise")
    admin.get_by_label("Role").select_option("reviewer")
    day.look(admin)
    press(admin, "Invite")
    address = admin.get_by_label("The link").input_value()
    day.look(admin)

    lena = day.sit_down()
    lena.goto(address)
    lena.get_by_label(exactly("Password")).fill(PASSWORD)
    lena.get_by_label("The same again").fill(PASSWORD)
    day.look(lena)
    press(lena, "Set the password")
    go(lena, "Set it up")
    day.secret = lena.locator("main code").inner_text()
    lena.get_by_label(re.compile("code:?$", re.IGNORECASE)).fill(code_of(day.secret))
    day.look(lena)
    press(lena, "Set it up")
    lena.get_by_text("shown this once").wait_for()
    go(lena, "I have them", "Today")
    expect(lena.get_by_role("heading", level=1)).to_contain_text("Today")
    day.look(lena, "today")
    return lena


def makes_a_claim_of_a_passage(day: Day, lena: Page) -> str:
    """Lena reads what came in, selects a paragraph, and records who states what; gives the key of the claim."""
    go(lena, "Inbox")
    day.look(lena, "inbox")
    lena.get_by_label("Search").fill("Tegh")
    expect(lena.locator("[data-item]")).to_have_count(1)
    go(lena, "Exercise: shots reported near Tegh")
    lena.locator("#p2 p").click(click_count=3)
    day.look(lena, "candidate")
    press(lena, "Make a claim of paragraph 2")
    expect(lena.locator("aside blockquote")).to_contain_text("Shots were fired at a post near the crossing at Tegh")
    lena.get_by_label("What is said").fill("Shots were fired at a post near the crossing at Tegh for twenty minutes.")
    lena.get_by_label("Who says it").fill("Provincial administration of Syunik")
    lena.get_by_label("Kind").select_option("event")
    lena.get_by_text("What it points to").click()
    lena.get_by_label("6 Polarization").check()
    lena.get_by_label("Somebody with knowledge disputes it").check()
    day.look(lena)
    button = lena.get_by_role("button", name=re.compile("^Record C"))
    key = button.inner_text().removeprefix("Record ")
    button.click()
    is_said(lena, f"{key} is recorded")
    return key


def grades_it_and_hears_the_other_side(day: Day, lena: Page) -> None:
    """A letter for the source, a digit for the report, and what the other side says."""
    expect(lena.get_by_text("It is contested and the other side is missing.")).to_be_visible()
    lena.get_by_label("C Fairly reliable").check()
    lena.get_by_label("3 Possibly true").check()
    lena.get_by_label("Why").first.fill("A body of one party; nobody else was there.")
    press(lena, "Record the grade")
    is_said(lena, "C3")
    lena.get_by_text("Record another side's position").click()
    lena.get_by_label("Who holds it").fill("Azerbaijan")
    lena.get_by_label("What they say").fill("Denies that its soldiers opened fire.")
    lena.get_by_label("Basis").select_option("general")
    press(lena, "Record the position")
    is_said(lena, "The other side's position is recorded.")
    day.look(lena, "claim")


def accepts_it(day: Day, rita: Page, claim: str) -> None:
    """A reviewer finds the claim waiting and accepts it as fit to be quoted."""
    go(rita, "Today")
    rita.get_by_role("link", name=re.compile("to review")).first.click()
    rita.locator("[data-item]").get_by_role("link", name=claim).first.click()
    press(rita, "Accept")
    is_said(rita, f"{claim} is accepted.")
    day.look(rita)


def finds(day: Day, lena: Page, claim: str) -> None:
    """What the claims point to stands beside the finding, which is Lena's; it stands in the assessment."""
    go(lena, "Warnings", WARNING, "Board")
    day.look(lena, "board")
    row = lena.get_by_role("row").filter(has_text="Polarization")
    expect(row).to_contain_text("no finding")
    row.get_by_role("link").first.click()
    expect(lena.locator("aside")).to_contain_text(claim)
    lena.get_by_label("suspected").check()
    lena.get_by_label("weak").check()
    lena.get_by_label("Claims for it").fill(claim)
    lena.get_by_label(exactly("Why")).fill("One body of one party states it; the other side denies it.")
    day.look(lena, "finding")
    press(lena, "Record the finding")
    expect(lena.get_by_role("row").filter(has_text="Polarization")).to_contain_text("suspected")
    lena.get_by_role("link", name=re.compile("Change the level")).click()
    lena.get_by_role("checkbox", name=re.compile("6")).first.check()
    day.look(lena)
    press(lena, "Record it")
    is_said(lena, "The level and the findings that stand are recorded.")


def drafts(day: Day, lena: Page, claim: str) -> None:
    """The rules answer while she types; the page stands beside it as it would be."""
    go(lena, "Draft")
    line = lena.get_by_label("Bottom line")
    said = line.input_value()
    line.fill(said.replace("denies", "falsely claims to deny"))
    expect(lena.locator("#problems")).to_contain_text("falsely")
    day.look(lena, "composer")
    line.fill(said)
    expect(lena.locator("#problems")).not_to_contain_text("falsely")
    carried = lena.get_by_label("Claims, in their order")
    carried.fill(f"{carried.input_value()} {claim}")
    lena.locator("#carried").get_by_role("button", name="Record").click()
    is_said(lena, "Recorded.")
    shown = lena.frame_locator("iframe.preview")
    lena.locator("iframe.preview").scroll_into_view_if_needed()
    expect(shown.locator(f"#{claim}")).to_contain_text("Shots were fired at a post near the crossing at Tegh")
    press(lena, "Submit to a second person")
    is_said(lena, "Submitted")


def cannot_sign_it_herself(day: Day, lena: Page) -> None:
    """Whoever had a hand in it is told so, and refused even with a second factor."""
    from django.core.cache import cache

    expect(lena.get_by_text("You cannot sign it off.")).to_be_visible()
    day.look(lena, "sign-off")
    press(lena, "Sign it off")
    cache.clear()  # the code may be the one that she set up the app with, in the same half minute
    lena.get_by_label("Code").fill(code_of(day.secret))
    press(lena, "Go on")
    is_said(lena, "drafted or changed what is to be signed off")
    day.look(lena)


def signs(day: Day, sam: Page) -> None:
    """Somebody else reads it and signs."""
    go(sam, "Today", WARNING)
    expect(sam.get_by_text("You cannot sign it off.")).to_have_count(0)
    sam.get_by_label("What you want to be remembered").fill("Read in full, with its sources.")
    day.look(sam)
    press(sam, "Sign it off")
    is_said(sam, "Signed off.")


def issues(day: Day, petra: Page) -> None:
    """A publisher issues what was signed."""
    go(petra, "Today", WARNING)
    press(petra, "Issue it")
    is_said(petra, "Issued")
    day.look(petra)


def is_published(day: Day, lena: Page, edition: int) -> None:
    """The worker brings the site up to date, and the desk serves it."""
    day.tocsin("work", "--once")
    go(lena, "Warnings", WARNING)
    day.look(lena)
    lena.get_by_role("link", name="page", exact=True).first.click()
    expect(lena.get_by_role("heading", level=1)).to_contain_text("Armenia")
    assert f"/{edition}/" in lena.url
    day.look(lena)
    lena.goto("/")


def updates_with_a_reason(day: Day, lena: Page) -> None:
    """The next edition: what differs is shown, and Lena says what it means and why."""
    go(lena, "Warnings", WARNING)
    lena.get_by_label("Why").first.fill("The State Department spoke again.")
    lena.get_by_label("Review by").fill((_today() + datetime.timedelta(days=90)).isoformat())
    press(lena, "Update")
    is_said(lena, "The update is open as a draft.")
    line = lena.get_by_label("Bottom line")
    line.fill(f"{line.input_value()} The department repeated this in a statement.")
    lena.locator("#summary").get_by_role("button", name="Record").click()
    is_said(lena, "Recorded.")
    changes = lena.locator("#changes")
    while changes.get_by_text("not yet explained").count():
        of_the_line = changes.get_by_label("What changed").input_value() == "bottom_line"
        said = "The bottom line names the second statement." if of_the_line else "The review is later."
        changes.get_by_label("What it means").fill(said)
        changes.get_by_label("Why, as far as is known").fill("A second statement was published.")
        day.look(lena, "changes", at="#changes")
        press(lena, "Record the change")
        is_said(lena, "Recorded.")
    expect(changes).to_contain_text("Every difference is explained.")
    press(lena, "Submit to a second person")
    expect(lena.get_by_text("The bottom line names the second statement.").first).to_be_visible()


def follows_what_was_done(day: Day, lena: Page) -> None:
    """`none` is refused until it says what was searched; then it stands in the series."""
    go(lena, "Ledger")
    day.look(lena)
    lena.locator("[data-item] a").first.click()
    lena.get_by_role("radio", name="none").check()
    lena.get_by_label("As of").fill(_today().isoformat())
    lena.get_by_label("What it did").fill("No such act was found.")
    press(lena, "Add it to the series")
    expect(lena.locator("main .errorlist")).to_contain_text("Say when, where and for what was searched")
    day.look(lena, "response", at="main fieldset:has(.errorlist)")
    lena.get_by_label("Searched until").fill(_today().isoformat())
    lena.get_by_label(exactly("Where")).fill("Press pages of the addressee")
    lena.get_by_label("For which terms").fill("Armenia, Azerbaijan, Syunik")
    press(lena, "Add it to the series")
    is_said(lena, "The observation is in the series.")
    expect(lena.locator(".series")).to_contain_text("No such act was found.")


def expects_something(day: Day, lena: Page, rita: Page) -> None:
    """Lena says what she expects; Rita settles it, cannot confirm that herself, and Lena does."""
    go(lena, "Expectations")
    lena.get_by_role("link", name=re.compile("^Expect something")).click()
    lena.get_by_label("What is expected").fill("Both governments publish a joint text on the crossing.")
    lena.get_by_label("Probability").fill("70")
    lena.get_by_label("From").fill(_today().isoformat())
    lena.get_by_label("Until").fill((_today() + datetime.timedelta(days=30)).isoformat())
    lena.get_by_label("How it will be settled").fill("A text on the sites of both governments.")
    day.look(lena)
    lena.locator("main button").click()
    is_said(lena, "on record")
    go(rita, "Expectations")
    rita.locator("[data-item] a").first.click()
    rita.get_by_role("radio", name="came true").check()
    rita.get_by_label("As of").fill(_today().isoformat())
    rita.get_by_label("What was found").fill("Both sites show the text.")
    rita.get_by_label("Evidence").fill("R05")
    press(rita, "Settle it")
    press(rita, "Confirm")
    is_said(rita, "omebody else must confirm")
    lena.reload()
    press(lena, "Confirm")
    expect(lena.locator(".over")).to_contain_text("confirmed")
    go(lena, "Expectations")
    expect(lena.get_by_text("Brier score 0.090")).to_be_visible()
    day.look(lena)


def cancels(day: Day, lena: Page) -> None:
    """One act drafts and submits the cancellation; a second person signs that, too."""
    go(lena, "Warnings", WARNING)
    box = lena.locator("form").filter(has_text="Drafts and submits the cancellation")
    box.get_by_label("Why").fill("Both governments state that the danger has passed.")
    box.get_by_role("button", name="Cancel it").click()
    is_said(lena, "The cancellation waits for a second person.")
    expect(lena.get_by_text("You cannot sign it off.")).to_be_visible()


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_the_morning_goes_by_the_keyboard_alone(morning: DeskFolder, browser: Browser) -> None:
    with serve(morning) as running:
        day = Day(running, browser, 1280)
        with_records(lambda: person_at("lena", "analyst"))
        lena = day.sit_down("lena")
        keys = Keys(lena)
        keys.press("?")
        expect(lena.get_by_role("dialog")).to_contain_text("make a claim")
        keys.press("Escape")
        expect(lena.get_by_role("dialog")).to_have_count(0)
        keys.press("g", "i")
        lena.wait_for_url("**/inbox/")
        lena.locator("[data-item]").first.wait_for()
        lena.wait_for_load_state("load")
        keys.press("j")
        keys.is_on("lorries held")
        keys.press("j")
        keys.is_on("shots reported near Tegh")
        keys.press("k", "j", "Enter")
        lena.get_by_role("heading", name="Exercise: shots reported near Tegh").wait_for()
        keys.press("e")
        keys.is_on("Dismiss")
        keys.press("c")
        keys.is_on("Claim")
        keys.press("Enter")
        lena.get_by_role("heading", name="A claim").wait_for()
        keys.tab_to("What is said")
        lena.keyboard.type("Shots were fired at a post near the crossing at Tegh.")
        keys.tab_to("Who says it")
        keys.press("ControlOrMeta+a")
        lena.keyboard.type("Provincial administration of Syunik")
        keys.tab_to("Record C")
        keys.press("Enter")
        is_said(lena, "Grade it next.")
        keys.tab_to("A Reliable")
        keys.press("ArrowDown", "ArrowDown")
        keys.is_on("C Fairly reliable")
        keys.press("Tab", "ArrowDown", "ArrowDown")
        keys.is_on("3 Possibly true")
        keys.tab_to("Why")
        lena.keyboard.type("A body of one party.")
        keys.tab_to("Record the grade")
        keys.press("Enter")
        is_said(lena, "is graded C3")
        assert day.heard == []


def test_a_finding_a_draft_and_a_signature_go_by_the_keyboard_alone(morning: DeskFolder, browser: Browser) -> None:
    with serve(morning) as running:
        day = Day(running, browser, 1280)
        with_records(lambda: person_at("lena", "analyst"))
        lena = Keys(day.sit_down("lena"))
        lena.opens_the_warning()
        lena.follows("Board", "**/board/")
        lena.press("j", "Enter")
        lena.page.get_by_role("heading", name="Make a finding").wait_for()
        lena.tab_to("present")
        lena.press("ArrowDown")
        lena.is_on("suspected")
        lena.tab_to("none")
        lena.press("ArrowDown")
        lena.is_on("weak")
        lena.tab_to("Why")
        lena.page.keyboard.type("Two lists of names are reported.")
        lena.tab_to("Record the finding")
        lena.press("Enter")
        is_said(lena.page, "suspected")
        lena.follows("Draft", "**/draft/")
        lena.tab_to("Headline")
        lena.press("End")
        lena.page.keyboard.type(" As of today.")
        lena.tab_to("Record")
        lena.press("Enter")
        is_said(lena.page, "Recorded.")
        lena.tab_to("Submit to a second person")
        lena.press("Enter")
        is_said(lena.page, "Submitted")
        for username, button, said in (("sam", "Sign it off", "Signed off"), ("petra", "Issue it", "Issued")):
            keys = Keys(day.sit_down(username))
            keys.opens_the_warning()
            keys.follows("Sign-off", "**/sign-off/")
            keys.tab_to(button)
            keys.press("Enter")
            is_said(keys.page, said)
        assert day.heard == []


class Keys:
    """Hands that leave the mouse alone. After each key, whatever is in focus must show it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def opens_the_warning(self) -> None:
        """Go to the list of warnings, and open the first."""
        self.press("g", "w")
        self.page.wait_for_url("**/warnings/")
        self.page.locator("[data-item]").first.wait_for()
        self.page.wait_for_load_state("load")
        self.press("j", "Enter")
        self.page.wait_for_url(f"**/warnings/{WARNING}/")

    def follows(self, link: str, to: str) -> None:
        """Press Tab until a link is in focus, and follow it."""
        self.tab_to(link)
        self.press("Enter")
        self.page.wait_for_url(to)
        self.page.wait_for_load_state("load")

    def tab_to(self, name: str) -> None:
        """Press Tab until something of that name is in focus."""
        for _ in range(150):
            self.press("Tab")
            if name in self._name():
                return self._is_seen()
        raise AssertionError(f"Tab does not lead to {name}")

    def is_on(self, name: str) -> None:
        """What is in focus has this in its name, is in the window, and shows that it is in focus."""
        assert name in self._name()
        self._is_seen()

    def _name(self) -> str:
        found: str = self.page.evaluate(
            "(({labels, ariaLabel, innerText}) => labels?.[0]?.innerText || innerText || ariaLabel || '')"
            "(document.activeElement)"
        )
        return found

    def _is_seen(self) -> None:
        outline, top, height = self.page.evaluate(
            "(each => [getComputedStyle(each).outlineWidth, each.getBoundingClientRect().top, innerHeight])"
            "(document.activeElement)"
        )
        assert float(outline.removesuffix("px")) >= 2, self._name()
        assert 0 <= top <= height, self._name()
