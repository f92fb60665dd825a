"""Editions beyond the two of the Armenia case: a withdrawal, and one whose texts are hostile."""

from __future__ import annotations

import msgspec
import pytest

from tests.publish.hostile import hostile_edition, read
from tests.publish.pages import make_pages
from tocsin.core.model.edition import Superseded
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words, words


@pytest.fixture(scope="session")
def english() -> Words:
    return words("en")


@pytest.fixture(scope="session")
def withdrawal(readings: tuple[Reading, Reading]) -> Reading:
    """A third edition that withdraws the warning."""
    second = readings[1]
    superseded = tuple(
        Superseded(
            edition=one.issue.edition,
            identifier=one.issue.identifier,
            sha256=one.sha256,
            issued_at=one.issue.issued_at,
        )
        for one in readings
    )
    issue = msgspec.structs.replace(
        second.issue,
        edition=3,
        identifier="GW-2023-10-ARM-AZE.v3",
        message_type="Cancel",
        issued_at="2026-11-24T09:00:00Z",
        reason="The publisher took its page down.",
        supersedes=superseded,
    )
    return read(msgspec.structs.replace(second.edition, issue=issue))


@pytest.fixture(scope="session")
def hostile_reading(readings: tuple[Reading, Reading]) -> Reading:
    return read(hostile_edition(readings[1].edition))


@pytest.fixture(scope="session")
def pages(readings: tuple[Reading, Reading]) -> dict[str, str]:
    """Every page of a site that holds both editions of the Armenia case, by path."""
    return make_pages(readings)
