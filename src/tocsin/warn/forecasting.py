"""Score what is on record as far as data settle it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from tocsin.core.model.forecasts import FiledDocument, ScoreDocument
from tocsin.forecast.register.store import Register
from tocsin.forecast.register.targets import due_scores, read_panel, recognise
from tocsin.warn.desk import DeskFolder


def score_due(
    desk: DeskFolder, panels: Sequence[Path], *, at: datetime.datetime
) -> list[tuple[FiledDocument, ScoreDocument]]:
    """File the score of everything on record that the panels settle and that has none yet; give what was filed.

    Only panels of targets with a forecast on record are read. Raises TocsinError when one cannot be used.
    """
    register = Register(desk.forecasts)
    held = register.contents()
    if not held.forecasts:
        return []
    done = held.scores
    scored_at = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    filed: list[tuple[FiledDocument, ScoreDocument]] = []
    for path in panels:
        target = recognise(path)
        own = [(entry, forecast) for entry, forecast in held.forecasts if forecast.target == target]
        if not own:
            continue
        panel = read_panel(path, target)
        for entry, forecast in own:
            for score in due_scores(forecast, entry.document_sha256, panel, done, scored_at=scored_at):
                register.file(score, desk.signing_key(), about=forecast)
                done.append(score)
                filed.append((forecast, score))
    return filed
