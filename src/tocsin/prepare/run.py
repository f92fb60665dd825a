"""One run, readable in one screen: find what collect has, make each table, check it, publish it, point to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import ibis.expr.types as ir
import msgspec

from tocsin.collect.emitted import Progress, silent
from tocsin.prepare.checks import check_table
from tocsin.prepare.engine import PART, Engine, EngineSettings, connected
from tocsin.prepare.errors import MissingError, RefusedError
from tocsin.prepare.lookups import Lookups
from tocsin.prepare.raw import RawTable, find_raw
from tocsin.prepare.recipes import CLEAN, READY, Clean, Ready, expressions
from tocsin.prepare.schema import Table
from tocsin.prepare.store import Prepared, Sidecar, SourceOrigin, digest, link_or_copy, sha256_of

MANY = 100
"""A sidecar names each release up to so many."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one table: made, unchanged, waiting for another or refused (then `problem` says why)."""

    table: str
    status: str
    n_rows: int = 0
    folder: str = ""
    broken: dict[str, int] = {}
    problem: str = ""


def run(
    desk: Path,
    *,
    at: datetime,
    sources: Sequence[str] = (),
    settings: EngineSettings = EngineSettings(),  # noqa: B008 - frozen
    progress: Progress = silent,
) -> list[Outcome]:
    """Prepare what the desk has collected; with `sources`, take only theirs anew.

    Whatever happens to one table, every other is made, and each is whole and checked, or as it was. Raises
    MissingError when there is nothing to prepare, RefusedError at the end when a table was refused.
    """
    store = Prepared(desk)
    with store.locked(), connected(settings, store.work) as engine:
        making = _Making(desk, store, engine, at)
        wanted = _wanted(desk, sources)
        total = len(wanted) + len(READY)
        for number, (clean, raw) in enumerate(wanted):
            progress(f"preparing {clean.name}", number / total)
            making.clean(clean, raw)
        for number, ready in enumerate(READY, start=len(wanted)):
            progress(f"preparing {ready.table.name}", number / total)
            making.ready(ready)
        store.point(making.current)
    if refused := [one for one in making.outcomes if one.status == "refused"]:
        others = "".join(f"\n{one.table}: {one.problem}" for one in refused[1:])
        raise RefusedError(f"{refused[0].problem}{others}", where=refused[0].table, remedy="The last good table stays")
    return making.outcomes


class _Making:
    """The tables of one run, as they come to be."""

    def __init__(self, desk: Path, store: Prepared, engine: Engine, at: datetime) -> None:
        self.desk, self.store, self.engine, self.at = desk, store, engine, at
        self.lookups = Lookups(engine, store.work / "lookups")
        self.current = store.current()
        self.outcomes: list[Outcome] = []

    def clean(self, recipe: Clean, raw: list[RawTable]) -> None:
        self._make(
            f"clean/{recipe.name}", recipe.table, tuple(_origins(raw)), [one.key for one in raw],
            lambda: recipe.build(self.engine, raw, self.lookups),
        )  # fmt: skip

    def ready(self, recipe: Ready) -> None:
        inputs = {name: self.current[name] for name in recipe.reads if name in self.current}
        raw = {name: found for name in recipe.raw if (found := find_raw(self.desk, *name.split("/")))}
        if not (set(inputs) | set(raw)) - set(recipe.needs):
            return
        if lacks := [name for name in recipe.needs if name not in raw]:
            source, table = lacks[0].split("/")
            problem = f"it waits for the table {table} of {source}: `tocsin collect run {source}` with that file too"
            self.outcomes.append(Outcome(table=f"ready/{recipe.table.name}", status="waiting", problem=problem))
            return
        origins = [one for name in inputs for one in self._sidecar(name).origins]
        origins += [one for found in raw.values() for one in _origins(found)]
        tables = {name: self.engine.read([self._folder(name) / PART]) for name in inputs}
        same_as = next(iter(inputs)) if recipe.is_union and len(inputs) == 1 else ""
        keys = [*inputs.values(), *(one.key for found in raw.values() for one in found)]
        self._make(
            f"ready/{recipe.table.name}", recipe.table, tuple(origins), keys,
            lambda: recipe.build(self.engine, tables, raw, self.lookups), same_as=same_as,
        )  # fmt: skip

    def _make(
        self,
        name: str,
        table: Table,
        origins: tuple[SourceOrigin, ...],
        keys: list[str],
        build: Callable[[], ir.Table],
        *,
        same_as: str = "",
    ) -> None:
        columns = {column: msgspec.to_builtins(said) for column, said in table.columns.items()}
        key = digest(expressions(), name, *keys)
        if self.store.has(name, key):
            self.current[name] = key
            n_rows = self._sidecar(name).n_rows
            self.outcomes.append(Outcome(table=name, status="unchanged", n_rows=n_rows, folder=str(self._folder(name))))
            return
        work = self.store.work / name
        if same_as:  # the union of one table is that table, rows, order and checks alike
            n_rows, broken = self._sidecar(same_as).n_rows, dict(self._sidecar(same_as).broken)
            link_or_copy(self._folder(same_as) / PART, work / PART)
        else:
            self.engine.write(build(), work)
            try:
                n_rows, broken = check_table(self.engine, table, self.engine.read([work / PART]), where=name)
            except RefusedError as error:
                self.outcomes.append(Outcome(table=name, status="refused", problem=error.problem))
                return
        part = work / PART
        sidecar = Sidecar(
            layer=name.split("/")[0],
            name=table.name,
            about=table.about,
            key=key,
            made_at=self.at,
            engine=self.engine.name,
            n_rows=n_rows,
            byte_size=part.stat().st_size,
            sha256=sha256_of(part),
            columns=columns,
            origins=origins,
            broken=broken,
        )
        self.store.publish(work, name, sidecar)
        self.current[name] = key
        folder = str(self._folder(name))
        self.outcomes.append(Outcome(table=name, status="made", n_rows=n_rows, folder=folder, broken=broken))

    def _folder(self, name: str) -> Path:
        return self.store.folder / name / self.current[name]

    def _sidecar(self, name: str) -> Sidecar:
        return msgspec.json.decode((self._folder(name) / "origin.json").read_bytes(), type=Sidecar)


def _wanted(desk: Path, sources: Sequence[str]) -> list[tuple[Clean, list[RawTable]]]:
    known = {one.source for one in CLEAN} | {name.split("/")[0] for one in READY for name in one.raw}
    for source in sources:
        if source not in known:
            raise MissingError(f"{source!r} is not prepared", remedy=f"There are {', '.join(sorted(known))}")
    found = [(one, raw) for one in CLEAN if (raw := find_raw(desk, one.source, one.raw_table))]
    if not found and not any(find_raw(desk, *name.split("/")) for one in READY for name in one.raw):
        where = str(desk / "tables" / "raw")
        raise MissingError("nothing is collected yet", where=where, remedy="`tocsin collect run ucdp-ged`")
    return [(one, raw) for one, raw in found if not sources or one.source in sources]


def _origins(raw: list[RawTable]) -> list[SourceOrigin]:
    """One for each release; of very many, as GDELT's slices are, only the newest, which says how many there are."""
    shown = raw if len(raw) <= MANY else raw[-1:]
    return [
        SourceOrigin(
            source=one.source,
            release=one.release,
            key=one.key,
            origin=one.sidecar.origin,
            warnings=one.sidecar.warnings,
            n_releases=1 if len(raw) <= MANY else len(raw),
        )
        for one in shown
    ]
