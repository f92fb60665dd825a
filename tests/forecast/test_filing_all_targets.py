"""All three targets are filed the same way, scored when later data settle them, and never edited."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.forecast.deaths import LAST, N_COUNTRIES, made_up_deaths, made_up_matrix
from tests.forecast.events import CODES, N_MONTHS, made_up_counts, made_up_events
from tests.forecast.panels import made_up_panel
from tocsin.core.editions.canonical import EditionError, canonical_bytes, sha256
from tocsin.core.editions.register_log import next_register_entry, read_document, target_of
from tocsin.core.model.forecasts import (
    DataVersion,
    FiledAlert,
    FiledDocument,
    FiledFatalities,
    FiledForecast,
    FiledScore,
    ScoreDocument,
    Target,
)
from tocsin.forecast.alert.baselines import Rule, TrailingDeaths
from tocsin.forecast.alert.episodes import KNOWN_AFTER, at_risk, find_starts
from tocsin.forecast.alert.panel import GED_BEGINS, number_of
from tocsin.forecast.alert.panel import frame_of as alert_frame
from tocsin.forecast.alert.running import run_alert
from tocsin.forecast.cards import read_card
from tocsin.forecast.fatalities.baselines import Conflictology
from tocsin.forecast.fatalities.models import DecayingConflictology
from tocsin.forecast.fatalities.panel import frame_of as deaths_frame
from tocsin.forecast.fatalities.running import counted, drawn, run_fatalities
from tocsin.forecast.filing import FilingError, Order, check_same_fit, make_fit
from tocsin.forecast.frame import Column, Frame, FrameError
from tocsin.forecast.months import month_text
from tocsin.forecast.onset.baselines import BaseRate, OneLineRule
from tocsin.forecast.onset.panel import LABELS
from tocsin.forecast.onset.running import run_onset
from tocsin.forecast.register.store import Register, RegisterError
from tocsin.forecast.register.targets import Panel, due_scores, parse_origin
from tocsin.forecast.scores import score_draws

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
DATA = (DataVersion(name="panel", sha256="0" * 64, n_rows=1),)
AHEAD = range(1, 7)
ALERT_ORIGIN = GED_BEGINS + 150
DEATHS_ORIGIN = LAST - 4


def order(target: Target, origin: int, filed_at: str = "1980-01-01T00:00:00Z") -> Order:
    return Order(origin, 1, read_card(target), DATA, "tocsin test", filed_at)


def an_onset(filed_at: str = "2000-06-01T00:00:00Z") -> FiledForecast:
    return run_onset(OneLineRule(), {"base-rate": BaseRate()}, made_up_panel(), {}, order("onset", 1999, filed_at))


def some_deaths(filed_at: str = "2009-08-20T00:00:00Z", origin: int = DEATHS_ORIGIN) -> FiledFatalities:
    model = DecayingConflictology(ahead=AHEAD, n_draws=200)
    return run_fatalities(model, made_up_deaths(), {7: "Yemen"}, order("fatalities", origin, filed_at))


def an_alert(filed_at: str = "2001-08-20T00:00:00Z") -> FiledAlert:
    made = order("alert", ALERT_ORIGIN, filed_at)
    return run_alert(Rule(), {"trailing-deaths": TrailingDeaths()}, made_up_events(), made)


MAKERS: dict[Target, Callable[[], FiledDocument]] = {
    "onset": an_onset,
    "fatalities": some_deaths,
    "alert": an_alert,
}


def panel(target: Target, frame: Frame) -> Panel:
    return Panel(target, frame, {}, DATA)


def scores_of(forecast: FiledDocument, frame: Frame, done: list[ScoreDocument] | None = None) -> list[ScoreDocument]:
    digest = sha256(canonical_bytes(forecast))
    given = panel(forecast.target, frame)
    return list(due_scores(forecast, digest, given, done or [], scored_at="2012-01-01T00:00:00Z"))


@pytest.fixture(params=list(MAKERS))
def forecast(request: pytest.FixtureRequest) -> FiledDocument:
    return MAKERS[request.param]()


def test_each_target_is_filed_read_back_and_verifies(tmp_path: Path):
    register = Register(tmp_path)
    made = [make() for make in MAKERS.values()]
    for each in made:
        register.file(each, KEY)
    assert [document for _, document in register.forecasts()] == made
    assert [target_of(entry) for entry, _ in register.forecasts()] == list(MAKERS)
    assert not list(register.verify(KEY.public_key()))


def test_two_targets_may_have_models_of_one_name_and_one_origin_each_is_filed_once(
    tmp_path: Path, forecast: FiledDocument
):
    register = Register(tmp_path)
    register.file(forecast, KEY)
    with pytest.raises(RegisterError, match=f"has a forecast of {forecast.target} made from"):
        register.file(msgspec.structs.replace(forecast, seed=2), KEY)
    assert len(register.entries()) == 1
    for make in MAKERS.values():
        if (other := make()).target != forecast.target:
            register.file(msgspec.structs.replace(other, model=forecast.model, origin=forecast.origin), KEY)
    assert len(register.entries()) == 3


def test_a_changed_draw_is_found(tmp_path: Path):
    register = Register(tmp_path)
    register.file(some_deaths(), KEY)
    path = register.document_path(register.entries()[0].entry)
    path.write_bytes(path.read_bytes().replace(b'"Yemen"', b'"Nemey"'))
    assert [failure.where for failure in register.verify(KEY.public_key())] == [str(path)]


def test_a_document_of_a_schema_that_is_not_known_is_refused(forecast: FiledDocument):
    data = canonical_bytes(forecast).replace(forecast.schema.encode(), b"tocsin/forecast/99")
    entry = next_register_entry(KEY, forecast, about=forecast, last=None).entry
    entry = msgspec.structs.replace(entry, document_sha256=sha256(data))
    with pytest.raises(EditionError, match="tocsin/forecast/99"):
        read_document(data, entry, "x")


def test_an_entry_from_before_there_were_targets_is_about_onsets():
    forecast = an_onset()
    entry = next_register_entry(KEY, forecast, about=forecast, last=None).entry
    before = msgspec.structs.replace(entry, target=msgspec.UNSET)
    assert b"target" not in canonical_bytes(before)
    assert read_document(canonical_bytes(forecast), before, "x") == forecast


def test_the_same_order_gives_the_same_bytes_and_the_same_fit(forecast: FiledDocument):
    again = MAKERS[forecast.target]()
    assert canonical_bytes(again) == canonical_bytes(forecast)
    assert forecast.fit is not None
    assert again.fit is not None
    check_same_fit(forecast.fit, again.fit)


def test_a_fit_that_does_not_come_out_again_is_refused_and_what_differs_is_named(forecast: FiledDocument):
    assert forecast.fit is not None
    other = msgspec.structs.replace(forecast.fit, values_sha256="0" * 64, n_rows=1)
    with pytest.raises(FilingError, match="n_rows, values_sha256 differ"):
        check_same_fit(other, forecast.fit)


def test_names_of_countries_change_nothing_in_a_fit():
    model = DecayingConflictology(ahead=AHEAD, n_draws=200)
    named = {number: f"Name {99 - number}" for number in range(1, N_COUNTRIES + 1)}
    made = [run_fatalities(model, made_up_deaths(), names, order("fatalities", DEATHS_ORIGIN)) for names in ({}, named)]
    assert [each.country_id for each in made[0].countries] != [each.country_id for each in made[1].countries]
    assert made[0].fit == made[1].fit


def test_a_second_forecast_or_score_for_the_same_is_found_though_the_chain_holds(tmp_path: Path):
    register = Register(tmp_path)
    forecast = some_deaths()
    register.file(forecast, KEY)
    (score,) = scores_of(forecast, later_deaths(2, deaths=0))
    register.file(score, KEY, about=forecast)
    assert not list(register.verify(KEY.public_key()))
    register.file(msgspec.structs.replace(score, scored_at="2013-01-01T00:00:00Z", crps=0.0), KEY, about=forecast)
    assert [failure.text for failure in register.verify(KEY.public_key())] == [
        "it is filed for what had been filed before: the better of two may be shown"
    ]


def test_a_country_whose_outcome_is_not_known_is_left_out_by_name():
    forecast = an_onset()
    frame = made_up_panel()
    unknown = (frame.unit == 5) & (frame.time == 1999)
    columns = {
        name: Column(np.where(unknown & (name in LABELS), np.nan, each.values), each.known_at.copy())
        for name, each in frame.columns.items()
    }
    score, *_ = scores_of(forecast, Frame(frame.unit, frame.time, columns))
    assert isinstance(score, FiledScore)
    assert score.left_out == ("5",)
    assert score.n == len(forecast.risks) - 1


def test_a_fit_says_the_settings_of_a_model_and_of_its_parts():
    model = DecayingConflictology(half_life=4.0, ahead=range(1, 4))
    fit = make_fit(model, first="1990", last="1999", n_rows=5, n_events=2, values=[1])
    assert fit.settings == {"half_life": "4.0", "span": "24", "ahead": "1 to 3", "n_draws": "1000"}


@pytest.mark.parametrize(
    ("make", "in_time", "late", "told"),
    [
        (an_onset, "2000-12-31T00:00:00Z", "2001-01-01T00:00:00Z", "when 2000 was over"),
        (an_alert, "2001-10-31T00:00:00Z", "2001-11-01T00:00:00Z", "when 2001-10 was over"),
        (some_deaths, "2009-09-30T00:00:00Z", "2009-10-01T00:00:00Z", "when 2009-09 was over"),
    ],
    ids=["onset", "alert", "fatalities"],
)
def test_one_filed_when_its_outcome_may_be_known_says_so(
    make: Callable[[str], FiledDocument], in_time: str, late: str, told: str
):
    assert not make(in_time).filed_after
    assert told in make(late).filed_after


@pytest.mark.parametrize("target", ["fatalities", "alert"])
def test_an_origin_beyond_the_panel_is_refused(target: Target):
    with pytest.raises(FrameError, match="the panel has no"):
        if target == "fatalities":
            some_deaths(origin=LAST + 1)
        else:
            run_alert(Rule(), {}, made_up_events(), order("alert", GED_BEGINS + N_MONTHS))


@pytest.mark.parametrize(
    ("target", "text", "month"),
    [("onset", "2018", 2018), ("fatalities", "2020", 490), ("fatalities", "2020-10", 490), ("alert", "2019-12", 480)],
)
def test_an_origin_is_written_as_its_target_has_it(target: Target, text: str, month: int):
    assert parse_origin(target, text) == month


@pytest.mark.parametrize(("target", "text"), [("onset", "2018-01"), ("alert", "2018"), ("fatalities", "soon")])
def test_another_origin_is_refused(target: Target, text: str):
    with pytest.raises(FilingError, match="is no origin"):
        parse_origin(target, text)


# draws


def test_draws_are_kept_as_counts_and_come_back_sorted():
    draws = np.random.default_rng(1).negative_binomial(1, 0.05, 1000)
    assert np.array_equal(drawn(counted(draws)), np.sort(draws))


def test_a_quantile_is_a_draw_that_more_than_the_share_do_not_exceed():
    month = some_deaths().countries[0].months[0]
    values = drawn(month.draws)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert month.quantile(share) == values[int(share * len(values))]
    assert month.mean() == pytest.approx(values.mean())
    assert month.chance_of(1) == pytest.approx((values > 0).mean())


def test_no_draw_is_lost_and_what_was_counted_stands_beside():
    forecast = some_deaths()
    frame = made_up_deaths()
    made = DecayingConflictology(ahead=AHEAD, n_draws=200).forecast(frame.at(DEATHS_ORIGIN), 1)
    for country in forecast.countries:
        at = country.country_id - 1
        assert country.past == tuple(made_up_matrix()[:-4, at][-36:])
        for k, month in enumerate(country.months):
            assert np.array_equal(drawn(month.draws), np.sort(made.draws[at, k]))


# what comes in later


def later_deaths(n: int, *, deaths: float) -> Frame:
    """The made-up panel, n invented months longer: every country sees so many deaths in each."""
    more = np.vstack([made_up_matrix()[:-4], np.full((n, N_COUNTRIES), deaths)])
    first = DEATHS_ORIGIN - len(made_up_matrix()) + 5
    return deaths_frame(np.arange(first, first + len(more)), np.arange(1, N_COUNTRIES + 1), more)


def test_deaths_are_scored_month_by_month_as_they_come_and_each_month_once():
    forecast, done = some_deaths(), []
    assert not scores_of(forecast, later_deaths(0, deaths=0), done)
    for n, expected in ((2, ["2009-09", "2009-10"]), (2, []), (9, ["2009-11", "2009-12", "2010-01", "2010-02"])):
        found = scores_of(forecast, later_deaths(n, deaths=0), done)
        assert [month for each in found for month in getattr(each, "months", ())] == expected
        done += found


def test_a_war_that_nobody_foresaw_is_a_miss_by_name_and_one_that_did_not_come_a_false_alarm():
    forecast = some_deaths()
    (war,) = scores_of(forecast, later_deaths(1, deaths=90_000))
    (peace,) = scores_of(forecast, later_deaths(1, deaths=0))
    assert {each.name for each in war.above} == {each.name for each in forecast.countries}
    assert (war.n_in_range, war.below) == (0, ())
    assert (war.n_open, war.n_open_in_range) == (N_COUNTRIES, 0)
    expected = {each.name for each in forecast.countries if each.months[0].quantile(0.05) > 0}
    assert {each.name for each in peace.below} == expected
    assert expected
    assert peace.n_in_range == N_COUNTRIES - len(expected)
    still = sum(each.months[0].quantile(0.95) == 0 for each in forecast.countries)
    assert 0 < still < N_COUNTRIES
    assert (peace.n_open, peace.n_open_in_range) == (N_COUNTRIES - still, N_COUNTRIES - still - len(expected))


def test_scores_of_draws_are_those_of_the_scoring_room_and_conflictology_stands_beside():
    forecast = some_deaths()
    frame = later_deaths(3, deaths=4)
    (score,) = scores_of(forecast, frame)
    view = made_up_deaths().at(DEATHS_ORIGIN)
    for model, crps, log_crps in (
        (DecayingConflictology(ahead=range(1, 4), n_draws=200), score.crps, score.log_crps),
        (Conflictology(ahead=range(1, 4), n_draws=12), *(d["conflictology"] for d in
            (score.baseline_crps, score.baseline_log_crps))),
    ):  # fmt: skip
        draws = model.forecast(view, 1).draws
        means = score_draws(draws.reshape(-1, draws.shape[2]), np.full(N_COUNTRIES * 3, 4.0)).means()
        assert (crps, log_crps) == pytest.approx((means["crps"], means["log_crps"]), abs=1e-6)


def later_events(until: int, *, killed: dict[str, int] | None = None) -> Frame:
    """The made-up events to the alert's origin, then invented months: in a country, so many civilians each month."""
    n = until - GED_BEGINS + 1
    kept = ALERT_ORIGIN - GED_BEGINS + 1
    counts = {}
    for name, values in made_up_counts().items():
        counts[name] = np.zeros((n, len(CODES)))
        counts[name][:kept] = values[:kept]
        if name in ("ucdp_civilian_deaths", "ucdp_fatalities_best"):
            for code, deaths in (killed or {}).items():
                counts[name][kept:, CODES.index(code)] = deaths
    units = np.tile([number_of(code) for code in CODES], n)
    times = np.repeat(np.arange(GED_BEGINS, until + 1), len(CODES))
    return alert_frame(units, times, {name: values.ravel() for name, values in counts.items()})


def possible(forecast: FiledAlert) -> list[str]:
    return [each.iso3 for each in forecast.countries if each.over_1000.rank]


def test_an_alert_is_scored_once_every_start_is_decided_and_not_a_month_before():
    forecast = an_alert()
    assert not scores_of(forecast, later_events(ALERT_ORIGIN + KNOWN_AFTER - 1))
    found = scores_of(forecast, later_events(ALERT_ORIGIN + KNOWN_AFTER))
    assert [each.horizon for each in found] == ["p_1000", "p_250"]
    assert not scores_of(forecast, later_events(ALERT_ORIGIN + KNOWN_AFTER + 5), found)


def test_starts_that_come_are_hits_or_misses_by_name_and_the_rest_of_the_list_false_alarms():
    forecast = an_alert()
    ranked = possible(forecast)
    caught, missed = ranked[2], ranked[-1]
    score, _ = scores_of(forecast, later_events(ALERT_ORIGIN + KNOWN_AFTER, killed={caught: 200, missed: 200}))
    assert (score.n, score.n_onsets) == (len(ranked), 2)
    assert [each.iso3 for each in score.hits] == [caught]
    assert [each.iso3 for each in score.misses] == [missed]
    assert [each.iso3 for each in score.false_alarms] == [code for code in ranked[:10] if code != caught]


def test_an_alert_has_a_place_for_each_country_and_none_where_nothing_can_start():
    forecast = an_alert()
    ranks = [each.over_1000.rank for each in forecast.countries if each.over_1000.rank]
    assert ranks == list(range(1, len(ranks) + 1))
    row = made_up_counts()["ucdp_civilian_deaths"][: ALERT_ORIGIN - GED_BEGINS + 1]
    risky = at_risk(row, 1000)[-1]
    assert 0 < risky.sum() < len(CODES)
    assert sorted(possible(forecast)) == sorted(code for code, one in zip(CODES, risky, strict=True) if one)
    assert all(each.over_1000.p == 0 for each in forecast.countries if each.over_1000.rank is None)


def test_what_an_alert_calls_a_start_is_what_the_definition_finds():
    frame = made_up_events()
    forecast = an_alert()
    score, _ = scores_of(forecast, frame)
    row = ALERT_ORIGIN - GED_BEGINS
    starts = [s for s in find_starts(made_up_counts()["ucdp_civilian_deaths"], 1000) if row < s.row <= row + 3]
    came = {each.iso3 for each in (*score.hits, *score.misses)}
    assert came == {CODES[each.country] for each in starts} & set(possible(forecast))


def test_months_are_written_as_months():
    forecast = some_deaths()
    assert forecast.as_of == month_text(DEATHS_ORIGIN) == "2009-08"
    assert [month.month for month in forecast.countries[0].months] == [month_text(DEATHS_ORIGIN + k) for k in AHEAD]
