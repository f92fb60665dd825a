"""SECURITY.md names, for each threat, what shows that it is held off: all of it is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROWS = [
    line.strip("|").split("|")
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| threat", "| ---"))
]


def names_of_tests() -> set[str]:
    """The names of all test functions."""
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_there_are_threats() -> None:
    assert len(ROWS) >= 25


def test_every_threat_names_what_shows_that_it_is_held_off() -> None:
    for threat, _, shown in ROWS:
        assert re.search(r"`(tests/[\w/.]+|test_\w+|make \w+)`", shown), threat


def test_every_test_and_folder_that_is_named_is_there() -> None:
    there = names_of_tests()
    for threat, _, shown in ROWS:
        for name in re.findall(r"`([^`]+)`", shown):
            if name.startswith("tests/"):
                assert (ROOT / name).exists(), f"{name}, for: {threat}"
            elif name.startswith("test_"):
                assert name in there, f"{name}, for: {threat}"
