"""House rules that concern the archive: one way to the network, no clock and no environment below commands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import tocsin

SRC = Path(tocsin.__file__).parent
NETWORK = {"httpx2", "httpcore2", "socket", "http", "ftplib", "smtplib", "requests", "urllib3", "playwright"}
CLOCK = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "os.environ", "os.getenv"}


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for file in sorted((SRC / room).rglob("*.py")):
            yield str(file.relative_to(SRC)), ast.parse(file.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_only_the_fetcher_reaches_the_network_and_only_the_browser_drives_one() -> None:
    reaching = {
        name: found
        for name, tree in modules("archive", "collect", "cli")
        if (found := {one for one in imported(tree) if one.split(".")[0] in NETWORK or one == "urllib.request"})
    }
    assert reaching.pop("archive/browser.py") == {"playwright.sync_api"}
    assert reaching.pop("cli/serve.py") == {"http.server"}, "it answers, and asks nobody"
    assert {name.rpartition("/")[0] for name in reaching} == {"archive/fetch"}


def test_the_archive_asks_neither_clock_nor_environment() -> None:
    asking = [
        f"{name}:{node.lineno}"
        for name, tree in modules("archive")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCK
    ]
    assert asking == []
