"""Maps: a frozen SituationMap or a list of marks -> one SVG document as text.

    freeze_map      codes and ids -> shapes that travel with the edition (used when an edition is issued)
    situation_svg   the map of one situation, with legend, scale, projection, date, credit and what is not shown
    world_svg       all situations on a small map of the world
    area_km2        the geodesic area of a GeoJSON geometry

Same input, same bytes. Colours are custom properties with fallbacks (see style.py), so that one SVG follows the
page's theme, stands alone, and prints in grey.
"""

from tocsin.publish.maps.errors import MapError
from tocsin.publish.maps.freeze import freeze_map
from tocsin.publish.maps.projection import area_km2
from tocsin.publish.maps.situation import situation_svg
from tocsin.publish.maps.world import WorldMark, world_svg

__all__ = ["MapError", "WorldMark", "area_km2", "freeze_map", "situation_svg", "world_svg"]
