"""A source's declaration: `source.toml`, read into frozen structs and checked before anything runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.collect.errors import SourceError

Type = Literal["BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "BLOB"]
Format = Literal["csv", "tsv", "xlsx", "json", "geojson", "parquet", "records"]
Kind = Literal["tables", "documents"]

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9_]*")


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of source.toml: an unknown key in it is a mistake, not a comment."""


class Publisher(Declared, frozen=True):
    """Who made it and under which terms; with the run's own facts it becomes the Origin of every table."""

    producer: str
    citation: str
    licence: str
    url: str
    licence_url: str = ""
    terms: tuple[str, ...] = ()


class UsageWarning(Declared, frozen=True):
    """What a reader of the table must know; shown under every chart that uses it."""

    code: str
    says: str


class Setting(Declared, frozen=True):
    """What an operator may give under [collect.<source>] in desk.toml. A run never writes a secret down."""

    about: str
    secret: bool = False
    default: str | None = None


class Fetch(Declared, frozen=True):
    """Where the publisher keeps it, unless parse.requests says so. `{version}` becomes 25.1, `{compact}`
    251.
    """

    url: str = ""
    version: str = ""
    allow: tuple[str, ...] = ()
    every: str = ""
    max_bytes: int = 4_000_000_000


class Column(Declared, frozen=True):
    """One column of what comes out. `between` is inclusive; dates in it are ISO text."""

    type: Type
    about: str
    required: bool = False
    one_of: tuple[str | int, ...] = ()
    between: tuple[str | float, str | float] | None = None


class Unpivot(Declared, frozen=True):
    """A wide layout made long: every header column that is not kept becomes rows of (name, value)."""

    keep: tuple[str, ...]
    name: str
    value: str


class Leave(Declared, frozen=True):
    """Columns left for one reason."""

    why: str
    columns: tuple[str, ...]


class Layout(Declared, frozen=True):
    """One shape in which the publisher gives the table.

    header: the publisher's columns, in order (names of our own when the file has no header row)
    names:  publisher's name -> ours, where they differ
    left:   publisher's name -> why it is not read
    leave:  the same, for many columns with one reason
    lacks:  our columns that this layout does not carry; they come out empty
    reads:  our column -> SQL over the publisher's columns, where a cast does not do
    from_name: our column -> pattern whose first group is found in the file's name
    forms:  our column -> strptime form, where a date is not written as ISO 8601
    """

    name: str
    format: Format
    header: tuple[str, ...]
    names: dict[str, str] = {}
    left: dict[str, str] = {}
    leave: tuple[Leave, ...] = ()
    lacks: tuple[str, ...] = ()
    from_name: dict[str, str] = {}
    reads: dict[str, str] = {}
    forms: dict[str, str] = {}
    null: tuple[str, ...] = ("",)
    header_row: bool = True
    tag_row: bool = False
    quoted: bool = True
    member: str = ""
    begins: str = ""
    path: tuple[str, ...] = ()
    unpivot: Unpivot | None = None

    def reasons(self) -> dict[str, str]:
        """Every column that is not read, with the reason."""
        return self.left | {name: one.why for one in self.leave for name in one.columns}


class Expectation(Declared, frozen=True):
    """SQL that must be true (or unknown) of every row, but for a share of them (0 to 1), for a reason given.

    How many rows break it is counted in every run and stands beside the table.
    """

    name: str
    sql: str
    allow_share: float = 0.0
    reason: str = ""


class Sync(Declared, frozen=True):
    """Rows change and vanish at the publisher: keep the newest by key, less the deleted."""

    newest: str
    deletions: str = ""


class Table(Declared, frozen=True):
    """One table that the source gives. `rows` bounds the count of one run, inclusive.

    derive:       SQL over the run's other tables that makes this one, instead of layouts; reads `derived_from`
    only_if:      setting -> the value it must have for the rows to be kept; else they are read, derived from
    and gone
    """

    name: str
    about: str
    columns: dict[str, Column]
    rows: tuple[int, int]
    layouts: tuple[Layout, ...] = ()
    derive: str = ""
    derived_from: tuple[str, ...] = ()
    only_if: dict[str, str] = {}
    key: tuple[str, ...] = ()
    duplicates: Literal["refuse", "collapse"] = "refuse"
    expect: tuple[Expectation, ...] = ()
    sync: Sync | None = None


class Refusal(Declared, frozen=True):
    """A shape that we know and do not read: refused by its name, with the reason."""

    name: str
    format: Format
    columns: tuple[int, ...]
    why: str
    remedy: str


class Source(Declared, frozen=True):
    """A whole declaration; `folder` is where it was read from."""

    name: str
    title: str
    about: str
    revision: int
    origin: Publisher
    warnings: tuple[UsageWarning, ...]
    kind: Kind = "tables"
    fetch: Fetch = Fetch()
    settings: dict[str, Setting] = {}
    tables: tuple[Table, ...] = ()
    refuse: tuple[Refusal, ...] = ()
    version_in_name: tuple[str, ...] = ()
    options: dict[str, str | int | float | bool | tuple[str, ...]] = {}

    def table(self, name: str) -> Table:
        """The table of that name; KeyError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def load_source(folder: Path) -> Source:
    """Read and check `folder/source.toml`. Raises SourceError: which file, what is wrong, what to do."""
    file = folder / "source.toml"
    try:
        source = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Source)
    except FileNotFoundError:
        raise SourceError("there is no such source", where=str(file), remedy="See `tocsin collect list`") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"it is not valid TOML: {error}", where=str(file), remedy="Mend that line") from None
    except msgspec.ValidationError as error:
        remedy = "See docs/how-to/add-a-source.md for what may stand there"
        raise SourceError(f"it does not fit the form: {error}", where=str(file), remedy=remedy) from None
    for problem in _problems(source, folder):
        raise SourceError(problem, where=str(file), remedy="Mend it and run again")
    return source


def list_sources(folder: Path) -> list[Source]:
    """Every source under `folder`, by name."""
    return [load_source(file.parent) for file in sorted(folder.glob("*/source.toml"))]


def _problems(source: Source, folder: Path) -> Iterator[str]:
    if source.name != folder.name:
        yield f"its name is {source.name!r}, but its folder is {folder.name!r}"
    if not _NAME.fullmatch(source.name):
        yield f"the name {source.name!r} must be lower-case words joined by hyphens"
    if source.kind == "tables" and not source.tables:
        yield "it declares no [[tables]]"
    for table in source.tables:
        at = f"table {table.name!r}"
        for name in (table.name, *table.columns):
            if not _WORD.fullmatch(name):
                yield f"{at}: {name!r} must be lower-case words joined by underscores"
        for name in table.key:
            if name not in table.columns:
                yield f"{at}: key {name!r} is not one of its columns"
        if table.duplicates == "collapse" and not table.key:
            yield f"{at}: duplicates can only be collapsed by a key"
        for one in table.expect:
            if one.allow_share and not one.reason:
                yield f"{at}: {one.name!r} may be broken by some rows, but says no reason"
        if table.sync and (not table.key or table.sync.newest not in table.columns):
            yield f"{at}: sync needs a key, and `newest` must be one of its columns"
        if bool(table.layouts) == bool(table.derive):
            yield f"{at}: it needs either layouts or `derive`"
        for name in table.only_if:
            if name not in source.settings:
                yield f"{at}: only_if names {name!r}, which is not one of the settings"
        for layout in table.layouts:
            for problem in _layout_problems(table, layout):
                yield f"{at}, layout {layout.name!r}: {problem}"


def _layout_problems(table: Table, layout: Layout) -> Iterator[str]:
    left = layout.reasons()
    if len(set(layout.header)) != len(layout.header):
        yield "its header names a column twice"
    for name in (*layout.names, *left):
        if name not in layout.header:
            yield f"{name!r} is not in its header"
    for ours in (*layout.names.values(), *layout.lacks, *layout.reads, *layout.forms, *layout.from_name):
        if ours not in table.columns:
            yield f"{ours!r} is not one of the table's columns"
    wide = layout.unpivot
    if wide:
        missing = set(table.columns) - {layout.names.get(n, n) for n in wide.keep} - {wide.name, wide.value}
        if missing - set(layout.reads) - set(layout.lacks) - set(layout.from_name):
            yield f"unpivoting it gives no {', '.join(sorted(missing))}"
        return
    given = {layout.names.get(name, name) for name in layout.header if name not in left}
    used = " ".join(layout.reads.values())
    for name in layout.header:
        if layout.names.get(name, name) not in table.columns and name not in left and f'"{name}"' not in used:
            yield f"{name!r} is neither read nor left with a reason"
    for name in table.columns:
        if name not in given | set(layout.lacks) | set(layout.reads) | set(layout.from_name):
            yield f"nothing gives our column {name!r}; list it under `lacks` if the publisher does not carry it"
