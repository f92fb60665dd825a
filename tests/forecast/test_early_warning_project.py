"""The Early Warning Project's model comes out as the project published it."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests.data_beside import real
from tocsin.forecast.onset.cross_validation import fit_cross_validated, held_out_deviance, paths_together
from tocsin.forecast.onset.elastic_net import fit_path
from tocsin.forecast.onset.ewp import EarlyWarningProject
from tocsin.forecast.onset.panel import read_panel
from tocsin.forecast.onset.r_random import RRandom, folds


@pytest.mark.parametrize(("seed", "printed"), [(42, [0.9148060, 0.9370754]), (1, [0.2655087, 0.3721239])])
def test_uniform_numbers_are_those_that_r_prints(seed: int, printed: list[float]):
    np.testing.assert_allclose(RRandom(seed).uniform(2), printed, atol=5e-8)


@pytest.mark.parametrize(
    ("seed", "printed"),
    [
        (1, [9, 4, 7, 1, 2, 5, 3, 10, 6, 8]),
        (42, [1, 5, 10, 8, 2, 4, 6, 9, 7, 3]),
        (123, [3, 10, 2, 8, 6, 9, 1, 7, 5, 4]),
    ],
)
def test_a_permutation_is_the_one_that_r_prints(seed: int, printed: list[int]):
    assert list(RRandom(seed).permutation(10) + 1) == printed


@pytest.mark.parametrize("n", [1, 10, 3000])
def test_after_a_permutation_the_next_number_is_the_next_of_the_sequence(n: int):
    """What a permutation leaves of a block it drew is not lost: half the numbers below 2^k are drawn again, or none."""
    random = RRandom(7)
    random.permutation(n)
    after = random.uniform(1)[0]
    sequence = list(RRandom(7).uniform(3 * n + 10))
    assert n <= sequence.index(after) < 2.2 * n + 5


def test_folds_are_of_equal_size_and_a_seed_repeats_them():
    drawn = folds(1003, 10, 90035)
    assert sorted(np.bincount(drawn)) == [100] * 7 + [101] * 3
    assert np.array_equal(drawn, folds(1003, 10, 90035))
    assert not np.array_equal(drawn, folds(1003, 10, 90036))


@pytest.fixture(scope="module")
def outcomes() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(900, 8)) * np.array([1, 2, 0.1, 5, 1, 1, 1, 1]) + 3
    y = (rng.random(900) < 1 / (1 + np.exp(3 - x[:, 0] + 0.5 * (x[:, 1] - 3)))).astype(float)
    return x, y


def test_the_path_starts_without_a_predictor_and_ends_with_several(outcomes):
    path = fit_path(*outcomes, 0.5)
    assert not path.coefficients[0].any()
    assert np.count_nonzero(path.coefficients[-1]) >= 4
    ratios = path.penalties[1:] / path.penalties[:-1]
    np.testing.assert_allclose(ratios, 1e-4 ** (1 / 99))


def test_a_solution_is_the_one_that_another_solver_finds(outcomes):
    x, y = outcomes
    path = fit_path(x, y, 0.5)
    k = 30
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    other = LogisticRegression(
        C=1 / (len(y) * path.penalties[k]), l1_ratio=0.5, solver="saga", tol=1e-8, max_iter=20000
    ).fit(z, y)
    np.testing.assert_allclose(path.coefficients[k] * x.std(axis=0), other.coef_[0], atol=2e-3)


def test_a_constant_predictor_is_left_out(outcomes):
    x, y = outcomes
    path = fit_path(np.column_stack([x, np.ones(len(y))]), y, 0.5)
    assert not path.coefficients[:, -1].any()


def test_between_two_penalties_coefficients_are_interpolated(outcomes):
    x, y = outcomes
    path = fit_path(x, y, 0.5)
    middle = path.penalties[10:12].mean()
    coefficients, intercept = path.coefficients[10:12].mean(axis=0), path.intercepts[10:12].mean()
    expected = 1 / (1 + np.exp(-(x @ coefficients + intercept)))
    np.testing.assert_allclose(path.predict(x, np.array([middle]))[:, 0], expected)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_folds_that_go_together_arrive_where_each_goes_alone(outcomes, seed: int):
    x, y = outcomes
    x = np.column_stack([x, np.arange(len(y)) == 5])  # constant in the fold that leaves this row out
    fold = folds(len(y), 5, seed)
    alone = [fit_path(x[fold != each], y[fold != each], 0.5) for each in range(5)]
    *together, whole = paths_together(x, y, 0.5, fold)
    for one, other in zip([*alone, fit_path(x, y, 0.5)], [*together, whole], strict=True):
        k = min(len(one.penalties), len(other.penalties))
        assert k > 40
        np.testing.assert_allclose(one.penalties[:k], other.penalties[:k])
        risks = (each.predict(x, one.penalties[:k]) for each in (one, other))
        np.testing.assert_allclose(*risks, atol=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_the_penalty_chosen_is_the_one_that_folds_fitted_alone_choose(seed: int):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, 6))
    y = (rng.random(400) < 1 / (1 + np.exp(2.5 - 0.8 * x[:, 0]))).astype(float)
    fold = folds(len(y), 10, seed)
    whole = fit_path(x, y, 0.5)
    alone = [fit_path(x[fold != each], y[fold != each], 0.5) for each in range(10)]
    best = int(np.argmin(held_out_deviance(alone, whole.penalties, x, y, fold)))
    chosen = fit_cross_validated(x, y, 0.5, fold)
    np.testing.assert_allclose(chosen.coefficients[-1], whole.coefficients[best], atol=1e-12)


@pytest.mark.data
@pytest.mark.parametrize("origin", [1993, 2015])
def test_risks_are_those_that_the_project_published(origin: int):
    frame = read_panel(real("ewp/predictors_1960_2019.csv"))
    with real("ewp/ewp_out_of_sample_1994_2019.csv").open(encoding="utf-8", newline="") as file:
        published = {
            int(row["ccode"]): float(row["risk_prev"])
            for row in csv.DictReader(file)
            if row["prev_year"] == str(origin) and row["risk_prev"]
        }
    forecast = EarlyWarningProject().forecast(frame.at(origin), seed=1)
    ours = dict(zip(forecast.ccode.tolist(), forecast.p_1or2.tolist(), strict=True))
    assert len(published) > 150
    assert max(abs(ours[ccode] - risk) for ccode, risk in published.items()) < 1e-6
