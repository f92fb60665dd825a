"""Whatever has been done to the archive behind our back is found and named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archive.conftest import AT, an_origin
from tests.archive.test_keeping import flip
from tocsin.archive import Archive, DamagedError, Finding


@pytest.fixture
def three(archive: Archive) -> Archive:
    for word in (b"one", b"two", b"three"):
        archive.add_bytes(word, origin=an_origin(word.decode()), at=AT, by="analyst")
    return archive


def faults(archive: Archive) -> list[Finding]:
    return [finding for finding in Archive(archive.folder).verify() if finding.is_fault]


def lines(archive: Archive) -> list[bytes]:
    return archive.log.file.read_bytes().splitlines(keepends=True)


def test_an_untouched_archive_holds(three: Archive) -> None:
    assert list(three.verify()) == []


def test_a_flipped_byte_is_named_by_its_file(three: Archive) -> None:
    place = next((three.folder / "bytes").glob("*/*"))
    flip(place)
    assert [(fault.kind, fault.where) for fault in faults(three)] == [("bytes", str(place))]


def test_cut_bytes_say_how_much_is_left(three: Archive) -> None:
    place = three.capture(three.log.subjects()[2]).path
    place.chmod(0o644)
    place.write_bytes(b"thr")
    assert "3 bytes where 5 were kept" in faults(three)[0].problem


@pytest.mark.parametrize(("part", "kind"), [("bytes", "bytes"), ("origins", "origin")])
def test_a_removed_file_is_named(three: Archive, part: str, kind: str) -> None:
    place = next((three.folder / part).glob("*/*"))
    place.unlink()
    assert [(fault.kind, fault.where) for fault in faults(three)] == [(kind, str(place))]


def test_an_edited_event_breaks_the_chain_below_it(three: Archive) -> None:
    log = lines(three)
    three.log.file.write_bytes(b"".join([log[0].replace(b"analyst", b"nobody!"), *log[1:]]))
    assert [fault.where.rpartition(":")[2] for fault in faults(three)] == ["2"]


def test_a_removed_event_breaks_the_chain(three: Archive) -> None:
    log = lines(three)
    three.log.file.write_bytes(log[0] + log[2])
    assert [fault.where.rpartition(":")[2] for fault in faults(three)] == ["2"]


def test_swapped_events_break_the_chain(three: Archive) -> None:
    log = lines(three)
    three.log.file.write_bytes(log[1] + log[0] + log[2])
    assert faults(three)


def test_a_line_that_is_no_event_is_named_with_its_number(three: Archive) -> None:
    log = lines(three)
    three.log.file.write_bytes(log[0] + b"\xff\xfe{{{\n" + log[1] + log[2])
    assert ":2" in faults(three)[0].where


@pytest.mark.parametrize("rubbish", [b"\xff\xfe{{{", b"{}", b'{"sha256":3}', b"[1]", b"", b"null"])
def test_rubbish_in_the_log_stops_neither_listing_nor_checking(three: Archive, rubbish: bytes) -> None:
    log = lines(three)
    three.log.file.write_bytes(b"".join([log[0], rubbish + b"\n", *log[1:]]))
    damaged = Archive(three.folder)
    assert len(list(damaged.captures())) == 3
    assert faults(damaged)[0].where.endswith(":2")


def test_an_event_that_cannot_be_read_is_said(three: Archive) -> None:
    sha256 = three.log.subjects()[0]
    log = lines(three)
    three.log.file.write_bytes(b"".join([log[0].replace(b'"event_at":"', b'"event_at":"x'), *log[1:]]))
    with pytest.raises(DamagedError, match="cannot be read"):
        Archive(three.folder).custody(sha256)


def test_bytes_planted_beside_the_evidence_are_a_note_and_not_evidence(three: Archive) -> None:
    planted = three.folder / "bytes" / "ab" / ("ab" * 32)
    planted.parent.mkdir(exist_ok=True)
    planted.write_text("planted")
    found = list(three.verify())
    assert [(finding.is_fault, finding.where) for finding in found] == [(False, str(planted))]
    assert planted.name not in three


def test_an_unfinished_line_is_a_note_and_the_next_addition_removes_it(three: Archive) -> None:
    whole = three.log.file.read_bytes()
    three.log.file.write_bytes(whole + b'{"sha256":"ab')
    assert [(finding.is_fault, finding.kind) for finding in three.verify()] == [(False, "leftover")]
    three.add_bytes(b"four", origin=an_origin(), at=AT, by="analyst")
    assert three.log.file.read_bytes().startswith(whole + b"{")
    assert list(three.verify()) == []


def test_nothing_is_added_after_a_last_line_that_is_no_event(three: Archive) -> None:
    with three.log.file.open("ab") as stream:
        stream.write(b"rubbish\n")
    with pytest.raises(DamagedError, match="last line"):
        three.add_bytes(b"four", origin=an_origin(), at=AT, by="analyst")


def test_progress_counts_every_file_read(three: Archive, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    list(three.verify(progress=lambda n_done, n_files: told.append((n_done, n_files))))
    assert told[-1] == (6, 6)


def test_an_empty_archive_holds(archive: Archive) -> None:
    assert list(archive.verify()) == []
