"""A court's expert checks the exported bag with public tools alone, by the commands that its own page gives."""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive.authority import Authority, stamping
from tests.archive.conftest import AT, an_origin
from tests.archive.oracles import check_wacz
from tests.archive.serving import serving
from tests.archive.test_capturing import CHROMIUM, captured, site
from tests.archive.test_keeping import flip
from tests.archive.test_sealing import seal_by
from tocsin.archive import Archive, CannotKeepError, DamagedError, NotKeptError
from tocsin.archive.bag import BagError, export_bag
from tocsin.archive.browser import find_obstacle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import bagit


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with stamping(tmp_path_factory.mktemp("authority") / "tsa", n_levels=2) as one:
        yield one


def keep(archive: Archive, data: bytes, title: str, mime: str = "text/plain") -> str:
    origin = an_origin(title, source_url=f"https://example.org/{title}")
    return archive.add_bytes(data, origin=origin, at=AT, by="analyst", mime=mime).sha256


@pytest.fixture
def bag(archive: Archive, authority: Authority, tmp_path: Path) -> Path:
    """Two of three captures, one of them sealed; the third is nobody's business."""
    keep(archive, b"a secret witness", "secret")
    shared = [keep(archive, b"first statement\n", "one"), keep(archive, b"\x00\xff" * 5000, "two", "image/png")]
    assert seal_by(archive, authority, shared[0]) == []
    return export_bag(archive, shared, tmp_path / "bag", at=AT, by="analyst", reason="for the registry")


def commands(bag: Path) -> list[str]:
    """The commands on the bag's page, as an expert would type them."""
    text = (bag / "README.txt").read_text().replace("\\\n", "")
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]


def run(bag: Path, command: str) -> tuple[int, str]:
    answer = subprocess.run(["bash", "-c", command], cwd=bag, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout + answer.stderr


def test_every_command_on_the_page_says_that_all_is_well(bag: Path) -> None:
    unchanged, chain, events, *stamps = [run(bag, command) for command in commands(bag)]
    assert unchanged == (0, "unchanged\n")
    assert (chain, events) == ((0, ""), (0, ""))
    assert len(stamps) == 2
    for code, said in stamps:
        assert code == 0, said
        assert "Verification: OK" in said


@pytest.mark.parametrize(
    "victim",
    ["data/items.tsv", "README.txt", "bag-info.txt", "data/custody.jsonl", "data/stamps/1.tsr", "items/*.txt"],
)
def test_one_flipped_byte_is_noticed_by_sha256sum(bag: Path, victim: str) -> None:
    check = commands(bag)[0]
    flip(next(bag.rglob(victim)) if "*" in victim else bag / victim)
    code, said = run(bag, check)
    assert code != 0
    assert "FAILED" in said


def test_an_edited_event_is_not_in_the_chain(bag: Path) -> None:
    log = bag / "data" / "custody.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"event_by":"analyst"', b'"event_by":"another"', 1))
    assert "not in the chain" in run(bag, commands(bag)[2])[1]


def test_an_edited_chain_does_not_follow(bag: Path) -> None:
    chain = bag / "data" / "custody-chain.txt"
    lines = chain.read_text().splitlines(keepends=True)
    chain.write_text("".join([lines[0], *lines[2:]]))
    assert "the chain breaks at 3" in run(bag, commands(bag)[1])[1]


def test_altered_evidence_is_refused_by_openssl(bag: Path) -> None:
    command = next(line for line in commands(bag) if "-data" in line)
    flip(next((bag / "data" / "items").glob("*.txt")))
    code, said = run(bag, command)
    assert code != 0
    assert "FAILED" in said


def test_the_reference_tool_calls_the_bag_valid(bag: Path) -> None:
    assert bagit.Bag(str(bag)).is_valid()
    assert bagit.Bag(str(bag)).info["External-Description"] == "for the registry"


def test_nothing_of_the_other_evidence_leaves_the_desk(bag: Path) -> None:
    for file in bag.rglob("*"):
        if file.is_file():
            assert b"secret" not in file.read_bytes(), file
    assert len((bag / "data" / "custody-chain.txt").read_text().splitlines()) == 5
    assert len(list((bag / "data" / "items").iterdir())) == 2


def test_every_items_origin_goes_with_it(bag: Path) -> None:
    origins = [json.loads(file.read_text()) for file in (bag / "data" / "origins").iterdir()]
    assert {origin["title"] for origin in origins} == {"one", "two"}
    head, *rows = (bag / "data" / "items.tsv").read_text().splitlines()
    assert head.split("\t")[0] == "file"
    assert {row.split("\t")[3] for row in rows} == {"one", "two"}


def test_the_log_records_the_copy(archive: Archive, bag: Path) -> None:
    copied = [
        event for sha256 in archive.log.subjects() for event in archive.custody(sha256) if event.event == "copied"
    ]
    assert len(copied) == 2
    assert copied[0].event_reason.startswith("for the registry (bag with tag manifest sha256:")
    assert list(archive.verify()) == []


def test_a_bag_without_timestamps_says_so(archive: Archive, tmp_path: Path) -> None:
    bag = export_bag(archive, [keep(archive, b"x", "x")], tmp_path / "bag", at=AT, by="a", reason="asked for")
    assert "No timestamp authority" in (bag / "README.txt").read_text()
    assert [run(bag, command)[0] for command in commands(bag)] == [0, 0, 0]


@pytest.mark.browser
def test_a_captured_page_in_the_bag_satisfies_the_wacz_validator(archive: Archive, tmp_path: Path) -> None:
    if obstacle := find_obstacle(CHROMIUM):
        pytest.skip(f"no browser capture here: {obstacle}")
    folder = tmp_path / "capture"
    folder.mkdir()
    with serving(site) as server:
        page = captured(server, "/page", folder, CHROMIUM)
    kept = archive.add_file(page.path, origin=an_origin(), at=AT, by="a", mime=page.mime, how=page.how)
    sha256 = kept.sha256
    bag = export_bag(archive, [sha256], tmp_path / "bag", at=AT, by="a", reason="asked for")
    code, said = check_wacz(bag / "data" / "items" / f"{sha256}.wacz")
    assert code == 0, said
    assert "ReplayWeb" in (bag / "README.txt").read_text()


def test_damaged_evidence_is_not_exported(archive: Archive, tmp_path: Path) -> None:
    sha256 = keep(archive, b"evidence", "x")
    flip(archive.capture(sha256).path)
    with pytest.raises(DamagedError):
        export_bag(archive, [sha256], tmp_path / "bag", at=AT, by="a", reason="asked for")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive"]
    assert len(archive.custody(sha256)) == 1


@pytest.mark.parametrize(("error", "sha256s"), [(BagError, []), (NotKeptError, ["0" * 64])])
def test_a_bag_of_nothing_is_refused(archive: Archive, tmp_path: Path, error: type, sha256s: list[str]) -> None:
    keep(archive, b"x", "x")
    with pytest.raises(error):
        export_bag(archive, sha256s, tmp_path / "bag", at=AT, by="a", reason="asked for")
    assert not (tmp_path / "bag").exists()


def test_a_bag_does_not_take_the_place_of_anything(archive: Archive, tmp_path: Path) -> None:
    sha256 = keep(archive, b"x", "x")
    (tmp_path / "bag").write_text("mine")
    with pytest.raises(BagError):
        export_bag(archive, [sha256], tmp_path / "bag", at=AT, by="a", reason="asked for")
    assert (tmp_path / "bag").read_text() == "mine"
    with pytest.raises(CannotKeepError):
        export_bag(archive, [sha256], tmp_path / "bag" / "inside", at=AT, by="a", reason="asked for")
