"""A run as a whole: idempotent, alone, and whole or not at all when it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.data_beside import ROOT
from tests.prepare.desks import PreparedDesk
from tests.prepare.samples import a_ged_event
from tocsin.prepare.store import Prepared, sha256_of


def test_the_same_input_again_changes_nothing_and_says_so(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    first = desk.prepare()
    before = {file: file.stat().st_mtime_ns for file in desk.store.folder.rglob("part-*.parquet")}
    again = desk.prepare()
    assert {one.status for one in first.values()} == {"made"}
    assert {one.status for one in again.values()} == {"unchanged"}
    assert {file: file.stat().st_mtime_ns for file in desk.store.folder.rglob("part-*.parquet")} == before


def test_another_release_makes_another_version_beside_the_first(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    first = desk.store.folder_of("ready/country_month")
    desk.ged(a_ged_event(2), version="25.1")
    desk.prepare()
    assert desk.store.folder_of("ready/country_month") != first
    assert (first / "part-0000.parquet").exists()


def test_the_sidecar_says_who_made_it_on_which_terms_and_with_which_warnings(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    sidecar = desk.store.sidecar("ready/country_month")
    (origin,) = sidecar.origins
    assert (origin.release, origin.origin.licence) == ("24.1", "CC-BY-4.0")
    assert "Uppsala" in origin.origin.producer
    assert "show-the-range" in {warning.code for warning in origin.warnings}
    assert sidecar.sha256 == sha256_of(desk.store.files("ready/country_month")[0])
    assert sidecar.n_rows == len(desk.rows("ready/country_month"))


def test_two_runs_at_once_are_not_let_in(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    with desk.store.locked():
        assert "another run is going on" in desk.refuses()
    desk.prepare()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tocsin.prepare.engine import EngineSettings
from tocsin.prepare.run import run

step, count = int(sys.argv[2]), 0

def watched(call):
    def through(*args, **given):
        global count
        count += 1
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **given)
    return through

for name in ("open", "fsync", "rename", "replace", "mkdir"):
    setattr(os, name, watched(getattr(os, name)))
run(Path(sys.argv[1]), at=datetime(2026, 11, 26, tzinfo=UTC), settings=EngineSettings(memory="1GB"))
print(count)
"""


def _whole(store: Prepared) -> list[str]:
    """Tables that the pointer names; each must be whole, and be what its sidecar says."""
    current = store.current()
    for name, key in current.items():
        sidecar = json.loads((store.folder / name / key / "origin.json").read_text())
        assert sha256_of(store.folder / name / key / "part-0000.parquet") == sidecar["sha256"]
    for folder in [*store.folder.glob("clean/*/*"), *store.folder.glob("ready/*/*")]:
        assert sorted(file.name for file in folder.iterdir()) == ["origin.json", "part-0000.parquet"]
    return sorted(current)


def test_a_run_that_is_killed_leaves_no_half_table_and_the_next_one_ends_well(desk: PreparedDesk) -> None:
    """SIGKILL before a call to the file system: at the first steps, in the middle, at the last."""
    desk.ged(a_ged_event(1))
    desk.prepare()
    first = desk.store.current()
    desk.ged(a_ged_event(2), version="25.1")

    def go(step: int) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-c", KILLED, str(desk.folder), str(step)]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    killed = 0
    for step in (3, 12, 30, 48, 60):
        ended = go(step)
        assert ended.returncode in (0, -9), ended.stderr
        killed += ended.returncode == -9
        assert _whole(desk.store) == sorted(first)
        if ended.returncode == -9:
            assert desk.store.current() == first, "what a killed run made is not pointed to"
    assert killed >= 3
    assert go(0).returncode == 0
    assert desk.store.current() != first
    assert not Path(desk.store.folder / ".preparing").exists()
    assert len(desk.rows("ready/event")) == 2
