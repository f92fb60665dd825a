"""What a desk's sources collected last is what it forecasts from and is scored on, byte for byte as it was captured."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import tocsin as tocsin_package
from tests.cases import ARMENIA
from tests.data_beside import real
from tests.forecast.test_backtest_commands import alert_panel, deaths_panel, onset_panel
from tests.forecast.test_register_commands import LATER, MADE, ORDERS, run, said, tocsin
from tocsin.archive import Archive, Origin
from tocsin.archive.errors import DamagedError
from tocsin.collect.emitted import Made
from tocsin.collect.records import InputRecord, RunRecord
from tocsin.collect.store import Store
from tocsin.warn.desk import DeskFolder
from tocsin.warn.forecast_data import COLLECTED, names_of, panels_of
from tocsin.warn.publishing import score_and_publish

AT = datetime.datetime(2010, 1, 1, tzinfo=datetime.UTC)
NAMES = pa.table({"country_id": [1, 2], "name": ["Yemen", "Peru"]})


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    tocsin("init", folder, "--name", "Desk", "--sender", "desk.example", "--url", "https://desk.example")
    return folder


def collected(desk: Path, source: str, run_id: str, **files: tuple[str, pa.Table]) -> None:
    """What a run leaves behind: files in the archive, a record that names them, a pointer to its tables."""
    origin = Origin(producer="Made up", title="Panel", licence="none", retrieved_at=AT, known_at=AT)
    inputs = []
    for name, table in files.values():
        data = io.BytesIO()
        if name.endswith(".csv"):
            pyarrow.csv.write_csv(table, data)
        else:
            pq.write_table(table, data)
        kept = Archive(desk / "archive").add_bytes(data.getvalue(), origin=origin, at=AT, by="me")
        inputs.append(InputRecord(name=name, sha256=kept.sha256, byte_size=kept.byte_size))
    record = RunRecord(
        run_id=run_id, source=source, revision=1, status="done", started_at=AT, by="me", version=run_id, folder=run_id,
        inputs=tuple(inputs), tables=tuple(Made(name=each, n_rows=1) for each in files),
    )  # fmt: skip
    store = Store(desk / "tables" / "raw" / source)
    store.write_run(record)
    store.point(record)


def collect_all(desk: Path, run_id: str, more: dict[str, int] | None = None) -> None:
    extra = more or dict.fromkeys(MADE, 0)
    collected(desk, "ewp", run_id, panel=("predictors.csv", onset_panel(extra["onset"])))
    deaths = {
        "countries": ("country_list.csv", NAMES),
        "panel": ("to_2009-12.parquet", deaths_panel(extra["fatalities"])),
    }
    collected(desk, "views", run_id, **deaths)
    collected(desk, "ucdp-country-months", run_id, country_months=("months.parquet", alert_panel(extra["alert"])))


def test_panels_and_names_are_those_that_were_collected_last(desk: Path):
    assert panels_of(DeskFolder(desk)) == {}
    collect_all(desk, "1")
    collect_all(desk, "2", LATER)
    found = panels_of(DeskFolder(desk))
    assert {target: path.name for target, path in found.items()} == {
        "onset": "predictors.csv", "fatalities": "to_2009-12.parquet", "alert": "months.parquet"
    }  # fmt: skip
    assert pq.read_table(found["fatalities"]).num_rows == deaths_panel(LATER["fatalities"]).num_rows
    names = names_of(DeskFolder(desk))
    assert names is not None
    assert names.name == "country_list.csv"


def test_settings_come_before_what_was_collected(desk: Path):
    collect_all(desk, "1")
    pq.write_table(deaths_panel(), desk / "own.parquet")
    with (desk / "desk.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forecast]\npanels = ["own.parquet"]\n')
    found = panels_of(DeskFolder(desk))
    assert found["fatalities"] == desk / "own.parquet"
    assert found["onset"].name == "predictors.csv"


def test_a_year_of_a_desk_that_collects_forecasts_and_publishes(desk: Path):
    collect_all(desk, "1")
    for target in MADE:
        run(desk, target)
    shown: list[Any] = said("forecast", "show", "YEM", "--desk", desk)
    assert [each["target"] for each in shown] == ["fatalities"]
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    assert said("publish", "--desk", desk)["scores_filed"] == 0
    collect_all(desk, "2", LATER)
    assert said("publish", "--desk", desk)["scores_filed"] == 5
    assert said("publish", "--desk", desk)["scores_filed"] == 0


def test_a_worker_that_publishes_scores_as_the_command_does(desk: Path):
    collect_all(desk, "1")
    for target in MADE:
        run(desk, target)
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    collect_all(desk, "2", LATER)
    done = score_and_publish(DeskFolder(desk), at=AT + datetime.timedelta(days=9000))
    assert (done.scores_filed, done.not_scored) == (5, "")
    assert (desk / "site" / "forecasts" / "scores.csv").exists()
    assert score_and_publish(DeskFolder(desk), at=AT + datetime.timedelta(days=9001)).scores_filed == 0


def test_data_that_cannot_be_used_are_named_and_keep_no_warning_from_being_published(desk: Path):
    collect_all(desk, "1")
    run(desk, "alert")
    tocsin("warn", "issue", ARMENIA, "--edition", "1", "--by", "A", "--desk", desk)
    (desk / "odd.csv").write_text("a,b\n1,2\n")
    with (desk / "desk.toml").open("a", encoding="utf-8") as file:
        file.write('\n[forecast]\npanels = ["odd.csv"]\n')
    done = score_and_publish(DeskFolder(desk), at=AT)
    assert "odd.csv" in done.not_scored
    assert done.site.editions == 1


def test_every_way_to_publish_goes_through_the_one_place_that_scores():
    root = Path(tocsin_package.__file__).parent
    callers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "publish_desk(" in path.read_text(encoding="utf-8")
    }
    assert callers == {"warn/publishing.py", "warn/site_folder.py"}


def test_what_is_in_hand_is_made_again_from_the_archive_and_an_altered_capture_is_refused(desk: Path):
    collect_all(desk, "1")
    path = panels_of(DeskFolder(desk))["onset"]
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"1999", b"2999"))
    assert panels_of(DeskFolder(desk))["onset"].read_bytes() == whole
    store = Store(desk / "tables" / "raw" / COLLECTED["onset"][0])
    (kept,) = store.runs()[0].inputs
    archived = Archive(desk / "archive").path(kept.sha256)
    archived.chmod(0o644)
    archived.write_bytes(whole.replace(b"1999", b"2999"))
    path.unlink()
    with pytest.raises(DamagedError):
        panels_of(DeskFolder(desk))


def test_a_name_that_leads_elsewhere_stays_in_the_cache(desk: Path):
    collected(desk, "ewp", "1", panel=("../../../elsewhere.csv", onset_panel()))
    path = panels_of(DeskFolder(desk))["onset"]
    assert path.resolve().is_relative_to((desk / "cache" / "panels").resolve())


def test_the_publishers_own_files_are_found_after_they_were_collected(desk: Path):
    tocsin("collect", "run", "ewp", "--from", real("ewp/predictors_1960_2019.csv"), "--by", "me", "--desk", desk)
    deaths, names = (real(f"views/{each}") for each in ("state_based_deaths_country_month_to_2021-10.parquet",
                                                        "country_list.csv"))  # fmt: skip
    tocsin("collect", "run", "views", "--from", deaths, "--from", names, "--by", "me", "--desk", desk)
    months = real("ucdp/ged_25_1_country_month_to_2019.parquet")
    tocsin("collect", "run", "ucdp-country-months", "--from", months, "--by", "me", "--desk", desk)
    assert set(panels_of(DeskFolder(desk))) == set(ORDERS)
    filed = said("forecast", "run", "alert", "--origin", "2019-12", "--model", "rule", "--desk", desk)
    assert filed["target"] == "alert"


def test_a_desk_without_data_refuses_to_forecast(desk: Path):
    assert tocsin("forecast", "run", "onset", "--origin", "2005", "--desk", desk, code=1) == ""
    assert not desk.joinpath("forecasts", "log").exists()
