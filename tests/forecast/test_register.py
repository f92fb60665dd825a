"""A forecast is filed before its outcome and never edited; its score follows and names hits, misses and alarms."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.forecast.panels import made_up_panel
from tocsin.core.model.forecasts import DataVersion, FiledForecast
from tocsin.forecast.cards import read_card
from tocsin.forecast.filing import Order
from tocsin.forecast.frame import Frame, FrameError
from tocsin.forecast.onset.baselines import BaseRate, OneLineRule
from tocsin.forecast.onset.ensemble import Ensemble, Settings
from tocsin.forecast.onset.running import run_onset, score_onset
from tocsin.forecast.register.store import Register, RegisterError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
DATA = (DataVersion(name="panel.csv", sha256="0" * 64, n_rows=2760),)


def order(origin: int, *, filed_at: str = "2001-01-31T00:00:00Z", target: str = "onset") -> Order:
    return Order(origin, 1, read_card(target), DATA, "tocsin test", filed_at)


def forecast_of(origin: int, *, filed_at: str = "2001-01-31T00:00:00Z", frame: Frame | None = None) -> FiledForecast:
    baselines = {"base-rate": BaseRate()}
    return run_onset(
        OneLineRule(), baselines, frame or made_up_panel(), {7: "Sevenland"}, order(origin, filed_at=filed_at)
    )


@pytest.fixture
def register(tmp_path: Path) -> Register:
    register = Register(tmp_path / "forecasts")
    for origin in (1999, 2000):
        register.file(forecast_of(origin), KEY)
    return register


def test_what_was_filed_is_read_back_and_verifies(register: Register):
    (_, first), (_, second) = register.forecasts()
    assert (first.origin, second.origin) == (1999, 2000)
    assert first == forecast_of(1999)
    assert not list(register.verify(KEY.public_key()))


def test_a_model_and_an_origin_are_filed_once(register: Register):
    with pytest.raises(RegisterError, match="has a forecast of onset made from 2000 on record since 2001-01-31"):
        register.file(forecast_of(2000), KEY)
    assert len(register.entries()) == 2


@pytest.mark.parametrize("which", ["document", "entry", "missing", "dropped", "reordered"])
def test_any_change_is_found_and_the_file_is_named(register: Register, which: str):
    first, second = register.entry_paths()
    document = register.document_path(register.entries()[0].entry)
    if which == "document":
        document.write_bytes(document.read_bytes().replace(b"Sevenland", b"Elevenlnd"))
    elif which == "entry":
        first.write_bytes(first.read_bytes().replace(b"2001-01-31", b"2001-01-30"))
    elif which == "missing":
        document.unlink()
    elif which == "dropped":
        first.unlink()
    else:
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
    failures = list(register.verify(KEY.public_key()))
    assert failures
    assert all(str(register.folder) in failure.where for failure in failures)


def test_another_key_does_not_verify(register: Register):
    other = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
    assert list(register.verify(other.public_key()))


def test_one_filed_when_its_year_was_over_says_so():
    assert not forecast_of(2000, filed_at="2001-12-31T00:00:00Z").filed_after
    assert "may have been known" in forecast_of(2000, filed_at="2002-01-01T00:00:00Z").filed_after


def test_an_origin_that_the_panel_does_not_have_is_refused():
    with pytest.raises(FrameError, match="no rows of 2031, it has 1960 to 2005"):
        forecast_of(2031)


def test_a_score_waits_until_its_outcome_is_fully_observed():
    frame = made_up_panel()
    scored = {
        origin: [each.horizon for each in score_onset(forecast_of(origin), "0" * 64, frame, data=DATA, scored_at="")]
        for origin in (2003, 2004, 2005)
    }
    assert scored == {2003: ["p_1", "p_1or2"], 2004: ["p_1"], 2005: []}


def test_every_onset_is_a_hit_or_a_miss_and_every_alarm_is_named():
    frame = made_up_panel()
    for score in score_onset(forecast_of(1999), "0" * 64, frame, data=DATA, scored_at="2003-01-01T00:00:00Z"):
        assert score.n_onsets == len(score.hits) + len(score.misses) > 0
        assert len(score.hits) + len(score.false_alarms) >= score.top
        assert {each.ccode for each in score.hits} & {each.ccode for each in score.false_alarms} == set()
        assert all(each.rank > score.top for each in score.misses)


def test_a_score_that_names_no_filed_forecast_is_found(register: Register):
    (score, *_) = score_onset(forecast_of(1999), "f" * 64, made_up_panel(), data=DATA, scored_at="2003-01-01T00:00:00Z")
    register.file(score, KEY, about=forecast_of(1999))
    assert [each.text for each in register.verify(KEY.public_key())] == [
        "a score of a forecast that was not filed before it"
    ]


def test_the_range_holds_the_risk_and_drivers_are_named():
    model = Ensemble(Settings(n_trees=15, boosting_rounds=10, recalibration_origins=2))
    document = run_onset(model, {}, made_up_panel(), {}, order(2000))
    assert all(risk.p_low <= risk.p_1or2 <= risk.p_high for risk in document.risks)
    assert document.risks[0].drivers
    assert [risk.rank for risk in document.risks] == sorted(risk.rank for risk in document.risks)


def test_the_card_has_the_settings_that_the_code_runs_with():
    card = read_card("onset")
    assert card.settings == msgspec.to_builtins(Settings())
    assert card.model == Ensemble.name


def test_no_country_is_lost_between_model_and_document():
    frame = made_up_panel()
    assert {risk.ccode for risk in forecast_of(1990).risks} == set(frame.unit[frame.time == 1990].tolist())
    assert np.isclose(
        sum(risk.p_1 for risk in forecast_of(1990).risks),
        OneLineRule().forecast(frame.at(1990), 1).p_1.sum(),
        atol=1e-4,
    )


@pytest.mark.parametrize("step", ["document", "entry"])
def test_a_crash_at_any_step_leaves_the_whole_or_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    register, link = Register(tmp_path), os.link

    def dies(source: str, target: Path) -> None:
        if (Path(target).parent.name == "log") == (step == "entry"):
            raise KeyboardInterrupt
        link(source, target)

    monkeypatch.setattr("tocsin.forecast.register.store.os.link", dies)
    with pytest.raises(KeyboardInterrupt):
        register.file(forecast_of(1999), KEY)
    monkeypatch.undo()
    assert register.entries() == []
    assert not list(register.verify(KEY.public_key()))
    register.file(forecast_of(1999), KEY)
    assert [document for _, document in register.forecasts()] == [forecast_of(1999)]
    assert not list(tmp_path.rglob(".writing-*"))


def test_of_those_who_file_the_same_at_once_one_wins_and_all_others_are_told(tmp_path: Path):
    def file(_: int) -> str:
        try:
            return Register(tmp_path).file(forecast_of(1999), KEY).entry.document_sha256
        except RegisterError as error:
            return error.problem

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(file, range(8)))
    assert sum("has a forecast of onset" in each for each in said) == 7
    assert len(Register(tmp_path).entries()) == 1


def test_those_who_file_different_ones_at_once_stand_in_one_chain(tmp_path: Path):
    made = [forecast_of(1990 + at) for at in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: Register(tmp_path).file(each, KEY), made))
    register = Register(tmp_path)
    assert {document.origin for _, document in register.forecasts()} == set(range(1990, 1998))
    assert not list(register.verify(KEY.public_key()))
