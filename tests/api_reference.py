"""The page of docs/reference on the API, made from its OpenAPI document."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import cache
from typing import Any

from tocsin.core.rules.token_scopes import LEAST, MEANING

PRINT = """
import json, sys
from pathlib import Path
from tests.cases import make_test_desk
from tocsin.web import setup
folder = Path(sys.argv[1]) / "desk"
make_test_desk(folder)
setup(folder)
from tocsin.web.api.urls import api
print(json.dumps(api.get_openapi_schema(path_prefix="api/1/")))
"""


@cache
def openapi() -> dict[str, Any]:
    """The document, made in a process of its own, since Django is started for one desk."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", PRINT, folder], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def page() -> str:
    """Every address by area, with what it takes, what it gives and the scope that a token needs."""
    document = openapi()
    text = "# The API, address by address\n\nHow to use it: [Use the API](../how-to/use-the-api.md). The document for "
    text += "programs is at `/api/1/openapi.json`. Structs are those of [the Edition](edition.md) and of the desk's "
    text += "records; `Change` holds `says`, `seen` and `reason`, `Addition` holds `says` and `reason`, `Stands` is a "
    text += "record as it stands, `Records` and `Page` are `items` and `next`.\n\n## Scopes\n\n"
    text += "| scope | a token with it may | least role |\n"
    text += "| --- | --- | --- |\n"
    text += "".join(f"| `{scope}` | {meaning} | {LEAST[scope]} |\n" for scope, meaning in MEANING.items())
    areas: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            takes = _struct(operation.get("requestBody", {}).get("content", {}))
            gives = _struct(operation["responses"]["200"]["content"])
            scope = operation.get("x-tocsin-scope", "")
            cells = (f"`{method.upper()} {path}`", operation["summary"], takes, gives, scope and f"`{scope}`")
            areas.setdefault(operation["tags"][0], []).append(f"| {' | '.join(cells)} |\n")
    for area, rows in areas.items():
        text += f"\n## {area.capitalize()}\n\n| address | | takes | gives | scope |\n| --- | --- | --- | --- | --- |\n"
        text += "".join(rows)
    return text


def _struct(content: dict[str, Any]) -> str:
    schema = content.get("application/json", {}).get("schema", {})
    names = [each["$ref"].rpartition("/")[2] for each in schema.get("anyOf", [schema] if schema else [])]
    return " or ".join(f"`{name.replace('_', ' ').strip()}`" for name in names)
