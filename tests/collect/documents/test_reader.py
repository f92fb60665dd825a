"""Strangers' documents are read in a process that may be stopped; the next document is read all the same."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from tocsin.collect.documents import reader as reading
from tocsin.collect.documents.limits import Limits, UnreadableError
from tocsin.collect.documents.reader import DocumentReader

GOOD = b"The road to the district hospital has been closed since Monday, residents of the valley say."
STUCK = b"<html><body>" + b"<p>word <b>and</b> word</p>" * 4_500


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    with DocumentReader(Limits(max_seconds=0.2)) as reader:
        yield reader


def test_a_document_is_read_in_a_process_of_its_own(reader: DocumentReader) -> None:
    document = reader(GOOD, charset="utf-8", url="https://valley.example/1")
    assert (document.text, document.kind, document.language) == (GOOD.decode(), "text", "en")


def test_a_refusal_is_the_same_as_without_the_process(reader: DocumentReader) -> None:
    with pytest.raises(UnreadableError, match="The PDF is broken"):
        reader(b"%PDF-1.4 nothing")


def test_a_document_that_takes_too_long_is_stopped_and_the_next_is_read(reader: DocumentReader) -> None:
    with pytest.raises(UnreadableError, match=r"longer than 0\.2 s"):
        reader(STUCK)
    assert reader(GOOD).text == GOOD.decode()


def test_a_process_that_dies_costs_only_its_document(reader: DocumentReader) -> None:
    reader(GOOD)
    assert reader._child is not None
    reader._child.kill()
    with suppress(UnreadableError):
        reader(GOOD)
    assert reader(GOOD).language == "en"


def test_a_process_that_cannot_start_is_said_to_be_the_trouble() -> None:
    with (
        DocumentReader(Limits(max_memory=1_000_000)) as reader,
        pytest.raises(UnreadableError, match="does not start"),
    ):
        reader(GOOD)


def test_a_reader_leaves_no_process_behind() -> None:
    with DocumentReader() as reader:
        reader(GOOD)
        child = reader._child
    assert child is not None
    assert child.poll() is not None
    assert reading.DocumentReader()._child is None
