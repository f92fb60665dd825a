"""Issue an edition in children that kill themselves at their n-th step on the file system; say how each desk stands.

Run as a script with a desk's folder and a work folder: prints one JSON line per killed child, until a child ends well.
The steps are counted by replacing the functions of `os` in the child, so that the program itself needs no hook.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = ("open", "close", "fsync", "link", "replace", "unlink", "fchmod", "mkdir", "fdopen")


def die_before(step: int) -> None:
    """Let this process kill itself just before its n-th step; just after it is just before the next."""
    taken = 0

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(name, getattr(os, name)))


def main(desk: Path, work: Path) -> None:
    from tests.cases import ARMENIA, AT
    from tocsin.core.errors import TocsinError
    from tocsin.warn.case_files import CaseFiles
    from tocsin.warn.desk import DeskFolder
    from tocsin.warn.doctor import Leftover, examine, tidy
    from tocsin.warn.edition_store import EditionStore
    from tocsin.warn.issue import issue_case

    case = CaseFiles(ARMENIA)
    case.resolve(2)  # what is cached once must not be counted as a step
    for step in range(1, 1000):
        copy = work / str(step)
        shutil.copytree(desk, copy)
        child = os.fork()
        if child == 0:
            try:
                die_before(step)
                issue_case(DeskFolder(copy), case, 2, by="A. Drafter", at=AT)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        folder = DeskFolder(copy)
        store = EditionStore(folder.editions)
        issued = len(store.entries())
        failures = [each.text for each in examine(folder) if not isinstance(each, Leftover)]
        again = "issued"
        try:
            issue_case(folder, case, 2, by="A. Drafter", at=AT)
        except TocsinError as error:
            again = error.problem
        tidy(folder)
        left = [each.text for each in examine(folder)]
        killed = os.WIFSIGNALED(status)
        print(json.dumps({"step": step, "killed": killed, "issued": issued, "failures": failures,
                          "again": again, "left": left, "status": status}))  # fmt: skip
        shutil.rmtree(copy)
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
