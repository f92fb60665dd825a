"""Natural Earth's countries, disputed areas and disputed lines, from its GeoJSON.

Natural Earth draws who controls a place in fact; what it writes about a disputed place (`note_brk`) travels
with it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

from tocsin.collect.errors import LayoutError
from tocsin.collect.fields import Fields
from tocsin.collect.geometry.checks import check_feature
from tocsin.collect.geometry.geojson import read_geojson
from tocsin.collect.requests import Given, Reply, Request

_BASE = "https://raw.githubusercontent.com/nvkelso/natural-earth-vector/v{version}/geojson/{layer}.geojson"
_LAYERS = (
    "ne_110m_admin_0_countries",
    "ne_50m_admin_0_countries",
    "ne_10m_admin_0_disputed_areas",
    "ne_10m_admin_0_boundary_lines_disputed_areas",
)
_AREA = {
    "feature_class": "featurecla",
    "type": "TYPE",
    "name": "NAME",
    "name_long": "NAME_LONG",
    "name_alternative": "NAME_ALT",
    "formal_name": "FORMAL_EN",
    "disputed_name": "BRK_NAME",
    "disputed_code": "BRK_A3",
    "note_admin": "NOTE_ADM0",
    "note_disputed": "NOTE_BRK",
    "sovereign": "SOVEREIGNT",
    "sovereign_code": "SOV_A3",
    "admin": "ADMIN",
    "admin_code": "ADM0_A3",
    "iso_a2": "ISO_A2",
    "iso_a3": "ISO_A3",
    "iso_n3": "ISO_N3",
    "continent": "CONTINENT",
    "subregion": "SUBREGION",
}
_LINE = {
    "feature_class": "featurecla",
    "name": "name",
    "comment": "comment",
    "note": "note",
    "admin_left": "adm0_left",
    "admin_right": "adm0_right",
    "admin_left_code": "adm0_a3_l",
    "admin_right_code": "adm0_a3_r",
    "sovereign_left_code": "sov_a3_l",
    "sovereign_right_code": "sov_a3_r",
    "disputed_name_left": "brk_name_l",
    "disputed_name_right": "brk_name_r",
}
_DRAWING = r"sr_brk_a3|scalerank|LABELRANK|MAPCOLOR\d+|MIN_ZOOM|M(IN|AX)_LABEL|LABEL_[XY]|TINY|HOMEPART"
_LEVELS = r"(ADM0|GEOU|SU|BRK)_DIFF?|LEVEL|GEOUNIT|GU_A3|SUBUNIT|SU_A3|BRK_GROUP|TLC"
_AREA_LEFT = (
    (_DRAWING, "how to draw it"),
    (_LEVELS, "levels between those that are read"),
    (r"(NAME|LONG|ABBREV)_LEN|ABBREV|POSTAL|NAME_SORT|NAME_CIAWF", "other forms of a name that is read"),
    (
        r"(POP|GDP)_\w+|LASTCENSUS|ECONOMY|INCOME_GRP",
        "estimates of varying years; the desk takes them elsewhere",
    ),
    (r"FIPS_10_?|ISO_\w+_EH|UN_A3|WB_A[23]|WOE_\w+|WIKIPEDIA|WIKIDATAID|NE_ID", "codes of other systems"),
    (
        r"ADM0_(A3_\w\w|ISO|TLC)|FCLASS_\w+",
        "how other States' maps show it; Natural Earth makes files for each",
    ),
    (r"FORMAL_FR|NAME_[A-Z]{2,3}|REGION_(UN|WB)", "names in other languages and other groupings"),
)
_LINE_LEFT = (
    (r"scalerank|min_zoom|min_label|max_label|LEFT_label|RIGHT_labe|labelrank", "how to draw it"),
    (r"adm0_usa|brk_a3_[lr]|FCLASS_\w+|ne_id|wikidataid", "codes of other systems"),
)


def requests(given: Given) -> Generator[Request, Reply, dict[str, str]]:
    """One file for each layer, of the release asked for."""
    for layer in _LAYERS:
        yield Request(url=_BASE.format(version=given.version, layer=layer), label=f"{layer}.geojson", once=True)
    return {}


def records(path: Path, layout: str, *, name: str) -> Iterator[dict[str, str | bytes | None]]:
    """The features of one layer; `name` is the file's, which tells the scale."""
    scale = re.match(r"ne_(\d+m)_", name)
    if not scale:
        raise LayoutError(
            "the scale is not in the file's name", where=name, remedy="Keep Natural Earth's name: ne_50m_…"
        )
    chosen, left = (_LINE, _LINE_LEFT) if layout == "disputed_lines" else (_AREA, _AREA_LEFT)
    for number, feature in enumerate(read_geojson(path.read_bytes(), where=name), start=1):
        checked = check_feature(feature)
        yield {
            "scale": scale[1],
            "feature_number": str(number),
            **_chosen(feature.properties, chosen, left, feature.where),
            "geometry_note": checked.note or None,
            "geometry": checked.wkb,
            **({} if layout == "disputed_lines" else {"area_km2": repr(round(checked.area_km2, 3))}),
        }


def _chosen(
    properties: Mapping[str, object], chosen: Mapping[str, str], left: tuple[tuple[str, str], ...], where: str
) -> dict[str, str | bytes | None]:
    fields = Fields(properties, where=where)
    row = {ours: _text(fields.pop(theirs)) for ours, theirs in chosen.items()}
    for theirs in properties:
        for pattern, reason in left:
            if theirs not in chosen.values() and re.fullmatch(pattern, theirs):
                fields.left(theirs, reason)
    fields.done()
    return row


def _text(value: object) -> str | None:
    """A property as text; -99 is Natural Earth's word for "none"."""
    return None if value in (None, "", "-99", "-099", -99, -99.0) else str(value)
