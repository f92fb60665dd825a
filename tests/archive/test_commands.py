"""`tocsin archive` as a person at the desk meets it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.archive.authority import stamping
from tests.archive.oracles import check_wacz, check_warc
from tests.archive.serving import reply, serving
from tests.archive.test_bagging import commands, run
from tests.archive.test_capturing import CHROMIUM, site
from tests.archive.test_keeping import flip
from tocsin import cli
from tocsin.archive.browser import find_obstacle

WHO = ("--producer", "Genocide Watch", "--licence", "none stated", "--by", "analyst")
LOOPBACK = 'allow_hosts = ["127.0.0.1"]\n'


@dataclass
class Said:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


class Desk:
    """A desk in a folder, and the command line pointed at it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.set("")

    def set(self, settings: str) -> None:
        (self.folder / "desk.toml").write_text(settings)

    def tocsin(self, *words: str | Path) -> Said:
        command = ["tocsin", "archive", *map(str, words), "--desk", str(self.folder)]
        self._monkeypatch.setattr(sys, "argv", command)
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self._capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    def file(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


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
    assert verified.stdout.startswith("all holds: 1 capture\nlog head ")


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


def test_rubbish_in_the_log_ends_in_words_too(desk: Desk) -> None:
    desk.tocsin("add", desk.file("a", "one"), *WHO)
    log = desk.folder / "archive" / "custody.jsonl"
    log.write_bytes(b"rubbish\n" + log.read_bytes())
    said = desk.tocsin("verify")
    assert said.returncode == 3
    assert "custody.jsonl:1: this line is not a custody event" in said.stdout
    assert desk.tocsin("show").returncode == 0


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
    desk.set(settings)
    answer = desk.tocsin("add", desk.file("a", "one"), *WHO)
    assert answer.returncode == 1
    assert said in answer.stderr


def test_a_folder_that_is_no_desk_is_said(desk: Desk) -> None:
    (desk.folder / "desk.toml").unlink()
    answer = desk.tocsin("verify")
    assert answer.returncode == 1
    assert "there is no desk here" in answer.stderr


# -- addresses -------------------------------------------------------------------------------------------------


def test_a_page_is_kept_as_its_exchange_where_there_is_no_browser(desk: Desk) -> None:
    desk.set(f'[archive]\nchromium = ""\nnetwork_exit = "office line"\n{LOOPBACK}')
    with serving(site) as server:
        added = desk.tocsin("add", server.url("/moved"), *WHO)
    assert added.returncode == 0, added.stderr
    assert "captured without a browser (the desk's settings switch it off)" in added.stderr
    kept = Path(added.stdout.splitlines()[-1])
    assert check_warc(kept)[0] == 0
    shown = json.loads(desk.tocsin("show", kept.name, "--json").stdout)
    assert shown["mime"] == "application/warc"
    assert shown["origins"][0]["title"] == "Statement & reply"
    event = shown["custody"][0]
    assert (event["http_status"], event["network_exit"]) == (200, "office line")
    assert event["canonical_url"].endswith("/page")
    assert event["warc_record_id"].startswith("<urn:uuid:")
    assert list((desk.folder / "archive" / "downloads").iterdir()) == []


@pytest.mark.browser
def test_a_page_is_kept_whole_where_there_is_a_browser(desk: Desk) -> None:
    if obstacle := find_obstacle(CHROMIUM):
        pytest.skip(f"no browser capture here: {obstacle}")
    desk.set(f'[archive]\nchromium = "{CHROMIUM}"\n{LOOPBACK}')
    with serving(site) as server:
        added = desk.tocsin("add", server.url("/page"), *WHO)
    assert added.returncode == 0, added.stderr
    kept = Path(added.stdout.splitlines()[-1])
    code, said = check_wacz(kept)
    assert code == 0, said
    event = json.loads(desk.tocsin("show", kept.name, "--json").stdout)["custody"][0]
    assert (event["wacz_path"], event["screenshot_ref"][:9]) == ("archive/data.warc.gz", "urn:view:")


@pytest.mark.parametrize("how", ["auto", "file"])
def test_a_file_at_an_address_is_kept_as_it_is(desk: Desk, how: str) -> None:
    desk.set(f"[archive]\n{LOOPBACK}")
    with serving(site) as server:
        added = desk.tocsin("add", server.url("/report.pdf"), "--as", how, *WHO)
    assert added.returncode == 0, added.stderr
    assert Path(added.stdout.splitlines()[-1]).read_bytes() == b"%PDF-1.7"
    assert "application/pdf" in added.stdout
    assert list((desk.folder / "archive" / "downloads").iterdir()) == []


def test_an_address_behind_the_desk_is_refused_until_the_desk_names_it(desk: Desk) -> None:
    with serving(site) as server:
        added = desk.tocsin("add", server.url("/report.pdf"), *WHO)
        assert server.asked == []
    assert added.returncode == 1
    assert "127.0.0.1 is loopback" in added.stderr
    assert "allow_hosts" in added.stderr
    assert not (desk.folder / "archive" / "custody.jsonl").exists()


def test_an_error_page_is_not_kept(desk: Desk) -> None:
    desk.set(f"[archive]\n{LOOPBACK}")
    with serving(reply("404 Not Found", body=b"<html>")) as server:
        added = desk.tocsin("add", server.url("/gone"), *WHO)
    assert added.returncode == 1
    assert "404" in added.stderr


# -- timestamps and bags ---------------------------------------------------------------------------------------


def test_what_is_kept_is_signed_exported_and_checked_without_us(desk: Desk, tmp_path: Path) -> None:
    with stamping(tmp_path / "tsa") as authority:
        assert authority.server
        where = f'url = "{authority.server.url("/tsr")}"\nroot = "tsa/root.pem"\n'
        desk.set(f"[archive]\n{LOOPBACK}[[archive.timestamp_authorities]]\n{where}")
        added = desk.tocsin("add", desk.file("a.txt", "statement"), *WHO)
    assert added.stderr == ""
    sha256 = Path(added.stdout.splitlines()[-1]).name
    assert "timestamped" in desk.tocsin("show", sha256).stdout
    assert desk.tocsin("verify").returncode == 0
    bag = tmp_path / "bag"
    exported = desk.tocsin("export", sha256[:10], "--to", bag, "--reason", "for the registry", "--by", "analyst")
    assert exported.stdout.splitlines()[-1] == str(bag)
    answers = [run(bag, command) for command in commands(bag)]
    assert [code for code, _ in answers] == [0] * 5
    assert all("Verification: OK" in said for _, said in answers[3:])
    assert "copied" in desk.tocsin("show", sha256).stdout


def test_an_authority_that_is_down_is_told_and_the_capture_stays(desk: Desk, tmp_path: Path) -> None:
    desk.file("root.pem", "not a certificate")
    desk.set('[[archive.timestamp_authorities]]\nurl = "http://127.0.0.1:9/"\nroot = "root.pem"\n')
    added = desk.tocsin("add", desk.file("a.txt", "statement"), *WHO)
    assert added.returncode == 0
    assert "note: not timestamped by http://127.0.0.1:9/" in added.stderr
    assert Path(added.stdout.splitlines()[-1]).read_text() == "statement"


def test_a_bag_is_not_made_over_something(desk: Desk) -> None:
    desk.tocsin("add", desk.file("a", "one"), *WHO)
    sha256 = next((desk.folder / "archive" / "bytes").glob("*/*")).name
    answer = desk.tocsin("export", sha256, "--to", desk.folder / "a", "--reason", "x")
    assert answer.returncode == 1
    assert "something is there already" in answer.stderr
