"""What every source of the project keeps to, whatever it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collect.desks import SOURCES, ADesk
from tocsin.collect.errors import SourceError
from tocsin.collect.parser import check_pure, load_parser
from tocsin.collect.source import Source, load_source

ALL = sorted(file.parent for file in SOURCES.glob("*/source.toml"))
OF_TABLES = [folder for folder in ALL if load_source(folder).kind == "tables"]
SETTINGS = {"control-areas": {"stated_by": "An invented office", "holder": "Invented forces"}}


def named(folder: Path) -> str:
    return folder.name


@pytest.mark.parametrize("folder", ALL, ids=named)
def test_a_source_says_who_publishes_it_and_on_which_terms(folder: Path) -> None:
    source = load_source(folder)
    assert source.origin.producer
    assert source.origin.licence
    assert source.warnings, "no data is free of caveats"
    load_parser(folder)


@pytest.mark.parametrize("folder", OF_TABLES, ids=named)
def test_every_layout_is_shown_by_a_sample_that_comes_out_checked(folder: Path, desk: ADesk) -> None:
    shown = set()
    for file in sorted((folder / "sample").iterdir()):
        record = desk.run(folder, file, settings=SETTINGS.get(folder.name))
        assert record.status == "done", file.name
        shown |= {(made.name, layout) for made in record.tables for layout in made.layouts}
    declared = {(t.name, layout.name) for t in load_source(folder).tables for layout in t.layouts}
    kept = {pair for pair in declared if not load_source(folder).table(pair[0]).only_if}
    assert kept <= shown, "a layout has no sample"


@pytest.mark.parametrize("folder", OF_TABLES, ids=named)
def test_every_key_is_a_column_that_is_never_empty(folder: Path) -> None:
    for table in load_source(folder).tables:
        for name in table.key:
            assert table.columns[name].about


IMPURE = {
    "the network": "import httpx2",
    "the network by the standard library": "from urllib import request",
    "a socket": "import socket",
    "a database": "import duckdb",
    "the environment": "import os",
    "the clock": "from datetime import datetime\n\ndef records(path, layout):\n    return datetime.now()",
    "another room": "from tocsin.archive import Archive",
    "a process": "import subprocess",
    "code from text": "eval('1')",
}


@pytest.mark.parametrize("what", IMPURE)
def test_a_parse_py_that_reaches_outside_is_refused(what: str, tmp_path: Path) -> None:
    (tmp_path / "parse.py").write_text(IMPURE[what] + "\n")
    with pytest.raises(SourceError, match=r"it (imports|calls)"):
        check_pure(tmp_path / "parse.py")


MISTAKES = {
    "an unknown key": ("revision = 1", 'revision = 1\ncolour = "red"', "unknown field `colour`"),
    "a missing licence": ('licence = "none stated"', "", "missing required field `licence`"),
    "another name than its folder": ('name = "rivers"', 'name = "lakes"', "its folder is"),
    "a column that nothing gives": (
        'header = ["id", "level"]',
        'header = ["id"]',
        "nothing gives our column 'level'",
    ),
    "a column that nothing reads": (
        '["id", "level"]',
        '["id", "level", "note"]',
        "'note' is neither read nor left",
    ),
    "a key that is no column": ('key = ["id"]', 'key = ["number"]', "key 'number' is not one of its columns"),
    "a type that is none": ('type = "DOUBLE"', 'type = "FLOATY"', "Invalid enum value 'FLOATY'"),
    "a share without a reason": (
        'sql = "level >= 0"',
        'sql = "level >= 0"\nallow_share = 0.1',
        "says no reason",
    ),
    "no TOML at all": ("[origin]", "[origin", "not valid TOML"),
}

RIVERS = """\
name = "rivers"
title = "Rivers"
about = "Levels of invented rivers."
revision = 1

[origin]
producer = "An invented office"
citation = "none asked for"
licence = "none stated"
url = "https://rivers.example.org/"

[[warnings]]
code = "invented"
says = "Nothing of it is real."

[[tables]]
name = "levels"
about = "One row for each gauge."
rows = [1, 1000]
key = ["id"]

[tables.columns]
id = { type = "INTEGER", about = "number of the gauge", required = true }
level = { type = "DOUBLE", about = "metres above the gauge's zero" }

[[tables.layouts]]
name = "two columns"
format = "csv"
header = ["id", "level"]

[[tables.expect]]
name = "a level is not below zero"
sql = "level >= 0"
"""


@pytest.fixture
def rivers(tmp_path: Path) -> Path:
    folder = tmp_path / "sources" / "rivers"
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(RIVERS)
    return folder


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_in_source_toml_is_named_with_its_file(what: str, rivers: Path) -> None:
    right, wrong, said = MISTAKES[what]
    assert right in RIVERS
    (rivers / "source.toml").write_text(RIVERS.replace(right, wrong, 1))
    with pytest.raises(SourceError) as caught:
        load_source(rivers)
    assert said in str(caught.value)
    assert str(rivers / "source.toml") in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(("n_rows", "said"), [(0, "0 rows came"), (1001, "1,001 rows came")])
def test_a_count_outside_the_declared_bounds_stops_the_run(n_rows: int, said: str, rivers: Path, desk: ADesk) -> None:
    file = rivers / "levels.csv"
    file.write_text("id,level\n" + "".join(f"{number},1.5\n" for number in range(n_rows)))
    assert said in desk.fails(rivers, file).problem


def test_the_declaration_that_the_mistakes_are_made_in_is_right(rivers: Path) -> None:
    assert isinstance(load_source(rivers), Source)
