"""The track record: every expectation that a desk published, how each came out, and what that is worth."""

from __future__ import annotations

import datetime

import msgspec

from tocsin.core.model.sources import Source
from tocsin.publish.addresses import TRACK_RECORD_PAGE
from tocsin.publish.following.calibration import calibration_svg
from tocsin.publish.following.documents import PublishedExpectation, TrackRecord
from tocsin.publish.following.record import ENOUGH, Reckoning, brier_of, is_overdue, reckon
from tocsin.publish.html.frame import Site, drawing, page
from tocsin.publish.words import Words


class ExpectationView(msgspec.Struct, frozen=True, kw_only=True):
    """An expectation as it stands on the page."""

    e: PublishedExpectation
    anchor: str
    verdict: str
    brier: str
    evidence: list[tuple[Source, str]]


def track_record_page(record: TrackRecord | None, *, site: Site, words: Words, on: datetime.date) -> str:
    """The page; None when the desk has published none. `on` decides what is overdue."""
    reckoning = reckon(record) if record else None
    drawn = drawing(calibration_svg(reckoning.bins, words) if reckoning else "")
    return page(
        "track_record.html",
        site=site,
        words=words,
        path=TRACK_RECORD_PAGE,
        title=words("track-title"),
        description=words("track-lead"),
        drawings=(drawn,),
        record=record,
        views=[_view(each, on, words) for each in _in_order(record)],
        r=reckoning,
        groups=_groups(reckoning),
        enough=ENOUGH,
        chart=drawn.markup,
        percent=percent,
        decimals=decimals,
        anchor=anchor,
    )


def anchor(each: PublishedExpectation) -> str:
    """Where on the page it stands. An id is unique within its situation only."""
    return f"{each.situation}.{each.id}"


def percent(p: float) -> str:
    """A probability in per cent, to at most one decimal."""
    return f"{p * 100:.1f}".removesuffix(".0")


def decimals(score: float) -> str:
    """A score, to three decimals."""
    return f"{score:.3f}"


def _in_order(record: TrackRecord | None) -> list[PublishedExpectation]:
    """The newest first, by the end of its window."""
    listed = record.expectations if record else ()
    return sorted(listed, key=lambda each: (each.window_to, each.made_date, each.id), reverse=True)


def _groups(reckoning: Reckoning | None) -> list[tuple[str, tuple[PublishedExpectation, ...]]]:
    if reckoning is None or reckoning.score is None:
        return []
    return [
        ("hits", reckoning.hits),
        ("misses", reckoning.misses),
        ("false-alarms", reckoning.false_alarms),
        ("quiet", reckoning.quiet),
    ]


def _view(each: PublishedExpectation, on: datetime.date, words: Words) -> ExpectationView:
    if each.state == "confirmed":
        verdict = words(f"track-outcome-{each.outcome}")
    else:
        verdict = words(f"track-state-{'overdue' if is_overdue(each, on) else each.state}")
    own = brier_of(each)
    sources = {source.id: source for source in each.sources}
    return ExpectationView(
        e=each,
        anchor=anchor(each),
        verdict=verdict,
        brier="" if own is None else decimals(own),
        evidence=[(sources[c.source], c.passage) for c in each.citations if c.source in sources],
    )
