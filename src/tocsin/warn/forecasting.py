"""The desk and its register of forecasts: which panels it has, and what they settle."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tocsin.core.model.forecasts import FiledDocument, ScoreDocument, Target
from tocsin.forecast.register.store import Register
from tocsin.forecast.register.targets import due_scores, read_panel, recognise
from tocsin.warn.desk import DeskError, DeskFolder


class ForecastSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[forecast]` of desk.toml. panels: files of data, of any target; names: VIEWS' numbers and names of countries."""

    panels: tuple[str, ...] = ()
    names: str = ""


def forecast_settings(desk: DeskFolder) -> ForecastSettings:
    """What the desk's settings say. Raises DeskError."""
    try:
        return msgspec.convert(desk.section("forecast"), ForecastSettings)
    except msgspec.ValidationError as error:
        raise DeskError(f"[forecast] cannot be used: {error}", where=str(desk.settings_path)) from error


def panels_of(desk: DeskFolder) -> dict[Target, Path]:
    """The desk's own panels by target; paths are the desk's. Raises DeskError or TableError."""
    found: dict[Target, Path] = {}
    for path in (desk.folder / each for each in forecast_settings(desk).panels):
        target = recognise(path)
        if target in found:
            raise DeskError(
                f"{found[target].name} and {path.name} are both panels for {target}",
                where=str(desk.settings_path),
                remedy="List one panel for each target under [forecast]",
            )
        found[target] = path
    return found


def names_of(desk: DeskFolder) -> Path | None:
    """The table of VIEWS' names that the desk has."""
    named = forecast_settings(desk).names
    return desk.folder / named if named else None


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
