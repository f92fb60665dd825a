"""Pages that many tests look at."""

from __future__ import annotations

import pytest

from tests.publish.pages import make_pages
from tocsin.publish.reading import Reading


@pytest.fixture(scope="session")
def pages(readings: tuple[Reading, Reading]) -> dict[str, str]:
    """Every page of a site that holds both editions of the Armenia case, by path."""
    return make_pages(readings)
