"""Rules that ask weeks: faster than those of months, and more easily misled by how reports come in.

Their numbers were set by hand, once, before they were run on anything; docs/explanation/signals.md says how they did.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.prepare.signals.panel import Flags, Panel, before, highest, rolling_sum
from tocsin.prepare.signals.rules import CODED_BY_OTHERS, RANGE, REPORTED_LATER, SEES_DEATHS_ONLY, Rule, both

HOLD_WEEKS = 8
"""A rule is silent for so many weeks after it fired."""

DAY_UNKNOWN = "Events whose day is not known to the week are not counted, so a week may hold more than it shows."
NEARLY_UNTESTED = "Tried on five countries with one onset among them: how often it is right is not known."
WARNINGS = (SEES_DEATHS_ONLY, REPORTED_LATER, RANGE, CODED_BY_OTHERS, DAY_UNKNOWN, NEARLY_UNTESTED)


def _level(panel: Panel, p: Mapping[str, float]) -> Flags:
    deaths = panel.columns["deaths_civilians"]
    return both(deaths >= p["floor"], deaths > before(highest(deaths, int(p["history"]))))


def _surge(panel: Panel, p: Mapping[str, float]) -> Flags:
    recent = rolling_sum(panel.columns["deaths_civilians"], 4)
    usual = before(rolling_sum(panel.columns["deaths_civilians"], 26), 4) / 26
    return both(recent >= p["floor"], recent / 4 >= p["times"] * usual)


WEEKLY = {
    rule.name: rule
    for rule in (
        Rule(
            name="week-level",
            sentence="at least {floor} civilians killed in one week, more than in any of the {history} weeks before",
            parameters={"floor": 20, "history": 52},
            needs=("deaths_civilians",),
            series="deaths_civilians",
            window=53,
            indicators=("EXT-01",),
            warnings=WARNINGS,
            fires=_level,
        ),
        Rule(
            name="week-surge",
            sentence="at least {floor} civilians killed in four weeks, {times} times the weekly mean of the half year "
            "before or more",
            parameters={"floor": 30, "times": 4},
            needs=("deaths_civilians",),
            series="deaths_civilians",
            window=30,
            indicators=("EXT-01",),
            warnings=WARNINGS,
            fires=_surge,
        ),
    )
}
