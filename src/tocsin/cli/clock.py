"""The one place where the time of day is read; every room below is told it."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from tocsin.core.errors import TocsinError


def now() -> datetime.datetime:
    """This instant, in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def parse_at(text: str | None) -> datetime.datetime:
    """An instant given as `2026-11-23T12:00:00Z`, or now. Raises TocsinError for anything else."""
    if text is None:
        return now()
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise TocsinError(f"{text!r} is no instant", remedy="Write 2026-11-23T12:00:00Z") from error
    if at.tzinfo is None:
        raise TocsinError(f"{text!r} has no time zone", remedy="Write 2026-11-23T12:00:00Z")
    return at.astimezone(datetime.UTC).replace(microsecond=0)


AtOption = Annotated[
    str | None, typer.Option("--at", help="The instant to act at, as 2026-11-23T12:00:00Z.", show_default="now")
]
