"""One run of a source, readable in one screen: gather, read and check, archive, publish, point."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tocsin.archive import Archive, Origin
from tocsin.collect import tables
from tocsin.collect.changes import describe_changes
from tocsin.collect.emitted import Emitted, Input, Made, Progress, silent
from tocsin.collect.errors import ExpectationError, InputError, LayoutError, SourceError
from tocsin.collect.gather import Ask, Door, digest_of, gather
from tocsin.collect.parser import Parser, load_parser
from tocsin.collect.records import InputRecord, RunRecord, TableOrigin
from tocsin.collect.requests import Given
from tocsin.collect.source import Source, load_source
from tocsin.collect.store import Store, replace_file, saying_what_the_disk_said
from tocsin.collect.tables import Engine
from tocsin.core.errors import TocsinError

FRAMEWORK = 1
"""Raised when the same bytes and the same source would come out differently, so that `unchanged` stays true."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a person or a timetable asks for.

    from_:    files, folders or addresses to read instead of the publisher's own
    version:  the publisher's version; found in the file's name or in source.toml when empty
    known_at: the instant from which the content counts as known; the run's own when None
    settings: what desk.toml says under [collect.<source>], with the secrets filled in
    """

    by: str
    from_: tuple[str, ...] = ()
    version: str = ""
    known_at: datetime | None = None
    settings: Mapping[str, str] = {}
    engine: Engine = tables.ENGINE


def run(
    folder: Path,
    order: Order,
    *,
    desk: Path,
    ask: Ask,
    clock: Callable[[], datetime],
    progress: Progress = silent,
) -> RunRecord:
    """Run the source in `folder` for a desk, and give the record of it. Raises TocsinError after recording it.

    Whatever happens, the last good table and the archive are as they were, or the run is whole and the newest.
    """
    source, parser = load_source(folder), load_parser(folder)
    settings = settings_of(source, order.settings)
    store, archive, at = Store(desk / "tables" / "raw" / source.name), Archive(desk / "archive"), clock()
    with store.locked(), _recorded(store, source, order, at, clock) as record:
        door = Door(source, store, archive, ask, settings, at)
        given = Given(
            version=order.version or source.fetch.version,
            settings=settings,
            cursor=store.current().cursor,
            at=at,
        )
        gathered = gather(source, parser, door, given, order.from_, progress)
        version = order.version or find_version(source, gathered.inputs) or given.version * (not order.from_)
        record.set(
            inputs=tuple(_input_record(one) for one in gathered.inputs),
            version=_checked(version or at.strftime("%Y-%m-%d")),
            key=_key(folder, source, store, gathered.inputs, settings if parser.reads_settings() else {}),
            cursor=gathered.cursor,
        )
        place = _find_place(store, record.now, is_named=bool(order.version))
        if place:
            record.set(version=place.split("/")[0])
            known = msgspec.json.decode((store.folder / place / "origin.json").read_bytes(), type=TableOrigin)
            made = tuple(msgspec.convert(dict(one), Made) for one in known.tables.values())
            record.set(status="unchanged", folder=place, tables=made, changes="unchanged")
            if not any(p.folder == place for t in store.current().versions.values() for p in t.values()):
                store.point(record.now)  # a kill came between the table and the pointer to it
            return record.close(finished_at=clock())
        work = store.work(record.now.key)
        try:
            inputs = gathered.inputs
            emitted = _emit(source, parser, inputs, work, order, settings, store, archive, at, progress)
        except (InputError, LayoutError, ExpectationError):
            shutil.rmtree(work)  # these bytes will not come out otherwise next time; a full disk's parts will
            raise
        progress("archiving", 0.0)
        notes = gathered.notes + emitted.notes
        if parser.keeps_bytes(settings):
            _archive(source, gathered.inputs, archive, order, record.now, at)
        else:
            notes += ("the publisher's licence lets no copy be kept: what was read is on record by SHA-256 only",)
        changes = describe_changes(source, emitted, work, store)
        if order.from_ and not order.version:
            notes += _set_beside(source, store, record, emitted)
        place = f"{record.now.version}/{record.now.key}"
        record.set(
            status="done",
            folder=place,
            tables=emitted.tables,
            notes=notes,
            changes=changes,
        )
        replace_file(work / "origin.json", _sidecar(source, record.now, order, at))
        progress("publishing", 1.0)
        store.publish(work, place)
        progress("pointing", 1.0)
        store.point(record.now)
        shutil.rmtree(store.incoming, ignore_errors=True)
        return record.close(finished_at=clock())


class _Recorder:
    """The record of a run as it grows; every change of it is on the disk."""

    def __init__(self, store: Store, first: RunRecord) -> None:
        self.now, self._store = first, store
        store.write_run(first)

    def set(self, **changes: object) -> None:
        self.now = msgspec.structs.replace(self.now, **changes)

    def close(self, **changes: object) -> RunRecord:
        self.set(**changes)
        self._store.write_run(self.now)
        return self.now


@contextlib.contextmanager
def _recorded(
    store: Store, source: Source, order: Order, at: datetime, clock: Callable[[], datetime]
) -> Iterator[_Recorder]:
    """Put the run on record before it does anything, and how it ended; a failure is recorded, then raised."""
    with saying_what_the_disk_said(store.folder):
        store.close_killed_runs(at=at)
        first = RunRecord(
            run_id=at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ"),
            source=source.name,
            revision=source.revision,
            status="running",
            started_at=at,
            by=order.by,
        )
        recorder = _Recorder(store, first)
        try:
            yield recorder
        except BaseException as error:
            problem, where, remedy = f"{type(error).__name__}: {error}", "", ""
            if isinstance(error, TocsinError):
                problem, where, remedy = error.problem, error.where, error.remedy
            with contextlib.suppress(OSError):  # a full disk may take even this; the next run closes it as killed
                recorder.close(
                    status="failed",
                    finished_at=clock(),
                    problem=problem,
                    where=where,
                    remedy=remedy,
                    folder="",
                    cursor={},
                )
            raise


def settings_of(source: Source, given: Mapping[str, str]) -> dict[str, str]:
    """The operator's settings with the declared defaults. Raises SourceError for one that is not declared."""
    for name in given:
        if name not in source.settings:
            known = ", ".join(source.settings) or "none"
            remedy = f"It knows {known}; mend desk.toml"
            raise SourceError(f"{source.name} has no setting {name!r}", where=f"[collect.{source.name}]", remedy=remedy)
    defaults = {name: one.default for name, one in source.settings.items() if one.default is not None}
    return {**defaults, **given}


def find_version(source: Source, inputs: tuple[Input, ...]) -> str:
    """The version in the first input's name, by the source's patterns; its groups are joined with dots."""
    for pattern in source.version_in_name:
        if found := re.search(pattern, inputs[0].name):
            parts = [group for group in found.groups() if group]
            return ".".join(str(int(part)) if part.isdigit() and len(part) < 3 else part for part in parts)
    return ""


def _checked(version: str) -> str:
    """The version, fit to be the name of a folder."""
    if not re.fullmatch(r"[A-Za-z0-9][\w.+-]{0,99}", version):
        problem = f"{version!r} cannot be a version"
        raise InputError(problem, where="--version", remedy="Use letters, digits, dots, hyphens")
    return version


def _find_place(store: Store, now: RunRecord, *, is_named: bool) -> str:
    """Where the same bytes were read into a table before, for this version or, where nobody named it, beside it; else
    empty.
    """
    places = (f"{now.version}/{now.key}", f"{_beside(now)}/{now.key}")[: 1 if is_named else 2]
    return next((place for place in places if (store.folder / place).exists()), "")


def _beside(now: RunRecord) -> str:
    return f"{now.version}-{now.key[:6]}"


def _set_beside(source: Source, store: Store, record: _Recorder, emitted: Emitted) -> tuple[str, ...]:
    """Give files that were handed in a version of their own where other files hold it: what nobody named is replaced by
    nobody. Two countries' files of one day, or of one release, both stay; to replace one, name its version.
    """
    now = record.now
    if any(table.sync for table in source.tables) or source.kind != "tables":
        return ()  # these take up what was there before
    there = store.current().versions.get(now.version, {})
    taken = [
        made.name
        for made in emitted.tables
        if made.name in there and not _is_of(now.inputs, store.folder / there[made.name].folder)
    ]
    if not taken:
        return ()
    record.set(version=_beside(now))
    kept = f"kept beside {now.version}, which other files hold ({', '.join(taken)})"
    return (f"{kept}; `--version {now.version}` would have replaced them",)


def _is_of(inputs: tuple[InputRecord, ...], folder: Path) -> bool:
    """Whether a table was read from the same addresses: then it is they that have changed."""
    known = msgspec.json.decode((folder / "origin.json").read_bytes(), type=TableOrigin)
    return all(one.url for one in inputs) and [one.url for one in inputs] == [one.url for one in known.inputs]


def _key(folder: Path, source: Source, store: Store, inputs: tuple[Input, ...], settings: Mapping[str, str]) -> str:
    parts = [str(FRAMEWORK), (folder / "source.toml").read_text("utf-8")]
    if (folder / "parse.py").exists():
        parts.append((folder / "parse.py").read_text("utf-8"))
    if any(table.sync for table in source.tables):  # what comes out depends on what was there
        parts.append(json.dumps({name: place.folder for name, place in sorted(store.current().latest.items())}))
    parts += [f"{name}={value}" for name, value in sorted(settings.items()) if not source.settings[name].secret]
    parts += [f"{one.sha256} {one.name}" for one in inputs]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _emit(
    source: Source,
    parser: Parser,
    inputs: tuple[Input, ...],
    work: Path,
    order: Order,
    settings: Mapping[str, str],
    store: Store,
    archive: Archive,
    at: datetime,
    progress: Progress,
) -> Emitted:
    if source.kind == "tables":
        return tables.emit(
            source,
            inputs,
            work,
            records=parser.records_with(settings),
            last_good=store.last_good,
            engine=order.engine,
            progress=progress,
            settings=settings,
        )
    emit = importlib.import_module(f"tocsin.collect.{source.kind}").emit
    emitted: Emitted = emit(
        source,
        inputs,
        work,
        settings=settings,
        archive=archive,
        at=at,
        last_good=store.last_good,
        progress=progress,
    )
    return emitted


def _archive(
    source: Source, inputs: tuple[Input, ...], archive: Archive, order: Order, record: RunRecord, at: datetime
) -> None:
    """Keep the inputs, now that they have proved to be what they should be."""
    for one in inputs:
        if one.sha256 in archive and not one.path.is_relative_to(archive.folder):
            archive.path(one.sha256)
        capture = archive.add_file(
            one.path, origin=_origin(source, record, order, at, one), at=at, by=order.by, mime=one.mime
        )
        if capture.sha256 != one.sha256:
            problem = "the file changed while it was read"
            raise InputError(problem, where=one.name, remedy="Run again when nobody writes to it")


def _origin(source: Source, record: RunRecord, order: Order, at: datetime, one: Input | None = None) -> Origin:
    who = source.origin
    url = one.url if one else next((i.url for i in record.inputs if i.url), "")
    return Origin(
        producer=who.producer,
        title=f"{source.title} ({one.name})" if one else source.title,
        citation=who.citation,
        licence=who.licence,
        licence_url=who.licence_url,
        terms=who.terms,
        version=record.version,
        retrieved_at=at,
        known_at=order.known_at or at,
        source_url=url,
    )


def _sidecar(source: Source, record: RunRecord, order: Order, at: datetime) -> TableOrigin:
    return TableOrigin(
        origin=_origin(source, record, order, at),
        source=source.name,
        revision=source.revision,
        run_id=record.run_id,
        key=record.key,
        inputs=record.inputs,
        warnings=source.warnings,
        tables={made.name: msgspec.to_builtins(made) for made in record.tables},
        notes=record.notes,
    )


def _input_record(one: Input) -> InputRecord:
    return InputRecord(name=one.name, sha256=one.sha256, byte_size=one.byte_size, url=one.url)


__all__ = ["Order", "digest_of", "find_version", "run", "settings_of"]
