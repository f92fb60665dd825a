"""All situations on a small map of the world."""

from __future__ import annotations


class WorldMark: ...


def world_svg() -> str:
    return ""
