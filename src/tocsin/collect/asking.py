"""What a source asks for, put to the desk's one way out."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from tocsin.archive.fetch import Fetched, Fetcher, FetchPolicy, Validators
from tocsin.archive.settings import ArchiveSettings
from tocsin.collect.gather import Ask
from tocsin.collect.requests import Request


def asking(
    settings: ArchiveSettings, *, clock: Callable[[], datetime], sleep: Callable[[float], None] = time.sleep
) -> Ask:
    """A way to ask under the desk's [archive] settings; `sleep` is there for tests to stand in for."""
    fetchers: dict[int, Fetcher] = {}

    def ask(request: Request, to: Path, *, etag: str, last_modified: str, max_bytes: int) -> Fetched:
        if max_bytes not in fetchers:
            policy = FetchPolicy(contact=settings.contact, allow_hosts=settings.allow_hosts, max_bytes=max_bytes)
            fetchers[max_bytes] = Fetcher(policy, clock=clock, sleep=sleep)
        fetcher = fetchers[max_bytes]
        if request.method == "POST":
            form = "application/x-www-form-urlencoded"
            kind = request.headers.get("Content-Type", form if request.form else "application/json")
            content = urlencode(dict(request.form)).encode() if request.form else request.body
            return fetcher.post(request.url, to=to, content=content, media_type=kind, headers=request.headers)
        conditional = Validators(etag, last_modified) if etag or last_modified else None
        return fetcher.get(request.url, to=to, conditional=conditional, headers=request.headers, as_page=request.page)

    return ask
