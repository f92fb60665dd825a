"""First-level units that a piece of ground lies in: from a layer of the operator's, or those the package carries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tocsin.collect.geometry.checks import check_feature
from tocsin.collect.geometry.geojson import read_geojson
from tocsin.core import geography
from tocsin.prepare.territory.errors import TerritoryError

NAMES = ("iso_3166_2", "ISO_3166_2", "shapeISO", "code", "id")
LABELS = ("name", "NAME", "shapeName", "name_en", "NAME_1")


class Unit(msgspec.Struct, frozen=True):
    """A unit with the code it is known by, its name and its outline."""

    code: str
    name: str
    geometry: BaseGeometry


class Units:
    """Units that can be asked which of them a shape touches."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.all = tuple(units)
        self._tree = shapely.STRtree([unit.geometry for unit in self.all])

    def touched(self, shapes: Sequence[BaseGeometry]) -> tuple[str, ...]:
        """Codes of the units whose ground the shapes share, sorted. A common border alone is no ground shared."""
        if not self.all or not shapes:
            return ()
        where, which = self._tree.query(list(shapes), predicate="intersects")
        found = {
            self.all[unit].code
            for one, unit in zip(where.tolist(), which.tolist(), strict=True)
            if shapely.intersection(shapes[one], self.all[unit].geometry).area > 0
        }
        return tuple(sorted(found))


def carried_units() -> list[Unit]:
    """The first-level units of every region that the package carries outlines of."""
    found = []
    for region in geography.REGIONS:
        codes = {shape.code for shape in geography.region_shapes(region) if "-" in shape.code}
        for code in sorted(codes):
            unit = geography.get_unit(code)
            found.append(Unit(code, unit.names[0].text, shape(geography.unit_geometry(code))))
    return found


def read_units(path: Path) -> list[Unit]:
    """The units of a GeoJSON layer. Raises InputError or LayoutError for a broken one, TerritoryError without codes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = f"the layer of units cannot be read: {error.strerror}"
        raise TerritoryError(problem, where=str(path), remedy="Name a GeoJSON file") from None
    found = []
    for feature in read_geojson(data, where=str(path)):
        code, name = (
            next((str(feature.properties[key]) for key in keys if feature.properties.get(key)), "")
            for keys in (NAMES, LABELS)
        )
        if not code and not name:
            raise TerritoryError(
                "the unit has neither code nor name", where=feature.where, remedy=f"Give it one of {', '.join(NAMES)}"
            )
        found.append(Unit(code or name, name or code, check_feature(feature).geometry))
    return found
