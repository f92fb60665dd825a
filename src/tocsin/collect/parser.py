"""A source's parse.py: loaded from its file, and held to what it may touch."""

from __future__ import annotations

import ast
import importlib.util
import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from tocsin.collect.errors import SourceError
from tocsin.collect.requests import Asking
from tocsin.collect.rows import Records, Value

_PURE = {
    "__future__", "base64", "bisect", "calendar", "codecs", "collections", "csv", "dataclasses", "datetime",
    "decimal", "enum", "functools", "hashlib", "html", "io", "itertools", "json", "math", "operator",
    "pathlib", "posixpath", "re", "string", "struct", "textwrap", "tomllib", "types", "typing",
    "unicodedata", "zipfile", "zoneinfo", "defusedxml", "feedparser", "lxml", "msgspec", "pyproj",
    "shapefile", "shapely", "tocsin",
}  # fmt: skip
_PURE_MODULES = {"urllib.parse", "xml.etree.ElementTree"}
_IMPURE_CALLS = {
    "now",
    "utcnow",
    "today",
    "write_text",
    "write_bytes",
    "unlink",
    "rename",
    "mkdir",
    "eval",
    "exec",
}
_OUR_ROOMS = ("tocsin.core", "tocsin.collect")
_REMEDY = "A parse.py sees core and collect only: no network, database, clock or environment"


class Parser(msgspec.Struct, frozen=True):
    """What a parse.py exports; empty for a source that needs none."""

    requests: Asking | None = None
    records: Callable[..., Iterator[Mapping[str, Value]]] | None = None
    module: ModuleType | None = None

    def records_with(self, settings: Mapping[str, str]) -> Records | None:
        """`records` as (path, layout, name); a parse.py gets `name` and `settings` when it names them."""
        if (records := self.records) is None:
            return None
        wanted = inspect.signature(records).parameters

        def bound(path: Path, layout: str, name: str) -> Iterator[Mapping[str, Value]]:
            given = {"name": name, "settings": settings}
            return records(path, layout, **{key: value for key, value in given.items() if key in wanted})

        return bound

    def keeps_bytes(self, settings: Mapping[str, str]) -> bool:
        """Whether the publisher's bytes may stay in the archive; a parse.py may say that a licence forbids
        it.
        """
        says = getattr(self.module, "keeps_bytes", None)
        return bool(says(settings)) if says else True

    def reads_settings(self) -> bool:
        """Whether what comes out depends on the operator's settings."""
        if hasattr(self.module, "keeps_bytes"):
            return True
        return self.records is not None and "settings" in inspect.signature(self.records).parameters


def load_parser(folder: Path) -> Parser:
    """Load `folder/parse.py`, if there is one. Raises SourceError when it imports what it may not."""
    file = folder / "parse.py"
    if not file.exists():
        return Parser()
    check_pure(file)
    spec = importlib.util.spec_from_file_location(f"tocsin_source_{folder.name.replace('-', '_')}", file)
    if spec is None or spec.loader is None:
        raise SourceError("it cannot be loaded", where=str(file), remedy="Check that it is readable")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        problem = f"it fails when loaded: {type(error).__name__}: {error}"
        raise SourceError(problem, where=str(file), remedy="Mend parse.py") from error
    return Parser(_exported(module, "requests"), _exported(module, "records"), module)


def check_pure(file: Path) -> None:
    """Raise SourceError for the first import or call in a parse.py that reaches outside what it is given.

    A guard against a slip, not a sandbox: a parse.py is code that the desk's owner chose to install.
    """
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    except SyntaxError as error:
        raise SourceError(f"it is not Python: {error.msg}", where=f"{file}:{error.lineno}") from None
    for node in ast.walk(tree):
        for name in _imported(node):
            ours = name == "tocsin" or name.startswith("tocsin.")
            allowed = name.startswith(_OUR_ROOMS) if ours else name in _PURE_MODULES or name.split(".")[0] in _PURE
            if not allowed:
                line = getattr(node, "lineno", 0)
                raise SourceError(f"it imports {name}", where=f"{file}:{line}", remedy=_REMEDY)
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _IMPURE_CALLS:
                raise SourceError(f"it calls {called}()", where=f"{file}:{node.lineno}", remedy=_REMEDY)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module in ("tocsin", "urllib", "xml", "xml.etree"):
            return [f"{module}.{alias.name}" for alias in node.names]
        return [module]
    return []


def _exported(module: ModuleType, name: str) -> Callable[..., Any] | None:
    return getattr(module, name, None)
