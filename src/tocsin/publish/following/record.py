"""How expectations came out: pure arithmetic over a published track record, and when it is too little to say more."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from tocsin.core.rules.brier import Score, brier, score
from tocsin.publish.following.documents import PublishedExpectation, TrackRecord

ENOUGH = 30
"""From how many a calibration is drawn: with fewer, each bin holds a handful, and chance alone moves it."""
BINS = 5
HALF = 0.5


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Expectations whose probability lies in one fifth: their mean probability, how many came true."""

    low: float
    high: float
    n: int
    n_true: int
    p_mean: float

    @property
    def rate(self) -> float:
        """Share that came true."""
        return self.n_true / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share (Wilson 1927, J. Am. Stat. Assoc. 22)."""
        z = 1.959964
        centre = (self.rate + z * z / (2 * self.n)) / (1 + z * z / self.n)
        half = z / (1 + z * z / self.n) * (self.rate * (1 - self.rate) / self.n + z * z / (4 * self.n**2)) ** 0.5
        return max(0.0, centre - half), min(1.0, centre + half)


class Reckoning(msgspec.Struct, frozen=True, kw_only=True):
    """A track record, counted.

    A hit was given at least even odds and came true; a miss less, and came true all the same; a false alarm at least
    even odds, and did not.
    """

    score: Score | None
    n_open: int
    n_settled: int
    n_withdrawn: int
    n_unsettleable: int
    hits: tuple[PublishedExpectation, ...]
    misses: tuple[PublishedExpectation, ...]
    false_alarms: tuple[PublishedExpectation, ...]
    quiet: tuple[PublishedExpectation, ...]
    """Given less than even odds, and did not come true."""
    bins: tuple[Bin, ...]
    """Empty when there are too few."""

    @property
    def n_scored(self) -> int:
        """How many came out one way or the other."""
        return self.score.n_scored if self.score else 0


def is_scored(each: PublishedExpectation) -> bool:
    """Whether it came out one way or the other, and a second person confirmed it."""
    return each.state == "confirmed" and each.outcome in ("came_true", "did_not")


def brier_of(each: PublishedExpectation) -> float | None:
    """Brier score of one; None until it is scored."""
    return brier(each.p, each.outcome == "came_true") if is_scored(each) else None


def is_overdue(each: PublishedExpectation, on: datetime.date) -> bool:
    """Whether its window has ended and nobody has said how it came out."""
    return each.state == "open" and each.window_to < on.isoformat()


def reckon(record: TrackRecord) -> Reckoning:
    """A track record, counted."""
    listed = record.expectations
    scored = [each for each in listed if is_scored(each)]
    pairs = [(each.p, each.outcome == "came_true") for each in scored]

    def named(likely: bool, came_true: bool) -> tuple[PublishedExpectation, ...]:
        return tuple(
            each for each in scored if (each.p >= HALF) is likely and (each.outcome == "came_true") is came_true
        )

    return Reckoning(
        score=score(pairs),
        n_open=sum(each.state == "open" for each in listed),
        n_settled=sum(each.state == "settled" for each in listed),
        n_withdrawn=sum(each.state == "withdrawn" for each in listed),
        n_unsettleable=sum(each.state == "confirmed" and each.outcome == "cannot_be_settled" for each in listed),
        hits=named(True, True),
        misses=named(False, True),
        false_alarms=named(True, False),
        quiet=named(False, False),
        bins=tuple(_bins(pairs)) if len(pairs) >= ENOUGH else (),
    )


def _bins(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    found = []
    for number in range(BINS):
        inside = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
        if inside:
            found.append(
                Bin(
                    low=number / BINS,
                    high=(number + 1) / BINS,
                    n=len(inside),
                    n_true=sum(true for _, true in inside),
                    p_mean=sum(p for p, _ in inside) / len(inside),
                )
            )
    return found
