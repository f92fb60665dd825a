"""What moved a model is kept by name and unit; an alert says how far its chances move, and of what that is a range."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from typer.testing import CliRunner

from tests.forecast.deaths import LAST, made_up_deaths
from tests.forecast.events import CODES, made_up_events
from tests.forecast.panels import made_up_panel
from tests.forecast.test_backtest_commands import alert_panel
from tests.forecast.test_filing_all_targets import ALERT_ORIGIN, KEY, order
from tocsin.cli import app
from tocsin.core.editions.canonical import canonical_bytes, decode
from tocsin.core.model.forecasts import FiledAlert, Weight
from tocsin.core.rules.forecast_blocks import alert_block
from tocsin.forecast.alert import history as alert_history
from tocsin.forecast.alert.baselines import Rule, TrailingDeaths
from tocsin.forecast.alert.models import Pooled, line_of
from tocsin.forecast.alert.running import run_alert
from tocsin.forecast.fatalities import history as deaths_history
from tocsin.forecast.fatalities import models as fatalities
from tocsin.forecast.fatalities.baselines import Zero
from tocsin.forecast.fatalities.running import run_fatalities
from tocsin.forecast.filing import check_same_fit
from tocsin.forecast.learnt import OF_SPLITS, OF_VARIANCE, PER_DEVIATION, learnt_by, weights_of
from tocsin.forecast.onset.baselines import BaseRate
from tocsin.forecast.onset.ensemble import THEORY, UNDER_WAY_SIGNS, Ensemble
from tocsin.forecast.onset.ewp import EarlyWarningProject, predictors
from tocsin.forecast.onset.features import features
from tocsin.forecast.onset.models import find_model
from tocsin.forecast.onset.panel import PREDICTORS
from tocsin.forecast.onset.running import run_onset
from tocsin.forecast.register.store import Register
from tocsin.publish.words import words


@pytest.fixture(scope="module")
def alert() -> FiledAlert:
    made = order("alert", ALERT_ORIGIN, "2001-08-20T00:00:00Z")
    return run_alert(Pooled(n_trees=10), {"trailing-deaths": TrailingDeaths()}, made_up_events(), made)


def by_part(weights: tuple[Weight, ...]) -> dict[str, list[Weight]]:
    found: dict[str, list[Weight]] = {}
    for each in weights:
        found.setdefault(each.part, []).append(each)
    return found


def test_the_onset_model_keeps_coefficients_and_importances_of_every_member():
    view = made_up_panel().at(1999)
    model = Ensemble()
    parts = by_part(model.learnt(view, 1))
    assert list(parts) == [
        "small logit", "ridge", "boosted trees", "extremely randomised trees",
        "where killing is under way, set and not learnt", "recalibration",
    ]  # fmt: skip
    assert {each.unit for each in parts["small logit"]} == {PER_DEVIATION}
    assert {each.feature for each in parts["small logit"]} <= set(THEORY)
    for name, unit in (("boosted trees", OF_SPLITS), ("extremely randomised trees", OF_VARIANCE)):
        assert {each.unit for each in parts[name]} == {unit}
        assert sum(each.value for each in parts[name]) == pytest.approx(1, abs=1e-3)
        assert {each.feature for each in parts[name]} <= set(features(view).names)
    assert len(parts["where killing is under way, set and not learnt"]) == len(UNDER_WAY_SIGNS)
    # the panel's risk follows population and battle deaths: that is what must have moved it
    for name in ("small logit", "boosted trees", "extremely randomised trees"):
        assert "popsize.log2" in [each.feature for each in parts[name][:5]]
    sizes = [abs(each.value) for each in parts["ridge"]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_small_logits_coefficients_are_those_that_explain_a_country():
    """A driver of a country is its coefficient times how far the country lies from the average."""
    view = made_up_panel().at(1999)
    model = Ensemble()
    coefficients = {each.feature: each.value for each in model.learnt(view, 1) if each.part == "small logit"}
    moved = model.forecast(view, 1).moved_by
    found = features(view).column("popsize.log2")
    rows = view.known("mk_onset_1or2")
    place = (found[view.now] - found[rows].mean()) / found[rows].std()
    elsewhere = features(view).column("killing under way")[view.now] == 0
    expected = coefficients["popsize.log2"] * place
    assert moved["popsize.log2"][elsewhere] == pytest.approx(expected[elsewhere], abs=1e-5)


def test_ewps_coefficients_give_its_risks():
    view = made_up_panel().at(1999)
    weights = {each.feature: each.value for each in EarlyWarningProject().learnt(view, 1)}
    names = [name for name in view.names if name in weights]
    p = EarlyWarningProject().forecast(view, 1).p_1or2
    row = predictors(view)[view.now]
    assert not np.isnan(row).any()
    linear = sum(weights[name] * view.read(name)[view.now] for name in names)
    linear = linear + weights.get("year", 0.0) * 1999.0
    odds = np.log(p / (1 - p))
    assert odds - odds.mean() == pytest.approx(linear - linear.mean(), abs=1e-3)


def test_the_forests_of_deaths_keep_their_importances():
    model = fatalities.Pooled(ahead=range(1, 7), n_draws=100)
    filed = run_fatalities(model, made_up_deaths(), {}, order("fatalities", LAST - 4))
    assert filed.fit is not None
    parts = by_part(filed.fit.learnt)
    assert list(parts) == ["pool", "forest, mean of 2 by months ahead"]
    assert sum(each.value for each in parts["forest, mean of 2 by months ahead"]) == pytest.approx(1, abs=1e-4)
    assert deaths_history.features(np.ones((5, 2))).shape[-1] == len(deaths_history.FEATURES)


def test_the_alert_keeps_what_each_learner_made_of_each_number(alert: FiledAlert):
    assert alert.fit is not None
    parts = by_part(alert.fit.learnt)
    assert {"1000 deaths", "250 deaths", "250 deaths: ridge on starts of 250"} <= set(parts)
    named = {each.feature for name, own in parts.items() if ":" in name for each in own}
    assert named <= set(alert_history.FEATURES)
    past = alert_history.history_of(made_up_events().at(ALERT_ORIGIN))
    assert alert_history.features(past).shape[-1] == len(alert_history.FEATURES)


def test_a_model_that_cannot_say_keeps_nothing():
    assert learnt_by(BaseRate(), made_up_panel().at(1999), 1) == ()
    assert learnt_by(Zero(), made_up_deaths().at(LAST), 1) == ()


def test_asking_what_moved_a_model_changes_nothing_that_it_says():
    view = made_up_panel().at(1999)
    asked, fresh = Ensemble(), Ensemble()
    asked.learnt(view, 1)
    assert np.array_equal(asked.forecast(view, 1).p_1or2, fresh.forecast(made_up_panel().at(1999), 1).p_1or2)
    months = made_up_events().at(ALERT_ORIGIN)
    model = Pooled(n_trees=5)
    before = model.forecast(months, 1)
    model.ranges(months, 1)
    model.learnt(months, 1)
    assert all(np.array_equal(before.p[size], model.forecast(months, 1).p[size]) for size in (1000, 250))


def test_a_fit_kept_before_this_was_kept_still_comes_out_again(alert: FiledAlert):
    import msgspec

    assert alert.fit is not None
    check_same_fit(msgspec.structs.replace(alert.fit, learnt=()), alert.fit)


def test_values_are_sorted_by_size_and_nought_is_left_out():
    made = weights_of("p", ("a", "b", "c"), [0.5, 0.0, -2.0], "u")
    assert [(each.feature, each.value) for each in made] == [("c", -2.0), ("a", 0.5)]


def test_each_chance_lies_in_its_range_and_a_start_that_cannot_be_has_none(alert: FiledAlert):
    assert "no confidence interval" in alert.range_of
    chances = [own for each in alert.countries for own in (each.over_1000, each.over_250)]
    possible = [own for own in chances if own.rank is not None]
    assert possible
    for own in possible:
        assert own.p_low is not None
        assert own.p_high is not None
        assert 0 <= own.p_low <= own.p <= own.p_high <= 1
    assert any(own.p_high > own.p_low for own in possible)  # type: ignore[operator]
    assert all(own.p_low is None and own.p_high is None for own in chances if own.rank is None)


def test_a_seed_gives_the_same_range_and_another_one_hardly_another():
    view = made_up_events().at(ALERT_ORIGIN)
    model = Pooled(n_trees=5)
    first, again, other = (model.ranges(view, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.high[1000], again.high[1000])
    # at 1,000 deaths nothing but the draw of countries depends on the seed
    ranked = np.argsort(-first.high[1000])[:5]
    assert first.high[1000][ranked] == pytest.approx(other.high[1000][ranked], rel=0.5)


def test_fewer_countries_to_learn_from_give_a_wider_range():
    """What a range is of: how far the chance moves with the countries that were there to learn from."""
    events = made_up_events()
    view = events.at(ALERT_ORIGIN)
    wide = Pooled(n_trees=5).ranges(view, 1)
    assert len(CODES) == len(wide.high[1000])
    fitted = Pooled(n_trees=5)
    fitted.forecast(view, 1)
    (one,) = [each for key, each in fitted._fitted.items() if key[0] == 1000]
    rng = np.random.default_rng(3)

    def spread(n: int) -> float:
        slopes = []
        for _ in range(60):
            times = np.bincount(rng.integers(len(CODES), size=n), minlength=len(CODES)).astype(float)
            if times[one.country][one.came].any():
                slopes.append(line_of(one.taught[:, 0], one.came, times[one.country])[1])
        return float(np.std(slopes))

    assert spread(10) > spread(60)


def test_the_line_is_that_of_a_general_solver():
    rng = np.random.default_rng(4)
    x = rng.normal(size=800)
    y = rng.random(800) < 1 / (1 + np.exp(2 - 1.5 * x))
    weight = rng.integers(0, 3, size=800).astype(float)
    line = LogisticRegression(C=100.0, tol=1e-10, max_iter=1000).fit(x[:, None], y, sample_weight=weight)
    slope, shift = line_of(x, y, weight)
    assert (slope, shift) == pytest.approx((line.coef_[0, 0], line.intercept_[0]), abs=1e-4)


def test_the_block_of_a_warning_carries_the_alerts_range(alert: FiledAlert):
    top = alert.countries[0]
    block = alert_block(alert, "a" * 64, top)
    assert block is not None
    assert (block.p_low, block.p_high) == (top.over_1000.p_low, top.over_1000.p_high)


def test_forecasts_filed_without_ranges_are_read_as_they_were_filed(tmp_path: Path):
    made = order("alert", ALERT_ORIGIN, "2001-08-20T00:00:00Z")
    plain = run_alert(Rule(), {}, made_up_events(), made)
    assert plain.range_of == ""
    old = json.loads(canonical_bytes(plain))
    for name in ("range_of",):
        del old[name]
    del old["fit"]["learnt"]
    for country in old["countries"]:
        for size in ("over_1000", "over_250"):
            del country[size]["p_low"], country[size]["p_high"]
    assert decode(json.dumps(old).encode(), FiledAlert, "old") == plain


def test_what_moved_a_model_is_shown_by_a_command_and_given_to_machines(tmp_path: Path):
    desk = tmp_path / "desk"
    run = CliRunner().invoke
    named = ["--name", "Desk", "--sender", "desk.example", "--url", "https://desk.example"]
    assert run(app, ["init", str(desk), *named]).exit_code == 0
    filed = run_onset(find_model("ensemble"), {}, made_up_panel(), {}, order("onset", 1999))
    Register(desk / "forecasts").file(filed, KEY)
    shown = run(app, ["forecast", "moved", "onset", "--desk", str(desk)])
    assert shown.exit_code == 0
    assert "small logit (log-odds per standard deviation)" in shown.stdout
    assert "population" in shown.stdout
    told = json.loads(run(app, ["forecast", "moved", "onset", "--desk", str(desk), "--json"]).stdout)
    assert filed.fit is not None
    assert len(told["learnt"]) == len(filed.fit.learnt)
    assert run(app, ["forecast", "moved", "alert", "--desk", str(desk)]).exit_code == 1


def test_a_fit_says_what_moved_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import pyarrow.parquet as pq

    monkeypatch.chdir(tmp_path)
    pq.write_table(alert_panel(), "panel.parquet")
    words = ["forecast", "fit", "alert", "--panel", "panel.parquet", "--origin", "2005-06", "--out", "fit.json"]
    said = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    kept = json.loads(Path("fit.json").read_bytes())
    assert kept["learnt"] == json.loads(said.stdout)["learnt"]
    assert {each["unit"] for each in kept["learnt"]} == {PER_DEVIATION, OF_VARIANCE}


def test_every_number_that_the_onset_models_see_has_a_name_in_words():
    said = words("en")
    seen = {*features(made_up_panel().at(1999)).names, *PREDICTORS}
    assert [name for name in sorted(seen) if f"site-feature-{name}" not in said] == []
