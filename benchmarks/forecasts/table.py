"""Rows of the table that `benchmarks/forecast.py` prints, and the part of a card that it writes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = "# Measured. Written by benchmarks/forecast.py --write; not by hand.\n"


@dataclass(frozen=True)
class Row:
    """One figure beside its baseline. aims: the first and the final one; `lower`: less is better.

    interval: 95 %, of `of`: of the figure itself, or of the difference to the baseline.
    """

    what: str
    baseline: str
    ours: float
    aims: tuple[float, float]
    interval: tuple[float, float] | None = None
    of: str = "difference"
    lower: bool = False
    form: str = ".3f"

    @property
    def verdict(self) -> str:
        if math.isnan(self.ours):
            return "nothing to measure"
        first, final = (self.ours <= aim if self.lower else self.ours >= aim for aim in self.aims)
        return "met" if final else "first aim met" if first else "missed"


def print_table(rows: Sequence[Row]) -> None:
    head = ("", "baseline", "ours", "95 % interval", "first aim", "aim", "")
    lines = [head]
    for row in rows:
        between = f"{row.interval[0]:+.3f} to {row.interval[1]:+.3f} ({row.of})" if row.interval else ""
        first, final = (f"{'<=' if row.lower else '>='} {aim:.4g}" for aim in row.aims)
        lines.append((row.what, row.baseline, format(row.ours, row.form), between, first, final, row.verdict))
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def write_scores(card: str, lines: Sequence[str]) -> None:
    """Put measured figures, lines of TOML, at the end of a card, in the place of those that stand there."""
    path = ROOT / "models" / f"{card}.toml"
    text = path.read_text(encoding="utf-8")
    head = text[: text.index(MARK)] if MARK in text else text
    path.write_text(head.rstrip() + "\n\n" + MARK + "[scores]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"wrote {path.name}")
