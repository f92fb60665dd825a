"""Whether a map that differs from the one before shows ground that changed hands, or lines that were drawn anew.

The thresholds were chosen by looking at the 768 steps of one daily series (DeepState, July 2024 to August 2026), where
they fall into a wide gap: on an ordinary day at most 0.9 % of the outline is new with no more than a sliver of ground
between old and new; on the eleven days of redrawing it is 5 to 56 %. Another author's series may need others: they are
parameters, and every summary says which were used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Literal

import msgspec

from tocsin.prepare.territory.overlay import Difference, Piece

Flag = Literal["gap", "jump", "redrawn", "reversed", "apart"]
FLAGS_SAID: dict[Flag, str] = {
    "gap": "days without a map came before",
    "jump": "far more changed hands than is usual",
    "redrawn": "the outline was drawn anew at once, which is no advance",
    "reversed": "redrawn, and the next map takes it back",
    "apart": "ground was gained that touches nothing held before",
}
"""What a flag says, in a few words."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """When a step is flagged.

    narrow_m:       a piece no wider than this is a sliver between two drawings of one line
    redrawn_share:  part of the outline that is new at once, though no more than slivers lie between old and new
    redrawn_spread: and how far apart that happens, as a part of the whole extent: not at one place
    redrawn_times:  and so many times the median of the steps before, once there are `least`: some redraw all, always
    gap_times:      days since the map before, against the median of the series
    jump_times:     area changed for each day, against the median of the steps before that changed anything
    jump_km2:       and at least this much
    jump_steps:     how many such steps before are looked at; with fewer than `least` no jump is told
    reversed_share: part of the outline taken away that the next map brings back as it was
    apart_km2:      a piece gained that touches nothing held before, of at least this area
    """

    narrow_m: float = 200.0
    redrawn_share: float = 0.02
    redrawn_spread: float = 0.1
    redrawn_times: float = 3.0
    least: int = 10
    gap_times: float = 1.5
    jump_times: float = 6.0
    jump_km2: float = 10.0
    jump_steps: int = 90
    reversed_share: float = 0.5
    apart_km2: float = 1.0


THRESHOLDS = Thresholds()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From one map to the next, as far as the judgement needs it. Areas in km²."""

    day: date
    days_since: int
    redrawn_share: float
    spread: float
    n_narrow: int
    changed_km2: float
    came_back_share: float
    apart_km2: float


class Judged(msgspec.Struct, frozen=True):
    """The flags of a step, and why, in sentences."""

    flags: tuple[Flag, ...]
    why: tuple[str, ...]


def narrow(pieces: Sequence[Piece], thresholds: Thresholds = THRESHOLDS) -> list[Piece]:
    """The pieces that are slivers."""
    return [piece for piece in pieces if piece.width_m <= thresholds.narrow_m]


def step_of(
    day: date, days_since: int, found: Difference, *, came_back: float, apart_km2: float, by: Thresholds = THRESHOLDS
) -> Step:
    """A step from what differs. came_back: see `overlay.came_back`, of this step by the next."""
    pieces = (*found.gained, *found.lost)
    slivers = narrow(pieces, by)
    wide_km = sum(piece.perimeter_km for piece in pieces) - sum(piece.perimeter_km for piece in slivers)
    share = max(found.new_km - wide_km, 0.0) / found.outline_km if found.outline_km else 0.0
    return Step(
        day=day,
        days_since=days_since,
        redrawn_share=share,
        spread=found.spread,
        n_narrow=len(slivers),
        changed_km2=sum(piece.area_km2 for piece in pieces),
        came_back_share=came_back,
        apart_km2=apart_km2,
    )


def judge(steps: Sequence[Step], by: Thresholds = THRESHOLDS) -> list[Judged]:
    """Judge each step by itself and against those before it; never by later ones, but for a return of the line."""
    usual_gap = median([step.days_since for step in steps]) if steps else 1
    judged: list[Judged] = []
    shares: list[float] = []
    rates: list[float] = []
    for step in steps:
        told: dict[Flag, str] = {}
        usual_share = median(shares) if len(shares) >= by.least else 0.0
        rate = step.changed_km2 / max(step.days_since, 1)
        if step.days_since > by.gap_times * usual_gap:
            told["gap"] = f"{step.days_since} days since the map before; when in between it changed is not known"
        is_new = step.redrawn_share >= max(by.redrawn_share, by.redrawn_times * usual_share)
        if is_new and step.spread >= by.redrawn_spread:
            told["redrawn"] = (
                f"{step.redrawn_share:.0%} of the outline is drawn anew at once, with no more than "
                f"slivers ({step.n_narrow}) between old and new: a redrawn map is not an advance"
            )
        if "redrawn" in told and step.came_back_share >= by.reversed_share:
            told["reversed"] = (
                f"the next map brings back {step.came_back_share:.0%} of the outline that this one took away"
            )
        recent = rates[-by.jump_steps :]
        if len(recent) >= by.least and rate >= by.jump_times * median(recent) and step.changed_km2 >= by.jump_km2:
            told["jump"] = (
                f"{step.changed_km2:.1f} km² changed, {rate / median(recent):.1f} times the usual for a day: "
                "ask whether a correction was drawn"
            )
        if step.apart_km2 >= by.apart_km2:
            told["apart"] = f"{step.apart_km2:.1f} km² were gained that touch nothing held before"
        judged.append(Judged(tuple(told), tuple(told.values())))
        shares.append(step.redrawn_share)
        if step.changed_km2 > 0 and "redrawn" not in told:
            rates.append(rate)
    return judged
