"""Scores agree with their formulas written out, with scoringrules, and with scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import average_precision_score, roc_auc_score

from tocsin.forecast import scores
from tocsin.forecast.scores import ScoreError

counts = st.integers(0, 12) | st.integers(0, 5000) | st.integers(0, 10**6)


@st.composite
def forecasts(draw, *, least_draws=1, elements=counts):
    n, m = draw(st.integers(1, 4)), draw(st.integers(least_draws, 30))
    x = draw(arrays.arrays(np.int64, (n, m), elements=elements))
    return x, draw(arrays.arrays(np.int64, n, elements=elements))


def crps_written_out(x, y, *, fair=False):
    m = len(x)
    pairs = m * (m - 1) if fair else m * m
    return sum(abs(a - y) for a in x) / m - sum(abs(a - b) for a in x for b in x) / (2 * pairs)


def ignorance_written_out(x, y):
    edges = [0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5]
    bins = np.digitize(np.append(x, y), edges)
    return -math.log2((np.sum(bins[:-1] == bins[-1]) + 1) / (len(x) + 11))


def interval_score_written_out(x, y):
    low, high = np.quantile(x, [0.05, 0.95])
    return (high - low) + 20 * max(low - y, 0) + 20 * max(y - high, 0)


@given(forecasts())
def test_scores_of_draws_equal_their_formulas(forecast):
    x, y = forecast
    found = scores.score_draws(x, y)
    for row in range(len(y)):
        assert found.crps[row] == pytest.approx(crps_written_out(x[row], y[row]), rel=1e-9, abs=1e-6)
        assert found.log_crps[row] == pytest.approx(crps_written_out(np.log1p(x[row]), np.log1p(y[row])), abs=1e-9)
        assert found.ignorance[row] == pytest.approx(ignorance_written_out(x[row], y[row]))
        assert found.interval[row] == pytest.approx(interval_score_written_out(x[row], y[row]), rel=1e-9, abs=1e-6)


@given(forecasts(least_draws=2))
def test_the_fair_crps_equals_its_formula(forecast):
    x, y = forecast
    expected = [crps_written_out(a, b, fair=True) for a, b in zip(x, y, strict=True)]
    assert scores.crps(x, y, fair=True) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(forecasts())
def test_whole_numbers_and_the_same_as_floats_score_alike(forecast):
    """Whole numbers are counted into a table, floats are sorted: two ways to one score."""
    x, y = forecast
    one, other = scores.score_draws(x, y), scores.score_draws(x.astype(float), y)
    for name in ("crps", "log_crps", "ignorance", "interval"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-9)


def test_crps_agrees_with_scoringrules():
    rng = np.random.default_rng(1)
    x, y = rng.negative_binomial(0.3, 0.01, (200, 300)), rng.negative_binomial(0.3, 0.01, 200)
    theirs = scoringrules.crps_ensemble(y.astype(float), x.astype(float), estimator="nrg")
    assert scores.crps(x, y) == pytest.approx(theirs)
    fair = scoringrules.crps_ensemble(y.astype(float), x.astype(float), estimator="fair")
    assert scores.crps(x, y, fair=True) == pytest.approx(fair)
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    assert scores.interval_score(x, y) == pytest.approx(scoringrules.interval_score(y, low, high, 0.1))


def test_a_bin_begins_where_views_begins_it():
    for outcome, same_bin in (
        (0, 0),
        (1, 2),
        (3, 5),
        (6, 10),
        (11, 25),
        (26, 50),
        (51, 100),
        (101, 250),
        (1001, 10**6),
    ):
        together = scores.ignorance(np.full((1, 1000), same_bin), [outcome])
        assert together == pytest.approx(-math.log2(1001 / 1011))
    apart = scores.ignorance(np.full((1, 1000), 2), [3])
    assert apart == pytest.approx(-math.log2(1 / 1011))


@pytest.mark.parametrize(
    ("draws", "outcomes"),
    [
        ([[1, 2]], [1, 2]),
        ([1, 2], [1]),
        ([[-1, 2]], [1]),
        ([[5000, -1]], [1]),
        ([[math.nan, 2.0]], [1]),
        ([[1, 2]], [-1]),
        ([[1, 2]], [math.nan]),
        ([["a", "b"]], [1]),
        (np.empty((1, 0)), [1]),
    ],
)
def test_what_cannot_be_scored_is_refused(draws, outcomes):
    with pytest.raises(ScoreError):
        scores.score_draws(draws, outcomes)


ranked = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0]), st.booleans(), st.integers(1, 3)), min_size=2)


@given(ranked)
def test_auc_and_average_precision_agree_with_scikit_learn_ties_and_weights_included(rows):
    p, happened, weights = (np.array(column) for column in zip(*rows, strict=True))
    if happened.all() or not happened.any():
        assert math.isnan(scores.auc(p, happened))
        return
    assert scores.auc(p, happened, weights=weights) == pytest.approx(roc_auc_score(happened, p, sample_weight=weights))
    theirs = average_precision_score(happened, p, sample_weight=weights)
    assert scores.average_precision(p, happened, weights=weights) == pytest.approx(theirs)


def test_brier_and_log_score_of_probabilities():
    assert scores.brier([0.8, 0.8], [True, False]) == pytest.approx([0.04, 0.64])
    assert scores.log_score([0.8, 0.8], [True, False]) == pytest.approx([-math.log(0.8), -math.log(0.2)])
    assert scores.log_score([0.0], [True]) == pytest.approx([-math.log(1e-6)])
    with pytest.raises(ScoreError):
        scores.brier([1.2], [True])


def test_recall_counts_a_tie_at_the_edge_by_its_expected_share():
    p, happened = [0.9, 0.5, 0.5, 0.1], [True, True, False, True]
    assert scores.recall_at(p, happened, first=1) == pytest.approx(1 / 3)
    assert scores.recall_at(p, happened, first=2) == pytest.approx((1 + 0.5) / 3)
    assert scores.recall_at(p, happened, first=9) == 1


def test_a_bootstrap_tells_a_real_difference_from_none_and_is_the_same_with_the_same_seed():
    rng = np.random.default_rng(3)
    countries = np.repeat(np.arange(40), 25)
    baseline = rng.gamma(2, size=1000)
    better = scores.compare_totals(baseline * 0.8 + rng.normal(0, 0.01, 1000), baseline, countries, seed=1)
    assert better.low < better.estimate < better.high < 1
    assert better.p_not_better == 0
    same = scores.compare_means(rng.permutation(baseline), baseline, countries, seed=1)
    assert same.low < 0 < same.high
    model = baseline * 0.9
    model[::7] = 2
    first = scores.compare_totals(model, baseline, countries, seed=1)
    assert first == scores.compare_totals(model, baseline, countries, seed=1)
    assert first != scores.compare_totals(model, baseline, countries, seed=2)


def test_countries_are_drawn_whole_so_that_one_deviant_country_widens_the_interval():
    countries = np.repeat(np.arange(20), 50)
    baseline = np.ones(1000)
    spread_out = np.where(np.arange(1000) % 20 == 0, 0.0, 1.0)
    in_one_country = np.where(countries == 0, 0.0, 1.0)
    narrow = scores.compare_means(spread_out, baseline, countries, seed=5)
    wide = scores.compare_means(in_one_country, baseline, countries, seed=5)
    assert narrow.estimate == wide.estimate == pytest.approx(-0.05)
    assert wide.high - wide.low > 5 * (narrow.high - narrow.low)


def test_coverage_and_ranks_of_draws_from_the_truth_are_right():
    rng = np.random.default_rng(11)
    draws, outcomes = rng.normal(100, 20, (2000, 400)), rng.normal(100, 20, 2000)
    assert scores.coverage(draws, outcomes)[0.9] == pytest.approx(0.9, abs=0.03)
    places = scores.randomised_pit(draws, outcomes, seed=1)
    assert np.histogram(places, bins=10, range=(0, 1))[0] == pytest.approx(200, abs=60)
    assert scores.coverage(draws, outcomes + 60)[0.9] < 0.2


def test_reliability_groups_probabilities_and_counts_what_came():
    groups = scores.reliability([0.0, 0.03, 0.03, 1.0], [False, True, False, True])
    assert [(one.n, one.n_happened) for one in groups] == [(1, 0), (2, 1), (1, 1)]
    assert groups[1].rate == 0.5
