"""The editions of a desk, opened once for each process: a log entry that was read is not read again."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore


def editions(desk: DeskFolder) -> EditionStore:
    """The store of a desk's editions."""
    return _store(desk.editions)


@lru_cache(maxsize=4)
def _store(folder: Path) -> EditionStore:
    return EditionStore(folder)
