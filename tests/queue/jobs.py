"""Jobs for tests of the queue. What they did stands in a file, one line for each time."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tocsin.records.queue import TryAgain, job


@job()
def note(path: str, text: str) -> str:
    with Path(path).open("a") as file:
        file.write(f"{text}\n")
    return text.upper()


@job()
def slow(path: str, text: str, seconds: float) -> None:
    time.sleep(seconds)
    note.func(path, text)


@job(max_attempts=3, first_wait_s=10.0)
def broken(why: str) -> None:
    raise ValueError(why)


@job(max_attempts=3)
def later(after_s: float) -> None:
    raise TryAgain("not yet", after_s=after_s)


@job(max_attempts=3)
def deadly() -> None:
    os._exit(9)


@job(key="alone:{}")
def alone(name: str) -> None:
    return None


@job()
def nothing(number: int) -> None:
    return None
