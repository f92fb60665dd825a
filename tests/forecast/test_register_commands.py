"""A desk's year with forecasts: fit, file, publish; later data come, and everything that is due is scored by itself."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.cases import ARMENIA
from tests.forecast.events import GED_BEGINS, N_MONTHS
from tests.forecast.test_backtest_commands import alert_panel, deaths_panel, onset_panel
from tocsin.cli import app
from tocsin.core.model.forecasts import ForecastBlock
from tocsin.forecast.cards import read_card, skill_of
from tocsin.forecast.months import month_text

MADE: dict[str, Any] = {"onset": onset_panel, "fatalities": deaths_panel, "alert": alert_panel}
LATER = {"onset": 2, "fatalities": 5, "alert": 14}
LAST_ALERT = month_text(GED_BEGINS + N_MONTHS - 1)
ORDERS = {
    "onset": ["--origin", "2005", "--model", "rule"],
    "fatalities": ["--origin", "2009-12", "--model", "decaying-conflictology"],
    "alert": ["--origin", LAST_ALERT, "--model", "rule"],
}


def tocsin(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(each) for each in words], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output + str(result.exception)
    return result.stdout


def said(*words: str | Path) -> Any:
    return json.loads(tocsin(*words, "--json"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    tocsin("init", folder, "--name", "Desk", "--sender", "desk.example", "--url", "https://desk.example")
    with (folder / "desk.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forecast]\npanels = ["onset.parquet", "fatalities.parquet", "alert.parquet"]\n')
    for target in MADE:
        panel(folder, target)
    return folder


def panel(desk: Path, target: str, more: int = 0) -> Path:
    path = desk / f"{target}.parquet"
    pq.write_table(MADE[target](more), path)
    return path


def run(desk: Path, target: str, *more: str | Path) -> Any:
    at = {"onset": "2006-02-01", "fatalities": "2010-01-20", "alert": "2010-01-20"}[target]
    return said("forecast", "run", target, *ORDERS[target], "--desk", desk, "--at", f"{at}T00:00:00Z", *more)


@pytest.mark.parametrize("target", list(MADE))
def test_a_fit_that_was_kept_is_made_again_before_anything_is_filed(desk: Path, target: str, tmp_path: Path):
    fit = tmp_path / "fit.json"
    own = panel(desk, target)
    kept = said("forecast", "fit", target, *ORDERS[target], "--panel", own, "--out", fit)
    assert kept["n_events"] > 0
    other = MADE[target](0)
    changed = {"onset": "battledeaths.log2", "fatalities": "9", "alert": "ucdp_civilian_deaths"}[target]
    place = other.column_names.index(changed)
    pq.write_table(other.set_column(place, changed, pa.array([3.0] * other.num_rows)), own)
    refused = tocsin("forecast", "run", target, *ORDERS[target], "--desk", desk, "--fit", fit, code=1)
    assert refused == ""  # the reason goes to standard error
    assert not (desk / "forecasts" / "log").exists()
    panel(desk, target)
    run(desk, target, "--fit", fit)
    assert len(said("forecast", "list", "--desk", desk)) == 1


def test_what_is_due_is_scored_as_the_site_is_published_and_nothing_twice(desk: Path):
    for target in MADE:
        run(desk, target)
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    assert said("publish", "--desk", desk)["scores_filed"] == 0
    for target in MADE:
        panel(desk, target, LATER[target])
    assert said("publish", "--desk", desk)["scores_filed"] == 2 + 1 + 2
    assert said("publish", "--desk", desk)["scores_filed"] == 0
    assert said("forecast", "score", "--desk", desk) == []
    scores = {
        each["target"]: [s["schema"] for s in each["scores"]] for each in said("forecast", "list", "--desk", desk)
    }
    assert {target: len(own) for target, own in scores.items()} == {"onset": 2, "fatalities": 1, "alert": 2}
    page = (desk / "site" / "forecasts" / "track-record.html").read_text("utf-8")
    assert "Not made in advance" not in page
    assert "Not yet scored" not in page
    tocsin("doctor", "--desk", desk)
    tocsin("verify", desk / "site", "--key", desk / "key.pem")


def test_a_panel_that_cannot_be_used_keeps_no_warning_from_being_published(desk: Path):
    run(desk, "onset")
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    (desk / "onset.parquet").write_bytes(b"no table")
    assert said("publish", "--desk", desk)["scores_filed"] == 0
    assert (desk / "site" / "index.html").exists()


def test_two_panels_for_one_target_are_refused_and_no_panel_is_said(desk: Path):
    run(desk, "onset")
    panel(desk, "onset").rename(desk / "alert.parquet")
    panel(desk, "onset")
    tocsin("forecast", "score", "--desk", desk, code=1)
    settings = (desk / "desk.toml").read_text("utf-8")
    (desk / "desk.toml").write_text(settings[: settings.index("[forecast]")], encoding="utf-8")
    tocsin("forecast", "score", "--desk", desk, code=1)
    assert said("forecast", "score", "--desk", desk, "--panel", desk / "onset.parquet") == []


def test_a_filed_document_that_was_changed_stops_the_site(desk: Path):
    digest = run(desk, "onset")["document_sha256"]
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    path = desk / "forecasts" / f"{digest}.json"
    path.write_bytes(path.read_bytes().replace(b'"seed":1', b'"seed":2'))
    tocsin("publish", "--desk", desk, code=1)
    tocsin("doctor", "--desk", desk, code=3)


def test_every_target_is_listed_and_shown(desk: Path):
    for target in MADE:
        run(desk, target)
    assert [each.get("target") for each in said("forecast", "list", "--desk", desk)] == list(MADE)
    shown = said("forecast", "show", "SDN", "--desk", desk)
    assert [(each["target"], each["as_of"]) for each in shown] == [("alert", LAST_ALERT)]
    assert {each["target"] for each in said("forecast", "show", "7", "--desk", desk)} == {"onset", "fatalities"}
    tocsin("forecast", "show", "Atlantis", "--desk", desk, code=1)
    for words in (["list"], ["show", "7"], ["show", "SDN"]):
        assert "rule" in tocsin("forecast", *words, "--desk", desk)


def test_a_warning_can_carry_what_was_filed(desk: Path):
    digests = {target: run(desk, target)["document_sha256"] for target in ("onset", "alert")}
    name = said("forecast", "show", "7", "--desk", desk)[0]["name"]
    blocks = [said("forecast", "block", each, "--desk", desk) for each in (name, "PER")]
    assert [own[0]["filed_sha256"] for own in blocks] == [digests["onset"], digests["alert"]]
    printed = tomllib.loads(tocsin("forecast", "block", "PER", "--desk", desk))["forecasts"]
    (block,) = printed
    kept = {name: value for name, value in blocks[1][0].items() if value not in (None, "", [])}
    assert block == kept
    assert set(block) <= set(ForecastBlock.__struct_fields__)
    assert block["rank"] <= block["n_ranked"]
    assert block["skill"]


def test_a_skill_is_told_by_the_figures_of_the_card():
    card = read_card("fatalities")
    assert f"{card.scores['crps_ratio']:.2f} of conflictology's" in skill_of(card)
    card = read_card("alert")
    assert f"of the {card.scores['n_sudden_1000']} sudden starts" in skill_of(card)
    assert skill_of(read_card("onset")) == read_card("onset").skill
