"""Every action can be taken by a command or through the API, so that screens hold no logic."""

from __future__ import annotations

import ast

import pytest

from tests.house.test_writes_go_through_actions import EVERY_ACTION, modules

ELSEWHERE = {
    "use_link": "somebody chooses a password on the page that an invitation leads to",
    "note_factor": "a browser sets up an authenticator or a passkey; the page notes it",
    "choose": "a subscriber changes their choice on the page that a message links to",
    "confirm": "a subscriber confirms on the page that a message links to",
    "remove_unconfirmed": "a job that comes round",
    "record_document": "documents come in with `review intake`",
}
"""Actions that neither a command nor the API takes, and where they are taken."""


def calls() -> set[tuple[str, str]]:
    """(module of actions, name) of what a command or the API takes of it, or names in quotes to take by name."""
    found = set()
    for path, tree in modules():
        if not path.startswith(("cli/", "web/api/")):
            continue
        rooms, named, quoted = {}, set(), set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    if alias.name == "actions":
                        rooms.setdefault(alias.asname or alias.name, set()).add(f"{node.module}.actions")
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                named.add((node.value.id, node.attr))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                quoted.add(node.value)
        for alias, imported in rooms.items():
            attributes = {name for value, name in named if value == alias}
            found |= {(module, name) for module in imported for name in attributes | quoted}
    return found


CALLS = calls()


@pytest.mark.parametrize("where", [name for name, _, _ in EVERY_ACTION])
def test_an_action_is_taken_by_a_command_or_the_api(where: str) -> None:
    path, action = where.split(":")
    module = f"tocsin.{path.removesuffix('.py').replace('/', '.')}"
    taken = (module, action) in CALLS
    assert taken != (action in ELSEWHERE), f"{where} has neither a command nor an address in the API"


def test_what_is_taken_elsewhere_is_an_action() -> None:
    assert ELSEWHERE.keys() <= {name.split(":")[1] for name, _, _ in EVERY_ACTION}
