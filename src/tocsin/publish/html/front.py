"""The front page and the list of all warnings: what stands, what is past its review date, what was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.publish.addresses import warning_path
from tocsin.publish.html.frame import Site, drawing, page
from tocsin.publish.html.warning import stale_from
from tocsin.publish.summary import Summary
from tocsin.publish.words import Words

RANK = {"emergency": 0, "warning": 1, "watch": 2, "none": 3}
SIGNS = {"emergency": "■", "warning": "▲", "watch": "●", "none": ""}
LIMIT = 50
"""How many warnings the front page lists; the list of all has the rest."""


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """A warning in a list."""

    s: Summary
    path: str
    stale_from: str
    stages: str


def front_page(
    summaries: Sequence[Summary], *, site: Site, words: Words, world_svg: str = "", narrow_svg: str = ""
) -> str:
    """The site's first page. Give the latest edition of each warning.

    `world_svg` is the map of them all; `narrow_svg` the same drawn for a phone, under another name.
    """
    drawn, narrow = drawing(world_svg), drawing(narrow_svg)
    return page(
        "front.html",
        site=site,
        words=words,
        path="index.html",
        title=words("site-nav-warnings"),
        description=words("site-front-lead"),
        drawings=(drawn, narrow),
        scripts=("stale.js",),
        groups=groups(summaries, LIMIT),
        total=len(summaries),
        more=max(0, len(summaries) - LIMIT),
        map=drawn.markup,
        narrow=narrow.markup,
    )


def warnings_page(summaries: Sequence[Summary], *, site: Site, words: Words) -> str:
    """Every warning in one list. Give the latest edition of each."""
    return page(
        "warnings.html",
        site=site,
        words=words,
        path="warnings/index.html",
        title=words("site-all-title"),
        scripts=("stale.js",),
        groups=groups(summaries, len(summaries)),
        signs=SIGNS,
        total=len(summaries),
    )


def groups(summaries: Sequence[Summary], limit: int) -> list[tuple[str, list[RowView]]]:
    """Warnings that stand, that are stale, that were withdrawn: each highest level first, then the newest."""
    ordered = sorted(summaries, key=lambda each: each.issued_at, reverse=True)
    ordered.sort(key=lambda each: (_group(each), RANK[each.level]))
    kept: dict[str, list[RowView]] = {"in-force": [], "stale": [], "withdrawn": []}
    for each in ordered[:limit]:
        kept[list(kept)[_group(each)]].append(_row(each))
    return [(name, rows) for name, rows in kept.items() if rows]


def _group(each: Summary) -> int:
    return 2 if each.message_type == "Cancel" else int(each.stale)


def _row(each: Summary) -> RowView:
    return RowView(
        s=each,
        path=warning_path(each.warning) + "index.html",
        stale_from=stale_from(each.review_date),
        stages=", ".join(str(number) for number, state, _ in each.stages if state == "present"),
    )
