"""`tocsin archive` as a person at the desk meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.test_keeping import flip

WHO = ("--producer", "Genocide Watch", "--licence", "none stated", "--by", "analyst")


class Desk:
    """A desk in a folder, and the command line pointed at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "desk.toml").write_text("")

    def tocsin(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tocsin", "archive", *map(str, words), "--desk", str(self.folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def file(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_is_kept_shown_and_verified(desk: Desk) -> None:
    added = desk.tocsin("add", desk.file("statement.txt", "text"), *WHO)
    assert added.returncode == 0, added.stderr
    path = Path(added.stdout.splitlines()[-1])
    assert path.read_text() == "text"
    shown = desk.tocsin("show", path.name[:8]).stdout
    for word in ("Genocide Watch", "none stated", "statement.txt", "collected", "analyst", path.name):
        assert word in shown
    assert path.name[:12] in desk.tocsin("show").stdout
    verified = desk.tocsin("verify")
    assert verified.returncode == 0
    assert verified.stdout.startswith("all holds: 1 capture, log head ")


def test_one_flipped_byte_is_named_and_ends_with_code_3(desk: Desk) -> None:
    desk.tocsin("add", desk.file("a", "one"), desk.file("b", "two"), *WHO)
    victim = sorted((desk.folder / "archive" / "bytes").glob("*/*"))[0]
    flip(victim)
    said = desk.tocsin("verify")
    assert said.returncode == 3
    assert [line for line in said.stdout.splitlines() if line.startswith("FAULT")] == [
        f"FAULT  {victim}: the kept bytes are no longer those that were kept"
    ]
    answer = json.loads(desk.tocsin("verify", "--json").stdout)
    assert (answer["holds"], answer["findings"][0]["where"]) == (False, str(victim))


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    file = desk.file("a", "one")
    desk.tocsin("add", file, *WHO)
    log = (desk.folder / "archive" / "custody.jsonl").read_bytes()
    assert desk.tocsin("add", file, *WHO).returncode == 0
    assert (desk.folder / "archive" / "custody.jsonl").read_bytes() == log


def test_machines_read_json(desk: Desk) -> None:
    added = json.loads(desk.tocsin("add", desk.file("a.csv", "x\n"), *WHO, "--json").stdout)
    assert added[0]["mime"] == "text/csv"
    shown = json.loads(desk.tocsin("show", added[0]["sha256"], "--json").stdout)
    assert shown["origins"][0]["producer"] == "Genocide Watch"
    assert shown["custody"][0]["event"] == "collected"
    assert json.loads(desk.tocsin("show", "--json").stdout) == added


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "nowhere.txt", *WHO), 1, "nowhere.txt: this file cannot be read"),
        (("add", "x", "--producer", "p"), 2, "--licence"),
        (("add", "desk.toml", "--producer", " ", "--licence", "x"), 1, "does not say its producer"),
        (("show", "0123abcd"), 1, "no captures have a SHA-256 that begins so"),
    ],
)
def test_a_mistake_ends_in_a_sentence(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    words = tuple(str(desk.folder / word) if word == "desk.toml" else word for word in words)
    answer = desk.tocsin(*words)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[archive", "desk.toml cannot be read"),
        ("archive = 3", "[archive] should be a table"),
        ('[archive]\nallow_hosts = "x"', "[archive]: Expected `array`"),
        ("[archive]\nalow_hosts = []", "unknown field `alow_hosts`"),
    ],
)
def test_wrong_settings_are_named(desk: Desk, settings: str, said: str) -> None:
    (desk.folder / "desk.toml").write_text(settings)
    answer = desk.tocsin("add", desk.file("a", "one"), *WHO)
    assert answer.returncode == 1
    assert said in answer.stderr


def test_a_folder_that_is_no_desk_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "desk.toml").unlink()
    answer = desk.tocsin("verify")
    assert answer.returncode == 1
    assert "there is no desk here" in answer.stderr
