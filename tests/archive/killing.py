"""Kill a writer at every step of an addition: run as a module, so that forking happens in a process of its own.

    python -m tests.archive.killing FOLDER      one archive for each step; prints how many steps there were

A step is one call to the file system. At step N the child ends itself with SIGKILL before making the call; in a
second round a write is killed with half of its bytes written.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.archive.conftest import AT, an_origin
from tocsin.archive import Archive

CALLS = ("open", "write", "fsync", "ftruncate", "rename", "mkdir", "rmdir", "unlink", "sync", "close", "lseek")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_at(step: int, *, half_written: bool) -> None:
    """From here on count the calls, and end this process at the given one."""
    count = 0

    def watched(name: str, call: Any) -> Any:
        def step_through(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                if half_written and name == "write":
                    call(args[0], bytes(args[1])[: len(args[1]) // 2])
                die()
            return call(*args, **kwargs)

        return step_through

    for name in CALLS:
        setattr(os, name, watched(name, getattr(os, name)))


def run(folder: Path, *, batch: bool, half_written: bool) -> int:
    """Kill at step 1, 2, 3 … until an addition lives through; gives the number of steps."""
    step = 0
    while True:
        step += 1
        place = folder / str(step)
        place.mkdir(parents=True)
        Archive(place / "archive").add_bytes(b"kept before", origin=an_origin("before"), at=AT, by="analyst")
        files = [place / "one", place / "two"] if batch else [place / "one"]
        for file in files:
            file.write_text(f"content of {file.name}")
        child = os.fork()
        if child == 0:
            archive = Archive(place / "archive")
            kill_at(step, half_written=half_written)
            archive.add_files([(file, an_origin(file.name)) for file in files], at=AT, by="analyst")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return step


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for batch in (False, True):
        for half_written in (False, True):
            name = f"{'batch' if batch else 'single'}-{'half' if half_written else 'before'}"
            print(name, run(folder / name, batch=batch, half_written=half_written))
