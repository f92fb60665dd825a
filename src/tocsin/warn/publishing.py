"""Publish a desk: score what its data settle, then bring the site up to date. Commands and workers do it here alike."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import msgspec

from tocsin.core.errors import TocsinError
from tocsin.warn.desk import DeskFolder
from tocsin.warn.site_folder import Published, publish_desk


class Done(msgspec.Struct, frozen=True):
    """What publishing did. not_scored: why data could not be used to score forecasts; empty where they could."""

    site: Published
    scores_filed: int
    not_scored: str = ""


def score_and_publish(
    desk: DeskFolder, *, at: datetime.datetime, everything: bool = False, advance: Callable[[], None] = lambda: None
) -> Done:
    """File the scores that are due, then bring `site/` up to date.

    Data that cannot be used keep no warning from being published: why is said in what comes back. Raises PublishError
    when nothing is issued yet, EditionError when an edition was altered.
    """
    filed, why = _score(desk, at)
    return Done(publish_desk(desk, on=at.date(), everything=everything, advance=advance), filed, why)


def _score(desk: DeskFolder, at: datetime.datetime) -> tuple[int, str]:
    """How many scores were filed, and why none could be."""
    if not any(desk.forecasts.glob("*.json")):
        return 0, ""  # most desks: no model is loaded for them
    from tocsin.warn.forecast_data import panels_of
    from tocsin.warn.forecasting import score_due

    try:
        return len(score_due(desk, list(panels_of(desk).values()), at=at)), ""
    except TocsinError as error:
        return 0, str(error)
