"""What the documentation promises about sources is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.data_beside import ROOT
from tocsin.collect.source import load_source

ADD = ROOT / "docs" / "how-to" / "add-a-source.md"
SCHEDULE = ROOT / "docs" / "how-to" / "collect-on-a-schedule.md"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command of the documentation, with `tocsin` as it is in this checkout."""
    line = re.sub(r"^tocsin\b", f"{sys.executable} -m tocsin", command)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HOME": str(folder)}
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )


def test_following_add_a_source_adds_a_source_that_the_project_does_not_know(tmp_path: Path) -> None:
    page = ADD.read_text(encoding="utf-8")
    assert len(re.findall(r"^## \d", page, flags=re.MULTILINE)) <= 5
    (make,), (sample,), (declared,) = blocks(page, "sh")[:1], blocks(page, "csv"), blocks(page, "toml")
    assert not (ROOT / "sources" / "river-levels").exists()
    (tmp_path / "desk.toml").write_text("")
    assert shell(make.strip(), tmp_path).returncode == 0
    folder = tmp_path / "sources" / "river-levels"
    (folder / "sample" / "levels.csv").write_text(sample)
    (folder / "source.toml").write_text(declared)
    run, status = blocks(page, "sh")[1].strip().splitlines()
    before_code = shell(run, tmp_path)
    assert before_code.returncode == 0, before_code.stderr
    (folder / "parse.py").write_text(blocks(page, "python")[0])
    again = shell(run, tmp_path)
    assert again.returncode == 0, again.stderr
    made = Path(again.stdout.strip().splitlines()[-1])
    part = made / "levels" / "part-0000.parquet"
    with duckdb.connect() as database:
        rows = database.execute(f"SELECT * FROM '{part}' ORDER BY ALL").fetchall()
    assert [(str(row[0]), str(row[1]), row[2]) for row in rows] == [
        ("A-1", "2030-01-05", 182.0), ("A-1", "2030-01-06", 179.5), ("B-7", "2030-01-05", 64.0),
    ]  # fmt: skip
    asked = shell(status, tmp_path)
    assert asked.returncode == 0
    assert "river-levels" in asked.stdout
    listed = shell("tocsin collect list", tmp_path)
    assert "river-levels" in listed.stdout
    assert "ucdp-ged" in listed.stdout


def test_the_timetable_names_sources_and_options_that_exist() -> None:
    (timetable,) = blocks(SCHEDULE.read_text(encoding="utf-8"), "cron")
    names = re.findall(r"tocsin collect run (\S+)", timetable)
    assert len(names) >= 5
    for name in names:
        load_source(ROOT / "sources" / name)
    options = set(re.findall(r"(--[a-z-]+)", timetable))
    help_text = shell("tocsin collect run --help", ROOT).stdout
    assert options <= set(re.findall(r"(--[a-z-]+)", help_text))
    for line in timetable.splitlines():
        if "tocsin" in line and "=" not in line.split()[0]:
            assert all(re.fullmatch(r"[\d*,/-]+", field) for field in line.split()[:5]), line
