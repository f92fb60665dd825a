"""What a start is; what lists catch and cost; every alert model keeps the contract; signs stand apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from typer.testing import CliRunner

from tests.data_beside import real
from tests.forecast import contracts
from tests.forecast.events import CODES, LAST, N_MONTHS, made_up_counts, made_up_events
from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.core.vocabulary import load_codebook
from tocsin.forecast.alert.baselines import AnnualRisk
from tocsin.forecast.alert.episodes import KNOWN_AFTER, THRESHOLDS, at_risk, find_starts, killed_in_year, labels
from tocsin.forecast.alert.forecast import AlertForecast
from tocsin.forecast.alert.lists import catch, top_lists
from tocsin.forecast.alert.models import DEFAULT, Pooled, alert_models, find_model
from tocsin.forecast.alert.neighbours import borders
from tocsin.forecast.alert.panel import (
    ALL,
    CIVILIANS,
    COUNTS,
    GED_BEGINS,
    alpha3_of,
    frame_of,
    month_from,
    number_of,
    read_panel,
)
from tocsin.forecast.alert.signs import SIGNS, CodedClaim, weigh_signs
from tocsin.forecast.frame import FrameError
from tocsin.forecast.months import month_text
from tocsin.forecast.scores import auc

ORIGIN = month_from("2005-06")
every_model = pytest.mark.parametrize("name", list(alert_models()))


def make(name: str):
    return Pooled(n_trees=8, min_leaf=20) if name == DEFAULT else find_model(name)


def numbers(forecast: AlertForecast) -> np.ndarray:
    return np.concatenate([forecast.p[threshold] for threshold in THRESHOLDS])


def months(*killed: tuple[int, float], length: int = 60) -> np.ndarray:
    """One country, killed in the months named."""
    civilians = np.zeros((length, 1))
    for row, n in killed:
        civilians[row, 0] = n
    return civilians


@pytest.mark.parametrize(
    ("civilians", "starts", "why"),
    [
        (months((30, 1000)), [30], "a thousand in a month after two quiet years"),
        (months((30, 999)), [], "one too few"),
        (months((30, 500), (41, 500)), [30], "the twelfth month counts"),
        (months((30, 500), (42, 500)), [], "the thirteenth does not"),
        (months((25, 10), (30, 1000)), [30], "the killing has not begun with ten"),
        (months((25, 84), (30, 1000)), [25], "it has with a twelfth of the threshold"),
        (months((23, 1000)), [], "too early to know of two quiet years"),
        (months((30, 1000), (40, 1000)), [30], "one episode starts once"),
        (months((30, 1000), (54, 1000), length=70), [30], "the old one lay within the 24 months before"),
        (months((30, 1000), (55, 1000), length=70), [30, 55], "25 months later it is a new one"),
        (months((10, 999), (30, 1000)), [30], "fewer than the threshold in a year is quiet"),
        (months((20, 600), (26, 600), (44, 1000)), [], "a year within the 24 months before reached the threshold"),
        (months((20, 600), (26, 600), (45, 1000)), [45], "it ended before them"),
        (months((50, 1000)), [], "its twelve months are not over"),
    ],
)  # fmt: skip
def test_when_an_episode_starts(civilians, starts, why):
    assert [one.row for one in find_starts(civilians, 1000)] == starts, why


def test_a_start_is_sudden_when_fewer_than_a_tenth_were_killed_in_the_year_before():
    few, more = (find_starts(months((20, n), (30, 1000)), 1000)[0] for n in (99, 100))
    assert few.sudden
    assert not more.sudden


counts = arrays.arrays(np.int64, (70, 3), elements=st.sampled_from([0, 0, 0, 0, 0, 5, 30, 90, 400])).map(
    lambda killed: killed.astype(float)
)


@given(counts)
def test_a_country_is_at_risk_before_each_of_its_starts_and_labelled_for_three_months(civilians):
    for start in find_starts(civilians, 250):
        rows = slice(start.row - 3, start.row)
        assert at_risk(civilians, 250)[rows, start.country].all()
        assert labels(civilians, 250)[rows, start.country].all()
        assert start.killed >= 250


@given(counts, st.integers(40, 69))
def test_a_label_is_known_fourteen_months_after_and_never_changes(civilians, known_at):
    decided = slice(0, known_at + 1 - KNOWN_AFTER)
    np.testing.assert_array_equal(labels(civilians[: known_at + 1], 250)[decided], labels(civilians, 250)[decided])


def test_killed_in_a_year_sums_twelve_months():
    assert list(killed_in_year(months((5, 3), (16, 4)))[15:18, 0]) == [3, 7, 4]


def test_a_list_holds_the_highest_of_those_at_risk():
    chances, possible = np.array([[0.1, 0.9, 0.5, 0.5]]), np.array([[True, False, True, True]])
    assert list(top_lists(chances, possible, 2)[0]) == [False, False, True, True]
    assert list(top_lists(chances, possible, 1)[0]) == [False, False, True, False]
    assert list(top_lists(chances, np.array([[False, True, False, False]]), 3)[0]) == [False, True, False, False]


def listed(*rows: int, length: int = 60) -> np.ndarray:
    """Chances of two countries that put the first on a list of one in these rows, the second in all others."""
    chances = np.zeros((length, 2))
    chances[:, 1] = 0.5
    chances[list(rows), 0] = 1
    return chances


@pytest.mark.parametrize(
    ("on_list", "hit", "month_before", "n_false"),
    [
        ([29], True, True, 1),
        ([27], True, False, 1),
        ([26], False, False, 2),
        ([25], False, False, 2),
        ([30], False, False, 1),
        ([27, 28, 29], True, True, 1),
        ([20, 24, 28], True, False, 1),
        ([20, 25, 28], True, False, 2),
    ],
)
def test_what_a_list_catches_and_how_false_episodes_are_counted(on_list, hit, month_before, n_false):
    """The start is in row 30. The second country's alarm, broken for short, is one false episode of its own."""
    civilians = np.hstack([months((30, 1000)), months()])
    caught = catch(listed(*on_list), civilians, range(60), 1000, k=1)
    assert caught.hit == (hit,)
    assert caught.hit_month_before == (month_before,)
    assert caught.recall(sudden=True) == hit
    assert caught.n_false == n_false
    assert caught.false_per_year == n_false / 5


@every_model
def test_a_seed_gives_the_same_forecast(name: str):
    contracts.a_seed_gives_the_same_forecast(lambda: make(name), made_up_events(), ORIGIN, numbers)


@every_model
def test_what_came_later_changes_nothing(name: str):
    contracts.what_came_later_changes_nothing(lambda: make(name), made_up_events(), ORIGIN, numbers)


@every_model
def test_a_planted_future_column_is_refused(name: str):
    contracts.a_planted_future_column_is_refused(lambda: make(name), made_up_events(), ORIGIN, numbers, CIVILIANS)


@every_model
def test_counts_known_a_month_late_are_refused(name: str):
    contracts.a_late_predictor_is_refused(lambda: make(name), made_up_events(), ORIGIN, ALL)


@every_model
def test_every_country_gets_two_chances_and_none_where_no_start_is_possible(name: str):
    forecast = make(name).forecast(made_up_events().at(ORIGIN), 1)
    assert [alpha3_of(int(one)) for one in forecast.countries] == CODES
    civilians = made_up_counts()[CIVILIANS][: ORIGIN - GED_BEGINS + 1]
    for threshold in THRESHOLDS:
        p = forecast.p[threshold]
        assert ((p >= 0) & (p <= 1)).all()
        assert not p[~at_risk(civilians, threshold)[-1]].any()


def skill(name: str, counts_of: dict[str, np.ndarray], rows: Iterable[int]) -> float:
    """AUC of a model at 250 over some origins, among those at risk."""
    units = np.tile([number_of(code) for code in CODES], N_MONTHS)
    times = np.repeat(np.arange(GED_BEGINS, LAST + 1), len(CODES))
    frame = frame_of(units, times, {each: values.ravel() for each, values in counts_of.items()})
    civilians, model = counts_of[CIVILIANS], make(name)
    chances, came = [], []
    for row in rows:
        possible = at_risk(civilians, 250)[row]
        chances.append(model.forecast(frame.at(GED_BEGINS + row), 1).p[250][possible])
        came.append(labels(civilians, 250)[row][possible])
    return auc(np.concatenate(chances), np.concatenate(came))


def test_the_model_learns():
    assert skill(DEFAULT, made_up_counts(), range(192, 216, 2)) > 0.8


@every_model
def test_from_shuffled_countries_a_model_learns_nothing(name: str):
    """Civilians killed are dealt to other countries and moved in time, in whole series, so that starts stay starts."""
    true = made_up_counts()
    order = np.random.default_rng(0).permutation(len(CODES))
    dealt = np.roll(true[CIVILIANS][:, order], 37, axis=0)
    apart = {**true, CIVILIANS: dealt, "ucdp_one_sided_events": np.zeros_like(dealt)}
    assert abs(skill(name, apart, range(120, N_MONTHS - KNOWN_AFTER, 5)) - 0.5) < 0.12


def test_an_annual_risk_ranks_by_the_list_of_the_origins_year():
    risks = {2004: {"AFG": 0.9}, 2005: {"SYR": 0.2, "RWA": 0.1}}
    p = AnnualRisk(risks).forecast(made_up_events().at(ORIGIN), 1).p[1000]
    civilians = made_up_counts()[CIVILIANS][: ORIGIN - GED_BEGINS + 1]
    expected = [CODES.index(code) for code in ("SYR", "RWA") if at_risk(civilians, 1000)[-1, CODES.index(code)]]
    assert list(np.argsort(-p)[: len(expected)]) == expected


def test_neighbours_are_those_of_the_map_both_ways():
    near = borders(("ARM", "AZE", "GEO", "SYR", "QQQ"))
    assert near[0].tolist() == [0, 1, 1, 0, 0]
    np.testing.assert_array_equal(near, near.T)


@pytest.mark.parametrize("code", ["AFG", "ZZZ", "AAA", "SYR"])
def test_a_country_has_one_number_for_good(code):
    assert alpha3_of(number_of(code)) == code


@pytest.mark.parametrize("text", ["2019", "2019-13", "19-01", "2019-1x", ""])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(FrameError):
        month_from(text)


def panel_table(rows: list[tuple[str, str, float]]) -> pa.Table:
    codes, texts, killed = zip(*rows, strict=True)
    return pa.table({"country_iso3": codes, "year_month": texts, **dict.fromkeys(COUNTS, killed)})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("AFG", "1990-01", 1.0), ("AFG", "1990-01", 2.0)], "twice"),
        ([("Afghanistan", "1990-01", 1.0)], "no country code"),
        ([("AFG", "January", 1.0)], "no month"),
        ([("AFG", "1990-01", -1.0)], "negative"),
        ([("AFG", "1987-01", 0.0)], "1989"),
    ],
)
def test_a_panel_that_is_none_is_refused(tmp_path, rows, said):
    pq.write_table(panel_table(rows), tmp_path / "panel.parquet")
    with pytest.raises(TocsinError, match=said):
        read_panel(tmp_path / "panel.parquet")


def test_a_country_month_without_a_row_had_no_event_and_years_before_ged_are_dropped(tmp_path):
    rows = [("AFG", "1985-01", 0.0), ("AFG", "1989-02", 3.0), ("SYR", "1989-04", 5.0)]
    pq.write_table(panel_table(rows), tmp_path / "panel.parquet")
    frame = read_panel(tmp_path / "panel.parquet")
    assert list(frame.columns[CIVILIANS].values) == [3, 0, 0, 0, 0, 5]


def test_an_origin_before_anything_could_be_learnt_says_so():
    with pytest.raises(FrameError, match="learn"):
        make(DEFAULT).forecast(made_up_events().at(month_from("1991-01")), 1)


def test_the_command_writes_two_chances_for_each_country_and_month(tmp_path):
    table = pa.table(
        {
            "country_iso3": np.tile(CODES, N_MONTHS),
            "year_month": np.repeat([month_text(GED_BEGINS + row) for row in range(N_MONTHS)], len(CODES)),
            **{name: values.ravel() for name, values in made_up_counts().items()},
        }
    )
    pq.write_table(table, tmp_path / "panel.parquet")
    out = tmp_path / "alert.parquet"
    words = ["forecast", "backtest", "alert", "--panel", str(tmp_path / "panel.parquet"), "--out", str(out), "--json"]
    said = CliRunner().invoke(app, [*words, "--origins", "2005-11:2006-01", "--model", "rule"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["rows"] == 3 * len(CODES)
    written = pq.read_table(out)
    assert written.column_names == ["country_iso3", "origin_month", "p_1000", "p_250"]
    assert set(written["origin_month"].to_pylist()) == {"2005-11", "2005-12", "2006-01"}
    CliRunner().invoke(app, [*words, "--origins", "2005:2006", "--model", "rule"])
    assert len(set(pq.read_table(out)["origin_month"].to_pylist())) == 24
    refused = CliRunner().invoke(app, [*words, "--origins", "2006-01:2005-11"])
    assert isinstance(refused.exception, TocsinError)


DAY = date(2023, 6, 1)
BLOCKADE = CodedClaim("C1", frozenset({"PRE-04"}), DAY - timedelta(days=30), "agency-a")
BUILD_UP = CodedClaim("C2", frozenset({"PRE-02"}), DAY - timedelta(days=10), "ngo-b")


@pytest.mark.parametrize(
    ("claims", "critical", "raised", "why"),
    [
        ([BLOCKADE, BUILD_UP], (), True, "two signs from two origins"),
        ([BLOCKADE, replace(BUILD_UP, origin="agency-a")], (), False, "one origin repeated is one"),
        ([BLOCKADE, replace(BLOCKADE, claim="C3", origin="ngo-b")], (), False, "one sign, not critical"),
        (
            [BLOCKADE, replace(BLOCKADE, claim="C3", origin="ngo-b")],
            ("PRE-04",),
            True,
            "one critical sign, two origins",
        ),
        ([BLOCKADE], ("PRE-04",), False, "one critical sign, one origin"),
        ([BLOCKADE, replace(BUILD_UP, event_date=DAY - timedelta(days=184))], (), False, "too long ago"),
        ([BLOCKADE, replace(BUILD_UP, event_date=DAY + timedelta(days=1))], (), False, "not yet"),
        ([BLOCKADE, replace(BUILD_UP, indicators=frozenset({"CTX-01"}))], (), False, "not one of the four"),
        ([], (), False, "nothing"),
    ],
)
def test_when_the_desks_signs_raise_a_situation(claims, critical, raised, why):
    found = weigh_signs(claims, on=DAY, p_model=0.01, critical=critical)
    assert found.raised is raised, why
    assert found.p_model == 0.01, "the model's number is never touched"


def test_signs_are_indicators_of_the_codebook():
    assert set(SIGNS) <= {one.id for one in load_codebook().indicators}


@pytest.mark.data
def test_known_starts_of_the_nineties_are_found_in_the_real_data():
    frame = read_panel(real("ucdp/ged_25_1_country_month_to_2019.parquet"))
    units = np.unique(frame.unit)
    early = frame.time <= month_from("2009-12")
    starts = find_starts(frame.columns[CIVILIANS].values[early].reshape(-1, len(units)), 1000)
    named = {(alpha3_of(int(units[one.country])), month_text(GED_BEGINS + one.row)) for one in starts if one.sudden}
    assert {("BIH", "1992-04"), ("RWA", "1994-04"), ("USA", "2001-09")} <= named
    assert len(starts) == 28
