"""How a source asks for what it needs without touching the network: it yields requests and is sent the replies.

def requests(given):
    token = yield Request(url=..., method="POST", form={"password": Secret("password")}, keep=False)
    page = yield Request(url=..., headers={"Authorization": f"Bearer {token.json()['access_token']}"})
    ...
    return {"since": "1760000000"}          # the cursor that the next run is given
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask for.

    keep:        archive the answer and parse it; False for tokens, lists of files and the like
    conditional: ask only for what changed since the last good run (ETag, Last-Modified)
    once:        the address names something that never changes; not asked again when we already hold it
    page:        a page for readers: the site's robots.txt is asked first
    may_fail:    when it cannot be had, say so in the run's notes and go on; the reply then has no `sha256`
    label:       the file name under which the answer is shown and matched to a layout
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = {}
    form: Mapping[str, str] = {}
    body: bytes = b""
    keep: bool = True
    conditional: bool = False
    once: bool = False
    page: bool = False
    may_fail: bool = False
    label: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. `path` holds the bytes; `sha256` is empty for what is not kept."""

    request: Request
    status: int
    path: Path
    headers: Mapping[str, str] = {}
    sha256: str = ""
    not_modified: bool = False

    def text(self, *, encoding: str = "utf-8") -> str:
        """The answer as text."""
        return self.path.read_text(encoding=encoding)

    def json(self) -> Any:
        """The answer read as JSON."""
        return json.loads(self.path.read_bytes())


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What `requests` knows: the version asked for, the operator's settings, the cursor, the instant."""

    version: str
    settings: Mapping[str, str]
    cursor: Mapping[str, str]
    at: datetime


Asking = Callable[[Given], Generator[Request, Reply, "Mapping[str, str] | None"]]
