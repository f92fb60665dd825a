"""The rules that raise a hand, each a sentence that a reader can look up, with what it may point to and what not.

A rule looks at one month and those before it, never at later ones. The parameters of `level` and `first-in-24` were
chosen together on data to 2009, those of the others by hand; docs/explanation/signals.md reports all on 2010 to 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import numpy as np

from tocsin.core.errors import TocsinError
from tocsin.prepare.signals.panel import Flags, Floats, Panel, before, highest, rolling_sum

Fires = Callable[[Panel, Mapping[str, float]], Flags]

COMPARED: Final = ("level", "first-in-24")
"""The rules whose either is set against HDX Signals' rule, and for which parameters were chosen together."""

SEES_DEATHS_ONLY: Final = (
    "Death counts see no expulsion, siege, detention or destruction: a quiet series is no sign of safety."
)
REPORTED_LATER: Final = "Recent months are revised as reports come in; a rise may be better reporting."
RANGE: Final = "Best estimates are compared; look at the range before you read a change into them."
CODED_BY_OTHERS: Final = "Who killed whom is as the source codes it, which parties may contest."


class UnknownRuleError(TocsinError):
    """There is no signal rule of this name."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One declared rule.

    sentence:   what it says, with `{parameter}` filled in
    parameters: numbers that were chosen, by name
    needs:      columns of the panel without which it cannot fire
    series:     the column that is shown beside a signal
    window:     months of that series that the rule looked at
    indicators: codebook indicators that a signal may point to; an analyst decides
    warnings:   what the reader of a signal must know
    """

    name: str
    sentence: str
    parameters: Mapping[str, float]
    needs: tuple[str, ...]
    series: str
    window: int
    indicators: tuple[str, ...]
    warnings: tuple[str, ...]
    fires: Fires

    def said(self) -> str:
        """The sentence with its numbers."""
        return self.sentence.format(**{name: f"{value:g}" for name, value in self.parameters.items()})

    def can_fire(self, panel: Panel) -> bool:
        """Whether the panel has the columns."""
        return all(name in panel.columns for name in self.needs)

    def fired(self, panel: Panel, **other: float) -> Flags:
        """Units x months: where it fires. other: parameters to use instead of its own."""
        if not self.can_fire(panel):
            return np.zeros((len(panel.units), panel.n_months), dtype=np.bool_)
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.fires(panel, {**self.parameters, **other})


def _level(panel: Panel, p: Mapping[str, float]) -> Flags:
    deaths = rolling_sum(panel.columns["deaths_civilians"], int(p["months"]))
    return both(deaths >= p["floor"], deaths > before(highest(deaths, int(p["history"]))))


def _surge(panel: Panel, p: Mapping[str, float]) -> Flags:
    recent = rolling_sum(panel.columns["deaths_civilians"], 3) / 3
    usual = before(rolling_sum(panel.columns["deaths_civilians"], 12), 3) / 12
    return both(recent * 3 >= p["floor"], recent >= p["times"] * usual)


def _first(panel: Panel, p: Mapping[str, float]) -> Flags:
    deaths = panel.columns["deaths_civilians"]
    quiet = before(rolling_sum(deaths, 24)) <= p["quiet"]
    return both(deaths >= p["floor"], quiet)


def _spread(panel: Panel, p: Mapping[str, float]) -> Flags:
    units = panel.columns["n_units"]
    return both(units >= before(highest(units, int(p["history"]))) + p["more"], units >= p["floor"])


def _one_sided(panel: Panel, p: Mapping[str, float]) -> Flags:
    one_sided = rolling_sum(panel.columns["n_events_one_sided"], 6)
    events = rolling_sum(panel.columns["n_events"], 6)
    share = _share(one_sided, events)
    part, whole = (before(rolling_sum(panel.columns[name], 24), 6) for name in ("n_events_one_sided", "n_events"))
    usual = np.where(whole == 0, 0.0, _share(part, whole))
    return both(one_sided >= p["floor"], both(share >= p["share"], share >= usual + p["more"]))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _control(panel: Panel, p: Mapping[str, float]) -> Flags:
    gained = panel.columns["gained_km2"]
    usual = before(rolling_sum(gained, 6)) / 6
    return both(gained >= p["floor"], gained >= p["times"] * usual)


def both(one: Flags, other: Flags) -> Flags:
    """Both; a comparison with what is unknown is False, so that unknown months fire nothing."""
    return np.logical_and(one, other)


RULES: Final = {
    rule.name: rule
    for rule in (
        Rule(
            name="level",
            sentence="at least {floor} civilians killed in a window of {months} month, more than in any such window of "
            "the {history} months before",
            parameters={"floor": 75, "months": 1, "history": 36},
            needs=("deaths_civilians",),
            series="deaths_civilians",
            window=37,
            indicators=("EXT-01", "PER-01"),
            warnings=(SEES_DEATHS_ONLY, REPORTED_LATER, RANGE, CODED_BY_OTHERS),
            fires=_level,
        ),
        Rule(
            name="surge",
            sentence="at least {floor} civilians killed in three months, {times} times the monthly mean of the year "
            "before or more",
            parameters={"floor": 50, "times": 4},
            needs=("deaths_civilians",),
            series="deaths_civilians",
            window=15,
            indicators=("EXT-01",),
            warnings=(SEES_DEATHS_ONLY, REPORTED_LATER, RANGE, CODED_BY_OTHERS),
            fires=_surge,
        ),
        Rule(
            name="first-in-24",
            sentence="at least {floor} civilians killed in one month, after 24 months with {quiet} or fewer in all",
            parameters={"floor": 5, "quiet": 25},
            needs=("deaths_civilians",),
            series="deaths_civilians",
            window=25,
            indicators=("EXT-01",),
            warnings=(SEES_DEATHS_ONLY, REPORTED_LATER, CODED_BY_OTHERS),
            fires=_first,
        ),
        Rule(
            name="one-sided-share",
            sentence="at least {floor} attacks on civilians in six months, {share} or more of all events, and {more} "
            "above the share of the two years before",
            parameters={"floor": 10, "share": 0.5, "more": 0.2},
            needs=("n_events", "n_events_one_sided"),
            series="n_events_one_sided",
            window=30,
            indicators=("EXT-01", "PER-01"),
            warnings=(SEES_DEATHS_ONLY, REPORTED_LATER, CODED_BY_OTHERS),
            fires=_one_sided,
        ),
        Rule(
            name="spread",
            sentence="events in {more} first-level units more than in any month of the {history} before, and in "
            "{floor} at least",
            parameters={"floor": 3, "more": 2, "history": 24},
            needs=("n_units",),
            series="n_units",
            window=25,
            indicators=(),
            warnings=(SEES_DEATHS_ONLY, REPORTED_LATER, "Events whose unit is not known are not counted."),
            fires=_spread,
        ),
        Rule(
            name="control-gained",
            sentence="at least {floor} km² gained in a month without slivers of redrawn maps, {times} times the mean "
            "of the six months before or more",
            parameters={"floor": 50, "times": 2},
            needs=("gained_km2",),
            series="gained_km2",
            window=7,
            indicators=("PRE-02",),
            warnings=(
                "A control map is a statement by whoever drew it.",
                "A redrawn map is not an advance: slow redrawing is not found.",
            ),
            fires=_control,
        ),
    )
}


def get_rule(name: str) -> Rule:
    """A rule by its name. Raises UnknownRuleError."""
    try:
        return RULES[name]
    except KeyError:
        raise UnknownRuleError(f"there is no signal rule {name!r}", remedy=f"There are {', '.join(RULES)}") from None
