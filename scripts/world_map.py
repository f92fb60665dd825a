#!/usr/bin/env python
"""Draw what never changes of the map of the world, so that a front page need not simplify all countries each time."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.publish.maps.world import prepare
from tocsin.publish.site import WORLD_WIDTHS

FILE = Path(__file__).parent.parent / "src" / "tocsin" / "publish" / "maps" / "world-paths.json"

if __name__ == "__main__":
    FILE.write_bytes(msgspec.json.encode({str(width): prepare(width) for width in WORLD_WIDTHS}) + b"\n")
    print(FILE)
