"""Records are written by actions alone, and every action says who and when and leaves an audit entry."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent.parent / "src" / "tocsin"

ROOMS = ("records", "review", "assess", "warn", "follow", "web", "cli")
"""Rooms that may import Django; import-linter keeps it out of all others."""

WRITES = {
    "save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "execute",
    "executemany", "raw", "asave", "adelete", "acreate", "abulk_create", "aupdate", "aget_or_create",
    "aupdate_or_create", "_raw_delete", "add_to_class", "set_password",
}  # fmt: skip

LEDGER = {"records/acting.py", "records/rows.py"}
"""The only code that writes rows: `Act`, and what fills an empty database from a backup."""

QUEUE = {"records/queue/table.py"}
"""What a worker leases is no act: the queue's own statements, held below to the queue's own tables."""

APART = {"records/addresses.py", "records/deliveries.py"}
"""Addresses lie apart from the chain so that they can be erased; the steps of a delivery are a worker's, no acts."""

READS_BY_SQL = {"records/integrity.py", "records/guards.py", "records/lists.py", "records/search.py"}
"""SQL of their own: doctor and long lists read, migrations install the guards and the index of words. Held below to
read, or to make triggers."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((SRC / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(SRC).as_posix(), ast.parse(path.read_text("utf-8"))


def writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each call that writes to a database: by the ORM, or by SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            of_a_queryset = isinstance(node.func.value, ast.Call) or (
                isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "objects"
            )
            if name in WRITES or (name == "update" and of_a_queryset):
                yield node.lineno, name


def is_actions(path: str) -> bool:
    return path.endswith("/actions.py")


ACTIONS = [(path, tree) for path, tree in modules() if is_actions(path)]


def test_nothing_but_actions_writes() -> None:
    found = [
        f"{path}:{line} {name}"
        for path, tree in modules()
        if not is_actions(path) and path not in LEDGER | QUEUE | APART | READS_BY_SQL
        for line, name in writes(tree)
    ]
    assert found == []


@pytest.mark.parametrize("module", ["integrity.py", "lists.py"])
def test_the_sql_of_doctor_and_of_lists_reads(module: str) -> None:
    text = (SRC / "records" / module).read_text("utf-8")
    assert not any(f"{word} " in text for word in ("INSERT", "UPDATE", "DELETE FROM", "DROP", "TRUNCATE"))


def test_the_queue_writes_to_the_queue_alone() -> None:
    text = (SRC / "records" / "queue" / "table.py").read_text("utf-8")
    imported = {
        alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tocsin.records")
        for alias in node.names
    }
    assert imported == {"Job", "Schedule"}
    assert set(re.findall(r"records_\w+", text)) == {"records_job"}


@pytest.mark.parametrize(("path", "own"), [("addresses", {"Address"}), ("deliveries", {"Delivery", "DeliveryStep"})])
def test_what_lies_apart_from_the_chain_writes_to_its_own_tables_alone(path: str, own: set[str]) -> None:
    tree = ast.parse((SRC / "records" / f"{path}.py").read_text("utf-8"))
    written = {
        node.func.value.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save"
        and isinstance(node.func.value, ast.Call) and isinstance(node.func.value.func, ast.Name)
    }  # fmt: skip
    managers = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)
    }
    assert written
    assert written | managers <= own


def test_addresses_are_read_and_written_in_one_place() -> None:
    found = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tocsin.records.models"
        and "Address" in {alias.name for alias in node.names}
    }  # fmt: skip
    assert found == {"records/addresses.py"}


def test_only_actions_act() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if not is_actions(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "acting"
    ]
    assert found == []


def _public(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _acts(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a function acts: by itself, or by a private one of the same module that it calls."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name == "acting":
                return True
            known = name in functions and name not in seen and name != function.name
            if known and _acts(functions[name], functions, seen | {function.name}):
                return True
    return False


def _takes_act(function: ast.FunctionDef) -> bool:
    return any(arg.arg == "act" for arg in function.args.args)


def _every_action() -> list[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    """Public functions of `actions.py` that take `by`; and any that writes or acts without taking it."""
    found = []
    for path, tree in ACTIONS:
        functions = _public(tree)
        for name, function in functions.items():
            if name.startswith("_") or _takes_act(function):
                continue
            names = {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}
            if "by" in names or _acts(function, functions):
                found.append((f"{path}:{name}", function, functions))
    return found


EVERY_ACTION = _every_action()


def test_there_are_actions_in_every_verb() -> None:
    rooms = {name.split("/")[0] for name, _, _ in EVERY_ACTION}
    assert rooms >= {"records", "review", "assess", "warn", "follow"}
    assert len(EVERY_ACTION) >= 30


@pytest.mark.parametrize(("function", "functions"), [pytest.param(f, fs, id=name) for name, f, fs in EVERY_ACTION])
def test_an_action_says_who_and_when_and_leaves_an_audit_entry(
    function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]
) -> None:
    assert not function.args.args, "its arguments are keyword-only"
    assert {"by", "at"} <= {arg.arg for arg in function.args.kwonlyargs}, "it takes by= and at="
    assert _acts(function, functions), "it runs within acting(), which writes the audit entry"
    assert ast.get_docstring(function), "it says what it does"


@pytest.mark.parametrize(
    "code",
    [
        "Record.objects.create(kind='claim')",
        "record.save()",
        "Record.objects.filter(pk=1).update(state='accepted')",
        "Version.objects.all().delete()",
        "cursor.execute('DELETE FROM records_version')",
    ],
)
def test_a_write_is_seen_for_what_it_is(code: str) -> None:
    assert list(writes(ast.parse(code)))


def test_what_only_looks_like_a_write_is_not_one() -> None:
    assert not list(writes(ast.parse("found.update(more)\nhash.update(b'x')\nlist.append(1)")))
