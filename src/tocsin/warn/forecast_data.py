"""Which data a desk forecasts from: the files that its settings name, else what its sources collected last.

A source's panel is the publisher's own file, as it was captured: its bytes come from the archive, checked, and lie in
`cache/panels/` under the name that they had. So what is filed names the hash under which the archive keeps them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tocsin.archive import Archive
from tocsin.collect.records import InputRecord
from tocsin.collect.store import Store
from tocsin.core.model.forecasts import Target
from tocsin.forecast.register.targets import has_names, recognise
from tocsin.forecast.tables import TableError
from tocsin.warn.desk import DeskError, DeskFolder
from tocsin.warn.files import write_whole

COLLECTED: dict[Target, tuple[str, str]] = {
    "onset": ("ewp", "panel"),
    "fatalities": ("views", "panel"),
    "alert": ("ucdp-country-months", "country_months"),
}
"""The source and its table whose file is a panel."""
NAMES = ("views", "countries")


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
    """The desk's panel for each target that it has one for. Raises DeskError, TableError or ArchiveError."""
    named: dict[Target, Path] = {}
    for path in (desk.folder / each for each in forecast_settings(desk).panels):
        target = recognise(path)
        if target in named:
            raise DeskError(
                f"{named[target].name} and {path.name} are both panels for {target}",
                where=str(desk.settings_path),
                remedy="List one panel for each target under [forecast]",
            )
        named[target] = path
    collected: dict[Target, Path] = {}
    for target, (source, table) in COLLECTED.items():
        if target not in named:
            for path in _files(desk, source, table):
                if _is_panel(path, target):
                    collected[target] = path
    return collected | named


def names_of(desk: DeskFolder) -> Path | None:
    """The table of VIEWS' names that the desk has. Raises DeskError, TableError or ArchiveError."""
    named = forecast_settings(desk).names
    if named:
        return desk.folder / named
    return next((path for path in _files(desk, *NAMES) if has_names(path)), None)


def _is_panel(path: Path, target: Target) -> bool:
    try:
        return recognise(path) == target
    except TableError:
        return False  # another file of the same run: its countries, its actuals


def _files(desk: DeskFolder, source: str, table: str) -> Iterator[Path]:
    """The tables among the files of the run that a source's last good table came from."""
    store = Store(desk.folder / "tables" / "raw" / source)
    place = store.current().latest.get(table)
    if place is None:
        return
    for run in store.runs():
        if run.run_id == place.run_id:
            yield from (_at_hand(desk, each) for each in run.inputs if each.name.endswith((".csv", ".parquet")))


def _at_hand(desk: DeskFolder, kept: InputRecord) -> Path:
    path = desk.folder / "cache" / "panels" / kept.sha256[:16] / Path(kept.name).name
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != kept.sha256:
        with Archive(desk.folder / "archive").open(kept.sha256) as file:
            write_whole(path, file.read(), durable=False)
    return path
