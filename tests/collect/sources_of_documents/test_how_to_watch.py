"""What the how-to tells an operator to write is what the sources read."""

import re
import tomllib

import pytest

from tests.collect.desks import SOURCES
from tests.data_beside import ROOT
from tocsin.collect.documents.watching import read_watched
from tocsin.collect.source import load_source

TEXT = (ROOT / "docs" / "how-to" / "watch-pages-and-feeds.md").read_text("utf-8")
BLOCKS = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)]
SETTINGS = {name: given for block in BLOCKS for name, given in block["collect"].items()}


@pytest.mark.parametrize("name", ["feeds", "pages", "reliefweb"])
def test_every_setting_in_the_how_to_is_one_that_the_source_declares(name: str) -> None:
    assert SETTINGS[name].keys() <= load_source(SOURCES / name).settings.keys()


@pytest.mark.parametrize(("name", "n_addresses"), [("feeds", 2), ("pages", 2)])
def test_the_watched_lists_in_the_how_to_are_read(name: str, n_addresses: int) -> None:
    assert len(read_watched(SETTINGS[name], where="the how-to")) == n_addresses


@pytest.mark.parametrize("table", ["documents", "entries", "unread"])
def test_every_table_is_described(table: str) -> None:
    from tocsin.collect.documents.tables import SCHEMAS

    assert table in SCHEMAS
    assert f"| `{table}` |" in TEXT
