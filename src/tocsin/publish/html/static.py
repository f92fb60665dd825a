"""What the pages load: one style sheet, three scripts, fonts, and Leaflet for readers who ask for it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LEAFLET = ("leaflet.js", "leaflet.css", "LICENSE", "ORIGIN.md")
"""What of Leaflet goes out; its pictures are not used."""


@cache
def static_files() -> dict[str, bytes]:
    """Files by path from the site's root. The same for every site; read only."""
    publish = files("tocsin.publish")
    found = _named(publish / "html" / "assets", "assets/", (".css", ".js", ".svg"))
    found |= _named(publish / "fonts", "assets/fonts/", (".css", ".woff2", "OFL.txt"))
    found |= _named(publish / "vendor" / "leaflet", "assets/leaflet/", LEAFLET)
    return found


def _named(folder: Traversable, under: str, endings: tuple[str, ...]) -> dict[str, bytes]:
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {under + entry.name: entry.read_bytes() for entry in entries if entry.name.endswith(endings)}
