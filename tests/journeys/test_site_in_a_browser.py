"""The site in a real browser: accessible, whole without script, on a phone, on paper, from right to left."""

from __future__ import annotations

import datetime
import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.publish.filed import ANALYSTS, SITE, a_register
from tests.publish.pages import Marked, make_pages, read
from tocsin.core.model.edition import Edition
from tocsin.publish.forecast_files import forecast_files
from tocsin.publish.geojson import map_geojson
from tocsin.publish.html import static_files
from tocsin.publish.reading import Reading
from tocsin.publish.series_chart import series_svg
from tocsin.publish.timeline.chart import timeline_svg
from tocsin.publish.timeline.entries import entries
from tocsin.publish.timeline.where import where_svg
from tocsin.publish.words import words

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

WARNING = "warnings/gw-2023-10-arm-aze/index.html"
KINDS = [
    WARNING,
    "warnings/gw-2023-10-arm-aze/1/index.html",
    "warnings/gw-2023-10-arm-aze/2/changes.html",
    "warnings/gw-2023-10-arm-aze/2/sources.html",
    "warnings/gw-2023-10-arm-aze/2/timeline.html",
    "index.html",
    "warnings/index.html",
    "sources.html",
    "addressees/index.html",
    "addressees/united-states.html",
    "ledger/index.html",
    "ledger/instruments.html",
    "track-record/index.html",
    "method.html",
    "verify.html",
    "follow.html",
    "404.html",
    "forecasts/index.html",
    "forecasts/onset.html",
    "forecasts/fatalities.html",
    "forecasts/alert.html",
    "forecasts/track-record.html",
    "forecasts/country/NGA.html",
]
"""One page of every kind."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves without a line for every request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(readings: tuple[Reading, Reading], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site on the loopback: its address."""
    folder = tmp_path_factory.mktemp("site")
    write(folder, make_pages(readings))
    for path, made in forecast_files(a_register(), ANALYSTS, site=SITE, words=words("en")):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(made)
    data = map_geojson(readings[1])
    assert data is not None
    (folder / "warnings/gw-2023-10-arm-aze/2/map.geojson").write_bytes(data)
    for number, reading in enumerate(readings, start=1):
        for name, drawn in pictures(reading).items():
            (folder / f"warnings/gw-2023-10-arm-aze/{number}/{name}").write_text(drawn, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def pictures(reading: Reading) -> dict[str, str]:
    """What a page shows by address: it is drawn beside it."""
    said = words("en")
    found = {}
    for width, name in ((720, ""), (344, "-narrow")):
        found[f"timeline{name}.svg"] = timeline_svg(entries(reading), (), said, width=width)
        found[f"where{name}.svg"] = where_svg(reading, said, width=width)
        found[f"series{name}.svg"] = series_svg(reading.content.series or (), said, width=width)
    return found


def write(folder: Path, pages: dict[str, str]) -> None:
    """Pages and what they load, as a publisher would lay them down."""
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for path, data in static_files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader with nothing in the cache."""
    made = browser.new_context(viewport={"width": 360, "height": 740})
    yield made
    made.close()


def listen(page: Page) -> list[str]:
    """What goes wrong on a page from now on: refused by the policy, not found, thrown, asked of another host."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if "127.0.0.1" in request.url else heard.append(f"asked: {request.url}"))
    return heard


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing_in_light_and_dark_on_a_phone_and_a_desk(
    context: BrowserContext, site: str, path: str
) -> None:
    page = context.new_page()
    heard = listen(page)
    page.goto(site + path)
    only = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}  # the scheme changes nothing but colours
    for scheme, rules in only.items():
        for width in (360, 1280):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options={"resultTypes": ["violations"], **rules})
            assert found.violations_count == 0, f"{scheme} {width}\n{found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width}: it scrolls sideways"
    assert heard == []


def test_axe_finds_nothing_when_everything_is_open(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site + WARNING)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_country_of_forecasts_reads_on_a_phone_with_its_chart_and_table_open(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    page.goto(site + "forecasts/country/NGA.html")
    assert page.locator("#fan-330").is_visible()
    assert not page.locator("#fan-720").is_visible()
    least = page.evaluate(
        "Math.min(...[...document.querySelectorAll('#fan-330 text')].map(each => "
        "parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a))"
    )
    assert least >= 10
    page.locator("#fatalities summary").click()
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator("#fan-720").is_visible()
    assert not page.locator("#fan-330").is_visible()


def test_without_script_a_stage_opens_and_a_link_leads_to_its_claim(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site + WARNING)
    summary = page.locator("#stage-7 > summary")
    assert not page.locator("#stage-7 h3").is_visible()
    summary.click()
    assert page.locator("#stage-7 h3").is_visible()
    page.locator("#stage-7 a", has_text="C07").first.click()
    assert page.url.endswith("#C07")
    assert page.locator("#C07").is_visible()
    assert page.locator(".stale").first.is_visible()
    context.close()


def test_a_stage_opens_by_keyboard(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site + WARNING)
    page.locator("#stage-8 > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#stage-8 h3").is_visible()
    assert not page.locator("#stage-7 h3").is_visible()


def test_everything_folded_is_open_on_paper(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + WARNING)
    inside = page.locator("#C07 details p").first
    assert inside.bounding_box() is None or not inside.is_visible()
    page.emulate_media(media="print")
    assert inside.is_visible()
    assert page.locator("#stage-7 .open").is_visible()
    assert (inside.bounding_box() or {"height": 0})["height"] > 10
    context.close()


def test_a_stale_warning_is_marked_by_the_readers_own_clock(
    browser: Browser, armenia: tuple[Edition, Edition], tmp_path: Path
) -> None:
    fresh = [read(edition, datetime.date(2024, 5, 1)) for edition in armenia]
    write(tmp_path, make_pages(fresh))
    for day, shown in (("2024-10-31T23:59:00Z", False), ("2024-11-01T00:01:00Z", True)):
        context = browser.new_context(timezone_id="UTC")
        page = context.new_page()
        page.clock.set_fixed_time(day)
        page.goto((tmp_path / WARNING).as_uri())
        assert page.locator(".top .stale").is_visible() is shown, day
        page.goto((tmp_path / "index.html").as_uri())
        assert page.locator(".row .stale").is_visible() is shown, day
        context.close()


def test_the_site_reads_from_a_folder_without_any_server(
    browser: Browser, readings: tuple[Reading, Reading], tmp_path: Path
) -> None:
    write(tmp_path, make_pages(readings))
    context = browser.new_context()
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name="Armenia: Syunik and Gegharkunik").click()
    assert page.locator("h1").inner_text() == "Armenia: Syunik and Gegharkunik"
    assert page.evaluate("getComputedStyle(document.querySelector('.strip')).display") == "grid"
    context.close()


def test_a_map_to_move_opens_on_request_and_asks_nobody_else(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    heard = listen(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + WARNING)
    assert not [url for url in asked if "leaflet" in url or "geojson" in url]
    page.get_by_role("button", name="Open a map to move and zoom").click()
    page.locator(".moving path.concerned").first.wait_for()
    assert page.locator(".moving path.contested").count() > 0
    page.locator(".moving path.town").last.click(force=True)
    assert page.locator(".leaflet-popup").inner_text() != ""
    assert heard == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_it_reads_from_right_to_left(browser: Browser, readings: tuple[Reading, Reading], tmp_path: Path) -> None:
    write(tmp_path, make_pages(readings, Marked(words("en"), "ar", ("", ""))))
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    for path in (WARNING, "index.html", "warnings/gw-2023-10-arm-aze/2/changes.html"):
        page.goto((tmp_path / path).as_uri())
        assert page.evaluate("document.documentElement.dir") == "rtl"
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert Axe().run(page).violations_count == 0, path
    page.goto((tmp_path / WARNING).as_uri())
    page.set_viewport_size({"width": 1280, "height": 900})
    first, last = (page.locator(f"#stage-{number} > summary").bounding_box() for number in (1, 10))
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]
    context.close()
