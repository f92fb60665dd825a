"""Bytes go in once, come back verified, and say where they came from and what happened to them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive.conftest import AT, an_origin
from tocsin.archive import (
    Addition,
    Archive,
    ArchiveError,
    Circumstances,
    DamagedError,
    NotKeptError,
    OriginError,
)
from tocsin.archive.custody import GENESIS, chain_after, decode_event, encode_event, event_digest
from tocsin.archive.origin import decode_origin, encode_origin


def keep(archive: Archive, data: bytes, **told: object) -> str:
    return archive.add_bytes(data, origin=an_origin(**told), at=AT, by="analyst").sha256  # type: ignore[arg-type]


def test_bytes_come_back_as_they_went_in(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(b"id,date\n1,2026-01-01\n")
    capture = archive.add_file(file, origin=an_origin(), at=AT, by="analyst")
    assert capture.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (capture.byte_size, capture.mime) == (21, "text/csv")
    with archive.open(capture.sha256) as stream:
        assert stream.read() == file.read_bytes()
    assert archive.path(capture.sha256) == capture.path
    assert list(archive.captures()) == [capture]
    assert list(archive.verify()) == []


def test_the_original_can_change_afterwards_without_harm(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("before")
    capture = archive.add_file(file, origin=an_origin(), at=AT, by="analyst")
    file.write_text("after!")
    assert capture.path.read_text() == "before"


def test_adding_the_same_again_changes_nothing(archive: Archive) -> None:
    first = keep(archive, b"same")
    log = archive.log.file.read_bytes()
    assert keep(archive, b"same") == first
    assert archive.log.file.read_bytes() == log


def test_the_same_bytes_from_elsewhere_are_one_item_with_two_origins(archive: Archive) -> None:
    sha256 = keep(archive, b"same", title="from the publisher")
    keep(archive, b"same", title="from a mirror")
    assert [origin.title for origin in archive.origins(sha256)] == ["from the publisher", "from a mirror"]
    events = archive.custody(sha256)
    assert len(events) == 2
    assert events[0].item_id == events[1].item_id
    assert len(list(archive.captures())) == 1


def test_an_event_says_what_when_who_and_how(archive: Archive) -> None:
    how = Circumstances(http_status=200, environment="desk laptop", legal_basis="legitimate interest")
    sha256 = archive.add_bytes(
        b"page", origin=an_origin(source_url="https://example.org/p"), at=AT, by="a.k.", reason="cited", how=how
    ).sha256
    event = archive.custody(sha256)[0]
    assert (event.event, event.event_at, event.event_by, event.event_reason) == (
        "collected",
        AT,
        "a.k.",
        "cited",
    )
    assert (event.http_status, event.environment) == (200, "desk laptop")
    assert event.source_url == "https://example.org/p"
    assert (event.access_class, event.tool, event.prev_event_hash) == ("restricted", "tocsin", GENESIS)
    assert event.storage_uri == f"bytes/{sha256[:2]}/{sha256}"


@pytest.mark.parametrize(
    "flaw",
    [
        {"producer": " "},
        {"title": ""},
        {"licence": ""},
        {"retrieved_at": datetime(2026, 1, 1)},  # noqa: DTZ001 - an instant without its zone is the flaw
        {"known_at": datetime.fromisoformat("2026-01-01T00:00:00+04:00")},
    ],
)
def test_nothing_enters_without_a_whole_origin(archive: Archive, flaw: dict[str, object]) -> None:
    with pytest.raises(OriginError):
        archive.add_bytes(b"x", origin=an_origin(**flaw), at=AT, by="analyst")  # type: ignore[arg-type]
    assert not archive.log.file.exists()


def test_what_is_not_kept_is_said_to_be_not_kept(archive: Archive) -> None:
    keep(archive, b"x")
    for ask in (archive.open, archive.path, archive.origins, archive.custody, archive.capture):
        with pytest.raises(NotKeptError):
            ask("0" * 64)


def test_a_hash_may_be_shortened_as_long_as_it_tells_one(archive: Archive) -> None:
    sha256 = keep(archive, b"x")
    assert archive.find(sha256[:8]) == sha256
    for beginning in (sha256[:3], "ffffffff", ""):
        with pytest.raises(NotKeptError):
            archive.find(beginning)


def test_a_file_that_cannot_be_read_is_named(archive: Archive, tmp_path: Path) -> None:
    for source in (tmp_path / "missing", tmp_path):
        with pytest.raises(ArchiveError, match="cannot be read"):
            archive.add_file(source, origin=an_origin(), at=AT, by="analyst")
    assert list((archive.folder / "incoming").iterdir()) == []


def test_one_bad_item_keeps_its_whole_batch_out(archive: Archive, tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text("good")
    with pytest.raises(ArchiveError):
        archive.add_files([(good, an_origin()), (tmp_path / "missing", an_origin())], at=AT, by="analyst")
    assert list(archive.captures()) == []
    assert list((archive.folder / "incoming").iterdir()) == []


def test_a_batch_keeps_every_file_and_repeats_once(archive: Archive, tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(200)]
    for number, file in enumerate(files):
        file.write_text(f"content {number % 150}")
    captures = archive.add_files([(file, an_origin()) for file in files], at=AT, by="analyst")
    assert [capture.path.read_bytes() for capture in captures] == [file.read_bytes() for file in files]
    assert len(list(archive.captures())) == 150
    assert list(archive.verify()) == []


def test_two_archives_on_one_folder_see_each_others_captures(archive: Archive) -> None:
    other = Archive(archive.folder)
    keep(other, b"one")
    sha256 = keep(archive, b"two")
    assert sha256 in other
    assert [event.sha256 for event in other.custody(sha256)] == [sha256]
    assert len(other.log.subjects()) == 2


def test_leftovers_of_a_killed_writer_are_swept_a_day_later(archive: Archive) -> None:
    keep(archive, b"x")
    leftover = archive.folder / "incoming" / "of-a-killed-writer"
    leftover.mkdir()
    keep(archive, b"y")
    assert leftover.exists()
    two_days_ago = leftover.stat().st_mtime - 2 * 86_400
    os.utime(leftover, (two_days_ago, two_days_ago))
    keep(archive, b"z")
    assert not leftover.exists()


def test_bytes_altered_after_keeping_are_never_handed_out(archive: Archive) -> None:
    sha256 = keep(archive, b"evidence")
    flip(archive.capture(sha256).path)
    for ask in (archive.open, archive.path):
        with pytest.raises(DamagedError):
            ask(sha256)
    with pytest.raises(DamagedError, match="altered"):
        archive.add_bytes(b"evidence", origin=an_origin("again"), at=AT, by="analyst")


def test_an_altered_origin_is_never_handed_out(archive: Archive) -> None:
    sha256 = keep(archive, b"evidence")
    flip(next((archive.folder / "origins").glob("*/*")))
    with pytest.raises(DamagedError):
        archive.origins(sha256)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_the_chain_of_any_lines_is_recomputed_from_their_digests_alone(lines: list[bytes]) -> None:
    whole = by_digest = GENESIS
    for line in lines:
        whole = chain_after(whole, event_digest(line))
    for digest in [hashlib.sha256(line).hexdigest() for line in lines]:
        by_digest = hashlib.sha256(f"{by_digest} {digest}".encode()).hexdigest()
    assert whole == by_digest


@given(st.text(), st.text(), st.lists(st.text()))
def test_any_words_survive_the_sidecar(producer: str, citation: str, terms: list[str]) -> None:
    origin = an_origin(producer=producer, citation=citation, terms=tuple(terms))
    assert decode_origin(encode_origin(origin)) == origin


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=3), st.sampled_from(["a", "b"])), max_size=12))
def test_any_run_of_additions_keeps_each_content_once_with_each_of_its_origins(
    added: list[tuple[bytes, str]],
) -> None:
    expected: dict[str, dict[str, None]] = {}
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        for data, title in added:
            expected.setdefault(keep(archive, data, title=title), {})[title] = None
        assert [capture.sha256 for capture in archive.captures()] == list(expected)
        for sha256, titles in expected.items():
            assert [origin.title for origin in archive.origins(sha256)] == list(titles)
        assert list(archive.verify()) == []


def test_every_event_survives_its_line(archive: Archive) -> None:
    sha256 = keep(archive, "Ստեփանակերտ".encode(), title="Արցախ")
    event = archive.custody(sha256)[0]
    assert decode_event(encode_event(event)) == event


def test_an_addition_can_carry_everything_at_once(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(b"1")
    one = Addition(source=file, origin=an_origin(), mime="text/plain", reason="seen", how=Circumstances())
    assert archive.add_all([one], at=AT, by="analyst")[0].mime == "text/plain"
