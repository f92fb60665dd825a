"""Ask again of every prepared table what was asked when it was made, and whether its bytes are still those."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tocsin.prepare.checks import check_table
from tocsin.prepare.engine import PART, EngineSettings, connected
from tocsin.prepare.errors import MissingError, RefusedError
from tocsin.prepare.recipes import CLEAN, READY
from tocsin.prepare.store import Prepared, sha256_of


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found of one table; `problem` is empty when all is well."""

    table: str
    n_rows: int
    problem: str = ""


def check(desk: Path, *, scratch: Path, settings: EngineSettings) -> Iterator[Checked]:
    """Check each prepared table. Raises MissingError when there is none."""
    store = Prepared(desk)
    current = store.current()
    if not current:
        remedy = "`tocsin prepare run` makes the tables"
        raise MissingError("nothing is prepared yet", where=str(store.folder), remedy=remedy)
    declared = {f"clean/{one.name}": one.table for one in CLEAN} | {
        f"ready/{one.table.name}": one.table for one in READY
    }
    try:
        with connected(settings, scratch) as engine:
            for name in (name for name in current if name in declared):
                part, sidecar = store.folder_of(name) / PART, store.sidecar(name)
                problem = ""
                if not part.exists():
                    problem = "its file is gone; run `tocsin prepare run` after removing its folder"
                elif sha256_of(part) != sidecar.sha256:
                    problem = "its bytes are not those that were made; remove its folder and run `tocsin prepare run`"
                else:
                    try:
                        check_table(engine, declared[name], engine.read([part]), where=name)
                    except RefusedError as error:
                        problem = error.problem
                yield Checked(table=name, n_rows=sidecar.n_rows, problem=problem)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
