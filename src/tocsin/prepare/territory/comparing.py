"""One series from its first map to its last: areas, pieces gained and lost, flags, and a summary in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
import shapely

from tocsin.prepare.territory.errors import TerritoryError
from tocsin.prepare.territory.judging import THRESHOLDS, Flag, Judged, Step, Thresholds, judge, step_of
from tocsin.prepare.territory.maps import DayMap, Series
from tocsin.prepare.territory.overlay import Difference, Outline, Piece, came_back, compare, outline, split_narrow
from tocsin.prepare.territory.units import Units

CUT_KM2 = 0.05
"""Pieces of a redrawn map of this size are looked at for slivers that hang on them; smaller ones are judged whole."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One map beside the one before; areas are geodesic, km² on WGS 84. The first map has nothing to compare.

    redrawn_gained_km2, redrawn_lost_km2: of what was gained and lost, the slivers of a redrawn map: no ground changed
    hands there. units: codes of first-level units in which ground was gained or lost
    """

    area_date: date
    area_km2: float
    n_parts: int
    n_vertices: int
    days_since: int | None = None
    gained_km2: float | None = None
    lost_km2: float | None = None
    redrawn_gained_km2: float | None = None
    redrawn_lost_km2: float | None = None
    n_gained: int | None = None
    n_lost: int | None = None
    redrawn_share: float | None = None
    n_slivers: int | None = None
    units: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One polygon gained or lost, as Well-Known Binary (CRS84). is_sliver: see `judging.Thresholds.narrow_m`."""

    area_date: date
    change: str
    area_km2: float
    width_m: float
    is_sliver: bool
    on_redrawn_map: bool
    units: tuple[str, ...]
    geometry: bytes


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A series in figures, km². `…_on_redrawn_maps_km2`: all that changed on maps that were redrawn, slivers or not."""

    stated_by: str
    holder: str
    n_maps: int
    from_date: date
    to_date: date
    first_area_km2: float
    last_area_km2: float
    gained_km2: float
    lost_km2: float
    redrawn_gained_km2: float
    redrawn_lost_km2: float
    gained_on_redrawn_maps_km2: float
    lost_on_redrawn_maps_km2: float
    flagged: dict[str, tuple[date, ...]]
    thresholds: Thresholds


class Compared(msgspec.Struct, frozen=True):
    """All of one series."""

    series: Series
    days: tuple[Day, ...]
    changes: tuple[Change, ...]
    summary: Summary


def compare_series(
    series: Series, maps: Iterable[DayMap], *, units: Units | None = None, by: Thresholds = THRESHOLDS
) -> Compared:
    """Compare each map with the one before. Maps come in the order of their days, one a day.

    Raises TerritoryError when there is no map, or their days are out of order.
    """
    known = units or Units(())
    days: list[Day] = []
    found: list[tuple[Difference, float]] = []
    before: Outline | None = None
    for one in maps:
        now = outline(one.geometry)
        day = Day(
            area_date=one.day,
            area_km2=one.area_km2,
            n_parts=int(shapely.get_num_geometries(one.geometry)),
            n_vertices=one.n_vertices,
            notes=one.notes,
        )
        if before is not None:
            if one.day <= days[-1].area_date:
                raise TerritoryError(f"the map of {one.day} comes after that of {days[-1].area_date}")
            difference = compare(before, now)
            found.append((difference, _apart_km2(difference, before, by)))
        days.append(day)
        before = now
    if not days:
        raise TerritoryError(f"{series.stated_by} has no map", remedy="Collect maps first")
    nexts = [difference for difference, _ in found[1:]]
    steps = [
        step_of(
            day.area_date, (day.area_date - last.area_date).days, difference, apart_km2=apart, by=by,
            came_back=came_back(difference, following) if following else 0.0,
        )
        for last, day, (difference, apart), following in zip(days, days[1:], found, [*nexts, None], strict=False)
    ]  # fmt: skip
    told = judge(steps, by)
    changes: list[Change] = []
    full = [days[0]]
    for day, step, (difference, _), judged in zip(days[1:], steps, found, told, strict=True):
        made = _changes(day.area_date, difference, judged, known, by)
        changes += made
        full.append(_with_step(day, step, difference, judged, made))
    return Compared(series, tuple(full), tuple(changes), _summary(series, full, by))


def _apart_km2(difference: Difference, before: Outline, by: Thresholds) -> float:
    """Ground gained in pieces that touch nothing held before."""
    large = [piece for piece in difference.gained if piece.area_km2 >= by.apart_km2]
    return sum(one.area_km2 for one in large if not shapely.intersects(before.geometry, one.geometry))


def _changes(day: date, difference: Difference, judged: Judged, units: Units, by: Thresholds) -> list[Change]:
    redrawn = "redrawn" in judged.flags
    made = []
    for change, pieces in (("gained", difference.gained), ("lost", difference.lost)):
        for piece, is_sliver in _told_apart(pieces, by, cut=redrawn):
            made.append(
                Change(
                    area_date=day,
                    change=change,
                    area_km2=piece.area_km2,
                    width_m=piece.width_m,
                    is_sliver=is_sliver,
                    on_redrawn_map=redrawn,
                    units=units.touched([piece.geometry]),
                    geometry=shapely.to_wkb(piece.geometry, byte_order=1),
                )
            )
    return made


def _told_apart(pieces: Sequence[Piece], by: Thresholds, *, cut: bool) -> list[tuple[Piece, bool]]:
    """Pieces, each with whether it is a sliver; on a redrawn map, slivers that hang on wide ground are cut off."""
    found = []
    for piece in pieces:
        if cut and piece.area_km2 >= CUT_KM2:
            wide, slivers = split_narrow(piece, by.narrow_m)
            found += [(one, False) for one in wide] + [(one, True) for one in slivers]
        else:
            found.append((piece, piece.width_m <= by.narrow_m))
    return found


def _with_step(day: Day, step: Step, difference: Difference, judged: Judged, made: Sequence[Change]) -> Day:
    redrawn = {
        change: sum(one.area_km2 for one in made if one.change == change and one.is_sliver and one.on_redrawn_map)
        for change in ("gained", "lost")
    }
    return msgspec.structs.replace(
        day,
        days_since=step.days_since,
        gained_km2=_sum(difference.gained),
        lost_km2=_sum(difference.lost),
        redrawn_gained_km2=redrawn["gained"],
        redrawn_lost_km2=redrawn["lost"],
        n_gained=len(difference.gained),
        n_lost=len(difference.lost),
        redrawn_share=step.redrawn_share,
        n_slivers=step.n_narrow,
        units=tuple(sorted({unit for one in made for unit in one.units})),
        flags=judged.flags,
        why=judged.why,
    )


def _sum(pieces: Sequence[Piece]) -> float:
    return sum(piece.area_km2 for piece in pieces)


def _summary(series: Series, days: Sequence[Day], by: Thresholds) -> Summary:
    flags = sorted({flag for day in days for flag in day.flags})
    redrawn = [day for day in days if "redrawn" in day.flags]
    return Summary(
        stated_by=series.stated_by,
        holder=series.holder,
        n_maps=len(days),
        from_date=days[0].area_date,
        to_date=days[-1].area_date,
        first_area_km2=days[0].area_km2,
        last_area_km2=days[-1].area_km2,
        gained_km2=sum(day.gained_km2 or 0.0 for day in days),
        lost_km2=sum(day.lost_km2 or 0.0 for day in days),
        redrawn_gained_km2=sum(day.redrawn_gained_km2 or 0.0 for day in days),
        redrawn_lost_km2=sum(day.redrawn_lost_km2 or 0.0 for day in days),
        gained_on_redrawn_maps_km2=sum(day.gained_km2 or 0.0 for day in redrawn),
        lost_on_redrawn_maps_km2=sum(day.lost_km2 or 0.0 for day in redrawn),
        flagged={flag: tuple(day.area_date for day in days if flag in day.flags) for flag in flags},
        thresholds=by,
    )
