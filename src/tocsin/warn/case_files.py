"""Read a case from plain files: `case.toml`, one file per list, one file per version, a map.

    cases/<name>/
      case.toml              the warning, its situation, its places
      sources.toml claims.toml figures.toml recommendations.toml events.toml series.toml
      incidents.toml
      map.toml  geometry/    the map, and shapes of the operator's own
      editions/<n>.toml      what belongs to version n alone

`resolve` gives one version's Content, with every mistake located by file and line.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.geography import UnknownCodeError
from tocsin.core.model.asks import Recommendation
from tocsin.core.model.assessment import Figure
from tocsin.core.model.case import CaseHeader, Version
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.edition import Content
from tocsin.core.model.incidents import Incidents
from tocsin.core.model.map_spec import MapSpec
from tocsin.core.model.series import EventSeries
from tocsin.core.model.sources import Source
from tocsin.core.rules import Context, Problem, check
from tocsin.core.rules.references import citing
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.freeze import freeze_map
from tocsin.warn.toml_lines import TomlLines

MAX_FILE_BYTES = 4 * 1024 * 1024
RECORDS: dict[str, type] = {
    "sources": Source,
    "claims": Claim,
    "figures": Figure,
    "events": Event,
    "recommendations": Recommendation,
    "series": EventSeries,
    "incidents": Incidents,
}
LEFT_OUT = ("series", "incidents")
"""Lists that an edition without them does not name: it keeps the bytes that it had before there were any."""
CITING_CLAIMS = ("claims", "against", "mitigating")


class CaseError(TocsinError):
    """A case that cannot be read at all: a missing file, broken TOML, a version that is not there."""


class Located(msgspec.Struct, frozen=True):
    """A problem and where it stands: `file:line`."""

    problem: Problem
    where: str


class Sheet:
    """One TOML file: its tables, and the line on which each stands."""

    def __init__(self, path: Path, shown: str) -> None:
        self.shown = shown
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise CaseError(f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB", where=shown)
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise CaseError("the file is missing", where=shown, remedy="Add it, or name another case") from error
        except (OSError, UnicodeDecodeError) as error:
            raise CaseError(f"the file cannot be read: {error}", where=shown, remedy="It must be UTF-8 text") from error
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            line = re.search(r"line (\d+)", str(error))
            at = f"{shown}:{line[1]}" if line else shown
            raise CaseError(f"this is no TOML: {error}", where=at, remedy="Mend the line, or the one before") from error
        self.lines = TomlLines(text)

    def where(self, table: str = "", index: int = 0, field: str = "") -> str:
        """`file:line` of a field of the index-th record of a table."""
        return f"{self.shown}:{self.lines.find(table, index, field)}"


class CaseFiles:
    """A case's folder, read once; `resolve` gives any of its versions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise CaseError("there is no such case", where=str(folder), remedy="Name a folder that holds case.toml")
        self.header = self._sheet("case.toml")
        self.lists = {name: self._sheet(f"{name}.toml", optional=name != "claims") for name in RECORDS}
        self.map = self._sheet("map.toml", optional=True)
        self.versions = {
            int(path.stem): self._sheet(f"editions/{path.name}")
            for path in sorted((folder / "editions").glob("*.toml"))
            if path.stem.isdecimal()
        }
        if not self.versions:
            raise CaseError("the case has no version", where=str(folder / "editions"), remedy="Add editions/1.toml")

    def _sheet(self, name: str, *, optional: bool = False) -> Sheet | None:
        path = self.folder / name
        if optional and not path.exists():
            return None
        return Sheet(path, str(path))

    def resolve(self, number: int) -> Resolved:
        """One version of the case. Raises CaseError when the case has no such version."""
        if number not in self.versions:
            there = ", ".join(map(str, self.versions))
            raise CaseError(f"the case has no version {number}", where=str(self.folder), remedy=f"It has {there}")
        return Resolved(self, number)


class Resolved:
    """One version of a case: its content if every record has the right shape, and the problems found so far."""

    def __init__(self, case: CaseFiles, number: int) -> None:
        self.number = number
        self.problems: list[Located] = []
        self._places: dict[tuple[str, str], tuple[Sheet, str, int]] = {}
        self._version_sheet = case.versions[number]
        self._header_sheet = case.header
        self._map_sheet = case.map

        raw, retired = {}, set()
        for name, sheet in case.lists.items():
            raw[name], gone = self._in_force(name, sheet)
            retired |= gone
        header = self._convert(case.header, case.header.tables, CaseHeader)
        tables = _without(dict(self._version_sheet.tables), retired)
        self.version: Version | None = self._convert(self._version_sheet, tables, Version)
        records = {
            name: tuple(
                made
                for index, table in raw[name]
                if (made := self._convert(case.lists[name], _without(table, retired), RECORDS[name], name, index))
            )
            for name in RECORDS
        }
        for table in ("findings", "changes", "media", "flags"):
            for index, entry in enumerate(_tables(self._version_sheet.tables.get(table))):
                about = str(entry.get("number" if table == "findings" else "id", index))
                self._places.setdefault((table, about), (self._version_sheet, table, index))
        for index, entry in enumerate(_tables(case.header.tables.get("places"))):
            self._places.setdefault(("places", str(entry.get("id", index))), (case.header, "places", index))

        self.records: dict[str, tuple[Any, ...]] = records
        self.header: CaseHeader | None = header
        self.map_spec: MapSpec | None = None
        self.geometry: dict[str, Any] = {}
        self.content: Content | None = None
        if header and self.version and not self.problems:
            own = msgspec.structs.asdict(self.version)
            for field in ("number", "message_type", "reason"):
                own.pop(field)
            present = {name: found for name, found in records.items() if found or name not in LEFT_OUT}
            content = Content(**msgspec.structs.asdict(header), **own, **present)
            content = msgspec.structs.replace(content, map=self._map(case, content))
            self.content = _with_cited_sources_only(content)

    def check(self, on: datetime.date, previous: Content | None = None) -> list[Located]:
        """The problems of shape and, if there are none, all that the rules find; errors first."""
        if self.content is None or self.version is None:
            return self.problems
        context = Context(
            content=self.content,
            codebook=load_codebook(),
            on=on,
            message_type=self.version.message_type,
            reason=self.version.reason,
            previous=previous,
        )
        return [*self.problems, *(Located(problem, self.where(problem)) for problem in check(context))]

    def where(self, problem: Problem) -> str:
        """`file:line` of what a problem is about."""
        if found := self._places.get((problem.list, problem.about)):
            sheet, table, index = found
            return sheet.where(table, index, problem.field)
        if problem.list == "map" and self._map_sheet:
            return self._map_sheet.where("", 0, problem.field)
        sheet = self._header_sheet if problem.list == "situation" else self._version_sheet
        return sheet.where(problem.list, 0, problem.field)

    def _in_force(self, name: str, sheet: Sheet | None) -> tuple[list[tuple[int, dict[str, Any]]], set[str]]:
        """The records of a list that stand in this version, as they read in it; and the ids of those that do not."""
        standing: list[tuple[int, dict[str, Any]]] = []
        retired: set[str] = set()
        for index, table in enumerate(_tables(sheet.tables.get(name)) if sheet else ()):
            own = dict(table)
            editions, overrides = own.pop("editions", ()), own.pop("in_edition", {})
            if editions and self.number not in editions:
                retired.add(str(own.get("id")))
                continue
            own |= overrides.get(str(self.number), {})
            standing.append((index, own))
            assert sheet is not None  # noqa: S101  # a record came from it
            self._places.setdefault((name, str(own.get("id", index))), (sheet, name, index))
        return standing, retired

    def _convert(self, sheet: Sheet, table: dict[str, Any], kind: type, name: str = "", index: int = 0) -> Any:
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            said, _, path = str(error).partition(" - at `$")
            unknown = re.search(r"unknown field `(\w+)`", said)
            missing = re.search(r"required field `(\w+)`", said)
            inside = path.strip("`.")
            field = f"{inside}.{unknown[1]}".strip(".") if unknown else inside
            remedy = f"Its fields are {', '.join(kind.__struct_fields__)}" if unknown or missing else ""
            problem = Problem(
                rule="shape",
                severity="error",
                list=name,
                about=str(table.get("id", "")),
                field=field,
                text=f"{table.get('id', '') or kind.__name__}: {said[:1].lower()}{said[1:]}"
                + (f" in {path.strip('.`')}" if path.strip("`") else ""),
                remedy=remedy,
            )
            self.problems.append(Located(problem, sheet.where(name, index, field)))
            return None

    def _map(self, case: CaseFiles, content: Content) -> Any:
        if case.map is None:
            return None
        spec = self._convert(case.map, case.map.tables, MapSpec)
        if spec is None:
            return None
        self.map_spec = spec
        try:
            self.geometry = _geometry_files(case.folder / "geometry")
            return freeze_map(spec, places=content.places, operator_files=self.geometry)
        except (MapError, UnknownCodeError) as error:
            problem = Problem(rule="map", severity="error", list="map", text=error.problem, remedy=error.remedy)
            self.problems.append(Located(problem, error.where or case.map.where()))
            return None


def _tables(value: Any) -> list[dict[str, Any]]:
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []


def _without(table: dict[str, Any], retired: set[str]) -> dict[str, Any]:
    """A table whose references to records of other versions are left out: what is not in force is not cited."""
    own = {}
    for key, value in table.items():
        if key in CITING_CLAIMS and isinstance(value, list):
            own[key] = [each for each in value if each not in retired]
        elif isinstance(value, list):
            own[key] = [_without(each, retired) if isinstance(each, dict) else each for each in value]
        else:
            own[key] = value
    return own


def _with_cited_sources_only(content: Content) -> Content:
    cited = {citation.source for field in Content.__struct_fields__ for _, citation in citing(getattr(content, field))}
    kept = tuple(source for source in content.sources if source.id in cited)
    return msgspec.structs.replace(content, sources=kept)


def _geometry_files(folder: Path) -> dict[str, Any]:
    files = {}
    for path in sorted(folder.glob("*.geojson")) if folder.is_dir() else ():
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise MapError("the file is too large", where=str(path), remedy="Simplify it")
            files[path.name] = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise MapError(f"this is no GeoJSON: {error}", where=str(path)) from error
    return files
