"""What is made from the code is what the code makes now."""

from pathlib import Path

import pytest

from tests.reference import pages

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("path", sorted(pages()))
def test_a_page_of_the_reference_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == pages()[path], "run: make docs"


def test_every_command_has_an_example_and_says_its_exit_codes() -> None:
    commands = pages()["docs/reference/commands.md"].split("\n## ")[1:]
    for text in commands:
        name = text.splitlines()[0]
        assert "Example:" in text, f"{name} shows no example"
        assert "Exit codes:" in text, f"{name} does not say its exit codes"
        assert "--json" in text or name == "tocsin serve", f"{name} has no --json"
