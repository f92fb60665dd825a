"""Rules fire when their sentence says so and never by what comes later; the back-test counts as its page says."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data_beside import ROOT, real
from tocsin.core.vocabulary import load_codebook
from tocsin.prepare.signals.backtest import Onset, alarms, find_onsets, score
from tocsin.prepare.signals.hdx import hdx_alarms, hdx_levels
from tocsin.prepare.signals.panel import Panel, before, highest, panel_of, rolling_sum
from tocsin.prepare.signals.rules import RULES, UnknownRuleError, get_rule

FIRST = date(2001, 1, 1)


def panel(**columns: list[float]) -> Panel:
    """One unit."""
    return Panel(("XXX",), FIRST, {name: np.array([values], dtype=np.float64) for name, values in columns.items()})


def fired(rule: str, **columns: list[float]) -> list[int]:
    return np.flatnonzero(get_rule(rule).fired(panel(**columns))[0]).tolist()


CASES = [
    ("level", {"deaths_civilians": [0.0] * 36 + [75]}, [36]),
    ("level", {"deaths_civilians": [0.0] * 36 + [74]}, []),
    ("level", {"deaths_civilians": [80.0] + [0.0] * 35 + [80]}, []),
    ("level", {"deaths_civilians": [80.0] + [0.0] * 36 + [80]}, [37]),
    ("level", {"deaths_civilians": [0.0] * 30 + [500]}, []),
    ("surge", {"deaths_civilians": [4.0] * 12 + [16, 16, 18]}, [14]),
    ("surge", {"deaths_civilians": [4.0] * 12 + [16, 16, 15]}, []),
    ("surge", {"deaths_civilians": [0.0] * 12 + [0, 0, 49]}, []),
    ("first-in-24", {"deaths_civilians": [0.0] * 24 + [5]}, [24]),
    ("first-in-24", {"deaths_civilians": [25.0] + [0.0] * 23 + [5]}, [24]),
    ("first-in-24", {"deaths_civilians": [26.0] + [0.0] * 23 + [5]}, []),
    ("first-in-24", {"deaths_civilians": [0.0] * 23 + [5]}, []),
    ("one-sided-share", {"n_events": [2.0] * 24 + [4] * 6, "n_events_one_sided": [0.0] * 24 + [2] * 6}, [29]),
    ("one-sided-share", {"n_events": [0.0] * 24 + [2] * 6, "n_events_one_sided": [0.0] * 24 + [2] * 6}, [29]),
    ("one-sided-share", {"n_events": [2.0] * 24 + [4] * 6, "n_events_one_sided": [1.0] * 24 + [2] * 6}, []),
    ("spread", {"n_units": [1.0] * 24 + [3]}, [24]),
    ("spread", {"n_units": [2.0] * 24 + [3]}, []),
    ("control-gained", {"gained_km2": [20.0] * 6 + [50]}, [6]),
    ("control-gained", {"gained_km2": [30.0] * 6 + [50]}, []),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "columns", "months"), CASES)
def test_a_rule_fires_when_its_sentence_says_so(rule: str, columns: dict[str, list[float]], months: list[int]) -> None:
    assert fired(rule, **columns) == months


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_its_numbers_and_points_only_to_indicators_of_the_codebook(name: str) -> None:
    rule = RULES[name]
    assert "{" not in rule.said()
    assert all(f"{value:g}" in rule.said() for value in rule.parameters.values())
    assert rule.warnings
    assert all(load_codebook().find_indicator(indicator) for indicator in rule.indicators)


def test_an_unknown_rule_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UnknownRuleError, match="first-in-24"):
        get_rule("first")


def test_a_panel_without_a_rules_columns_fires_nothing() -> None:
    assert not RULES["spread"].can_fire(panel(n_events=[1.0]))
    assert fired("spread", n_events=[1.0] * 30) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 200), min_size=40, max_size=60),
    st.lists(st.integers(0, 500), min_size=20, max_size=20),
    st.integers(0, 39),
)
def test_no_rule_depends_on_later_months(past: list[int], later: list[int], unknown: int) -> None:
    series = [float(value) for value in past]
    series[unknown] = float("nan")
    names = ("deaths_civilians", "deaths_best", "n_events", "n_events_one_sided", "n_units", "gained_km2")
    short = panel(**dict.fromkeys(names, series))
    long = panel(**{name: [*series, *map(float, later)] for name in names})
    for rule in RULES.values():
        assert (rule.fired(short) == rule.fired(long)[:, : len(series)]).all()
        assert not rule.fired(short)[0, unknown]
    assert (hdx_alarms(short) == hdx_alarms(long)[:, : len(series)]).all()


def test_windows_are_those_of_plain_sums_and_unknown_at_the_start() -> None:
    values = np.arange(6.0).reshape(1, 6)
    assert rolling_sum(values, 3)[0, 2:].tolist() == [3, 6, 9, 12]
    assert np.isnan(rolling_sum(values, 3)[0, :2]).all()
    assert highest(-values, 2)[0, 1:].tolist() == [0, -1, -2, -3, -4]
    assert before(values, 2)[0, 2:].tolist() == [0, 1, 2, 3]


def test_a_panel_knows_its_months_and_leaves_unknown_what_it_does_not_have() -> None:
    rows = [("A", date(2001, 1, 1), [1.0]), ("A", date(2001, 3, 1), [3.0]), ("B", date(2001, 2, 1), [2.0])]
    made = panel_of(rows, ["deaths_best"], known_from=date(2001, 2, 1))
    assert np.isnan(made.columns["deaths_best"]).tolist() == [[True, True, False], [True, False, True]]
    assert made.month(13) == date(2002, 2, 1)
    assert made.index(date(2002, 2, 17)) == 13
    both = made.summed({"both": ("A", "B"), "lacking": ("A", "Z")})
    assert np.isnan(both.columns["deaths_best"]).all()


def test_the_baseline_needs_a_hundred_deaths_and_a_height_of_one_or_three_years() -> None:
    deaths = [0.0] * 36 + [99, 100, 100, 90] + [0.0] * 12 + [100]
    assert hdx_levels(panel(deaths_best=deaths))[0].nonzero()[0].tolist() == [37, 38, 52]
    assert hdx_levels(panel(deaths_best=deaths))[0][[37, 38, 52]].tolist() == [2, 2, 2]
    fallen = [0.0] * 20 + [500] + [0.0] * 15 + [200]
    assert hdx_levels(panel(deaths_best=fallen))[0][[20, 36]].tolist() == [1, 1]


def test_the_baseline_holds_back_for_six_months_unless_the_level_is_higher() -> None:
    deaths = [0.0] * 12 + [500] + [0.0] * 13 + [300, 301, 0, 0, 0, 0, 0, 302] + [0.0] * 3 + [600]
    assert np.flatnonzero(hdx_alarms(panel(deaths_best=deaths))[0]).tolist() == [12, 26, 33, 37]


def test_an_onset_starts_with_the_first_deaths_after_two_quiet_years_and_is_reached_with_the_nth() -> None:
    deaths = np.array([[0.0] * 25 + [1, 0, 100, 150, 0] + [0.0] * 20])
    assert find_onsets(deaths, 251) == [Onset(0, 25, 28)]
    assert find_onsets(deaths, 252) == []
    loud = deaths.copy()
    loud[0, 5] = 25
    assert find_onsets(loud, 251) == []


def test_a_score_counts_what_was_called_in_time_and_what_was_false() -> None:
    deaths = np.zeros((2, 60))
    deaths[0, 30:34] = [10, 90, 100, 100]
    onsets = find_onsets(deaths, 250)
    assert onsets == [Onset(0, 30, 33)]
    raised = np.zeros((2, 60), dtype=np.bool_)
    raised[0, [10, 31]] = True  # the first long before, and false; the second in time
    raised[1, [20, 55]] = True  # false; and too late for its twelve months to be known
    found = score(raised, deaths, onsets, 250, months=range(60), draws=200)
    assert (found.n_onsets, found.n_called, found.lead_months, found.warned_months) == (1, 1, 2.0, 2.0)
    assert (found.n_alarms, found.n_false) == (3, 3)
    late = np.zeros_like(raised)
    late[0, 33] = True
    assert score(late, deaths, onsets, 250, months=range(60), draws=200).n_called == 0


def test_an_alarm_is_held_for_six_months() -> None:
    flags = np.zeros((1, 20), dtype=np.bool_)
    flags[0, [2, 3, 8, 9, 17]] = True
    assert np.flatnonzero(alarms(flags)[0]).tolist() == [2, 9, 17]


def benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "signals.py"
    spec = importlib.util.spec_from_file_location("signals_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
def test_the_page_gives_the_figures_of_the_code() -> None:
    made = benchmark()
    path = real("ucdp/ged_25_1_country_month_to_2019.parquet")
    page = (ROOT / "docs" / "explanation" / "signals.md").read_text(encoding="utf-8")
    assert made.table(made.figures(made.read_panel(Path(path)))) in page
    assert made.spread_table(made.read_slices()) in page
    assert made.weekly_table(made.read_slice_weeks()) in page


def test_the_page_names_every_rule_with_its_numbers() -> None:
    page = (ROOT / "docs" / "explanation" / "signals.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(" `"): line for line in page.splitlines() if line.startswith("| `")}
    words = {"4": "four", "0.5": "half", "0.2": "20 points", "2": "two", "3": "three", "1": "a month"}
    for rule in RULES.values():
        for name, value in rule.parameters.items():
            said = f"{value:g}"
            twice = rule.name == "control-gained" and name == "times"
            assert said in rows[rule.name] or words.get(said, "?") in rows[rule.name] or twice
