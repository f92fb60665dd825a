"""What the archive's tests share: an instant, an origin, an archive in a fresh folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.archive import Archive, Origin

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def an_origin(title: str = "GED candidate 26.0.2", **told: object) -> Origin:
    fields: dict[str, object] = {
        "producer": "Uppsala Conflict Data Program",
        "title": title,
        "licence": "CC-BY-4.0",
        "retrieved_at": AT,
        "known_at": AT,
    }
    return Origin(**(fields | told))  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")
