"""Write a warning's records as a case in plain files, every edition of it, so that nothing is lost.

The export reads itself back and compares: content for content, edition by edition. What plain files cannot say (a
heading that changed between editions) is an error that names it, never a silent loss.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record as Struct
from tocsin.core.model.case import CaseHeader, Version
from tocsin.core.model.edition import Content
from tocsin.core.model.judgement import Bulletin, Draft, Geometry
from tocsin.core.model.map_spec import MapSpec
from tocsin.core.model.sources import Source
from tocsin.records.models import Record
from tocsin.records.queries import find_record, versions_at
from tocsin.warn.assembly import assemble
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.files import write_whole
from tocsin.warn.queries import drafts
from tocsin.warn.toml_writing import document, fields

LISTS = ("claims", "figures", "recommendations", "events", "series", "incidents")


class ExportError(TocsinError):
    """A warning that plain files cannot say, or a folder that cannot take them."""


class _Edition(msgspec.Struct, frozen=True):
    """One edition as it stood when it was issued, or as it stands."""

    number: int
    text: Draft
    content: Content
    sources: tuple[Source, ...]  # all that the draft lists, those that nothing cites included


def export_case(bulletin: Record, folder: Path) -> list[Path]:
    """Write a case's folder; give the files. Raises ExportError when it is not empty, or something would be lost."""
    if folder.exists() and any(folder.iterdir()):
        raise ExportError("the folder is not empty", where=str(folder), remedy="Name a new one: nothing is overwritten")
    editions = _editions(bulletin)
    if not editions:
        raise ExportError(f"{bulletin.key} has no draft: there is nothing to export")
    files = {name: text.encode() for name, text in _files(bulletin, editions)}
    for shapes in bulletin.situation.records.filter(kind="geometry"):
        said = versions_at(Record.objects.filter(pk=shapes.pk)).get().read(Geometry)
        files[f"geometry/{said.file}"] = json.dumps(said.geojson, ensure_ascii=False, indent=1).encode()
    for name, data in files.items():
        write_whole(folder / name, data)
    _check(folder, editions)
    return [folder / name for name in files]


def _editions(bulletin: Record) -> list[_Edition]:
    """The last draft of each edition: as issued, else as it stood when the next one was opened."""
    found: dict[int, _Edition] = {}
    all_drafts = drafts(bulletin)
    for draft, following in zip(all_drafts, [*all_drafts[1:], None], strict=True):
        upto = following.act_id - 1 if following else None
        if draft.state == "issued":
            upto = draft.steps.get(verb="issue").act_id
        assembled = assemble(draft, upto)
        listed = Record.objects.filter(situation=draft.situation, kind="source", key__in=assembled.draft.sources)
        said = {version.record.key: version.read(Source) for version in versions_at(listed, upto)}
        sources = tuple(said[key] for key in assembled.draft.sources if key in said)
        extra = tuple(source for source in assembled.content.sources if source.id not in said)
        found[assembled.draft.edition] = _Edition(
            assembled.draft.edition, assembled.draft, assembled.content, (*sources, *extra)
        )
    return [found[number] for number in sorted(found)]


def _files(bulletin: Record, editions: list[_Edition]) -> Iterable[tuple[str, str]]:
    last = editions[-1].content
    head = {name: getattr(last, name) for name in Bulletin.__struct_fields__}
    header = CaseHeader(warning=bulletin.key, **head, situation=last.situation, places=last.places)
    about = f"{bulletin.key}: what holds for every edition. Exported from a desk."
    yield "case.toml", document(fields(header), about)
    yield "sources.toml", document({"sources": _list([edition.sources for edition in editions], editions)})
    for name in LISTS:
        tables = _list([getattr(edition.content, name) or () for edition in editions], editions)
        if tables or name == "claims":
            yield f"{name}.toml", document({name: tables})
    if editions[-1].text.map and (spec := find_record("map", "map", situation=bulletin.situation)):
        said = versions_at(Record.objects.filter(pk=spec.pk)).get().read(MapSpec)
        yield "map.toml", document(fields(said))
    for edition in editions:
        yield f"editions/{edition.number}.toml", document(fields(_version(edition)))


def _version(edition: _Edition) -> Version:
    own: dict[str, Any] = {}
    for name in Version.__struct_fields__:
        source = edition.text if name in ("message_type", "reason") else edition.content
        own[name] = edition.number if name == "number" else getattr(source, name)
    return Version(**own)


def _list(series: list[tuple[Struct, ...]], editions: list[_Edition]) -> list[dict[str, Any]]:
    """A list that stands once: each record as it reads last, in which editions, and what reads differently in them."""
    numbers = [edition.number for edition in editions]
    by_edition = [{record.id: record for record in records} for records in series]
    tables = []
    for key in _merged([list(records) for records in by_edition]):
        there = [index for index, records in enumerate(by_edition) if key in records]
        newest = by_edition[there[-1]][key]
        table = fields(newest)
        if len(there) < len(numbers):
            table["editions"] = [numbers[index] for index in there]
        differing = {}
        for index in there[:-1]:
            other = by_edition[index][key]
            names = [name for name in newest.__struct_fields__ if getattr(newest, name) != getattr(other, name)]
            if names:
                own = fields(other, whole=names)
                differing[str(numbers[index])] = {name: own[name] for name in names}
        if differing:
            table["in_edition"] = differing
        tables.append(table)
    return tables


def _merged(orders: list[list[str]]) -> list[str]:
    """One order that keeps each of several: the last one's, with what only earlier ones had after its predecessor."""
    merged = list(orders[-1])
    for order in reversed(orders[:-1]):
        for position, key in enumerate(order):
            if key not in merged:
                before = next((each for each in reversed(order[:position]) if each in merged), None)
                merged.insert(merged.index(before) + 1 if before else 0, key)
    return merged


def _check(folder: Path, editions: list[_Edition]) -> None:
    case = CaseFiles(folder)
    for edition in editions:
        resolved = case.resolve(edition.number)
        if resolved.content is None:
            first = resolved.problems[0]
            raise ExportError(f"edition {edition.number} cannot be read back: {first.problem.text}", where=first.where)
        for name in Content.__struct_fields__:
            if getattr(resolved.content, name) != getattr(edition.content, name):
                raise ExportError(
                    f"plain files cannot say `{name}` of edition {edition.number}: it differs from later editions "
                    "where a case says it once",
                    where=str(folder),
                    remedy="The files hold all else; the desk's backup holds everything",
                )
