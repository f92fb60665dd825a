"""The real data that lies beside the project, never in it; tests that need it skip where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def data_folder() -> Path:
    """TOCSIN_SHARED_DATA, else ../shared/data beside the repository."""
    return Path(os.environ.get("TOCSIN_SHARED_DATA") or ROOT.parent / "shared" / "data")


def real(name: str) -> Path:
    """A file or folder of the real data; skips the test with the reason when it is not there."""
    path = data_folder() / name
    if not path.exists():
        pytest.skip(f"the real data is not beside the project ({name}); set TOCSIN_SHARED_DATA to run this")
    return path
