"""A map of what was gained and lost in a window, as SVG: two patterns that grey print tells apart, legend, credit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.collect.records import TableOrigin
from tocsin.collect.store import saying_what_the_disk_said
from tocsin.core import geography
from tocsin.prepare.territory.errors import TerritoryError
from tocsin.publish.maps.legend import scale_and_north
from tocsin.publish.maps.paths import area_path, clipped, line_path, number
from tocsin.publish.maps.projection import Frame, situation_frame
from tocsin.publish.maps.style import FONT, css
from tocsin.publish.maps.text import escaped, wrapped
from tocsin.publish.maps.words import Words

WIDTH = 720
MARGIN_DEGREES = 0.15


def draw_changes(
    folders: Sequence[Path], to: Path, *, from_date: date | None = None, to_date: date | None = None
) -> Path:
    """Draw the changes that runs of `territory` found, from one day to another (all, when not given).

    Ground that changed hands more than once shows as what it was at the end: gained, lost, or neither. Slivers of
    redrawn maps are left out, and the map says so. Raises TerritoryError when nothing changed in the window.
    """
    rows = [row for folder in folders for row in _read(folder, from_date, to_date)]
    if not rows:
        raise TerritoryError("nothing changed hands in these days", remedy="Name other days")
    gained, lost = _settled(rows)
    origins = [msgspec.json.decode((folder / "origin.json").read_bytes(), type=TableOrigin) for folder in folders]
    stated = sorted({f"{row[0]}: {row[1]}" for row in rows})
    days = f"{min(row[2] for row in rows)} to {max(row[2] for row in rows)}"
    svg = _svg(gained, lost, stated=stated, days=days, origins=origins)
    with saying_what_the_disk_said(to):
        to.write_text(svg, encoding="utf-8")
    return to


def _read(folder: Path, from_date: date | None, to_date: date | None) -> list[tuple[Any, ...]]:
    query = """
        SELECT stated_by, holder, area_date, change, geometry FROM read_parquet(?)
        WHERE NOT (is_sliver AND on_redrawn_map) AND area_date BETWEEN ? AND ?
        ORDER BY stated_by, holder, area_date, change DESC
    """
    window = [from_date or date(1, 1, 1), to_date or date(9999, 12, 31)]
    with duckdb.connect() as database:
        return database.execute(query, [str(folder / "changes" / "*.parquet"), *window]).fetchall()


def _settled(rows: Sequence[tuple[Any, ...]]) -> tuple[BaseGeometry, BaseGeometry]:
    """What stands at the end as gained and as lost, against the start of the window."""
    gained = lost = shapely.MultiPolygon()
    days: dict[tuple[date, str], list[BaseGeometry]] = {}
    for _, _, day, change, wkb in rows:
        days.setdefault((day, change), []).append(shapely.from_wkb(wkb))
    for (_, change), pieces in sorted(days.items(), key=lambda item: item[0][0]):
        moved = shapely.union_all(pieces)
        if change == "gained":
            gained, lost = (
                shapely.union(gained, shapely.difference(moved, lost)),
                shapely.difference(lost, moved),
            )
        else:
            gained, lost = (
                shapely.difference(gained, moved),
                shapely.union(lost, shapely.difference(moved, gained)),
            )
    return gained, lost


def _svg(
    gained: BaseGeometry, lost: BaseGeometry, *, stated: Sequence[str], days: str, origins: Sequence[TableOrigin]
) -> str:
    words = Words()
    west, south, east, north = shapely.union_all([gained, lost]).bounds
    wide = max(east - west, (north - south) * 1.2) / 2 + MARGIN_DEGREES
    high = max(north - south, (east - west) / 2.4) / 2 + MARGIN_DEGREES
    x, y = (west + east) / 2, (south + north) / 2
    frame = situation_frame(
        (max(x - wide, -180), max(y - high, -90), min(x + wide, 180), min(y + high, 90)), float(WIDTH)
    )
    land = [
        clipped(frame.project(one), frame.rectangle)
        for _, _, drawn in geography.world("50m")
        if _is_near(one := shape(drawn), x, y, wide + 3, high + 3)
    ]
    title = f"Ground said to be gained and lost, {days}"
    told = (
        f"As stated by {'; '.join(stated)}. Gained and lost are against the first of these days. Slivers of maps that "
        "were drawn anew are left out: a redrawn map is not an advance."
    )
    notes = [told, *dict.fromkeys(warning.says for origin in origins for warning in origin.warnings)]
    credit = "; ".join(dict.fromkeys(f"{one.origin.producer} ({one.origin.licence})" for one in origins))
    notes.append(f"Outlines of countries: Natural Earth. Maps of control: {credit}.")
    below, height = _below(notes, frame.height)
    shown = "".join(f'<path class="l" d="{area_path(one)}"/>' for one in land if not one.is_empty)
    borders = line_path([one.boundary for one in land if not one.is_empty])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="territory" role="img" class="map" '
        f'viewBox="0 0 {WIDTH} {number(height)}" width="{WIDTH}" height="{number(height)}" lang="en" '
        f'aria-labelledby="territory-t territory-d"><title id="territory-t">{escaped(title)}</title>'
        f'<desc id="territory-d">{escaped(told)}</desc><style>{css("territory", RULES)}</style>{_DEFS}'
        f'<rect class="w" width="{WIDTH}" height="{number(frame.height)}"/>{shown}<path class="b" d="{borders}"/>'
        f'<path class="g" fill-rule="evenodd" d="{_placed(gained, frame)}"/>'
        f'<path class="h" fill-rule="evenodd" d="{_placed(lost, frame)}"/>'
        f"{scale_and_north(frame, words)}{below}</svg>"
    )


def _is_near(geometry: BaseGeometry, x: float, y: float, wide: float, high: float) -> bool:
    return bool(shapely.intersects(geometry, shapely.box(x - wide, y - high, x + wide, y + high)))


def _placed(geometry: BaseGeometry, frame: Frame) -> str:
    return area_path(clipped(frame.project(geometry), frame.rectangle)) if not geometry.is_empty else ""


def _below(notes: Sequence[str], top: float) -> tuple[str, float]:
    y = top + 12
    legend = (
        f'<rect class="g" x="0" y="{number(y)}" width="26" height="15"/><text x="34" y="{number(y + 12)}" '
        f'font-size="13">gained</text><rect class="h" x="110" y="{number(y)}" width="26" height="15"/>'
        f'<text x="144" y="{number(y + 12)}" font-size="13">lost</text>'
    )
    parts = [legend]
    y += 36
    for note in notes:
        for line in wrapped(note, 12, WIDTH - 8):
            parts.append(f'<text class="s" x="0" y="{number(y)}" font-size="12">{escaped(line)}</text>')
            y += 16
        y += 4
    return "".join(parts), y


_DEFS = (
    '<defs><pattern id="territory-h" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path class="z" d="M2.5 0v5"/></pattern></defs>'
)
RULES = (
    "@text{font-family:var(--map-font," + FONT + ");fill:$ink}@.s{fill:$muted}@.w{fill:$water}@.l{fill:$near}"
    "@.b{fill:none;stroke:$line;stroke-width:1}@.g{fill:$tint;stroke:$edge;stroke-width:.8}"
    "@.h{fill:url(#territory-h);stroke:$hatch;stroke-width:.9}@.z{stroke:$hatch;stroke-width:1.4}"
    "@.x{fill:$paper;opacity:.85}@.q{fill:$paper;stroke:$ink;stroke-width:.8}@.r{fill:$ink;stroke:$ink;stroke-width:.8}"
)
