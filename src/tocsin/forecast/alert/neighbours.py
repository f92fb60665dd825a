"""Which countries border which, from the shapes of today's countries that the project carries."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape

from tocsin.core.geography import UnknownCodeError, country_geometry

REACH_DEGREES = 0.1


@cache
def borders(countries: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """(countries, countries): 1 where two lie within a tenth of a degree. A code without a shape has no neighbours."""
    shapes = []
    for code in countries:
        try:
            shapes.append(shape(country_geometry(code)))
        except UnknownCodeError:
            shapes.append(shapely.Point())
    near = np.zeros((len(countries), len(countries)))
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=REACH_DEGREES)
    near[left, right] = 1
    np.fill_diagonal(near, 0)
    near.flags.writeable = False
    return near
