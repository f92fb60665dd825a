"""`tocsin collect` as a person meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.collect.desks import SOURCES, ADesk
from tests.data_beside import real
from tocsin.cli import app
from tocsin.core.errors import TocsinError

GED = SOURCES / "ucdp-ged" / "sample" / "GEDEvent_v31_0_3.csv"


def collect(*words: object, fails: bool = False) -> str:
    """What the command prints; with fails, the error it ends in."""
    result = CliRunner().invoke(app, ["collect", *map(str, words)])
    if fails:
        assert isinstance(result.exception, TocsinError), result.output
        return str(result.exception)
    assert not isinstance(result.exception, Exception), result.exception
    return result.output


def test_a_run_prints_one_line_and_then_the_path_of_what_was_made(desk: ADesk) -> None:
    said = collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder).strip().splitlines()
    assert said[0] == "ucdp-ged 31.0.3: events: 3 rows"
    assert (Path(said[-1]) / "events" / "part-0000.parquet").exists()
    again = collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder)
    assert again.startswith("ucdp-ged 31.0.3: unchanged")


def test_a_run_as_json_is_one_document(desk: ADesk) -> None:
    document = json.loads(collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder, "--json", "--by", "ana"))
    assert (document["status"], document["by"], document["tables"][0]["n_rows"]) == ("done", "ana", 3)
    assert Path(document["path"]).is_dir()


def test_status_tells_how_the_last_run_ended_and_by_its_exit_code(desk: ADesk, tmp_path: Path) -> None:
    assert "Nothing has run" in collect("status", "--desk", desk.folder)
    collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder)
    assert "done" in collect("status", "ucdp-ged", "--desk", desk.folder)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    assert "its columns are not those of" in collect(
        "run", "ucdp-ged", "--from", bad, "--desk", desk.folder, fails=True
    )
    result = CliRunner().invoke(app, ["collect", "status", "--desk", str(desk.folder), "--json"])
    (one,) = json.loads(result.output)
    assert result.exit_code == 3
    assert one["last_run"]["status"] == "failed"
    assert one["current"]["latest"]["events"]["n_rows"] == 3, "the last good table stays"


def test_an_unknown_source_is_answered_with_those_there_are(desk: ADesk) -> None:
    said = collect("run", "ucdp-gde", "--desk", desk.folder, fails=True)
    assert "there is no source 'ucdp-gde'" in said
    assert "ucdp-ged" in said


def test_a_desk_that_is_none_is_answered_with_what_to_do(tmp_path: Path) -> None:
    assert "tocsin init" in collect("run", "ucdp-ged", "--desk", tmp_path, fails=True)


def test_a_setting_from_the_environment_that_is_not_there_is_named(desk: ADesk) -> None:
    (desk.folder / "desk.toml").write_text('[collect.ucdp-ged]\ntoken = "env:NO_SUCH_TOKEN"\n')
    assert "NO_SUCH_TOKEN" in collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder, fails=True)


def test_a_setting_that_the_source_does_not_know_is_named(desk: ADesk) -> None:
    (desk.folder / "desk.toml").write_text('[collect.ucdp-ged]\ncolour = "red"\n')
    assert "no setting 'colour'" in collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder, fails=True)


def test_an_export_opens_in_a_spreadsheet_without_running(desk: ADesk) -> None:
    collect("run", "ucdp-ged", "--from", GED, "--desk", desk.folder)
    to = desk.folder / "events.csv"
    assert collect("export", "ucdp-ged", "events", "--to", to, "--desk", desk.folder).strip() == str(to)
    assert "'=SUM(1,2)" in to.read_text()
    assert "there are: events" in collect("export", "ucdp-ged", "x", "--to", to, "--desk", desk.folder, fails=True)


@pytest.mark.parametrize("command", ["list", "run", "status", "export"])
def test_every_command_helps_with_an_example_and_its_exit_codes(command: str) -> None:
    said = " ".join(collect(command, "--help").split())
    assert "Example" in said
    assert "Exit codes" in said


@pytest.mark.data
def test_the_command_that_the_readme_of_the_data_promises(desk: ADesk) -> None:
    path = real("ucdp/GEDevent_v26_0_2.xlsx")
    command = [sys.executable, "-m", "tocsin", "collect", "run", "ucdp-ged", "--from", str(path)]
    answer = subprocess.run(command, cwd=desk.folder, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("ucdp-ged 26.0.2: events: 1,298 rows\n")
