"""kill -9 at any step leaves each capture whole or absent, and the next addition works."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.conftest import AT, an_origin
from tocsin.archive import Archive, NotKeptError


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("killed")
    answer = subprocess.run(
        [sys.executable, "-m", "tests.archive.killing", str(folder)], capture_output=True, text=True, check=True
    )
    steps = {name: int(count) for name, count in (line.split() for line in answer.stdout.splitlines())}
    assert all(count > 15 for count in steps.values()), steps
    return {name: folder / name for name in steps}


@pytest.mark.parametrize("name", ["single-before", "single-half", "batch-before", "batch-half"])
def test_each_capture_is_whole_or_absent_after_a_kill(killed: dict[str, Path], name: str) -> None:
    n_whole = n_absent = 0
    for place in killed[name].iterdir():
        archive = Archive(place / "archive")
        assert [finding for finding in archive.verify() if finding.is_fault] == []
        assert b"kept before" in {path.read_bytes() for path in (archive.folder / "bytes").glob("*/*")}
        for file in [place / "one", place / "two"]:
            if not file.exists():
                continue
            sha256 = find(archive, file)
            if sha256:
                n_whole += 1
                assert archive.path(sha256).read_bytes() == file.read_bytes()
                assert [origin.title for origin in archive.origins(sha256)] == [file.name]
            else:
                n_absent += 1
            again = archive.add_file(file, origin=an_origin(file.name), at=AT, by="analyst")
            assert archive.path(again.sha256).read_bytes() == file.read_bytes()
            assert len(archive.custody(again.sha256)) == 1
        assert [finding for finding in archive.verify() if finding.is_fault] == []
    assert n_whole
    assert n_absent


def find(archive: Archive, file: Path) -> str | None:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        return archive.capture(sha256).sha256
    except NotKeptError:
        return None
