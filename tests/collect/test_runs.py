"""Runs: idempotent, one at a time, on record whatever happens, whole or absent however they end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.collect.desks import SOURCES, ADesk
from tocsin.archive import Archive
from tocsin.collect.errors import BusyError, InputError, StoreError
from tocsin.collect.records import TableOrigin
from tocsin.collect.store import Store

SAMPLES = SOURCES / "ucdp-ged" / "sample"
GED = SAMPLES / "GEDEvent_v31_0_3.csv"


def test_the_same_bytes_again_change_nothing_and_say_so(desk: ADesk) -> None:
    first = desk.run("ucdp-ged", GED)
    before = desk.store("ucdp-ged").current()
    again = desk.run("ucdp-ged", GED)
    assert (first.status, again.status, again.folder) == ("done", "unchanged", first.folder)
    assert desk.store("ucdp-ged").current() == before
    assert [run.status for run in desk.store("ucdp-ged").runs()] == ["done", "unchanged"]


def test_another_parser_reads_the_same_bytes_anew(desk: ADesk, tmp_path: Path) -> None:
    folder = tmp_path / "ucdp-ged"
    folder.mkdir()
    declared = (SOURCES / "ucdp-ged" / "source.toml").read_text()
    (folder / "source.toml").write_text(declared)
    first = desk.run(folder, GED)
    (folder / "source.toml").write_text(declared.replace("revision = 1", "revision = 2", 1))
    second = desk.run(folder, GED)
    assert (second.status, second.revision) == ("done", 2)
    assert second.folder != first.folder


def test_versions_stand_side_by_side_and_the_newest_run_is_the_latest(desk: ADesk) -> None:
    old = desk.run("ucdp-ged", GED)
    new = desk.run("ucdp-ged", SAMPLES / "ged311_sample.geojson")
    current = desk.store("ucdp-ged").current()
    assert current.latest["events"].folder == new.folder
    assert current.versions["31.0.3"]["events"].folder == old.folder
    assert current.versions["31.1"]["events"].n_rows == 3


def test_what_changed_is_said_in_one_line(desk: ADesk, tmp_path: Path) -> None:
    desk.run("ucdp-ged", GED)
    other = tmp_path / "GEDEvent_v31_0_4.csv"
    text = GED.read_text().replace("900003,", "900004,").replace(",7,0,7,12,5,", ",8,0,8,12,5,")
    other.write_text(text)
    assert desk.run("ucdp-ged", other).changes == "events: 3 rows (1 new, 1 changed, 1 gone since 31.0.3)"


def other_ged(path: Path) -> Path:
    """Another country's events, in a file whose name says no release."""
    numbers = {"900001,": "910001,", "900002,": "910002,", "900003,": "910003,"}
    text = GED.read_text()
    for number, other in numbers.items():
        text = text.replace(number, other)
    path.write_text(text)
    return path


def test_two_files_of_one_day_both_stay(desk: ADesk, tmp_path: Path) -> None:
    syria = tmp_path / "ged_syria.csv"
    syria.write_bytes(GED.read_bytes())
    first = desk.run("ucdp-ged", syria)
    second = desk.run("ucdp-ged", other_ged(tmp_path / "ged_mexico.csv"))
    assert first.version == "2026-11-23"
    assert second.version == f"2026-11-23-{second.key[:6]}"
    assert "no row in common with 2026-11-23" in second.changes
    assert "--version 2026-11-23" in " ".join(second.notes)
    places = desk.store("ucdp-ged").current().versions
    assert {name: tables["events"].folder for name, tables in places.items()} == {
        first.version: first.folder,
        second.version: second.folder,
    }
    for file, run in ((syria, first), (tmp_path / "ged_mexico.csv", second)):
        again = desk.run("ucdp-ged", file)
        assert (again.status, again.folder, again.version) == ("unchanged", run.folder, run.version)


def test_two_files_of_one_release_both_stay_until_a_person_names_the_one_to_replace(
    desk: ADesk, tmp_path: Path
) -> None:
    desk.run("ucdp-ged", GED)
    (tmp_path / "more").mkdir()
    more = other_ged(tmp_path / "more" / GED.name)
    assert desk.run("ucdp-ged", more).version.startswith("31.0.3-")
    replaced = desk.run("ucdp-ged", more, version="31.0.3")
    assert desk.store("ucdp-ged").current().versions["31.0.3"]["events"].folder == replaced.folder


def test_tables_of_one_day_that_differ_in_kind_share_its_version(desk: ADesk) -> None:
    for name in ("out_of_sample.csv", "episodes.csv"):
        assert desk.run("ewp", SOURCES / "ewp" / "sample" / name).version == "2026-11-23"
    assert set(desk.store("ewp").current().versions["2026-11-23"]) == {"out_of_sample", "episodes"}


def test_the_sidecar_carries_all_that_a_chart_must_say(desk: ADesk) -> None:
    record = desk.run("ucdp-ged", GED)
    folder = desk.store("ucdp-ged").folder / record.folder
    sidecar = msgspec.json.decode((folder / "origin.json").read_bytes(), type=TableOrigin)
    assert sidecar.origin.producer.startswith("Uppsala Conflict Data Program")
    assert (sidecar.origin.licence, sidecar.origin.version) == ("CC-BY-4.0", "31.0.3")
    assert {"show-the-range", "candidate-unchecked"} <= {warning.code for warning in sidecar.warnings}
    (given,) = sidecar.inputs
    with Archive(desk.folder / "archive").open(given.sha256) as kept:
        assert kept.read() == GED.read_bytes()


def test_a_second_run_at_the_same_time_is_turned_away(desk: ADesk) -> None:
    turned_away = []

    def meanwhile(step: str, done: float) -> None:
        if step == "archiving":
            with pytest.raises(BusyError, match="another run of ucdp-ged is going on") as caught:
                desk.run("ucdp-ged", SAMPLES / "41-columns.csv")
            turned_away.append(caught.value)

    record = desk.run("ucdp-ged", GED, progress=meanwhile)
    assert record.status == "done"
    assert str(os.getpid()) in turned_away[0].problem


def test_two_sources_may_run_at_the_same_time(desk: ADesk) -> None:
    def meanwhile(step: str, done: float) -> None:
        if step == "archiving":
            desk.run("ucdp-onesided", SOURCES / "ucdp-onesided/sample/one_sided_31_1.csv")

    assert desk.run("ucdp-ged", GED, progress=meanwhile).status == "done"
    assert desk.store("ucdp-onesided").last_good("actor_years")


@pytest.mark.parametrize("version", ["../up", "a/b", ".hidden", "", "x" * 200])
def test_a_version_that_leads_out_of_the_folder_is_refused(version: str, desk: ADesk) -> None:
    if not version:
        assert desk.run("ucdp-ged", GED, version=version).version == "31.0.3"
        return
    assert "cannot be a version" in desk.fails("ucdp-ged", GED, version=version).problem


def test_a_file_that_changes_while_it_is_read_is_not_taken(desk: ADesk, tmp_path: Path) -> None:
    file = tmp_path / GED.name
    file.write_bytes(GED.read_bytes())

    def meanwhile(step: str, done: float) -> None:
        if step == "archiving":
            file.write_bytes(GED.read_bytes().replace(b"Old Mill", b"New Mill"))

    with pytest.raises(InputError, match="changed while it was read"):
        desk.run("ucdp-ged", file, progress=meanwhile)
    assert not desk.store("ucdp-ged").last_good("events")


VICTIMS = multiprocessing.get_context("forkserver")
VICTIMS.set_forkserver_preload(["tests.collect.desks"])
STEPS = ("reading", "checking events", "archiving", "publishing", "pointing")


def run_and_die(folder: Path, at_step: str) -> None:
    def die(step: str, done: float) -> None:
        if step == at_step:
            os.kill(os.getpid(), signal.SIGKILL)

    desk = ADesk(folder, at=datetime(2026, 11, 24, tzinfo=UTC))
    desk.run("ucdp-ged", SAMPLES / "ged311_sample.geojson", progress=die)


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_leaves_the_last_good_table_and_is_taken_up(step: str, desk: ADesk) -> None:
    good = desk.run("ucdp-ged", GED)
    store = desk.store("ucdp-ged")
    before = store.current()
    victim = VICTIMS.Process(target=run_and_die, args=(desk.folder, step))
    victim.start()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL, f"the run has no step {step!r}"
    assert store.current() == before, "the pointer moved before the run was whole"
    assert len(desk.query("ucdp-ged", "events", "SELECT id FROM rows")) == 3
    assert not [f for f in Archive(desk.folder / "archive").verify() if f.is_fault], "the archive was harmed"
    desk.at = datetime(2026, 11, 25, tzinfo=UTC)
    again = desk.run("ucdp-ged", SAMPLES / "ged311_sample.geojson")
    first, killed, last = store.runs()
    assert (first, last) == (good, again)
    assert (killed.status, "killed" in killed.problem) == ("failed", True)
    assert again.status == ("unchanged" if step == "pointing" else "done")
    assert store.current().latest["events"].folder == again.folder
    assert not list(store.folder.glob(".work-*")), "nothing is left over"


def test_a_kill_between_two_parts_is_taken_up_with_the_parts_that_are_whole(desk: ADesk) -> None:
    store = desk.store("gdelt")
    files = sorted((SOURCES / "gdelt" / "sample").iterdir())
    record = desk.run("gdelt", *files)
    work = store.folder / f".work-{record.key}"
    (store.folder / record.folder).rename(work)  # as after a kill just before the rename
    (store.folder / "current.json").unlink()
    kept = (work / "events" / "part-0000.parquet").stat().st_mtime_ns
    again = desk.run("gdelt", *files)
    assert (again.status, again.tables) == ("done", record.tables)
    part = store.folder / again.folder / "events" / "part-0000.parquet"
    assert part.stat().st_mtime_ns == kept, "the part that was whole was not made again"


FULL = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from tests.collect.desks import ADesk
from tocsin.core.errors import TocsinError
desk = ADesk(Path(sys.argv[1]))
desk.at = desk.at.replace(day=24)
limit = int(sys.argv[3])
def full(step, done):
    if step == sys.argv[4]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    desk.run("ucdp-ged", sys.argv[2], progress=full)
except TocsinError as error:
    print(type(error).__name__, error)
    sys.exit(3)
"""


@pytest.mark.parametrize("step", ["reading", "archiving"])
def test_a_full_disk_fails_the_run_with_a_sentence_and_harms_nothing(step: str, desk: ADesk, tmp_path: Path) -> None:
    """The kernel refuses every write beyond a few hundred bytes, as a full disk or a quota does."""
    desk.run("ucdp-ged", GED)
    before = desk.store("ucdp-ged").current()
    answer = subprocess.run(
        [sys.executable, "-c", FULL, str(desk.folder), str(SAMPLES / "ged311_sample.geojson"), "300", step],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (3, "")
    assert "room" in answer.stdout
    assert desk.store("ucdp-ged").current() == before
    assert len(desk.query("ucdp-ged", "events", "SELECT id FROM rows")) == 3
    assert not [f for f in Archive(desk.folder / "archive").verify() if f.is_fault]
    desk.at = datetime(2026, 11, 25, tzinfo=UTC)
    assert desk.run("ucdp-ged", SAMPLES / "ged311_sample.geojson").status == "done"


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tables").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="the disk refused"):
        ADesk(tmp_path).run("ucdp-ged", GED)


def test_a_line_of_the_fetch_log_that_a_kill_cut_short_is_passed_over(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "fetched.jsonl").write_bytes(b'{"url": "http://a", "sha')
    assert store.fetched() == {}
