"""Pages of a worker take turns; a long one holds nobody up for more than a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tocsin.web.turns import TakingTurns


def ask(application: TakingTurns, path: str) -> bytes:
    return b"".join(application({"PATH_INFO": path}, lambda *_: None))


def test_pages_that_come_together_are_made_one_after_another() -> None:
    under_way, most, guard = 0, 0, threading.Lock()

    def page(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        nonlocal under_way, most
        with guard:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.005)
        with guard:
            under_way -= 1
        return [environ["PATH_INFO"].encode()]

    turns = TakingTurns(page, moment_s=30)
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda number: ask(turns, f"/{number}"), range(24)))
    assert answers == [f"/{number}".encode() for number in range(24)]
    assert most == 1


def test_a_long_page_holds_the_others_up_for_a_moment_only() -> None:
    long_began, others_done = threading.Event(), threading.Event()

    def page(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/import":
            long_began.set()
            assert others_done.wait(30), "the others waited for the import to end"
        return [b"done"]

    turns = TakingTurns(page, moment_s=0.01)
    with ThreadPoolExecutor(1) as somebody:
        long = somebody.submit(ask, turns, "/import")
        assert long_began.wait(30)
        assert [ask(turns, "/") for _ in range(3)] == [b"done"] * 3
        others_done.set()
        assert long.result() == b"done"


def test_a_page_that_fails_gives_its_turn_back() -> None:
    def page(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/broken":
            raise ZeroDivisionError
        return [b"done"]

    turns = TakingTurns(page, moment_s=30)
    with pytest.raises(ZeroDivisionError):
        ask(turns, "/broken")
    began = time.monotonic()
    assert ask(turns, "/") == b"done"
    assert time.monotonic() - began < 15
