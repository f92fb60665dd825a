"""Let Chromium draw a page while every byte it sees comes through our own fetcher.

The browser has no way out of its own: each request is handed to the fetcher, under the same rules as any other
(no address behind the desk, caps, deadline), and what the fetcher kept for the WARC is what the browser is
shown. Its proxy is a port where nothing listens, its names resolve to nothing, and sockets are closed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tocsin.archive.errors import ArchiveError
from tocsin.archive.fetch import Fetched

_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_LOAD_MS = 60_000
_QUIET_MS = 5_000
_LONGEST_SCREENSHOT_PX = 16_000


class BrowserError(ArchiveError):
    """Chromium could not draw the page."""


@dataclass
class Drawn:
    """What the browser made of a page: its title, its words, a PNG of the whole of it, and what was kept from
    it.
    """

    title: str = ""
    text: str = ""
    screenshot: bytes = b""
    refused: list[str] = field(default_factory=list)


def find_obstacle(chromium: str) -> str | None:
    """Why no browser capture can be made, or None when one can."""
    if not chromium:
        return "the desk's settings switch it off"
    if not os.access(chromium, os.X_OK):
        return f"{chromium} is not installed"
    try:
        import playwright.sync_api  # noqa: F401 - an extra that may be absent
    except ImportError:
        return "the extra `archive` is not installed (pip install 'tocsin[archive]')"
    return None


def draw(
    url: str, *, chromium: str, user_agent: str, ask: Callable[[str, dict[str, str]], tuple[Fetched, bytes]]
) -> Drawn:
    """Load a page and take its picture. `ask` fetches one address: (answer, unpacked body), or an ArchiveError.

    Raises BrowserError when Chromium does not start or the page cannot be drawn.
    """
    from playwright.sync_api import Error, Route, sync_playwright

    drawn = Drawn()

    def answer(route: Route) -> None:
        request = route.request
        if request.method not in ("GET", "HEAD"):
            drawn.refused.append(f"{request.url}: a {request.method} request is not made by a capture")
            route.abort("blockedbyclient")
            return
        try:
            fetched, body = ask(request.url, request.headers)
        except ArchiveError as error:
            drawn.refused.append(str(error))
            route.abort("blockedbyclient")
            return
        route.fulfill(status=fetched.status, headers=_shown_headers(fetched), body=body)

    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=chromium, args=list(_ARGUMENTS), chromium_sandbox=os.geteuid() != 0
            )
            context = browser.new_context(
                user_agent=user_agent,
                service_workers="block",
                accept_downloads=False,
                viewport={"width": 1280, "height": 900},
            )
            context.route("**/*", answer)
            context.route_web_socket("**/*", lambda socket: socket.close())
            page = context.new_page()
            page.goto(url, wait_until="load", timeout=_LOAD_MS)
            with contextlib.suppress(Error):  # a page that never falls silent is taken as it stands
                page.wait_for_load_state("networkidle", timeout=_QUIET_MS)
            drawn.title = page.title()
            drawn.text = page.evaluate("document.body ? document.body.innerText : ''")
            drawn.screenshot = _picture(page)
            context.unroute_all(behavior="ignoreErrors")
            browser.close()
    except Error as error:
        raise BrowserError(
            f"Chromium could not draw it: {error.message.splitlines()[0]}",
            where=url,
            remedy='Capture it without a browser: set chromium = "" under [archive] in desk.toml.',
        ) from error
    return drawn


def _picture(page: Any) -> bytes:
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), _LONGEST_SCREENSHOT_PX)
    clip = {"x": 0, "y": 0, "width": 1280, "height": max(height, 1)}
    return bytes(page.screenshot(full_page=True, clip=clip, animations="disabled"))


def _shown_headers(fetched: Fetched) -> dict[str, str]:
    hidden = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in fetched.headers.items() if name not in hidden}
