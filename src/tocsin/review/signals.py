"""A signal as a candidate in a situation's inbox: what fired, on which counts, and what such counts cannot tell."""

from __future__ import annotations

import re

from tocsin.core.model.judgement import Candidate, Signal
from tocsin.prepare.signals.situations import Fired
from tocsin.review.intake import Shown

UNITS = {
    "deaths_civilians": "civilians killed",
    "n_events_one_sided": "attacks on civilians",
    "n_units": "first-level units with events",
    "gained_km2": "km² gained",
}


def as_candidate(one: Fired) -> Shown:
    """The candidate of a signal; its key says the rule and month, so that the same signal comes in once.

    It proposes no statement: a count is its source's claim, and a person writes it down as such or does not.
    """
    month = one.told(one.month)
    when = f"the week of {month}" if one.step == "week" else month
    last = one.values[-1]
    told = (
        f"{', '.join(one.countries)}, {when}: {one.rule.said()}. Counted in {when}: "
        f"{'unknown' if last is None else f'{last:,.0f}'} {UNITS.get(one.rule.series, one.rule.series)}. Source: "
        f"{one.source}. {' '.join(one.rule.warnings)}"
    )
    signal = Signal(
        rule=one.rule.name,
        sentence=one.rule.said(),
        of=", ".join(one.countries),
        month=month,
        series=one.rule.series,
        window_from=one.told(one.window_from),
        values=one.values,
        warnings=one.rule.warnings,
        source=one.source,
    )
    candidate = Candidate(
        id="-".join(filter(None, ("s", one.rule.name, month, _word(one.series_of)))),
        document="",
        passage=told,
        indicators=one.rule.indicators,
        proposed_by=f"signal {one.rule.name}",
        signal=signal,
    )
    return Shown(candidate, ())


def _word(text: str) -> str:
    """As it may stand in a key."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")
