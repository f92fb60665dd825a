"""The three targets as the register sees them: read a panel, run a model, score what a panel settles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tocsin.core.model.forecasts import (
    DataVersion,
    FiledDocument,
    FiledDrawScore,
    FiledFatalities,
    FiledForecast,
    FiledScore,
    ScoreDocument,
    Target,
)
from tocsin.forecast.alert import models as alert_models
from tocsin.forecast.alert import panel as alert_panel
from tocsin.forecast.alert.running import run_alert, score_alert
from tocsin.forecast.fatalities import models as fatalities_models
from tocsin.forecast.fatalities import panel as fatalities_panel
from tocsin.forecast.fatalities.forecast import origin_month
from tocsin.forecast.fatalities.running import run_fatalities, score_fatalities
from tocsin.forecast.filing import FilingError, Order, data_version
from tocsin.forecast.frame import Frame
from tocsin.forecast.onset import models as onset_models
from tocsin.forecast.onset import panel as onset_panel
from tocsin.forecast.onset.running import run_onset, score_onset
from tocsin.forecast.tables import TableError, column_names, read_table

FATALITIES_AHEAD = range(1, 37)
DEFAULT_MODELS: dict[Target, str] = {
    "onset": "ensemble",
    "fatalities": fatalities_models.DEFAULT,
    "alert": alert_models.DEFAULT,
}


class Panel(NamedTuple):
    """A file of data, read: its frame, the names of its countries where it has any, and which file it was."""

    target: Target
    frame: Frame
    names: Mapping[int, str]
    data: tuple[DataVersion, ...]


def recognise(path: Path) -> Target:
    """Which target a panel is for, by its columns. Raises TableError."""
    names = set(column_names(path))
    if {onset_panel.UNIT, onset_panel.TIME, *onset_panel.LABELS} <= names:
        return "onset"
    if fatalities_panel.MONTH in names:
        return "fatalities"
    if {alert_panel.UNIT, alert_panel.TIME, *alert_panel.COUNTS} <= names:
        return "alert"
    raise TableError(
        "it is no panel of any target: its columns are none of theirs",
        where=str(path),
        remedy="`tocsin forecast backtest TARGET --help` says which columns each needs",
    )


def read_panel(path: Path, target: Target, *, names: Path | None = None) -> Panel:
    """A panel of a target. names: a table of country_id and name, for deaths by VIEWS' numbers.

    Raises FrameError or TableError when it cannot be used.
    """
    data = (data_version(path),)
    if target == "onset":
        return Panel(target, onset_panel.read_panel(path), onset_panel.read_names(path), data)
    if target == "fatalities":
        return Panel(target, fatalities_panel.read_panel(path), _names(names) if names else {}, data)
    return Panel(target, alert_panel.read_panel(path), {}, data)


def parse_origin(target: Target, text: str) -> int:
    """An origin as it is written: a year of onset; a month; for fatalities a year too, which is its October.

    Raises FilingError.
    """
    if target == "onset" and text.isdecimal():
        return int(text)
    if target == "fatalities" and text.isdecimal():
        return origin_month(int(text))
    if target != "onset" and "-" in text:
        return alert_panel.month_from(text)
    example = "a year, as 2018" if target == "onset" else "a month, as 2021-10"
    raise FilingError(f"{text!r} is no origin of {target}", where="--origin", remedy=f"Write {example}")


def run(panel: Panel, model: str, order: Order) -> FiledDocument:
    """Fit a model at an origin and give the document to be filed. Raises FrameError, or TocsinError for the model."""
    if panel.target == "onset":
        names = [name for name in ("base-rate", "ewp") if name != model]
        found = onset_models.find_model(model)
        others = {name: onset_models.find_model(name) for name in names}
        return run_onset(found, others, panel.frame, panel.names, order)
    if panel.target == "fatalities":
        return run_fatalities(fatalities_models.find_model(model, FATALITIES_AHEAD), panel.frame, panel.names, order)
    names = [name for name in ("trailing-deaths", "rule") if name != model]
    others_alert = {name: alert_models.find_model(name) for name in names}
    return run_alert(alert_models.find_model(model), others_alert, panel.frame, order)


def due_scores(
    forecast: FiledDocument, digest: str, panel: Panel, done: Sequence[ScoreDocument], *, scored_at: str
) -> Iterator[ScoreDocument]:
    """The scores of a filed forecast that a panel of its target settles and that are not among its scores so far."""
    own = [each for each in done if each.forecast_sha256 == digest]
    if isinstance(forecast, FiledFatalities):
        months = [month for each in own if isinstance(each, FiledDrawScore) for month in each.months]
        yield from score_fatalities(forecast, digest, panel.frame, done=months, data=panel.data, scored_at=scored_at)
        return
    horizons = {each.horizon for each in own if isinstance(each, FiledScore)}
    if isinstance(forecast, FiledForecast):
        found = score_onset(forecast, digest, panel.frame, data=panel.data, scored_at=scored_at)
    else:
        found = score_alert(forecast, digest, panel.frame, data=panel.data, scored_at=scored_at)
    yield from (each for each in found if each.horizon not in horizons)


def has_names(path: Path) -> bool:
    """Whether a table gives VIEWS' numbers and names. Raises TableError."""
    return {"country_id", "name"} <= set(column_names(path))


def _names(path: Path) -> dict[int, str]:
    table = read_table(path)
    if not has_names(path):
        raise TableError(
            "it has no columns country_id and name", where=str(path), remedy="Give VIEWS' numbers and names"
        )
    pairs = zip(table["country_id"].to_pylist(), table["name"].to_pylist(), strict=True)
    return {int(number): str(name) for number, name in pairs}
