"""Two writers at once, a full disk, a power cut: the archive stays as it was, or gains a whole capture."""

from __future__ import annotations

import errno
import itertools
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.archive.conftest import AT, an_origin
from tocsin.archive import Archive, CannotKeepError

WRITER = """
import sys
from pathlib import Path
from tests.archive.conftest import AT, an_origin
from tocsin.archive import Archive
archive = Archive(Path(sys.argv[1]))
for number in range(40):
    word = f"writer {sys.argv[2]} {number}" if number % 2 else f"both {number}"
    archive.add_bytes(word.encode(), origin=an_origin(word), at=AT, by=sys.argv[2])
"""


def test_two_writers_at_once_lose_nothing_and_repeat_nothing(archive: Archive) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(archive.folder), name]) for name in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert list(archive.verify()) == []
    assert len(list(archive.captures())) == 20 + 20 + 20
    assert len(list(archive.log.lines())) == 60


def listing(archive: Archive) -> dict[str, bytes]:
    return {
        str(path.relative_to(archive.folder)): path.read_bytes()
        for path in archive.folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture
def begun(archive: Archive) -> Archive:
    archive.add_bytes(b"kept before", origin=an_origin("before"), at=AT, by="analyst")
    return archive


@pytest.mark.parametrize("n_writes_before", [0, 1, 2])
def test_a_full_disk_is_said_and_leaves_everything_as_it_was(
    begun: Archive, monkeypatch: pytest.MonkeyPatch, n_writes_before: int
) -> None:
    before = listing(begun)
    write, count = os.write, 0

    def full(fd: int, data: Any) -> int:
        nonlocal count
        count += 1
        if count > n_writes_before:
            write(fd, bytes(data)[: len(data) // 2])  # a disk fills in the middle of a write
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(CannotKeepError, match="No space left"):
        begun.add_bytes(b"new", origin=an_origin("new"), at=AT, by="analyst")
    monkeypatch.undo()
    after = listing(begun)
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if name.startswith("incoming")]
    assert [finding for finding in begun.verify() if finding.is_fault] == []
    sha256 = begun.add_bytes(b"new", origin=an_origin("new"), at=AT, by="analyst").sha256
    assert len(begun.custody(sha256)) == 1
    assert list(begun.verify()) == []


def test_a_file_larger_than_the_system_allows_is_refused_whole(tmp_path: Path) -> None:
    """The kernel's own limit on a file's size, met by a real write."""
    big = tmp_path / "big"
    big.write_bytes(b"x" * 3_000_000)
    code = f"""
import resource
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, {resource.RLIM_INFINITY}))
from tests.archive.conftest import AT, an_origin
from tocsin.archive import Archive, CannotKeepError
try:
    Archive(Path({str(tmp_path / "archive")!r})).add_file(Path({str(big)!r}), origin=an_origin(), at=AT, by="a")
except CannotKeepError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "File too large" in said
    assert list(Archive(tmp_path / "archive").verify()) == []


def test_the_log_speaks_only_of_what_is_already_on_the_disk(begun: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut undoes what was not flushed: first the files, then their names, and the log last."""
    told: list[tuple[str, str]] = []

    def watch(name: str) -> None:
        call = getattr(os, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            subject = os.readlink(f"/proc/self/fd/{args[0]}") if name in ("fsync", "write") else str(args[-1])
            told.append((name, subject))
            return call(*args, **kwargs)

        monkeypatch.setattr(os, name, watched)

    for name in ("write", "fsync", "rename"):
        watch(name)
    sha256 = begun.add_bytes(b"durable", origin=an_origin("durable"), at=AT, by="analyst").sha256
    place = str(begun.folder / "bytes" / sha256[:2] / sha256)
    renamed = told.index(("rename", place))
    staged_flush = [i for i, (name, path) in enumerate(told) if name == "fsync" and "/incoming/" in path]
    assert len(staged_flush) == 2
    assert max(staged_flush) < renamed
    folder_flush = told.index(("fsync", str(Path(place).parent)))
    log_written = told.index(("write", str(begun.log.file)))
    log_flushed = told.index(("fsync", str(begun.log.file)))
    assert renamed < folder_flush < log_written < log_flushed == len(told) - 1


def test_a_batch_is_flushed_before_its_names_appear(
    begun: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / str(number) for number in range(5)]
    for file in files:
        file.write_text(file.name)
    told: list[str] = []
    fsync, rename = os.fsync, os.rename

    def watched_fsync(fd: int) -> None:
        told.append("flush staged" if "/incoming/" in os.readlink(f"/proc/self/fd/{fd}") else "flush")
        fsync(fd)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", lambda *args: (told.append("rename"), rename(*args)))
    begun.add_files([(file, an_origin(file.name)) for file in files], at=AT, by="analyst")
    assert told[:10] == ["flush staged"] * 10
    assert told.count("rename") == 10
    assert told[-1] == "flush"


def test_a_large_batch_is_flushed_by_one_sync_before_and_one_after_its_names_appear(
    begun: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / str(number) for number in range(300)]
    for file in files:
        file.write_text(file.name)
    told: list[str] = []
    sync, rename, fsync = os.sync, os.rename, os.fsync
    monkeypatch.setattr(os, "sync", lambda: (told.append("sync"), sync()))
    monkeypatch.setattr(os, "rename", lambda *args: (told.append("rename"), rename(*args)))
    monkeypatch.setattr(os, "fsync", lambda fd: (told.append("fsync"), fsync(fd)))
    begun.add_files([(file, an_origin()) for file in files], at=AT, by="analyst")
    steps = [step for step, _ in itertools.groupby(told)]
    assert steps[:3] == ["sync", "rename", "sync"]
    assert told.count("rename") == 301
    assert told[-1] == "fsync"


def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("where the archive should be")
    with pytest.raises(CannotKeepError):
        Archive(blocked).add_bytes(b"x", origin=an_origin(), at=AT, by="analyst")
